/* SPDX-License-Identifier: Apache-2.0
 * manifest.json from bytes: syntax, types and limits of each entry; manifest-rules.c has what holds between
 * them. */
#include "base/relpath.h"
#include "base/version.h"
#include "model/manifest-rules.h"
#include "model/member.h"
#include "model/strings.h"
#include "model/text-rule.h"

#include <string.h>

/* What a manifest at the limits above needs, with room for members of later versions; jansson takes some 100
 * bytes a value and 250 a container, so this bounds the memory that a hostile document of 32 MiB can claim.
 */
#define CONTAINERS_MAX 110000
#define VALUES_MAX     1500000

typedef enum ce_code read_entry(const struct ce_json_context *context, const json_t *entry,
                                struct ce_manifest *manifest, size_t index, struct ce_error *err);

static const char *package_problem(const char *text) {
  return ce_text_portable_name_problem(text) ? "is not a package's name" : NULL;
}

static const char *soname_problem(const char *text) {
  return ce_text_portable_name_problem(text) || !strstr(text, ".so") ? "is not a library's soname" : NULL;
}

static const char *version_problem(const char *text) {
  return ce_version_is_valid(text) ? NULL : "is not a version";
}

/* Counted before jansson builds anything. */
static enum ce_code check_extent(const struct ce_json_context *context, const uint8_t *bytes, size_t size,
                                 struct ce_error *err) {
  size_t containers = 0;
  size_t values = 0;
  bool in_string = false;
  for (size_t i = 0; i < size; i++) {
    if (in_string && bytes[i] == '\\') {
      i++;
    } else if (bytes[i] == '"') {
      in_string = !in_string;
    } else if (!in_string) {
      containers += bytes[i] == '{' || bytes[i] == '[';
      values += bytes[i] == ',';
    }
  }
  if (containers > CONTAINERS_MAX || values > VALUES_MAX) {
    return ce_fail(err, context->code, "parse", context->document,
                   "has %zu lists and objects and %zu values; at most %d files are allowed", containers,
                   values, CE_MANIFEST_FILES_MAX);
  }
  return CE_OK;
}

static enum ce_code read_link(const struct ce_json_context *context, const json_t *entry,
                              struct ce_manifest_file *file, struct ce_error *err) {
  file->type = CE_MANIFEST_LINK;
  if (json_object_get(entry, "mode") || json_object_get(entry, "size") || json_object_get(entry, "sha256")) {
    return ce_fail(err, context->code, "parse", file->path, "a link has neither mode, size nor sha256");
  }
  return ce_member_text(context, entry, "link", CE_RELPATH_MAX, &file->link_target, err);
}

static enum ce_code read_regular(const struct ce_json_context *context, const json_t *entry,
                                 struct ce_manifest_file *file, struct ce_error *err) {
  file->type = CE_MANIFEST_FILE;
  enum ce_code code = ce_json_get_mode(context, entry, "mode", &file->mode, err);
  if (code == CE_OK) {
    code = ce_member_size(context, entry, "size", CE_MANIFEST_FILE_SIZE_MAX, &file->size_bytes, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_digest(context, entry, "sha256", &file->sha256, err);
  }
  if (code == CE_OK && (file->mode & 07000)) {
    return ce_fail(err, context->code, "parse", file->path, "mode %04o has the setuid, setgid or sticky bit",
                   file->mode);
  }
  if (code == CE_OK && ((file->mode & 0444) != 0444 || (file->mode & 0002))) {
    return ce_fail(err, context->code, "parse", file->path,
                   "mode %04o; everybody must be able to read it, others must not be able to write it",
                   file->mode);
  }
  return code;
}

static enum ce_code read_file(const struct ce_json_context *context, const json_t *entry,
                              struct ce_manifest *manifest, size_t index, struct ce_error *err) {
  struct ce_manifest_file *file = &manifest->files[index];
  enum ce_code code = ce_member_relpath(context, entry, "path", &file->path, err);
  if (code != CE_OK) {
    return code;
  }
  if (strcmp(file->path, "manifest.json") == 0) {
    return ce_fail(err, context->code, "parse", file->path, "the manifest does not list itself");
  }
  code = json_object_get(entry, "link") ? read_link(context, entry, file, err)
                                        : read_regular(context, entry, file, err);
  if (code != CE_OK && strcmp(err->subject, context->document) == 0) {
    ce_error_context(err, "\"%s\"", file->path);
  }
  return code;
}

static enum ce_code read_integration(const struct ce_json_context *context, const json_t *entry,
                                     struct ce_manifest *manifest, size_t index, struct ce_error *err) {
  struct ce_integration *item = &manifest->integration[index];
  const char *kind = NULL;
  enum ce_code code = ce_json_get_string(context, entry, "kind", CE_MANIFEST_NAME_MAX, &kind, err);
  if (code == CE_OK) {
    item->kind = ce_integration_kind_by_name(kind);
    if (item->kind == CE_INTEGRATION_KIND_COUNT) {
      return ce_json_refuse(context, err, "kind", "\"%s\" is not known", kind);
    }
    code = ce_member_relpath(context, entry, "file", &item->file, err);
  }
  if (code == CE_OK) {
    code = ce_member_relpath(context, entry, "target", &item->target, err);
  }
  if (code == CE_OK && json_object_get(entry, "wanted_by")) {
    code = ce_member_text(context, entry, "wanted_by", CE_RELPATH_NAME_MAX - sizeof ".wants",
                          &item->wanted_by, err);
  }
  if (code == CE_OK && json_object_get(entry, "module")) {
    code = ce_member_checked_text(context, entry, "module", CE_MANIFEST_MODULE_MAX,
                                  ce_text_portable_name_problem, &item->module, err);
  }
  return code;
}

static enum ce_code read_packages(const struct ce_json_context *context, const json_t *entry,
                                  struct ce_prerequisite *prerequisite, struct ce_error *err) {
  const struct {
    const char *family;
    char ***list;
  } families[] = {{"debian", &prerequisite->debian},
                  {"fedora", &prerequisite->fedora},
                  {"suse", &prerequisite->suse},
                  {"arch", &prerequisite->arch}};
  json_t *packages = NULL;
  enum ce_code code = ce_json_get_object(context, entry, "packages", &packages, err);
  for (size_t i = 0; code == CE_OK && i < sizeof families / sizeof families[0]; i++) {
    code = ce_strings_from_json(context, packages, families[i].family, CE_MANIFEST_PACKAGES_MAX,
                                CE_MANIFEST_NAME_MAX, package_problem, families[i].list, err);
  }
  return code;
}

static enum ce_code read_prerequisite(const struct ce_json_context *context, const json_t *entry,
                                      struct ce_manifest *manifest, size_t index, struct ce_error *err) {
  struct ce_prerequisite *prerequisite = &manifest->prerequisites[index];
  enum ce_code code = ce_member_checked_text(context, entry, "capability", CE_MANIFEST_NAME_MAX,
                                             ce_text_portable_name_problem, &prerequisite->capability, err);
  if (code == CE_OK) {
    code = ce_json_get_boolean(context, entry, "required", &prerequisite->required, err);
  }
  return code == CE_OK ? read_packages(context, entry, prerequisite, err) : code;
}

static enum ce_code read_one(const struct ce_json_context *context, const char *key, const json_t *entry,
                             struct ce_manifest *manifest, read_entry *read, size_t index,
                             struct ce_error *err) {
  enum ce_code code = json_is_object(entry) ? read(context, entry, manifest, index, err)
                                            : ce_json_refuse(context, err, key, "an entry is not an object");
  if (code != CE_OK) {
    ce_error_context(err, "%s[%zu]", key, index);
  }
  return code;
}

/* *count grows with each entry begun, so that a half-read manifest can be freed. */
static enum ce_code read_each(const struct ce_json_context *context, const char *key, const json_t *array,
                              struct ce_manifest *manifest, read_entry *read, size_t *count,
                              struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < json_array_size(array); i++) {
    *count = i + 1;
    code = read_one(context, key, json_array_get(array, i), manifest, read, i, err);
  }
  return code;
}

/* The files, of which thousands may stand apart from json. */
static enum ce_code read_files(const struct ce_json_context *context, const json_t *json,
                               struct ce_json_items *apart, struct ce_manifest *manifest,
                               struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code = ce_json_get_array(context, json, "files", CE_MANIFEST_FILES_MAX, &array, err);
  size_t count = apart && apart->begin ? apart->count : json_array_size(array);
  if (code == CE_OK && count > CE_MANIFEST_FILES_MAX) {
    code = ce_json_refuse(context, err, "files", "has %zu entries; at most %d are allowed", count,
                          CE_MANIFEST_FILES_MAX);
  }
  if (code != CE_OK) {
    return code;
  }
  manifest->files = calloc(count + 1, sizeof *manifest->files);
  if (!manifest->files) {
    return ce_fail_memory(err, "files");
  }
  if (!apart || !apart->begin) {
    return read_each(context, "files", array, manifest, read_file, &manifest->file_count, err);
  }
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    CE_AUTO(ce_json) json_t *entry = NULL;
    code = ce_json_items_next(context, apart, &entry, err);
    if (code == CE_OK) {
      manifest->file_count = i + 1;
      code = read_one(context, "files", entry, manifest, read_file, i, err);
    }
  }
  return code;
}

static enum ce_code read_integrations(const struct ce_json_context *context, const json_t *json,
                                      struct ce_manifest *manifest, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code =
      ce_json_get_array(context, json, "integration", CE_MANIFEST_INTEGRATION_MAX, &array, err);
  if (code != CE_OK) {
    return code;
  }
  manifest->integration = calloc(json_array_size(array) + 1, sizeof *manifest->integration);
  if (!manifest->integration) {
    return ce_fail_memory(err, "integration");
  }
  return read_each(context, "integration", array, manifest, read_integration, &manifest->integration_count,
                   err);
}

static enum ce_code read_prerequisites(const struct ce_json_context *context, const json_t *json,
                                       struct ce_manifest *manifest, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code =
      ce_json_get_array(context, json, "prerequisites", CE_MANIFEST_PREREQUISITES_MAX, &array, err);
  if (code != CE_OK) {
    return code;
  }
  manifest->prerequisites = calloc(json_array_size(array) + 1, sizeof *manifest->prerequisites);
  if (!manifest->prerequisites) {
    return ce_fail_memory(err, "prerequisites");
  }
  return read_each(context, "prerequisites", array, manifest, read_prerequisite,
                   &manifest->prerequisite_count, err);
}

static enum ce_code read_head(const struct ce_json_context *context, const json_t *json,
                              struct ce_manifest *manifest, struct ce_error *err) {
  enum ce_code code = ce_member_checked_text(context, json, "profile", CE_MANIFEST_NAME_MAX,
                                             ce_text_identifier_problem, &manifest->profile, err);
  if (code == CE_OK) {
    code = ce_member_checked_text(context, json, "version", CE_VERSION_MAX, version_problem,
                                  &manifest->version, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(context, json, "arch", CE_MANIFEST_NAME_MAX, ce_text_arch_problem,
                                  &manifest->arch, err);
  }
  if (code == CE_OK) {
    code = ce_strings_from_json(context, json, "sonames", CE_MANIFEST_SONAMES_MAX, CE_MANIFEST_NAME_MAX,
                                soname_problem, &manifest->sonames, err);
  }
  return code;
}

enum ce_code ce_manifest_from_json(const json_t *json, const struct ce_json_context *context,
                                   struct ce_manifest **ret, struct ce_error *err) {
  return ce_manifest_from_parts(json, NULL, context, ret, err);
}

enum ce_code ce_manifest_from_parts(const json_t *json, struct ce_json_items *files,
                                    const struct ce_json_context *context, struct ce_manifest **ret,
                                    struct ce_error *err) {
  enum ce_code code = ce_member_format(context, json, CE_MANIFEST_FORMAT, CE_PACKAGE_FORMAT, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = calloc(1, sizeof *manifest);
  if (!manifest) {
    return ce_fail_memory(err, context->document);
  }
  code = read_head(context, json, manifest, err);
  if (code == CE_OK) {
    code = read_files(context, json, files, manifest, err);
  }
  if (code == CE_OK) {
    code = read_integrations(context, json, manifest, err);
  }
  if (code == CE_OK) {
    code = read_prerequisites(context, json, manifest, err);
  }
  if (code == CE_OK) {
    code = ce_manifest_rules_apply(manifest, context, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&manifest);
  }
  return code;
}

enum ce_code ce_manifest_parse(const void *bytes, size_t size, struct ce_manifest **ret,
                               struct ce_error *err) {
  static const struct ce_json_context context = {CE_PACKAGE_INVALID, "manifest.json"};
  static const char *const files_path[] = {"files", NULL};
  CE_AUTO(ce_json) json_t *json = NULL;
  struct ce_json_items files = {0};
  enum ce_code code = check_extent(&context, bytes, size, err);
  if (code == CE_OK) {
    code = ce_json_parse_apart(&context, bytes, size, CE_MANIFEST_BYTES_MAX, files_path, &files, &json, err);
  }
  return code == CE_OK ? ce_manifest_from_parts(json, &files, &context, ret, err) : code;
}
