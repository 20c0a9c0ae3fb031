/* SPDX-License-Identifier: Apache-2.0
 * Fetching of targets: their place in the repository, and the check of what comes. */
#include "base/relpath.h"
#include "trust/target-check.h"

#include <string.h>

struct incoming {
  struct ce_target_check *check;
  ce_fetch_receive *receive;
  void *context;
};

/* "targets/<directory>/<hash>.<name>" with consistent snapshots, "targets/<path>" without. */
static char *make_path(const struct ce_trusted_set *set, const struct ce_target *target) {
  if (!ce_trusted_set_consistent_snapshot(set)) {
    return ce_text_format("targets/%s", target->path);
  }
  char hex[2 * CE_TUF_SHA512_SIZE + 1];
  if (target->has_sha256) {
    ce_digest_to_hex(&target->sha256, hex);
  } else {
    ce_hex_encode(target->sha512, sizeof target->sha512, hex);
  }
  const char *slash = strrchr(target->path, '/');
  int directory = slash ? (int)(slash + 1 - target->path) : 0;
  return ce_text_format("targets/%.*s%s.%s", directory, target->path, hex, target->path + directory);
}

/* The receiver comes first: what it could not take is not counted as come. */
static enum ce_code receive_checked(void *context, const void *bytes, size_t size, struct ce_error *err) {
  const struct incoming *incoming = context;
  enum ce_code code = ce_target_check_room(incoming->check, size, err);
  if (code == CE_OK) {
    code = incoming->receive(incoming->context, bytes, size, err);
  }
  return code == CE_OK ? ce_target_check_add(incoming->check, bytes, size, err) : code;
}

enum ce_code ce_trust_fetch_rest(struct ce_fetch *source, const struct ce_trusted_set *set,
                                 struct ce_target_check *check, ce_fetch_receive *receive, void *context,
                                 struct ce_error *err) {
  const struct ce_target *target = ce_target_check_target(check);
  CE_AUTO(ce_free) char *path = make_path(set, target);
  if (!path) {
    return ce_fail_memory(err, target->path);
  }
  enum ce_code code = ce_relpath_check(path, CE_TRUST_FORMAT, err);
  bool is_complete = ce_target_check_size(check) == target->length_bytes && target->length_bytes > 0;
  if (code == CE_OK && !is_complete) {
    struct incoming incoming = {.check = check, .receive = receive, .context = context};
    code = ce_fetch_get(source, path, ce_target_check_size(check), target->length_bytes, receive_checked,
                        &incoming, err);
  }
  return code == CE_OK ? ce_target_check_finish(check, err) : code;
}

enum ce_code ce_trust_fetch(struct ce_fetch *source, const struct ce_trusted_set *set,
                            const struct ce_target *target, ce_fetch_receive *receive, void *context,
                            struct ce_error *err) {
  CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
  enum ce_code code = ce_target_check_new(target, &check, err);
  return code == CE_OK ? ce_trust_fetch_rest(source, set, check, receive, context, err) : code;
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
