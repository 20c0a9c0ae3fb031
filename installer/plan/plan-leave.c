/* SPDX-License-Identifier: Apache-2.0
 * Leaving targets: ours go, originals come back, what somebody edited stays. */
#include "plan/plan-leave.h"

#include "base/relpath.h"
#include "plan/plan-directories.h"

#include <string.h>

/* The original stays in CE_BACKUP for the user. */
static enum ce_code keep_original(struct ce_draft *draft, const struct ce_receipt_path *entry,
                                  struct ce_error *err) {
  if (!entry->backup) {
    return entry->prior.type == CE_PATH_LINK
               ? ce_draft_note_link(draft, CE_NOTE_ORIGINAL_LINK, entry->path, entry->prior.link_target, err)
               : CE_OK;
  }
  enum ce_code code = ce_draft_save(draft, entry->backup, err);
  return code == CE_OK ? ce_draft_note_path(draft, CE_NOTE_ORIGINAL_KEPT, entry->backup, err) : code;
}

static enum ce_code remove_ours(struct ce_draft *draft, const char *path, struct ce_error *err) {
  return ce_draft_state(draft, path)->type == CE_PATH_ABSENT
             ? CE_OK
             : ce_draft_remove(draft, CE_STEP_REMOVE_FILE, path, err);
}

/* Looked at and gone; a backup that was not probed counts as there. */
static bool is_lost(const struct ce_draft *draft, const char *backup) {
  const struct ce_path_fact *fact = ce_facts_find(draft->facts, backup);
  return fact && fact->state.type != CE_PATH_FILE;
}

/* The original as it is to be: mode and owner that it had; bytes of the backup as it is now. */
static struct ce_wanted describe_original(const struct ce_draft *draft, const struct ce_receipt_path *entry) {
  const struct ce_path_fact *backup = entry->backup ? ce_facts_find(draft->facts, entry->backup) : NULL;
  const struct ce_path_state *bytes = backup && backup->state.digest_known ? &backup->state : &entry->prior;
  return (struct ce_wanted){
      .type = entry->prior.type,
      .mode = entry->prior.mode,
      .uid = entry->prior.uid,
      .gid = entry->prior.gid,
      .size_bytes = bytes->size_bytes,
      .sha256 = bytes->sha256,
      .link_target = entry->prior.link_target,
  };
}

static enum ce_code put_original(struct ce_draft *draft, const struct ce_receipt_path *entry,
                                 struct ce_error *err) {
  bool absent = ce_draft_state(draft, entry->path)->type == CE_PATH_ABSENT;
  enum ce_code code = ce_plan_directories_lend(draft, entry->path, err);
  if (code == CE_OK) {
    code = ce_sorted_paths_add(&draft->kept, entry->path, err);
  }
  if (code != CE_OK) {
    return code;
  }
  struct ce_wanted original = describe_original(draft, entry);
  struct ce_draft_put put = {
      .path = entry->path,
      .precondition = absent ? CE_PRECONDITION_ABSENT : CE_PRECONDITION_OURS,
      .content = CE_CONTENT_BACKUP,
      .content_path = entry->backup,
  };
  return ce_draft_put(draft, &put, &original, err);
}

static enum ce_code restore(struct ce_draft *draft, const struct ce_receipt_path *entry,
                            struct ce_error *err) {
  bool is_file = entry->prior.type == CE_PATH_FILE;
  if (is_file && (!entry->backup || is_lost(draft, entry->backup))) {
    enum ce_code code = remove_ours(draft, entry->path, err);
    return code == CE_OK ? ce_draft_note_path(draft, CE_NOTE_ORIGINAL_LOST, entry->path, err) : code;
  }
  if (!is_file && entry->prior.type != CE_PATH_LINK) {
    return remove_ours(draft, entry->path, err);
  }
  bool has_place = false;
  enum ce_code code = ce_plan_directories_can_hold(draft, entry->path, &has_place, err);
  if (code != CE_OK) {
    return code;
  }
  return has_place ? put_original(draft, entry, err) : keep_original(draft, entry, err);
}

/* Somebody put the original back himself. */
static bool is_original(const struct ce_receipt_path *entry, const struct ce_path_state *state) {
  struct ce_wanted original = {
      .type = entry->prior.type,
      .size_bytes = entry->prior.size_bytes,
      .sha256 = entry->prior.sha256,
      .link_target = entry->prior.link_target,
  };
  bool comparable =
      entry->prior.type == CE_PATH_LINK || (entry->prior.type == CE_PATH_FILE && entry->prior.digest_known);
  return comparable && ce_wanted_compare(&original, state, false) != CE_LIKENESS_DIFFERENT;
}

static enum ce_code keep_edited(struct ce_draft *draft, const struct ce_receipt_path *entry,
                                struct ce_error *err) {
  if (entry->origin == CE_ORIGIN_REPLACED && is_original(entry, ce_draft_state(draft, entry->path))) {
    return ce_sorted_paths_add(&draft->kept, entry->path, err);
  }
  enum ce_code code = ce_draft_keep(draft, CE_NOTE_KEPT_EDITED, entry->path, err);
  if (code == CE_OK && entry->origin == CE_ORIGIN_REPLACED) {
    code = keep_original(draft, entry, err);
  }
  return code;
}

static enum ce_code leave(struct ce_draft *draft, const struct ce_receipt_path *entry, struct ce_error *err) {
  const struct ce_path_state *state = ce_draft_state(draft, entry->path);
  bool absent = state->type == CE_PATH_ABSENT;
  if (entry->origin == CE_ORIGIN_ADOPTED) {
    return absent ? CE_OK : ce_draft_keep(draft, CE_NOTE_KEPT_ADOPTED, entry->path, err);
  }
  struct ce_wanted ours = ce_wanted_from_receipt(entry, draft->facts);
  if (!absent && ce_wanted_compare(&ours, state, true) == CE_LIKENESS_DIFFERENT) {
    return keep_edited(draft, entry, err);
  }
  return entry->origin == CE_ORIGIN_REPLACED ? restore(draft, entry, err)
                                             : remove_ours(draft, entry->path, err);
}

enum ce_code ce_plan_leave(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = CE_OK;
  size_t count = draft->before ? draft->before->path_count : 0;
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    const struct ce_receipt_path *entry = &draft->before->paths[i];
    if (entry->type != CE_PATH_DIRECTORY && !ce_sorted_paths_contain(&draft->owned, entry->path)) {
      code = leave(draft, entry, err);
    }
  }
  return code;
}
