/* SPDX-License-Identifier: Apache-2.0
 * What is at a path, as a value and as JSON. */
#include "model/facts.h"
#include "model/member.h"

#include <string.h>

static const char *const type_names[] = {[CE_PATH_ABSENT] = "absent",
                                         [CE_PATH_FILE] = "file",
                                         [CE_PATH_LINK] = "link",
                                         [CE_PATH_DIRECTORY] = "directory",
                                         [CE_PATH_OTHER] = "other"};

void ce_path_state_clear(struct ce_path_state *state) {
  free(state->link_target);
  *state = (struct ce_path_state){0};
}

enum ce_code ce_path_state_copy(const struct ce_path_state *state, struct ce_path_state *ret,
                                struct ce_error *err) {
  struct ce_path_state copy = *state;
  if (state->link_target) {
    copy.link_target = strdup(state->link_target);
    if (!copy.link_target) {
      return ce_fail_memory(err, state->link_target);
    }
  }
  *ret = copy;
  return CE_OK;
}

static enum ce_code read_content(const json_t *json, const struct ce_json_context *context,
                                 struct ce_path_state *state, struct ce_error *err) {
  if (state->type == CE_PATH_LINK) {
    return ce_member_link_target(context, json, &state->link_target, err);
  }
  if (state->type != CE_PATH_FILE) {
    return CE_OK;
  }
  enum ce_code code = ce_member_size(context, json, "size", UINT64_MAX, &state->size_bytes, err);
  if (code == CE_OK && json_object_get(json, "sha256")) {
    code = ce_json_get_digest(context, json, "sha256", &state->sha256, err);
    state->digest_known = code == CE_OK;
  }
  return code;
}

enum ce_code ce_path_state_from_json(const json_t *json, const struct ce_json_context *context,
                                     struct ce_path_state *ret, struct ce_error *err) {
  size_t type = 0;
  enum ce_code code =
      ce_member_name(context, json, "type", type_names, sizeof type_names / sizeof type_names[0], &type, err);
  struct ce_path_state state = {.type = (enum ce_path_type)type};
  if (code == CE_OK && state.type != CE_PATH_ABSENT) {
    code = ce_json_get_mode(context, json, "mode", &state.mode, err);
    if (code == CE_OK) {
      code = ce_member_uint32(context, json, "uid", &state.uid, err);
    }
    if (code == CE_OK) {
      code = ce_member_uint32(context, json, "gid", &state.gid, err);
    }
    if (code == CE_OK) {
      code = read_content(json, context, &state, err);
    }
  }
  if (code == CE_OK) {
    *ret = state;
  }
  return code;
}

json_t *ce_path_state_to_json(const struct ce_path_state *state) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "type", type_names[state->type]);
  if (state->type != CE_PATH_ABSENT) {
    failed |= ce_member_set_mode(object, state->mode);
    failed |= ce_member_set_owner(object, state->uid, state->gid);
  }
  if (state->type == CE_PATH_LINK) {
    failed |= ce_member_set_link_target(object, state->link_target);
  }
  if (state->type == CE_PATH_FILE) {
    failed |= ce_member_set_size(object, "size", state->size_bytes);
    if (state->digest_known) {
      failed |= ce_member_set_digest(object, "sha256", &state->sha256);
    }
  }
  return failed ? NULL : ce_take(&object);
}
