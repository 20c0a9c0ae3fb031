/* SPDX-License-Identifier: Apache-2.0
 * Steps and receipt entries for the targets of integration.
 *
 * Whose a thing is decides: nobody's (absent), ours (the receipt has it), or foreign. A foreign thing that is
 * exactly what is wanted is adopted, another one is replaced and remembered; ours is replaced, and saved
 * first when somebody has edited it. What was adopted and differs now never was ours: it counts as foreign.
 */
#include "plan/plan-integration.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "plan/plan-directories.h"

#include <assert.h>

/* One target: what it shall be, and for files where in the version tree the bytes are, or the bytes. */
struct target {
  const char *path;
  struct ce_wanted wanted;
  const char *content_path, *text;
};

/* The receipt's entry for target, or NULL. */
static const struct ce_receipt_path *find_entry(const struct ce_draft *draft, const struct target *target) {
  const struct ce_receipt_path *entry = draft->before ? ce_receipt_find(draft->before, target->path) : NULL;
  return entry && entry->type != CE_PATH_DIRECTORY ? entry : NULL;
}

static struct ce_receipt_path make_entry(const struct target *target, enum ce_origin origin) {
  return (struct ce_receipt_path){
      .path = (char *)target->path,
      .type = target->wanted.type,
      .mode = target->wanted.mode,
      .size_bytes = target->wanted.size_bytes,
      .sha256 = target->wanted.sha256,
      .link_target = (char *)target->wanted.link_target,
      .origin = origin,
  };
}

/* Owns target as the receipt owned it before. */
static enum ce_code own_still(struct ce_draft *draft, const struct target *target,
                              const struct ce_receipt_path *entry, struct ce_error *err) {
  struct ce_receipt_path own = make_entry(target, entry->origin);
  own.prior = entry->prior;
  own.backup = entry->backup;
  return ce_draft_own(draft, &own, err);
}

static enum ce_code own_as(struct ce_draft *draft, const struct target *target, enum ce_origin origin,
                           struct ce_error *err) {
  struct ce_receipt_path own = make_entry(target, origin);
  return ce_draft_own(draft, &own, err);
}

static enum ce_code put(struct ce_draft *draft, const struct target *target,
                        enum ce_precondition precondition, bool keep_prior, struct ce_error *err) {
  struct ce_draft_put how = {
      .path = target->path,
      .precondition = precondition,
      .content = target->text ? CE_CONTENT_INLINE : CE_CONTENT_TREE,
      .content_path = target->content_path,
      .text = target->text,
      .keep_prior = keep_prior,
  };
  return ce_draft_put(draft, &how, &target->wanted, err);
}

static enum ce_code put_on_nothing(struct ce_draft *draft, const struct target *target,
                                   const struct ce_receipt_path *entry, struct ce_error *err) {
  enum ce_code code = put(draft, target, CE_PRECONDITION_ABSENT, false, err);
  if (code != CE_OK) {
    return code;
  }
  /* The file that was adopted is gone: this one is ours. */
  bool ours = !entry || entry->origin == CE_ORIGIN_ADOPTED;
  return ours ? own_as(draft, target, CE_ORIGIN_CREATED, err) : own_still(draft, target, entry, err);
}

static enum ce_code replace_foreign(struct ce_draft *draft, const struct target *target,
                                    struct ce_error *err) {
  struct ce_receipt_path own = make_entry(target, CE_ORIGIN_REPLACED);
  own.prior = *ce_draft_state(draft, target->path);
  CE_AUTO(ce_free) char *backup = ce_step_backup_path(draft->plan->txid, draft->plan->step_count);
  if (!backup) {
    return ce_fail_memory(err, target->path);
  }
  own.backup = own.prior.type == CE_PATH_FILE ? backup : NULL;
  enum ce_code code = put(draft, target, CE_PRECONDITION_FOREIGN, true, err);
  if (code == CE_OK) {
    code = ce_draft_own(draft, &own, err);
  }
  return code == CE_OK ? ce_draft_note_path(draft, CE_NOTE_REPLACED_FOREIGN, target->path, err) : code;
}

/* Somebody's change is saved where it is a file; what a link said is told. */
static enum ce_code save_edited(struct ce_draft *draft, const char *path, struct ce_error *err) {
  const struct ce_path_state *state = ce_draft_state(draft, path);
  if (state->type == CE_PATH_LINK) {
    return ce_draft_note_link(draft, CE_NOTE_REPLACED_LINK, path, state->link_target, err);
  }
  CE_AUTO(ce_free) char *backup = ce_step_backup_path(draft->plan->txid, draft->plan->step_count);
  if (!backup) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = ce_draft_save(draft, backup, err);
  return code == CE_OK ? ce_draft_note_path(draft, CE_NOTE_SAVED_EDITED, path, err) : code;
}

static enum ce_code replace_ours(struct ce_draft *draft, const struct target *target,
                                 const struct ce_receipt_path *entry, struct ce_error *err) {
  struct ce_wanted was = ce_wanted_from_receipt(entry, draft->facts);
  bool edited = ce_wanted_compare(&was, ce_draft_state(draft, target->path), true) == CE_LIKENESS_DIFFERENT;
  enum ce_code code = edited ? save_edited(draft, target->path, err) : CE_OK;
  if (code == CE_OK) {
    code = put(draft, target, CE_PRECONDITION_OURS, edited, err);
  }
  return code == CE_OK ? own_still(draft, target, entry, err) : code;
}

/* A foreign thing in the way: adopted only when nothing at all differs. */
static enum ce_code put_on_foreign(struct ce_draft *draft, const struct target *target,
                                   struct ce_error *err) {
  if (ce_wanted_compare(&target->wanted, ce_draft_state(draft, target->path), false) == CE_LIKENESS_SAME) {
    return own_as(draft, target, ce_draft_lost_receipt(draft) ? CE_ORIGIN_CREATED : CE_ORIGIN_ADOPTED, err);
  }
  return replace_foreign(draft, target, err);
}

static enum ce_code put_on_ours(struct ce_draft *draft, const struct target *target,
                                const struct ce_receipt_path *entry, struct ce_error *err) {
  enum ce_code code = CE_OK;
  switch (ce_wanted_compare(&target->wanted, ce_draft_state(draft, target->path), false)) {
  case CE_LIKENESS_SAME:
    return own_still(draft, target, entry, err);
  case CE_LIKENESS_MODE:
    code = target->wanted.type == CE_PATH_FILE ? ce_draft_set_mode(draft, target->path, &target->wanted, err)
                                               : put(draft, target, CE_PRECONDITION_OURS, false, err);
    return code == CE_OK ? own_still(draft, target, entry, err) : code;
  default:
    return entry->origin == CE_ORIGIN_ADOPTED ? replace_foreign(draft, target, err)
                                              : replace_ours(draft, target, entry, err);
  }
}

/* The receipt's entry for it is not left either: the plan is not carried out. */
static enum ce_code leave_to_obstacle(struct ce_draft *draft, const struct target *target,
                                      struct ce_error *err) {
  enum ce_code code = ce_sorted_paths_add(&draft->owned, target->path, err);
  bool link = target->wanted.type == CE_PATH_LINK;
  return code == CE_OK ? ce_draft_obstacle(draft, target->path, link ? "a link" : "a file", err) : code;
}

static enum ce_code put_target(struct ce_draft *draft, const struct target *target, struct ce_error *err) {
  enum ce_code code = ce_plan_directories_need(draft, target->path, err);
  if (code != CE_OK) {
    return code;
  }
  const struct ce_receipt_path *entry = find_entry(draft, target);
  switch (ce_draft_state(draft, target->path)->type) {
  case CE_PATH_ABSENT:
    return put_on_nothing(draft, target, entry, err);
  case CE_PATH_FILE:
  case CE_PATH_LINK:
    return entry ? put_on_ours(draft, target, entry, err) : put_on_foreign(draft, target, err);
  default:
    return leave_to_obstacle(draft, target, err);
  }
}

static enum ce_code put_link(struct ce_draft *draft, const char *path, const char *text,
                             struct ce_error *err) {
  struct target target = {.path = path, .wanted = ce_wanted_link(text, draft->facts)};
  return put_target(draft, &target, err);
}

static enum ce_code put_command(struct ce_draft *draft, const struct ce_integration *integration,
                                struct ce_error *err) {
  CE_AUTO(ce_free) char *text = ce_text_format("/%s/%s", CE_CURRENT, integration->file);
  return text ? put_link(draft, integration->target, text, err) : ce_fail_memory(err, integration->target);
}

static enum ce_code put_file(struct ce_draft *draft, const struct ce_integration *integration,
                             const char *path, struct ce_error *err) {
  const struct ce_manifest_file *source = ce_manifest_find(draft->wanted, integration->file);
  assert(source && source->type == CE_MANIFEST_FILE);
  CE_AUTO(ce_free)
  char *content_path = ce_text_format("%s/%s/%s", CE_VERSIONS, draft->wanted->version, integration->file);
  if (!content_path) {
    return ce_fail_memory(err, path);
  }
  struct target target = {
      .path = path, .wanted = ce_wanted_from_manifest(source, draft->facts), .content_path = content_path};
  target.wanted.mode = CE_INTEGRATION_FILE_MODE;
  return put_target(draft, &target, err);
}

/* What `systemctl enable` would make, so that it holds where no systemd runs. */
static enum ce_code put_unit_link(struct ce_draft *draft, const struct ce_integration *unit,
                                  struct ce_error *err) {
  const char *name = ce_relpath_name(unit->target);
  CE_AUTO(ce_free)
  char *path = ce_text_format("%s/%s.wants/%s", ce_integration_kind_directory(CE_INTEGRATION_UNIT),
                              unit->wanted_by, name);
  CE_AUTO(ce_free) char *text = ce_text_format("../%s", name);
  return path && text ? put_link(draft, path, text, err) : ce_fail_memory(err, unit->target);
}

/* The list of the keys that pcscd gives to the driver: computed, so its bytes are the plan's. */
static enum ce_code put_driver_plist(struct ce_draft *draft, struct ce_error *err) {
  const struct ce_selection *selection = draft->request->selection;
  CE_AUTO(ce_free) char *path = ce_selection_plist_target(selection);
  if (!path) {
    return ce_fail_memory(err, CE_DRIVER_PLIST);
  }
  struct target target = {.path = path,
                          .wanted = {.type = CE_PATH_FILE,
                                     .mode = CE_INTEGRATION_FILE_MODE,
                                     .uid = draft->facts->owner_uid,
                                     .gid = draft->facts->owner_gid,
                                     .size_bytes = selection->driver_plist_size_bytes,
                                     .sha256 = selection->driver_plist_sha256},
                          .text = selection->driver_plist};
  return put_target(draft, &target, err);
}

static enum ce_code put_integration(struct ce_draft *draft, const struct ce_integration *integration,
                                    struct ce_error *err) {
  if (integration->kind == CE_INTEGRATION_COMMAND) {
    return put_command(draft, integration, err);
  }
  CE_AUTO(ce_free) char *path = ce_selection_target(draft->request->selection, integration);
  if (!path) {
    return ce_fail_memory(err, integration->target);
  }
  enum ce_code code = put_file(draft, integration, path, err);
  if (code == CE_OK && integration->kind == CE_INTEGRATION_PCSC_DRIVER) {
    return put_driver_plist(draft, err);
  }
  bool enabled = integration->kind == CE_INTEGRATION_UNIT && integration->wanted_by;
  return code == CE_OK && enabled ? put_unit_link(draft, integration, err) : code;
}

enum ce_code ce_plan_integration_put(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < draft->wanted->integration_count; i++) {
    const struct ce_integration *integration = &draft->wanted->integration[i];
    if (ce_selection_wants(draft->request->selection, integration)) {
      code = put_integration(draft, integration, err);
    }
  }
  return code;
}
