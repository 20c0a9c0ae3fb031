/* SPDX-License-Identifier: Apache-2.0
 * Parsing of root, timestamp and snapshot metadata. */
#include "trust/metadata.h"

#include "trust/metadata-field.h"

#include <string.h>

static const struct ce_json_context root_context = {CE_TRUST_FORMAT, "root"};
static const struct ce_json_context timestamp_context = {CE_TRUST_FORMAT, "timestamp"};
static const struct ce_json_context snapshot_context = {CE_TRUST_FORMAT, "snapshot"};

void ce_tuf_root_free(struct ce_tuf_root *root) {
  if (!root) {
    return;
  }
  for (size_t i = 0; i < root->role_count; i++) {
    ce_tuf_role_clear(&root->roles[i]);
  }
  free(root->roles);
  ce_keyring_clear(&root->keyring);
  free(root);
}

const struct ce_tuf_role *ce_tuf_root_role(const struct ce_tuf_root *root, const char *name) {
  for (size_t i = 0; i < root->role_count; i++) {
    if (strcmp(root->roles[i].name, name) == 0) {
      return &root->roles[i];
    }
  }
  return NULL;
}

static enum ce_code check_top_level_roles(const struct ce_tuf_root *root, struct ce_error *err) {
  static const char *const required[] = {"root", "timestamp", "snapshot", "targets"};
  for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
    if (!ce_tuf_root_role(root, required[i])) {
      return ce_json_refuse(&root_context, err, "roles", "'%s' is missing", required[i]);
    }
  }
  return CE_OK;
}

static enum ce_code parse_roles(const json_t *body, struct ce_tuf_root *root, struct ce_error *err) {
  json_t *roles = NULL;
  enum ce_code code = ce_json_get_object(&root_context, body, "roles", &roles, err);
  if (code != CE_OK) {
    return code;
  }
  size_t count = json_object_size(roles);
  if (count > CE_TUF_ROLES_MAX) {
    return ce_json_refuse(&root_context, err, "roles", "has %zu entries; at most %d are allowed", count,
                          CE_TUF_ROLES_MAX);
  }
  root->roles = calloc(count + 1, sizeof *root->roles);
  if (!root->roles) {
    return ce_fail_memory(err, "root");
  }
  const char *name;
  json_t *role;
  json_object_foreach(roles, name, role) {
    code = ce_tuf_role_parse(&root_context, name, role, &root->roles[root->role_count], err);
    if (code != CE_OK) {
      return code;
    }
    root->role_count++;
  }
  return check_top_level_roles(root, err);
}

enum ce_code ce_tuf_root_parse(const struct ce_envelope *envelope, struct ce_tuf_root **ret,
                               struct ce_error *err) {
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *root = calloc(1, sizeof *root);
  if (!root) {
    return ce_fail_memory(err, "root");
  }
  enum ce_code code = ce_tuf_head_parse(&root_context, envelope, "root", &root->head, err);
  if (code == CE_OK && json_object_get(envelope->body, "consistent_snapshot")) {
    code = ce_json_get_boolean(&root_context, envelope->body, "consistent_snapshot",
                               &root->consistent_snapshot, err);
  }
  if (code == CE_OK) {
    code = ce_keyring_parse(&root_context, envelope->body, &root->keyring, err);
  }
  if (code == CE_OK) {
    code = parse_roles(envelope->body, root, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&root);
  }
  return code;
}

void ce_tuf_timestamp_free(struct ce_tuf_timestamp *timestamp) {
  if (timestamp) {
    ce_tuf_meta_clear(&timestamp->snapshot);
    free(timestamp);
  }
}

enum ce_code ce_tuf_timestamp_parse(const struct ce_envelope *envelope, struct ce_tuf_timestamp **ret,
                                    struct ce_error *err) {
  CE_AUTO(ce_tuf_timestamp) struct ce_tuf_timestamp *timestamp = calloc(1, sizeof *timestamp);
  if (!timestamp) {
    return ce_fail_memory(err, "timestamp");
  }
  json_t *meta = NULL;
  json_t *snapshot = NULL;
  enum ce_code code = ce_tuf_head_parse(&timestamp_context, envelope, "timestamp", &timestamp->head, err);
  if (code == CE_OK) {
    code = ce_json_get_object(&timestamp_context, envelope->body, "meta", &meta, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_object(&timestamp_context, meta, "snapshot.json", &snapshot, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_meta_parse(&timestamp_context, "snapshot.json", snapshot, &timestamp->snapshot, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&timestamp);
  }
  return code;
}

void ce_tuf_snapshot_free(struct ce_tuf_snapshot *snapshot) {
  if (!snapshot) {
    return;
  }
  for (size_t i = 0; i < snapshot->meta_count; i++) {
    ce_tuf_meta_clear(&snapshot->metas[i]);
  }
  free(snapshot->metas);
  free(snapshot);
}

static int compare_metas(const void *a, const void *b) {
  return strcmp(((const struct ce_tuf_meta *)a)->name, ((const struct ce_tuf_meta *)b)->name);
}

const struct ce_tuf_meta *ce_tuf_snapshot_find(const struct ce_tuf_snapshot *snapshot, const char *name) {
  struct ce_tuf_meta wanted = {.name = (char *)name};
  return bsearch(&wanted, snapshot->metas, snapshot->meta_count, sizeof wanted, compare_metas);
}

static enum ce_code parse_metas(const json_t *body, struct ce_tuf_snapshot *snapshot, struct ce_error *err) {
  json_t *metas = NULL;
  enum ce_code code = ce_json_get_object(&snapshot_context, body, "meta", &metas, err);
  if (code != CE_OK) {
    return code;
  }
  size_t count = json_object_size(metas);
  if (count > CE_TUF_META_MAX) {
    return ce_json_refuse(&snapshot_context, err, "meta", "has %zu entries; at most %d are allowed", count,
                          CE_TUF_META_MAX);
  }
  snapshot->metas = calloc(count + 1, sizeof *snapshot->metas);
  if (!snapshot->metas) {
    return ce_fail_memory(err, "snapshot");
  }
  const char *name;
  json_t *meta;
  json_object_foreach(metas, name, meta) {
    if (strlen(name) > CE_TUF_META_NAME_MAX) {
      return ce_json_refuse(&snapshot_context, err, "meta", "a name is longer than %d bytes",
                            CE_TUF_META_NAME_MAX);
    }
    code = ce_tuf_meta_parse(&snapshot_context, name, meta, &snapshot->metas[snapshot->meta_count], err);
    if (code != CE_OK) {
      return code;
    }
    snapshot->meta_count++;
  }
  qsort(snapshot->metas, snapshot->meta_count, sizeof *snapshot->metas, compare_metas);
  if (!ce_tuf_snapshot_find(snapshot, "targets.json")) {
    return ce_json_refuse(&snapshot_context, err, "meta", "'targets.json' is missing");
  }
  return CE_OK;
}

enum ce_code ce_tuf_snapshot_parse(const struct ce_envelope *envelope, struct ce_tuf_snapshot **ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *snapshot = calloc(1, sizeof *snapshot);
  if (!snapshot) {
    return ce_fail_memory(err, "snapshot");
  }
  enum ce_code code = ce_tuf_head_parse(&snapshot_context, envelope, "snapshot", &snapshot->head, err);
  if (code == CE_OK) {
    code = parse_metas(envelope->body, snapshot, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&snapshot);
  }
  return code;
}
