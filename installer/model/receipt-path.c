/* SPDX-License-Identifier: Apache-2.0
 * Paths of a receipt. */
#include "model/receipt-path.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "model/member.h"

#include <string.h>

CE_DEFINE_AUTO_IN_PLACE(receipt_path, struct ce_receipt_path, ce_receipt_path_clear);

static const char *const origin_names[] = {
    [CE_ORIGIN_CREATED] = "created", [CE_ORIGIN_REPLACED] = "replaced", [CE_ORIGIN_ADOPTED] = "adopted"};

static const struct {
  const char *name;
  enum ce_path_type type;
} types[] = {{"file", CE_PATH_FILE}, {"link", CE_PATH_LINK}, {"directory", CE_PATH_DIRECTORY}};

const char *ce_origin_name(enum ce_origin origin) {
  return origin_names[origin];
}

void ce_receipt_path_clear(struct ce_receipt_path *path) {
  free(path->path);
  free(path->link_target);
  ce_path_state_clear(&path->prior);
  free(path->backup);
  *path = (struct ce_receipt_path){0};
}

enum ce_code ce_receipt_path_copy(const struct ce_receipt_path *path, struct ce_receipt_path *ret,
                                  struct ce_error *err) {
  CE_AUTO(receipt_path) struct ce_receipt_path copy = *path;
  copy.path = strdup(path->path);
  copy.link_target = path->link_target ? strdup(path->link_target) : NULL;
  copy.backup = path->backup ? strdup(path->backup) : NULL;
  copy.prior = (struct ce_path_state){0};
  if (!copy.path || (path->link_target && !copy.link_target) || (path->backup && !copy.backup)) {
    return ce_fail_memory(err, path->path);
  }
  enum ce_code code = ce_path_state_copy(&path->prior, &copy.prior, err);
  if (code == CE_OK) {
    *ret = copy;
    copy = (struct ce_receipt_path){0};
  }
  return code;
}

static enum ce_code read_type(const json_t *json, const struct ce_json_context *context,
                              struct ce_receipt_path *path, struct ce_error *err) {
  const char *names[] = {types[0].name, types[1].name, types[2].name};
  size_t type = 0;
  enum ce_code code =
      ce_member_name(context, json, "type", names, sizeof names / sizeof names[0], &type, err);
  if (code == CE_OK) {
    path->type = types[type].type;
  }
  return code;
}

static enum ce_code read_content(const json_t *json, const struct ce_json_context *context,
                                 struct ce_receipt_path *path, struct ce_error *err) {
  enum ce_code code = read_type(json, context, path, err);
  if (code == CE_OK && path->type == CE_PATH_LINK) {
    return ce_member_link_target(context, json, &path->link_target, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_mode(context, json, "mode", &path->mode, err);
  }
  if (code == CE_OK && path->type == CE_PATH_FILE) {
    code = ce_member_size(context, json, "size", UINT64_MAX, &path->size_bytes, err);
    if (code == CE_OK) {
      code = ce_json_get_digest(context, json, "sha256", &path->sha256, err);
    }
  }
  return code;
}

static enum ce_code read_origin(const json_t *json, const struct ce_json_context *context,
                                struct ce_receipt_path *path, struct ce_error *err) {
  size_t origin = 0;
  enum ce_code code = ce_member_name(context, json, "origin", origin_names,
                                     sizeof origin_names / sizeof origin_names[0], &origin, err);
  if (code != CE_OK) {
    return code;
  }
  path->origin = (enum ce_origin)origin;
  if (path->origin != CE_ORIGIN_REPLACED) {
    return CE_OK;
  }
  json_t *prior = NULL;
  code = ce_json_get_object(context, json, "prior", &prior, err);
  if (code == CE_OK) {
    code = ce_path_state_from_json(prior, context, &path->prior, err);
  }
  if (code == CE_OK && json_object_get(json, "backup")) {
    code = ce_member_relpath(context, json, "backup", &path->backup, err);
    if (code == CE_OK && !ce_relpath_is_beneath(path->backup, CE_BACKUP)) {
      return ce_json_refuse(context, err, "backup", "\"%s\" lies outside " CE_BACKUP, path->backup);
    }
  }
  return code;
}

enum ce_code ce_receipt_path_from_json(const json_t *json, const struct ce_json_context *context,
                                       struct ce_receipt_path *ret, struct ce_error *err) {
  CE_AUTO(receipt_path) struct ce_receipt_path path = {0};
  enum ce_code code = ce_member_relpath(context, json, "path", &path.path, err);
  if (code != CE_OK) {
    return code;
  }
  code = read_content(json, context, &path, err);
  if (code == CE_OK) {
    code = read_origin(json, context, &path, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "\"%s\"", path.path);
    return code;
  }
  *ret = path;
  path = (struct ce_receipt_path){0};
  return CE_OK;
}

static const char *type_name(enum ce_path_type type) {
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (types[i].type == type) {
      return types[i].name;
    }
  }
  return NULL;
}

json_t *ce_receipt_path_to_json(const struct ce_receipt_path *path) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "path", path->path);
  failed |= ce_member_set_text(object, "type", type_name(path->type));
  failed |= ce_member_set_text(object, "origin", ce_origin_name(path->origin));
  if (path->type == CE_PATH_LINK) {
    failed |= ce_member_set_link_target(object, path->link_target);
  } else {
    failed |= ce_member_set_mode(object, path->mode);
  }
  if (path->type == CE_PATH_FILE) {
    failed |= ce_member_set_size(object, "size", path->size_bytes);
    failed |= ce_member_set_digest(object, "sha256", &path->sha256);
  }
  if (path->origin == CE_ORIGIN_REPLACED) {
    failed |= json_object_set_new(object, "prior", ce_path_state_to_json(&path->prior));
    if (path->backup) {
      failed |= ce_member_set_text(object, "backup", path->backup);
    }
  }
  return failed ? NULL : ce_take(&object);
}
