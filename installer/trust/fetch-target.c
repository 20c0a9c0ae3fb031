/* SPDX-License-Identifier: Apache-2.0
 * Fetching of targets: their place in the repository, and the check of what comes. */
#include "base/relpath.h"
#include "ports/hash.h"
#include "trust/refresh.h"

#include <string.h>

struct check {
  struct ce_hash *hash;
  uint64_t size_bytes;
  ce_fetch_receive *receive;
  void *context;
};

/* "targets/<directory>/<sha256>.<name>" with consistent snapshots, "targets/<path>" without. */
static char *make_path(const struct ce_trusted_set *set, const struct ce_target *target) {
  if (!ce_trusted_set_consistent_snapshot(set)) {
    return ce_text_format("targets/%s", target->path);
  }
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(&target->sha256, hex);
  const char *slash = strrchr(target->path, '/');
  int directory = slash ? (int)(slash + 1 - target->path) : 0;
  return ce_text_format("targets/%.*s%s.%s", directory, target->path, hex, target->path + directory);
}

static enum ce_code receive_checked(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct check *check = context;
  ce_hash_update(check->hash, bytes, size);
  check->size_bytes += size;
  return check->receive(check->context, bytes, size, err);
}

static enum ce_code check_complete(const struct check *check, const struct ce_target *target,
                                   struct ce_error *err) {
  if (check->size_bytes != target->length_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "fetch", target->path, "%llu bytes where %llu were signed for",
                   (unsigned long long)check->size_bytes, (unsigned long long)target->length_bytes);
  }
  struct ce_digest digest;
  ce_hash_finish(check->hash, &digest);
  if (!ce_digest_equal(&digest, &target->sha256)) {
    return ce_fail(err, CE_TRUST_DIGEST, "fetch", target->path, "its SHA-256 is not the one that was signed");
  }
  return CE_OK;
}

enum ce_code ce_trust_fetch(struct ce_fetch *source, const struct ce_trusted_set *set,
                            const struct ce_target *target, ce_fetch_receive *receive, void *context,
                            struct ce_error *err) {
  CE_AUTO(ce_free) char *path = make_path(set, target);
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  if (!path) {
    return ce_fail_memory(err, target->path);
  }
  enum ce_code code = ce_relpath_check(path, CE_TRUST_FORMAT, err);
  if (code == CE_OK) {
    code = ce_hash_new(&hash, err);
  }
  if (code != CE_OK) {
    return code;
  }
  struct check check = {.hash = hash, .receive = receive, .context = context};
  code = ce_fetch_get(source, path, 0, target->length_bytes, receive_checked, &check, err);
  return code == CE_OK ? check_complete(&check, target, err) : code;
}

static enum ce_code append(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

enum ce_code ce_trust_fetch_blob(struct ce_fetch *source, const struct ce_trusted_set *set,
                                 const struct ce_target *target, size_t limit_bytes, struct ce_blob *ret,
                                 struct ce_error *err) {
  if (target->length_bytes > limit_bytes) {
    return ce_fail(err, CE_TRUST_FORMAT, "fetch", target->path, "%llu bytes; at most %zu are allowed",
                   (unsigned long long)target->length_bytes, limit_bytes);
  }
  CE_AUTO(ce_blob) struct ce_blob fetched = {0};
  enum ce_code code = ce_trust_fetch(source, set, target, append, &fetched, err);
  if (code == CE_OK) {
    ce_blob_clear(ret);
    *ret = fetched;
    fetched = (struct ce_blob){0};
  }
  return code;
}
