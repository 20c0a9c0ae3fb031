/* SPDX-License-Identifier: Apache-2.0
 * Looking a target up: the search through delegated roles, each taken from the store or from the source. */
#include "trust/delegation-walk.h"
#include "trust/trusted-delegated.h"
#include "trust/trusted-set-state.h"
#include "trust/update.h"

#include <assert.h>

/* *ret stays NULL when the stored copy is not there or cannot be used for this delegation. */
static enum ce_code recall(const struct ce_update *update, const struct ce_delegation_visit *visit,
                           struct ce_tuf_targets **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob stored = {0};
  struct ce_error why;
  enum ce_code code =
      ce_trust_store_read(&update->store, visit->name, CE_TUF_TARGETS_BYTES_MAX, &stored, &why);
  if (code == CE_OK) {
    code = ce_trusted_set_open_delegated(update->set, visit, stored.data, stored.size, ret, &why);
  }
  /* TRUST_DIGEST: an older version, as a rule. */
  if (code == CE_OK || code == CE_NOT_FOUND || code == CE_TRUST_DIGEST) {
    return CE_OK;
  }
  if (ce_update_can_ignore(&why)) {
    ce_update_note_ignored(update, visit->name, &why);
    return CE_OK;
  }
  *err = why;
  return code;
}

static enum ce_code fetch(const struct ce_update *update, const struct ce_delegation_visit *visit,
                          struct ce_tuf_targets **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob fetched = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  const struct ce_tuf_meta *stated = NULL;
  enum ce_code code = ce_trusted_set_stated(update->set, visit->name, &stated, err);
  if (code == CE_OK) {
    code = ce_update_fetch_stated(update, visit->name, stated->version, stated->length_bytes,
                                  CE_TUF_TARGETS_BYTES_MAX, &fetched, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_open_delegated(update->set, visit, fetched.data, fetched.size, &targets, err);
  }
  if (code == CE_OK) {
    code = ce_update_check_expiry(update, visit->name, targets->head.expires_s, err);
  }
  if (code == CE_OK) {
    const struct ce_trust_store_item item = {visit->name, &fetched};
    code = ce_trust_store_keep(&update->store, &item, 1, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&targets);
  }
  return code;
}

static enum ce_code load(const struct ce_update *update, const struct ce_delegation_visit *visit,
                         const struct ce_tuf_targets **ret, struct ce_error *err) {
  *ret = ce_trusted_set_delegated(update->set, visit);
  if (*ret) {
    return CE_OK;
  }
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  enum ce_code code = recall(update, visit, &targets, err);
  if (code == CE_OK && targets && ce_update_has_expired(update, targets->head.expires_s)) {
    ce_tuf_targets_free(ce_take(&targets));
  }
  if (code == CE_OK && !targets) {
    code = fetch(update, visit, &targets, err);
  } else if (code == CE_OK) {
    code = ce_update_check_expiry(update, visit->name, targets->head.expires_s, err);
  }
  return code == CE_OK ? ce_trusted_set_adopt_delegated(update->set, visit, &targets, ret, err) : code;
}

/* Goes on from role to role until one has the path; *ret is NULL when none has. */
static enum ce_code search(const struct ce_update *update, const char *path, const struct ce_tuf_target **ret,
                           struct ce_error *err) {
  CE_AUTO(ce_delegation_walk) struct ce_delegation_walk walk;
  ce_delegation_walk_begin(&walk, path);
  const struct ce_tuf_targets *role = update->set->targets;
  bool more = true;
  enum ce_code code = CE_OK;
  *ret = ce_tuf_targets_find(role, path);
  while (!*ret && code == CE_OK && more) {
    CE_AUTO(ce_delegation_visit) struct ce_delegation_visit visit = {0};
    code = ce_delegation_walk_enter(&walk, role, err);
    if (code == CE_OK) {
      code = ce_delegation_walk_next(&walk, &more, &visit, err);
    }
    if (code == CE_OK && more) {
      code = load(update, &visit, &role, err);
    }
    if (code == CE_OK && more) {
      *ret = ce_tuf_targets_find(role, path);
    }
  }
  return code;
}

enum ce_code ce_trust_find(struct ce_fetch *source, struct ce_fs *fs, const char *store_directory,
                           const struct ce_refresh_options *options, struct ce_trusted_set *set,
                           const char *path, const struct ce_target **ret, struct ce_error *err) {
  assert(set->targets_is_current);
  const struct ce_update update = {
      .source = source,
      .store = {.fs = fs, .directory = store_directory, .read_only = options->read_only},
      .options = options,
      .set = set};
  const struct ce_tuf_target *found = NULL;
  struct ce_error why; /* some failures on the way are no failure of the whole */
  enum ce_code code = search(&update, path, &found, &why);
  if (code != CE_OK) {
    *err = why;
    return code;
  }
  return found ? ce_tuf_target_take(found, ret, err)
               : ce_fail(err, CE_NOT_FOUND, "find", path, "no role that may speak of it names it");
}
