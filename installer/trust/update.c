/* SPDX-License-Identifier: Apache-2.0
 * Fetching and expiry of metadata, the same for every role. */
#include "trust/update.h"

#include "trust/expiry.h"
#include "trust/percent.h"

enum ce_code ce_update_fetch(const struct ce_update *update, const char *role, int64_t version,
                             size_t limit_bytes, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *encoded = ce_percent_encode(role);
  CE_AUTO(ce_free) char *path = NULL;
  if (encoded) {
    path = version > 0 ? ce_text_format("metadata/%lld.%s.json", (long long)version, encoded)
                       : ce_text_format("metadata/%s.json", encoded);
  }
  return path ? ce_fetch_blob(update->source, path, limit_bytes, ret, err) : ce_fail_memory(err, role);
}

enum ce_code ce_update_fetch_stated(const struct ce_update *update, const char *role, int64_t version,
                                    uint64_t length_bytes, size_t max_bytes, struct ce_blob *ret,
                                    struct ce_error *err) {
  size_t limit = length_bytes > 0 && length_bytes < max_bytes ? (size_t)length_bytes : max_bytes;
  int64_t prefix = ce_trusted_set_consistent_snapshot(update->set) ? version : 0;
  return ce_update_fetch(update, role, prefix, limit, ret, err);
}

static enum ce_code judge(const struct ce_update *update, const char *role, int64_t expires_s,
                          struct ce_error *err) {
  const struct ce_expiry_clock clock = {.now_s = update->options->now_s,
                                        .build_time_s = update->options->build_time_s,
                                        .server_time_s = update->source->server_time_s};
  return ce_expiry_check(role, expires_s, &clock, err);
}

enum ce_code ce_update_check_expiry(const struct ce_update *update, const char *role, int64_t expires_s,
                                    struct ce_error *err) {
  struct ce_error why;
  enum ce_code code = judge(update, role, expires_s, &why);
  if (code != CE_OK && update->options->expired_is_warning) {
    ce_emit_warning(update->options->sink, "expired-metadata", &why);
    return CE_OK;
  }
  if (code != CE_OK) {
    *err = why;
  }
  return code;
}

bool ce_update_has_expired(const struct ce_update *update, int64_t expires_s) {
  struct ce_error ignored;
  return !update->options->expired_is_warning && judge(update, "", expires_s, &ignored) != CE_OK;
}

bool ce_update_can_ignore(const struct ce_error *err) {
  /* IO without an errno: larger than metadata can be. */
  return err->code == CE_TRUST_FORMAT || err->code == CE_TRUST_SIGNATURE ||
         (err->code == CE_IO && err->sys_errno == 0);
}

void ce_update_note_ignored(const struct ce_update *update, const char *role, const struct ce_error *why) {
  ce_emit(update->options->sink,
          &(struct ce_event){.kind = CE_EVENT_NOTE,
                             .name = "stored-metadata-ignored",
                             .sentence = N_("The stored metadata '%s' cannot be used and is fetched again."),
                             .subject = role,
                             .detail = why->detail,
                             .code = why->code});
}
