/* SPDX-License-Identifier: Apache-2.0
 * Likeness of what should be and what is. */
#include "plan/wanted.h"

#include <string.h>

#define PERMISSION_BITS 07777u

struct ce_wanted ce_wanted_from_manifest(const struct ce_manifest_file *file, const struct ce_facts *facts) {
  return (struct ce_wanted){
      .type = file->type == CE_MANIFEST_LINK ? CE_PATH_LINK : CE_PATH_FILE,
      .mode = file->mode,
      .uid = facts->owner_uid,
      .gid = facts->owner_gid,
      .size_bytes = file->size_bytes,
      .sha256 = file->sha256,
      .link_target = file->link_target,
  };
}

struct ce_wanted ce_wanted_from_receipt(const struct ce_receipt_path *path, const struct ce_facts *facts) {
  return (struct ce_wanted){
      .type = path->type,
      .mode = path->mode,
      .uid = facts->owner_uid,
      .gid = facts->owner_gid,
      .size_bytes = path->size_bytes,
      .sha256 = path->sha256,
      .link_target = path->link_target,
  };
}

struct ce_wanted ce_wanted_link(const char *text, const struct ce_facts *facts) {
  return (struct ce_wanted){
      .type = CE_PATH_LINK, .uid = facts->owner_uid, .gid = facts->owner_gid, .link_target = text};
}

static bool content_is_same(const struct ce_wanted *wanted, const struct ce_path_state *state,
                            bool unread_counts) {
  if (wanted->type == CE_PATH_LINK) {
    return state->link_target && strcmp(wanted->link_target, state->link_target) == 0;
  }
  if (wanted->size_bytes != state->size_bytes) {
    return false;
  }
  return state->digest_known ? ce_digest_equal(&wanted->sha256, &state->sha256) : unread_counts;
}

enum ce_likeness ce_wanted_compare(const struct ce_wanted *wanted, const struct ce_path_state *state,
                                   bool unread_counts) {
  if (wanted->type != state->type || !content_is_same(wanted, state, unread_counts)) {
    return CE_LIKENESS_DIFFERENT;
  }
  bool owner = wanted->uid == state->uid && wanted->gid == state->gid;
  /* A link's own mode means nothing. */
  bool mode = wanted->type == CE_PATH_LINK || wanted->mode == (state->mode & PERMISSION_BITS);
  return owner && mode ? CE_LIKENESS_SAME : CE_LIKENESS_MODE;
}
