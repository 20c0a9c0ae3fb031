/* SPDX-License-Identifier: Apache-2.0
 * The TUF client workflow: what is stored, then what the source has, role by role. */
#include "trust/refresh.h"

#include "trust/store.h"

#include <string.h>

#define ORIGIN_PROBES_MAX                                                                                    \
  16 /* older roots of a source that are looked for when its signatures are unknown                          \
      */

struct refresh {
  struct ce_fetch *source;
  struct ce_trust_store store;
  const struct ce_refresh_options *options;
  struct ce_trusted_set *set;
  bool is_first;     /* no stored root: nothing is written until all is trusted */
  bool forgets;      /* what is stored was signed before the online keys changed */
  bool chain_is_cut; /* the source may have more roots */
};

/* The set's function for a role's stored or fetched bytes. */
typedef enum ce_code take_metadata(struct ce_trusted_set *set, const void *bytes, size_t size,
                                   struct ce_error *err);

static enum ce_code fetch_metadata(const struct refresh *refresh, const char *role, int64_t version,
                                   size_t limit_bytes, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_free)
  char *path = version > 0 ? ce_text_format("metadata/%lld.%s.json", (long long)version, role)
                           : ce_text_format("metadata/%s.json", role);
  return path ? ce_fetch_blob(refresh->source, path, limit_bytes, ret, err) : ce_fail_memory(err, role);
}

static enum ce_code keep(const struct refresh *refresh, const char *role, struct ce_error *err) {
  if (refresh->is_first) {
    return CE_OK;
  }
  return ce_trust_store_keep(&refresh->store, role, ce_trusted_set_bytes(refresh->set, role), err);
}

static enum ce_code check_expiry(const struct refresh *refresh, const char *role, struct ce_error *err) {
  enum ce_code code = ce_trusted_set_check_expiry(refresh->set, role, refresh->options->now_s, err);
  if (code == CE_TRUST_EXPIRED && refresh->options->expired_is_warning) {
    ce_emit_warning(refresh->options->sink, "expired-metadata", err);
    return CE_OK;
  }
  return code;
}

/* The source's own root of our version or, if it has none, its newest older one. */
static enum ce_kinship find_kinship(const struct refresh *refresh) {
  int64_t newest = ce_trusted_set_root_version(refresh->set);
  for (int64_t version = newest; version > 0 && version > newest - ORIGIN_PROBES_MAX; version--) {
    CE_AUTO(ce_blob) struct ce_blob root = {0};
    struct ce_error ignored;
    if (fetch_metadata(refresh, "root", version, CE_TUF_ROOT_BYTES_MAX, &root, &ignored) == CE_OK) {
      return ce_trusted_set_kinship(refresh->set, root.data, root.size);
    }
  }
  return CE_KINSHIP_FOREIGN;
}

/* err says that the source's root or timestamp is not signed as it must be: tells whose source that is. */
static enum ce_code explain_signature(const struct refresh *refresh, const char *role,
                                      const struct ce_blob *bytes, struct ce_error *err) {
  if (refresh->chain_is_cut) {
    ce_error_context(err, "after %d new roots in one run (run it again to follow more)",
                     CE_TUF_ROOT_ROTATIONS_MAX);
    return err->code;
  }
  if (ce_trusted_set_knows_signer(refresh->set, role, bytes->data, bytes->size)) {
    return err->code;
  }
  long long version = (long long)ce_trusted_set_root_version(refresh->set);
  switch (find_kinship(refresh)) {
  case CE_KINSHIP_OLDER:
    return ce_fail(err, CE_TRUST_ROLLBACK, "verify", role,
                   "%s is signed by keys that root version %lld no longer trusts", refresh->source->name,
                   version);
  case CE_KINSHIP_FOREIGN:
    return ce_fail(
        err, CE_TRUST_ROOT, "verify", role,
        "%s is signed by keys unknown to the trusted root (version %lld), and its own root does not lead on "
        "from that one",
        refresh->source->name, version);
  case CE_KINSHIP_SAME:
  default:
    return err->code;
  }
}

static enum ce_code take_initial_root(struct refresh *refresh, const struct ce_blob *initial_root,
                                      struct ce_error *err) {
  if (!initial_root) {
    return ce_fail(err, CE_TRUST_ROOT, "load", refresh->store.directory,
                   "there is no trusted root on this machine, and the installer has none");
  }
  refresh->is_first = true;
  return ce_trusted_set_new(initial_root->data, initial_root->size, &refresh->set, err);
}

static enum ce_code load_anchor(struct refresh *refresh, const struct ce_blob *initial_root,
                                struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob root = {0};
  enum ce_code code = ce_trust_store_read(&refresh->store, "root", CE_TUF_ROOT_BYTES_MAX, &root, err);
  if (code == CE_NOT_FOUND) {
    return take_initial_root(refresh, initial_root, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_new(root.data, root.size, &refresh->set, err);
  }
  bool is_damaged =
      code == CE_TRUST_FORMAT || code == CE_TRUST_SIGNATURE || (code == CE_IO && err->sys_errno == 0);
  if (is_damaged) {
    struct ce_error why = *err;
    return ce_fail(err, CE_TRUST_ROOT, "load", refresh->store.directory,
                   "the trusted root that this machine keeps, root.json, is damaged: %s", why.detail);
  }
  return code;
}

/* Before the new root is kept: after a crash in between, what is gone is fetched anew. The other way round, a
 * timestamp of an attacker could stay for ever. */
static enum ce_code forget_online_metadata(struct refresh *refresh, struct ce_error *err) {
  static const char *const roles[] = {"timestamp", "snapshot", "targets"};
  refresh->forgets = true;
  for (size_t i = 0; i < sizeof roles / sizeof *roles && !refresh->is_first; i++) {
    enum ce_code code = ce_trust_store_drop(&refresh->store, roles[i], err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code take_next_root(struct refresh *refresh, const struct ce_blob *bytes,
                                   struct ce_error *err) {
  enum ce_code code = ce_trusted_set_update_root(refresh->set, bytes->data, bytes->size, err);
  if (code == CE_TRUST_SIGNATURE) {
    return explain_signature(refresh, "root", bytes, err);
  }
  if (code == CE_OK && ce_trusted_set_online_keys_changed(refresh->set)) {
    code = forget_online_metadata(refresh, err);
  }
  return code == CE_OK ? keep(refresh, "root", err) : code;
}

static enum ce_code follow_roots(struct refresh *refresh, struct ce_error *err) {
  for (int followed = 0; followed < CE_TUF_ROOT_ROTATIONS_MAX; followed++) {
    CE_AUTO(ce_blob) struct ce_blob root = {0};
    int64_t next = ce_trusted_set_root_version(refresh->set) + 1;
    enum ce_code code = fetch_metadata(refresh, "root", next, CE_TUF_ROOT_BYTES_MAX, &root, err);
    if (code == CE_NOT_FOUND) {
      return CE_OK;
    }
    if (code == CE_OK) {
      code = take_next_root(refresh, &root, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  refresh->chain_is_cut = true;
  return CE_OK;
}

static enum ce_code refresh_root(struct refresh *refresh, struct ce_error *err) {
  enum ce_code code = follow_roots(refresh, err);
  return code == CE_OK ? check_expiry(refresh, "root", err) : code;
}

static void note_ignored(const struct refresh *refresh, const char *role, const struct ce_error *why) {
  ce_emit(refresh->options->sink,
          &(struct ce_event){.kind = CE_EVENT_NOTE,
                             .name = "stored-metadata-ignored",
                             .sentence = N_("The stored metadata '%s' cannot be used and is fetched again."),
                             .subject = role,
                             .detail = why->detail,
                             .code = why->code});
}

/* Gives the stored metadata of a role to the set. */
static enum ce_code recall(const struct refresh *refresh, const char *role, size_t limit_bytes,
                           take_metadata *take, struct ce_error *err) {
  if (refresh->forgets) {
    return CE_OK;
  }
  CE_AUTO(ce_blob) struct ce_blob stored = {0};
  enum ce_code code = ce_trust_store_read(&refresh->store, role, limit_bytes, &stored, err);
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code == CE_OK) {
    code = take(refresh->set, stored.data, stored.size, err);
  }
  /* IO without an errno: larger than metadata can be. */
  if (code == CE_TRUST_FORMAT || code == CE_TRUST_SIGNATURE || (code == CE_IO && err->sys_errno == 0)) {
    note_ignored(refresh, role, err);
    return CE_OK;
  }
  return code;
}

static void warn_of_other_timestamp(const struct refresh *refresh, const struct ce_blob *fetched) {
  const struct ce_blob *trusted = ce_trusted_set_bytes(refresh->set, "timestamp");
  if (trusted->size == fetched->size && memcmp(trusted->data, fetched->data, fetched->size) == 0) {
    return;
  }
  struct ce_error why;
  (void)ce_fail(&why, CE_TRUST_ROLLBACK, "verify", "timestamp",
                "%s has other content under the version that is trusted already; the trusted one is kept",
                refresh->source->name);
  ce_emit_warning(refresh->options->sink, "timestamp-differs", &why);
}

static enum ce_code refresh_timestamp(struct refresh *refresh, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob fetched = {0};
  enum ce_code code =
      recall(refresh, "timestamp", CE_TUF_TIMESTAMP_BYTES_MAX, ce_trusted_set_update_timestamp, err);
  if (code == CE_OK) {
    code = fetch_metadata(refresh, "timestamp", 0, CE_TUF_TIMESTAMP_BYTES_MAX, &fetched, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_trusted_set_update_timestamp(refresh->set, fetched.data, fetched.size, err);
  if (code == CE_TRUST_SIGNATURE) {
    return explain_signature(refresh, "timestamp", &fetched, err);
  }
  if (code == CE_OK) {
    warn_of_other_timestamp(refresh, &fetched);
    code = check_expiry(refresh, "timestamp", err);
  }
  return code == CE_OK ? keep(refresh, "timestamp", err) : code;
}

/* Fetches what the set says of a role: its version, and its length where that is stated. */
static enum ce_code fetch_stated(const struct refresh *refresh, const char *role, int64_t version,
                                 uint64_t length_bytes, size_t max_bytes, take_metadata *take,
                                 struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob fetched = {0};
  size_t limit = length_bytes > 0 && length_bytes < max_bytes ? (size_t)length_bytes : max_bytes;
  int64_t prefix = ce_trusted_set_consistent_snapshot(refresh->set) ? version : 0;
  enum ce_code code = fetch_metadata(refresh, role, prefix, limit, &fetched, err);
  return code == CE_OK ? take(refresh->set, fetched.data, fetched.size, err) : code;
}

static enum ce_code refresh_snapshot(struct refresh *refresh, struct ce_error *err) {
  enum ce_code code =
      recall(refresh, "snapshot", CE_TUF_SNAPSHOT_BYTES_MAX, ce_trusted_set_recall_snapshot, err);
  if (code == CE_OK && !ce_trusted_set_is_current(refresh->set, "snapshot")) {
    uint64_t length = 0;
    int64_t version = ce_trusted_set_snapshot_version(refresh->set, &length);
    code = fetch_stated(refresh, "snapshot", version, length, CE_TUF_SNAPSHOT_BYTES_MAX,
                        ce_trusted_set_update_snapshot, err);
  }
  if (code == CE_OK) {
    code = check_expiry(refresh, "snapshot", err);
  }
  return code == CE_OK ? keep(refresh, "snapshot", err) : code;
}

static enum ce_code refresh_targets(struct refresh *refresh, struct ce_error *err) {
  enum ce_code code =
      recall(refresh, "targets", CE_TUF_TARGETS_BYTES_MAX, ce_trusted_set_recall_targets, err);
  if (code == CE_OK && !ce_trusted_set_is_current(refresh->set, "targets")) {
    uint64_t length = 0;
    int64_t version = ce_trusted_set_targets_version(refresh->set, &length);
    code = fetch_stated(refresh, "targets", version, length, CE_TUF_TARGETS_BYTES_MAX,
                        ce_trusted_set_update_targets, err);
  }
  if (code == CE_OK) {
    code = check_expiry(refresh, "targets", err);
  }
  return code == CE_OK ? keep(refresh, "targets", err) : code;
}

static enum ce_code keep_first(struct refresh *refresh, struct ce_error *err) {
  static const char *const roles[] = {"root", "timestamp", "snapshot", "targets"};
  if (!refresh->is_first) {
    return CE_OK;
  }
  refresh->is_first = false;
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
    enum ce_code code = keep(refresh, roles[i], err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_trust_refresh(struct ce_fetch *source, struct ce_fs *fs, const char *store_directory,
                              const struct ce_blob *initial_root, const struct ce_refresh_options *options,
                              struct ce_trusted_set **ret, struct ce_error *err) {
  static enum ce_code (*const stages[])(struct refresh *, struct ce_error *) = {
      refresh_root, refresh_timestamp, refresh_snapshot, refresh_targets, keep_first};
  struct refresh refresh = {
      .source = source,
      .store = {.fs = fs, .directory = store_directory, .read_only = options->read_only},
      .options = options};
  struct ce_error why; /* some failures on the way are no failure of the whole */
  enum ce_code code = load_anchor(&refresh, initial_root, &why);
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = refresh.set;
  for (size_t i = 0; i < sizeof stages / sizeof *stages && code == CE_OK; i++) {
    code = stages[i](&refresh, &why);
  }
  if (code != CE_OK) {
    *err = why;
    return code;
  }
  *ret = ce_take(&set);
  return CE_OK;
}
