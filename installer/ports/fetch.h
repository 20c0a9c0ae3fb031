/* SPDX-License-Identifier: Apache-2.0
 * Where a repository's files come from: a directory, a bundle (room bundle/) or the network.
 * Paths are relpaths inside the repository: "metadata/timestamp.json", "targets/...". A percent sign followed
 * by two hexadecimal digits is part of the name in a directory and in a bundle, and goes into an URL as it
 * is: role names come percent-encoded already. */
#ifndef CE_PORTS_FETCH_H
#define CE_PORTS_FETCH_H

#include "base/blob.h"

#include <stdint.h>

/* Receives bytes in order; a failure ends the transfer with that code. */
typedef enum ce_code ce_fetch_receive(void *context, const void *bytes, size_t size, struct ce_error *err);

struct ce_fetch;
struct ce_fetch_ops {
  /* Streams the file at path from offset_bytes on (nothing when the file ends there or earlier). limit_bytes
   * is for the whole file. NOT_FOUND when the source has no such file, TRUST_DIGEST when it is longer than
   * limit_bytes (nothing beyond the limit is handed on), NETWORK, NETWORK_TLS, NETWORK_PROXY, NETWORK_PORTAL
   * or IO when reading fails; what was handed on until then is the file's beginning and may be kept. */
  enum ce_code (*get)(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes, uint64_t limit_bytes,
                      ce_fetch_receive *receive, void *context, struct ce_error *err);
  void (*free)(struct ce_fetch *fetch);
};
struct ce_fetch {
  const struct ce_fetch_ops *ops;
  char *name; /* for messages: the directory, the bundle's file, the URL */
  /* The time that the server's newest answer was given, by its own clock; 0 where there is none. It explains
   * a wrong clock and proves nothing. */
  int64_t server_time_s;
};

CE_MUST_USE enum ce_code ce_fetch_get(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes,
                                      uint64_t limit_bytes, ce_fetch_receive *receive, void *context,
                                      struct ce_error *err);
/* The whole file in memory, replacing *ret's content on success. */
CE_MUST_USE enum ce_code ce_fetch_blob(struct ce_fetch *fetch, const char *path, size_t limit_bytes,
                                       struct ce_blob *ret, struct ce_error *err);
void ce_fetch_free(struct ce_fetch *fetch);
CE_DEFINE_AUTO(ce_fetch, struct ce_fetch *, ce_fetch_free);

/* A repository in a directory of the running machine (metadata/ and targets/ inside); SOURCE_UNUSABLE when it
 * is not one. Nothing outside the directory is read: links that lead out of it count as missing files. */
CE_MUST_USE enum ce_code ce_fetch_open_directory(const char *directory, struct ce_fetch **ret,
                                                 struct ce_error *err);

#endif
