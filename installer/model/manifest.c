/* SPDX-License-Identifier: Apache-2.0
 * The manifest as a value: freeing, copying, looking up, writing. */
#include "model/manifest.h"

#include "model/member.h"
#include "model/strings.h"

#include <string.h>

static void prerequisite_clear(struct ce_prerequisite *prerequisite) {
  free(prerequisite->capability);
  ce_strings_free(prerequisite->debian);
  ce_strings_free(prerequisite->fedora);
  ce_strings_free(prerequisite->suse);
  ce_strings_free(prerequisite->arch);
}

void ce_manifest_free(struct ce_manifest *manifest) {
  if (!manifest) {
    return;
  }
  free(manifest->profile);
  free(manifest->version);
  free(manifest->arch);
  for (size_t i = 0; i < manifest->file_count; i++) {
    free(manifest->files[i].path);
    free(manifest->files[i].link_target);
  }
  free(manifest->files);
  for (size_t i = 0; i < manifest->integration_count; i++) {
    free(manifest->integration[i].file);
    free(manifest->integration[i].target);
    free(manifest->integration[i].wanted_by);
    free(manifest->integration[i].module);
  }
  free(manifest->integration);
  for (size_t i = 0; i < manifest->prerequisite_count; i++) {
    prerequisite_clear(&manifest->prerequisites[i]);
  }
  free(manifest->prerequisites);
  ce_strings_free(manifest->sonames);
  free(manifest);
}

bool ce_manifest_is_code(const char *path, uint32_t mode) {
  const char *library = strstr(path, ".so");
  return (mode & 0111) || (library && (library[3] == '\0' || library[3] == '.'));
}

const struct ce_manifest_file *ce_manifest_find(const struct ce_manifest *manifest, const char *path) {
  size_t low = 0;
  size_t high = manifest->file_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(path, manifest->files[middle].path);
    if (order == 0) {
      return &manifest->files[middle];
    }
    *(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
  }
  return NULL;
}

/* A copy of text in *ret; NULL stays NULL. False when memory is out. */
static bool copy_text(const char *text, char **ret) {
  *ret = text ? strdup(text) : NULL;
  return !text || *ret;
}

static bool copy_strings(char *const *strings, char ***ret) {
  struct ce_error ignored;
  return ce_strings_copy(strings, ret, &ignored) == CE_OK;
}

static bool copy_files(const struct ce_manifest *manifest, struct ce_manifest *copy) {
  copy->files = calloc(manifest->file_count + 1, sizeof *copy->files);
  for (size_t i = 0; copy->files && i < manifest->file_count; i++) {
    struct ce_manifest_file *file = &copy->files[copy->file_count++];
    *file = manifest->files[i];
    bool path = copy_text(manifest->files[i].path, &file->path);
    bool target = copy_text(manifest->files[i].link_target, &file->link_target);
    if (!path || !target) {
      return false;
    }
  }
  return copy->files != NULL;
}

static bool copy_integration(const struct ce_manifest *manifest, struct ce_manifest *copy) {
  copy->integration = calloc(manifest->integration_count + 1, sizeof *copy->integration);
  for (size_t i = 0; copy->integration && i < manifest->integration_count; i++) {
    const struct ce_integration *from = &manifest->integration[i];
    struct ce_integration *to = &copy->integration[copy->integration_count++];
    to->kind = from->kind;
    if (!copy_text(from->file, &to->file) || !copy_text(from->target, &to->target) ||
        !copy_text(from->wanted_by, &to->wanted_by) || !copy_text(from->module, &to->module)) {
      return false;
    }
  }
  return copy->integration != NULL;
}

static bool copy_prerequisites(const struct ce_manifest *manifest, struct ce_manifest *copy) {
  copy->prerequisites = calloc(manifest->prerequisite_count + 1, sizeof *copy->prerequisites);
  for (size_t i = 0; copy->prerequisites && i < manifest->prerequisite_count; i++) {
    const struct ce_prerequisite *from = &manifest->prerequisites[i];
    struct ce_prerequisite *to = &copy->prerequisites[copy->prerequisite_count++];
    to->required = from->required;
    if (!copy_text(from->capability, &to->capability) || !copy_strings(from->debian, &to->debian) ||
        !copy_strings(from->fedora, &to->fedora) || !copy_strings(from->suse, &to->suse) ||
        !copy_strings(from->arch, &to->arch)) {
      return false;
    }
  }
  return copy->prerequisites != NULL;
}

enum ce_code ce_manifest_copy(const struct ce_manifest *manifest, struct ce_manifest **ret,
                              struct ce_error *err) {
  CE_AUTO(ce_manifest) struct ce_manifest *copy = calloc(1, sizeof *copy);
  if (!copy || !copy_text(manifest->profile, &copy->profile) ||
      !copy_text(manifest->version, &copy->version) || !copy_text(manifest->arch, &copy->arch) ||
      !copy_files(manifest, copy) || !copy_integration(manifest, copy) ||
      !copy_prerequisites(manifest, copy) || !copy_strings(manifest->sonames, &copy->sonames)) {
    return ce_fail_memory(err, "manifest");
  }
  copy->total_bytes = manifest->total_bytes;
  *ret = ce_take(&copy);
  return CE_OK;
}

json_t *ce_manifest_file_to_json(const struct ce_manifest_file *file) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "path", file->path);
  if (file->type == CE_MANIFEST_LINK) {
    failed |= ce_member_set_text(object, "link", file->link_target);
  } else {
    failed |= ce_member_set_mode(object, file->mode);
    failed |= ce_member_set_size(object, "size", file->size_bytes);
    failed |= ce_member_set_digest(object, "sha256", &file->sha256);
  }
  return failed ? NULL : ce_take(&object);
}

static json_t *integration_to_json(const struct ce_integration *item) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "kind", ce_integration_kind_name(item->kind));
  failed |= ce_member_set_text(object, "file", item->file);
  failed |= ce_member_set_text(object, "target", item->target);
  if (item->wanted_by) {
    failed |= ce_member_set_text(object, "wanted_by", item->wanted_by);
  }
  if (item->module) {
    failed |= ce_member_set_text(object, "module", item->module);
  }
  return failed ? NULL : ce_take(&object);
}

static json_t *packages_to_json(const struct ce_prerequisite *prerequisite) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = json_object_set_new(object, "debian", ce_strings_to_json(prerequisite->debian));
  failed |= json_object_set_new(object, "fedora", ce_strings_to_json(prerequisite->fedora));
  failed |= json_object_set_new(object, "suse", ce_strings_to_json(prerequisite->suse));
  failed |= json_object_set_new(object, "arch", ce_strings_to_json(prerequisite->arch));
  return failed ? NULL : ce_take(&object);
}

static json_t *prerequisite_to_json(const struct ce_prerequisite *prerequisite) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "capability", prerequisite->capability);
  failed |= json_object_set_new(object, "required", json_boolean(prerequisite->required));
  failed |= json_object_set_new(object, "packages", packages_to_json(prerequisite));
  return failed ? NULL : ce_take(&object);
}

static json_t *files_to_json(const struct ce_manifest *manifest) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < manifest->file_count; i++) {
    if (json_array_append_new(array, ce_manifest_file_to_json(&manifest->files[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

static json_t *integrations_to_json(const struct ce_manifest *manifest) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < manifest->integration_count; i++) {
    if (json_array_append_new(array, integration_to_json(&manifest->integration[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

static json_t *prerequisites_to_json(const struct ce_manifest *manifest) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < manifest->prerequisite_count; i++) {
    if (json_array_append_new(array, prerequisite_to_json(&manifest->prerequisites[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

/* Takes files over; NULL is "out of memory". */
static json_t *to_json(const struct ce_manifest *manifest, json_t *files) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = json_object_set_new(object, "format", json_integer(CE_MANIFEST_FORMAT));
  failed |= ce_member_set_text(object, "profile", manifest->profile);
  failed |= ce_member_set_text(object, "version", manifest->version);
  failed |= ce_member_set_text(object, "arch", manifest->arch);
  failed |= json_object_set_new(object, "files", files);
  failed |= json_object_set_new(object, "integration", integrations_to_json(manifest));
  failed |= json_object_set_new(object, "prerequisites", prerequisites_to_json(manifest));
  failed |= json_object_set_new(object, "sonames", ce_strings_to_json(manifest->sonames));
  return failed ? NULL : ce_take(&object);
}

json_t *ce_manifest_to_json(const struct ce_manifest *manifest) {
  return to_json(manifest, files_to_json(manifest));
}

json_t *ce_manifest_frame_to_json(const struct ce_manifest *manifest) {
  return to_json(manifest, json_pack("[n]"));
}

static bool is_same_file(const struct ce_manifest_file *a, const struct ce_manifest_file *b) {
  if (a->type != b->type || strcmp(a->path, b->path) != 0) {
    return false;
  }
  return a->type == CE_MANIFEST_LINK ? strcmp(a->link_target, b->link_target) == 0
                                     : a->mode == b->mode && a->size_bytes == b->size_bytes &&
                                           ce_digest_equal(&a->sha256, &b->sha256);
}

bool ce_manifest_has_same_files(const struct ce_manifest *a, const struct ce_manifest *b) {
  bool same = a->file_count == b->file_count;
  for (size_t i = 0; same && i < a->file_count; i++) {
    same = is_same_file(&a->files[i], &b->files[i]);
  }
  return same;
}
