/* SPDX-License-Identifier: Apache-2.0
 * The calls of every source of repository files; the limit holds here, whatever the source does. */
#include "ports/fetch.h"

#include "base/relpath.h"

#include <assert.h>

struct limited {
  ce_fetch_receive *receive;
  void *context;
  const char *path;
  uint64_t limit_bytes, left_bytes;
};

static enum ce_code receive_limited(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct limited *limited = context;
  if (size > limited->left_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "fetch", limited->path, "it is longer than the %llu bytes allowed",
                   (unsigned long long)limited->limit_bytes);
  }
  limited->left_bytes -= size;
  return limited->receive(limited->context, bytes, size, err);
}

enum ce_code ce_fetch_get(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes,
                          uint64_t limit_bytes, ce_fetch_receive *receive, void *context,
                          struct ce_error *err) {
  assert(offset_bytes <= limit_bytes);
  /* No source has a file whose name is not a relpath. */
  enum ce_code code = ce_relpath_check(path, CE_NOT_FOUND, err);
  if (code != CE_OK) {
    return code;
  }
  struct limited limited = {
      .receive = receive,
      .context = context,
      .path = path,
      .limit_bytes = limit_bytes,
      .left_bytes = limit_bytes - offset_bytes,
  };
  return fetch->ops->get(fetch, path, offset_bytes, limit_bytes, receive_limited, &limited, err);
}

static enum ce_code append(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

enum ce_code ce_fetch_blob(struct ce_fetch *fetch, const char *path, size_t limit_bytes, struct ce_blob *ret,
                           struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  enum ce_code code = ce_fetch_get(fetch, path, 0, limit_bytes, append, &blob, err);
  if (code != CE_OK) {
    return code;
  }
  ce_blob_clear(ret);
  *ret = blob;
  blob = (struct ce_blob){0};
  return CE_OK;
}

void ce_fetch_free(struct ce_fetch *fetch) {
  if (fetch) {
    fetch->ops->free(fetch);
  }
}
