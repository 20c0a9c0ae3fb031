/* SPDX-License-Identifier: Apache-2.0
 * Readers of a path of the running machine, of a part of another reader, and of memory. */
#include "ports/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum ce_code ce_reader_read_at(struct ce_reader *reader, uint64_t offset, void *buffer, size_t size,
                               size_t *ret_read, struct ce_error *err) {
  uint64_t left = offset < reader->size_bytes ? reader->size_bytes - offset : 0;
  size_t wanted = size < left ? size : (size_t)left;
  size_t got = 0;
  if (wanted > 0) {
    enum ce_code code = reader->ops->read_at(reader, offset, buffer, wanted, &got, err);
    if (code != CE_OK) {
      return code;
    }
  }
  if (got < wanted) {
    return ce_fail(err, CE_IO, "read", "", "it became shorter while it was read");
  }
  *ret_read = got;
  return CE_OK;
}

void ce_reader_free(struct ce_reader *reader) {
  if (reader) {
    reader->ops->free(reader);
  }
}

struct path_reader {
  struct ce_reader base;
  int fd;
  char *path;
};

static enum ce_code read_path_at(struct ce_reader *base, uint64_t offset, void *buffer, size_t size,
                                 size_t *ret_read, struct ce_error *err) {
  const struct path_reader *reader = (const struct path_reader *)base;
  size_t done = 0;
  while (done < size) {
    ssize_t got = pread(reader->fd, (char *)buffer + done, size - done, (off_t)(offset + done));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return ce_fail_sys(err, errno, "read", reader->path);
    }
    if (got == 0) {
      return ce_fail(err, CE_IO, "read", reader->path, "it became shorter while it was read");
    }
    done += (size_t)got;
  }
  *ret_read = done;
  return CE_OK;
}

static void free_path_reader(struct ce_reader *base) {
  struct path_reader *reader = (struct path_reader *)base;
  close(reader->fd);
  free(reader->path);
  free(reader);
}

static const struct ce_reader_ops path_reader_ops = {.read_at = read_path_at, .free = free_path_reader};

/* stat() first, since opening alone can set a device going; O_NONBLOCK and fstat() for what came in between.
 */
static enum ce_code open_regular(const char *path, int *ret_fd, struct stat *ret_stat, struct ce_error *err) {
  struct stat found;
  if (stat(path, &found) != 0) {
    return ce_fail_sys(err, errno, "open", path);
  }
  CE_AUTO(ce_fd) int fd = -1;
  if (S_ISREG(found.st_mode)) {
    fd = (int)TEMP_FAILURE_RETRY(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (fd < 0 || fstat(fd, &found) != 0) {
      return ce_fail_sys(err, errno, "open", path);
    }
  }
  if (!S_ISREG(found.st_mode)) {
    ce_fail_sys(err, S_ISDIR(found.st_mode) ? EISDIR : EINVAL, "open", path);
    ce_error_context(err, "not a regular file");
    return err->code;
  }
  *ret_fd = ce_take_fd(&fd);
  *ret_stat = found;
  return CE_OK;
}

enum ce_code ce_reader_open_path(const char *path, struct ce_reader **ret, struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = -1;
  struct stat found;
  enum ce_code code = open_regular(path, &fd, &found, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *copy = strdup(path);
  struct path_reader *reader = copy ? calloc(1, sizeof *reader) : NULL;
  if (!reader) {
    return ce_fail_memory(err, path);
  }
  *reader = (struct path_reader){
      .base = {.ops = &path_reader_ops, .size_bytes = (uint64_t)found.st_size, .any_thread = true},
      .fd = ce_take_fd(&fd),
      .path = ce_take(&copy),
  };
  *ret = &reader->base;
  return CE_OK;
}

struct slice_reader {
  struct ce_reader base;
  struct ce_reader *whole;
  uint64_t offset;
};

static enum ce_code read_slice_at(struct ce_reader *base, uint64_t offset, void *buffer, size_t size,
                                  size_t *ret_read, struct ce_error *err) {
  const struct slice_reader *reader = (const struct slice_reader *)base;
  return ce_reader_read_at(reader->whole, reader->offset + offset, buffer, size, ret_read, err);
}

static void free_slice_reader(struct ce_reader *base) {
  free(base);
}

static const struct ce_reader_ops slice_reader_ops = {.read_at = read_slice_at, .free = free_slice_reader};

enum ce_code ce_reader_slice(struct ce_reader *whole, uint64_t offset, uint64_t length,
                             struct ce_reader **ret, struct ce_error *err) {
  if (offset > whole->size_bytes || length > whole->size_bytes - offset) {
    return ce_fail(err, CE_IO, "slice", "", "bytes %llu+%llu lie beyond the end at %llu",
                   (unsigned long long)offset, (unsigned long long)length,
                   (unsigned long long)whole->size_bytes);
  }
  struct slice_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    return ce_fail_memory(err, "reader");
  }
  *reader = (struct slice_reader){
      .base = {.ops = &slice_reader_ops, .size_bytes = length, .any_thread = whole->any_thread},
      .whole = whole,
      .offset = offset,
  };
  *ret = &reader->base;
  return CE_OK;
}

struct bytes_reader {
  struct ce_reader base;
  const uint8_t *bytes;
};

static enum ce_code read_bytes_at(struct ce_reader *base, uint64_t offset, void *buffer, size_t size,
                                  size_t *ret_read, struct ce_error *err) {
  (void)err;
  memcpy(buffer, ((const struct bytes_reader *)base)->bytes + offset, size);
  *ret_read = size;
  return CE_OK;
}

static void free_bytes_reader(struct ce_reader *base) {
  free(base);
}

static const struct ce_reader_ops bytes_reader_ops = {.read_at = read_bytes_at, .free = free_bytes_reader};

enum ce_code ce_reader_of_bytes(const void *bytes, size_t size, struct ce_reader **ret,
                                struct ce_error *err) {
  struct bytes_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    return ce_fail_memory(err, "reader");
  }
  *reader = (struct bytes_reader){
      .base = {.ops = &bytes_reader_ops, .size_bytes = size, .any_thread = true},
      .bytes = bytes,
  };
  *ret = &reader->base;
  return CE_OK;
}
