/* SPDX-License-Identifier: Apache-2.0
 * Steps as values and as JSON. */
#include "model/step.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "model/member.h"

#include <assert.h>
#include <string.h>

static const char *const kind_names[CE_STEP_KIND_COUNT] = {[CE_STEP_MAKE_DIRECTORY] = "make-directory",
                                                           [CE_STEP_ADD_TREE] = "add-tree",
                                                           [CE_STEP_REMOVE_TREE] = "remove-tree",
                                                           [CE_STEP_PUT_FILE] = "put-file",
                                                           [CE_STEP_PUT_LINK] = "put-link",
                                                           [CE_STEP_SET_MODE] = "set-mode",
                                                           [CE_STEP_REMOVE_FILE] = "remove-file",
                                                           [CE_STEP_REMOVE_DIRECTORY] = "remove-directory"};
static const char *const precondition_names[] = {[CE_PRECONDITION_ABSENT] = "absent",
                                                 [CE_PRECONDITION_OURS] = "ours",
                                                 [CE_PRECONDITION_FOREIGN] = "foreign",
                                                 [CE_PRECONDITION_IDENTICAL] = "identical"};
static const char *const content_names[] = {[CE_CONTENT_PACKAGE] = "package",
                                            [CE_CONTENT_TREE] = "tree",
                                            [CE_CONTENT_BACKUP] = "backup",
                                            [CE_CONTENT_INLINE] = "inline"};

#define COUNT(names) (sizeof(names) / sizeof(names)[0])

CE_DEFINE_AUTO_IN_PLACE(step, struct ce_step, ce_step_clear);

const char *ce_step_kind_name(enum ce_step_kind kind) {
  assert(kind < CE_STEP_KIND_COUNT);
  return kind_names[kind];
}

enum ce_step_kind ce_step_kind_by_name(const char *name) {
  for (size_t i = 0; i < CE_STEP_KIND_COUNT; i++) {
    if (strcmp(kind_names[i], name) == 0) {
      return (enum ce_step_kind)i;
    }
  }
  return CE_STEP_KIND_COUNT;
}

static bool has_meta(enum ce_step_kind kind) {
  return kind == CE_STEP_MAKE_DIRECTORY || kind == CE_STEP_ADD_TREE || kind == CE_STEP_SET_MODE;
}

void ce_step_clear(struct ce_step *step) {
  free(step->path);
  ce_path_state_clear(&step->prior);
  if (step->kind == CE_STEP_PUT_FILE) {
    free(step->file.content_path);
    free(step->file.text);
  } else if (step->kind == CE_STEP_PUT_LINK) {
    free(step->link.target);
  }
  *step = (struct ce_step){0};
}

static enum ce_code read_owner(const json_t *json, const struct ce_json_context *context, uint32_t *uid,
                               uint32_t *gid, struct ce_error *err) {
  enum ce_code code = ce_member_uint32(context, json, "uid", uid, err);
  return code == CE_OK ? ce_member_uint32(context, json, "gid", gid, err) : code;
}

static enum ce_code read_text(const json_t *json, const struct ce_json_context *context, struct ce_step *step,
                              struct ce_error *err) {
  enum ce_code code = ce_member_text(context, json, "text", CE_STEP_TEXT_MAX, &step->file.text, err);
  if (code == CE_OK && strlen(step->file.text) != step->file.size_bytes) {
    return ce_json_refuse(context, err, "text", "has %zu bytes, \"size\" says %llu", strlen(step->file.text),
                          (unsigned long long)step->file.size_bytes);
  }
  return code;
}

static enum ce_code read_content(const json_t *json, const struct ce_json_context *context,
                                 struct ce_step *step, struct ce_error *err) {
  size_t content = 0;
  enum ce_code code =
      ce_member_name(context, json, "content", content_names, COUNT(content_names), &content, err);
  if (code == CE_OK) {
    step->file.content = (enum ce_content)content;
  }
  if (code == CE_OK && step->file.content == CE_CONTENT_INLINE) {
    return read_text(json, context, step, err);
  }
  if (code == CE_OK) {
    code = ce_member_relpath(context, json, "content_path", &step->file.content_path, err);
  }
  return code;
}

static enum ce_code read_file(const json_t *json, const struct ce_json_context *context, struct ce_step *step,
                              struct ce_error *err) {
  enum ce_code code = ce_json_get_mode(context, json, "mode", &step->file.mode, err);
  if (code == CE_OK) {
    code = read_owner(json, context, &step->file.uid, &step->file.gid, err);
  }
  if (code == CE_OK) {
    code = ce_member_size(context, json, "size", UINT64_MAX, &step->file.size_bytes, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_digest(context, json, "sha256", &step->file.sha256, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_boolean(context, json, "keep_prior", &step->file.keep_prior, err);
  }
  return code == CE_OK ? read_content(json, context, step, err) : code;
}

static enum ce_code read_link(const json_t *json, const struct ce_json_context *context, struct ce_step *step,
                              struct ce_error *err) {
  enum ce_code code = read_owner(json, context, &step->link.uid, &step->link.gid, err);
  if (code == CE_OK) {
    code = ce_member_optional_boolean(context, json, "keep_prior", &step->link.keep_prior, err);
  }
  return code == CE_OK ? ce_member_link_target(context, json, &step->link.target, err) : code;
}

static enum ce_code read_meta(const json_t *json, const struct ce_json_context *context, struct ce_step *step,
                              struct ce_error *err) {
  enum ce_code code = ce_json_get_mode(context, json, "mode", &step->meta.mode, err);
  return code == CE_OK ? read_owner(json, context, &step->meta.uid, &step->meta.gid, err) : code;
}

static enum ce_code read_wanted(const json_t *json, const struct ce_json_context *context,
                                struct ce_step *step, struct ce_error *err) {
  if (step->kind == CE_STEP_PUT_FILE) {
    return read_file(json, context, step, err);
  }
  if (step->kind == CE_STEP_PUT_LINK) {
    return read_link(json, context, step, err);
  }
  return has_meta(step->kind) ? read_meta(json, context, step, err) : CE_OK;
}

static enum ce_code read_step(const json_t *json, const struct ce_json_context *context, struct ce_step *step,
                              struct ce_error *err) {
  size_t kind = 0;
  size_t precondition = 0;
  json_t *prior = NULL;
  enum ce_code code = ce_member_relpath(context, json, "path", &step->path, err);
  if (code == CE_OK) {
    code = ce_member_name(context, json, "kind", kind_names, COUNT(kind_names), &kind, err);
  }
  if (code == CE_OK) {
    step->kind = (enum ce_step_kind)kind;
    code = ce_member_name(context, json, "precondition", precondition_names, COUNT(precondition_names),
                          &precondition, err);
  }
  if (code == CE_OK) {
    step->precondition = (enum ce_precondition)precondition;
    code = ce_json_get_object(context, json, "prior", &prior, err);
  }
  if (code == CE_OK) {
    code = ce_path_state_from_json(prior, context, &step->prior, err);
  }
  return code == CE_OK ? read_wanted(json, context, step, err) : code;
}

enum ce_code ce_step_from_json(const json_t *json, const struct ce_json_context *context, struct ce_step *ret,
                               struct ce_error *err) {
  CE_AUTO(step) struct ce_step step = {0};
  enum ce_code code = read_step(json, context, &step, err);
  if (code == CE_OK) {
    *ret = step;
    step = (struct ce_step){0};
  }
  return code;
}

static int write_file(const struct ce_step *step, json_t *object) {
  int failed = ce_member_set_mode(object, step->file.mode);
  failed |= ce_member_set_owner(object, step->file.uid, step->file.gid);
  failed |= ce_member_set_size(object, "size", step->file.size_bytes);
  failed |= ce_member_set_digest(object, "sha256", &step->file.sha256);
  failed |= ce_member_set_text(object, "content", content_names[step->file.content]);
  failed |= step->file.content == CE_CONTENT_INLINE
                ? ce_member_set_text(object, "text", step->file.text)
                : ce_member_set_text(object, "content_path", step->file.content_path);
  failed |= json_object_set_new(object, "keep_prior", json_boolean(step->file.keep_prior));
  return failed;
}

json_t *ce_step_to_json(const struct ce_step *step) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "kind", ce_step_kind_name(step->kind));
  failed |= ce_member_set_text(object, "precondition", precondition_names[step->precondition]);
  failed |= ce_member_set_text(object, "path", step->path);
  failed |= json_object_set_new(object, "prior", ce_path_state_to_json(&step->prior));
  if (step->kind == CE_STEP_PUT_FILE) {
    failed |= write_file(step, object);
  } else if (step->kind == CE_STEP_PUT_LINK) {
    failed |= ce_member_set_owner(object, step->link.uid, step->link.gid);
    failed |= ce_member_set_link_target(object, step->link.target);
    failed |= json_object_set_new(object, "keep_prior", json_boolean(step->link.keep_prior));
  } else if (has_meta(step->kind)) {
    failed |= ce_member_set_mode(object, step->meta.mode);
    failed |= ce_member_set_owner(object, step->meta.uid, step->meta.gid);
  }
  return failed ? NULL : ce_take(&object);
}

char *ce_step_backup_path(const char *txid, size_t index) {
  return ce_text_format(CE_BACKUP "/%s-%zu", txid, index);
}
