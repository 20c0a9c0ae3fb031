/* SPDX-License-Identifier: Apache-2.0
 * The TUF client workflow: what is stored, then what the source has, role by role. */
#include "trust/refresh.h"

#include "trust/origin.h"
#include "trust/trusted-set-state.h"

#include <string.h>

struct refresh {
  struct ce_update update;
  bool is_first;      /* no stored root: nothing is written until all is trusted */
  bool forgets;       /* what is stored was signed before the online keys changed */
  bool chain_is_cut;  /* the source may have more roots */
  bool has_new_roots; /* and the newest is not kept yet */
};

/* The set's function for a role's stored or fetched bytes. */
typedef enum ce_code take_metadata(struct ce_trusted_set *set, const void *bytes, size_t size,
                                   struct ce_error *err);

static enum ce_code check_expiry(const struct refresh *refresh, const char *role, struct ce_error *err) {
  return ce_update_check_expiry(&refresh->update, role, ce_trusted_set_expires(refresh->update.set, role),
                                err);
}

static enum ce_code take_initial_root(struct refresh *refresh, const struct ce_blob *initial_root,
                                      struct ce_error *err) {
  if (!initial_root) {
    return ce_fail(err, CE_TRUST_ROOT, "load", refresh->update.store.directory,
                   "there is no trusted root on this machine, and the installer has none");
  }
  refresh->is_first = true;
  return ce_trusted_set_new(initial_root->data, initial_root->size, &refresh->update.set, err);
}

static enum ce_code load_anchor(struct refresh *refresh, const struct ce_blob *initial_root,
                                struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob root = {0};
  struct ce_update *update = &refresh->update;
  enum ce_code code = ce_trust_store_read(&update->store, "root", CE_TUF_ROOT_BYTES_MAX, &root, err);
  if (code == CE_NOT_FOUND) {
    return take_initial_root(refresh, initial_root, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_new(root.data, root.size, &update->set, err);
  }
  if (code != CE_OK && ce_update_can_ignore(err)) {
    struct ce_error why = *err;
    return ce_fail(err, CE_TRUST_ROOT, "load", update->store.directory,
                   "the trusted root that this machine keeps, root.json, is damaged: %s", why.detail);
  }
  return code;
}

/* Before the new root is kept: after a crash in between, what is gone is fetched anew. The other way round, a
 * timestamp of an attacker could stay for ever. */
static enum ce_code forget_online_metadata(struct refresh *refresh, struct ce_error *err) {
  static const char *const roles[] = {"timestamp", "snapshot"};
  refresh->forgets = true;
  return refresh->is_first
             ? CE_OK
             : ce_trust_store_drop(&refresh->update.store, roles, sizeof roles / sizeof *roles, err);
}

static enum ce_code explain_signature(const struct refresh *refresh, const char *role,
                                      const struct ce_blob *bytes, struct ce_error *err) {
  if (refresh->chain_is_cut) {
    ce_error_context(err, "after %d new roots in one run (run it again to follow more)",
                     CE_TUF_ROOT_ROTATIONS_MAX);
    return err->code;
  }
  return ce_origin_explain(&refresh->update, role, bytes, err);
}

static enum ce_code take_next_root(struct refresh *refresh, const struct ce_blob *bytes,
                                   struct ce_error *err) {
  struct ce_trusted_set *set = refresh->update.set;
  enum ce_code code = ce_trusted_set_update_root(set, bytes->data, bytes->size, err);
  if (code == CE_TRUST_SIGNATURE) {
    return explain_signature(refresh, "root", bytes, err);
  }
  if (code != CE_OK) {
    return code;
  }
  refresh->has_new_roots = true;
  return ce_trusted_set_online_keys_changed(set) ? forget_online_metadata(refresh, err) : CE_OK;
}

static enum ce_code follow_roots(struct refresh *refresh, struct ce_error *err) {
  for (int followed = 0; followed < CE_TUF_ROOT_ROTATIONS_MAX; followed++) {
    CE_AUTO(ce_blob) struct ce_blob root = {0};
    int64_t next = ce_trusted_set_root_version(refresh->update.set) + 1;
    enum ce_code code = ce_update_fetch(&refresh->update, "root", next, CE_TUF_ROOT_BYTES_MAX, &root, err);
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

static enum ce_code keep_root(const struct refresh *refresh, struct ce_error *err) {
  if (refresh->is_first || !refresh->has_new_roots) {
    return CE_OK;
  }
  const struct ce_trust_store_item item = {"root", &refresh->update.set->root_bytes};
  return ce_trust_store_keep(&refresh->update.store, &item, 1, err);
}

/* Of a chain of roots the last one that is trusted is kept, also when the one behind it is refused. */
static enum ce_code refresh_root(struct refresh *refresh, struct ce_error *err) {
  struct ce_error why;
  enum ce_code followed = follow_roots(refresh, &why);
  enum ce_code code = keep_root(refresh, err);
  if (followed != CE_OK) {
    *err = why;
    return followed;
  }
  return code == CE_OK ? check_expiry(refresh, "root", err) : code;
}

/* Gives the stored metadata of a role to the set. */
static enum ce_code recall(const struct refresh *refresh, const char *role, size_t limit_bytes,
                           take_metadata *take, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob stored = {0};
  enum ce_code code = ce_trust_store_read(&refresh->update.store, role, limit_bytes, &stored, err);
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code == CE_OK) {
    code = take(refresh->update.set, stored.data, stored.size, err);
  }
  if (code != CE_OK && ce_update_can_ignore(err)) {
    ce_update_note_ignored(&refresh->update, role, err);
    return CE_OK;
  }
  return code;
}

static void warn_of_other_timestamp(const struct refresh *refresh, const struct ce_blob *fetched) {
  const struct ce_blob *trusted = &refresh->update.set->timestamp_bytes;
  if (trusted->size == fetched->size && memcmp(trusted->data, fetched->data, fetched->size) == 0) {
    return;
  }
  struct ce_error why;
  (void)ce_fail(&why, CE_TRUST_ROLLBACK, "verify", "timestamp",
                "%s has other content under the version that is trusted already; the trusted one is kept",
                refresh->update.source->name);
  ce_emit_warning(refresh->update.options->sink, "timestamp-differs", &why);
}

/* A new timestamp that has expired is not trusted: the stored one stays the trusted one. */
static enum ce_code refresh_timestamp(struct refresh *refresh, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob fetched = {0};
  struct ce_update *update = &refresh->update;
  enum ce_code code = CE_OK;
  if (!refresh->forgets) {
    code = recall(refresh, "timestamp", CE_TUF_TIMESTAMP_BYTES_MAX, ce_trusted_set_update_timestamp, err);
  }
  if (code == CE_OK) {
    code = ce_update_fetch(update, "timestamp", 0, CE_TUF_TIMESTAMP_BYTES_MAX, &fetched, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_trusted_set_update_timestamp(update->set, fetched.data, fetched.size, err);
  if (code == CE_TRUST_SIGNATURE) {
    return explain_signature(refresh, "timestamp", &fetched, err);
  }
  if (code == CE_OK) {
    warn_of_other_timestamp(refresh, &fetched);
    code = check_expiry(refresh, "timestamp", err);
  }
  return code;
}

/* How the set takes a role that another one states. */
struct stated_role {
  const char *name;
  size_t max_bytes;
  take_metadata *recall, *update;
  int64_t (*version)(const struct ce_trusted_set *set, uint64_t *ret_length_bytes);
};

static enum ce_code fetch_stated(const struct refresh *refresh, const struct stated_role *role,
                                 struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob fetched = {0};
  struct ce_trusted_set *set = refresh->update.set;
  uint64_t length = 0;
  int64_t version = role->version(set, &length);
  enum ce_code code =
      ce_update_fetch_stated(&refresh->update, role->name, version, length, role->max_bytes, &fetched, err);
  return code == CE_OK ? role->update(set, fetched.data, fetched.size, err) : code;
}

/* The stored one is used when it is what is stated now and has not expired. */
static enum ce_code refresh_stated(const struct refresh *refresh, const struct stated_role *role,
                                   bool is_stored_trusted, struct ce_error *err) {
  const struct ce_trusted_set *set = refresh->update.set;
  enum ce_code code =
      is_stored_trusted ? recall(refresh, role->name, role->max_bytes, role->recall, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  if (!ce_trusted_set_is_current(set, role->name) ||
      ce_update_has_expired(&refresh->update, ce_trusted_set_expires(set, role->name))) {
    code = fetch_stated(refresh, role, err);
  }
  return code == CE_OK ? check_expiry(refresh, role->name, err) : code;
}

static enum ce_code refresh_snapshot(struct refresh *refresh, struct ce_error *err) {
  static const struct stated_role role = {"snapshot", CE_TUF_SNAPSHOT_BYTES_MAX,
                                          ce_trusted_set_recall_snapshot, ce_trusted_set_update_snapshot,
                                          ce_trusted_set_snapshot_version};
  return refresh_stated(refresh, &role, !refresh->forgets, err);
}

static enum ce_code refresh_targets(struct refresh *refresh, struct ce_error *err) {
  static const struct stated_role role = {"targets", CE_TUF_TARGETS_BYTES_MAX, ce_trusted_set_recall_targets,
                                          ce_trusted_set_update_targets, ce_trusted_set_targets_version};
  return refresh_stated(refresh, &role, true, err);
}

/* Keeps what is trusted: the first so many of root, timestamp, snapshot, targets. */
static enum ce_code keep(const struct refresh *refresh, size_t count, struct ce_error *err) {
  const struct ce_trusted_set *set = refresh->update.set;
  const struct ce_trust_store_item items[] = {{"root", &set->root_bytes},
                                              {"timestamp", &set->timestamp_bytes},
                                              {"snapshot", &set->snapshot_bytes},
                                              {"targets", &set->targets_bytes}};
  return ce_trust_store_keep(&refresh->update.store, items, count, err);
}

/* One role after the other. Each is kept as soon as it is trusted as far as others can see: those of one run
 * are written together when it ends, well or not. A first run leaves nothing behind unless all went well. */
static enum ce_code refresh_roles(struct refresh *refresh, struct ce_error *err) {
  static enum ce_code (*const stages[])(struct refresh *, struct ce_error *) = {
      refresh_root, refresh_timestamp, refresh_snapshot, refresh_targets};
  enum ce_code code = CE_OK;
  struct ce_error unkept;
  size_t trusted = 0;
  for (size_t i = 0; i < sizeof stages / sizeof *stages && code == CE_OK; i++) {
    code = stages[i](refresh, err);
    trusted += code == CE_OK ? 1 : 0;
  }
  if (trusted == 0 || (code != CE_OK && refresh->is_first)) {
    return code;
  }
  enum ce_code kept = keep(refresh, trusted, &unkept);
  if (code == CE_OK && kept != CE_OK) {
    *err = unkept;
  }
  return code == CE_OK ? kept : code;
}

enum ce_code ce_trust_refresh(struct ce_fetch *source, struct ce_fs *fs, const char *store_directory,
                              const struct ce_blob *initial_root, const struct ce_refresh_options *options,
                              struct ce_trusted_set **ret, struct ce_error *err) {
  struct refresh refresh = {
      .update = {.source = source,
                 .store = {.fs = fs, .directory = store_directory, .read_only = options->read_only},
                 .options = options}};
  struct ce_error why; /* some failures on the way are no failure of the whole */
  enum ce_code code = load_anchor(&refresh, initial_root, &why);
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = refresh.update.set;
  if (code == CE_OK) {
    code = refresh_roles(&refresh, &why);
  }
  if (code != CE_OK) {
    *err = why;
    return code;
  }
  *ret = ce_take(&set);
  return CE_OK;
}
