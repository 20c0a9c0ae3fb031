/* SPDX-License-Identifier: Apache-2.0
 * Reading requests. The line is read byte by byte, so that no byte of a secret gets into its buffer. */
#include "probe/request-reader.h"

#include <errno.h>

/* False at the end. */
static enum ce_code read_bytes(int fd, void *bytes, size_t size, bool *ret_whole, struct ce_error *err) {
  size_t done = 0;
  while (done < size) {
    ssize_t got = read(fd, (char *)bytes + done, size - done);
    if (got < 0 && errno != EINTR) {
      return ce_fail_sys(err, errno, "request", "standard input");
    }
    if (got == 0) {
      break;
    }
    done += got > 0 ? (size_t)got : 0;
  }
  *ret_whole = done == size;
  return CE_OK;
}

/* Without its end. *ret_end: there is none. */
static enum ce_code read_line(int fd, char line[CE_TOKEN_REQUEST_BYTES_MAX], size_t *ret_size, bool *ret_end,
                              struct ce_error *err) {
  for (size_t size = 0; size < CE_TOKEN_REQUEST_BYTES_MAX; size++) {
    bool whole = false;
    enum ce_code code = read_bytes(fd, line + size, 1, &whole, err);
    if (code != CE_OK) {
      return code;
    }
    if (!whole && size > 0) {
      return ce_fail(err, CE_USAGE, "request", "", "the input ends within a request");
    }
    if (!whole || line[size] == '\n') {
      *ret_end = !whole;
      *ret_size = size;
      return CE_OK;
    }
  }
  return ce_fail(err, CE_USAGE, "request", "", "the request is longer than %d bytes",
                 CE_TOKEN_REQUEST_BYTES_MAX);
}

static enum ce_code read_secret(int fd, size_t size, struct ce_secret *ret, struct ce_error *err) {
  bool whole = true;
  enum ce_code code = ce_secret_allocate(ret, err);
  if (code == CE_OK) {
    code = read_bytes(fd, ret->bytes, size, &whole, err);
  }
  if (code == CE_OK && !whole) {
    code = ce_fail(err, CE_USAGE, "request", "", "the input ends within a secret");
  }
  if (code == CE_OK) {
    ret->size = size;
  }
  return code;
}

enum ce_code ce_request_read(int fd, struct ce_token_request *ret, struct ce_secret *ret_pin,
                             struct ce_secret *ret_new_pin, bool *ret_end, struct ce_error *err) {
  char line[CE_TOKEN_REQUEST_BYTES_MAX];
  size_t size = 0;
  enum ce_code code = read_line(fd, line, &size, ret_end, err);
  if (code != CE_OK || *ret_end) {
    return code;
  }
  code = ce_token_request_parse(line, size, ret, err);
  if (code == CE_OK) {
    code = read_secret(fd, ret->pin_size, ret_pin, err);
  }
  return code ? code : read_secret(fd, ret->new_pin_size, ret_new_pin, err);
}
