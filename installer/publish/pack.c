/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish pack: a staged tree and a template become an environment package. */
#include "base/json.h"
#include "base/version.h"
#include "publish/command.h"
#include "publish/package-check.h"
#include "publish/package-writer.h"
#include "publish/packed-profile.h"
#include "publish/site-profile.h"
#include "publish/tree.h"

#include <string.h>

#define TEMPLATE_BYTES_MAX (1u << 20)
#define OUTPUT_MODE        0644
#define MTIME_MAX          INT64_C(077777777777)

static const struct ce_publish_option options[] = {
    {"tree", "DIR", N_("the staged tree to pack"), true},
    {"manifest-template", "FILE", N_("profile, integration, prerequisites and sonames as JSON"), true},
    {"version", "V", N_("the package's version"), true},
    {"arch", "A", N_("the architecture, as uname -m says it"), true},
    {"o", "FILE", N_("the package to write"), true},
    {"level", "1..19", N_("zstd's compression level; default 19"), false},
};

struct packing {
  struct ce_fs *tree;
  struct ce_manifest *manifest; /* checked */
  struct ce_blob manifest_bytes;
  int64_t mtime_s, level;
};

static void clear(struct packing *packing) {
  ce_fs_free(packing->tree);
  ce_manifest_free(packing->manifest);
  ce_blob_clear(&packing->manifest_bytes);
}
CE_DEFINE_AUTO_IN_PLACE(packing, struct packing, clear);

static enum ce_code read_template(const char *path, json_t **ret, struct ce_error *err) {
  static const struct ce_json_context context = {CE_USAGE, "manifest template"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_place_read(path, TEMPLATE_BYTES_MAX, &bytes, err);
  return code == CE_OK ? ce_json_parse(&context, bytes.data, bytes.size, TEMPLATE_BYTES_MAX, ret, err) : code;
}

/* A member that is misspelt must not be left out in silence. */
static bool is_for_template(const char *member) {
  static const char *const members[] = {"format", "profile", "integration", "prerequisites", "sonames"};
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    if (strcmp(members[i], member) == 0) {
      return true;
    }
  }
  return false;
}

static enum ce_code merge_template(json_t *manifest, json_t *template, const char *path,
                                   struct ce_error *err) {
  if (!json_is_object(template)) {
    return ce_fail(err, CE_USAGE, "read template", path, "it is not a JSON object");
  }
  const char *member = NULL;
  json_t *value = NULL;
  json_object_foreach(template, member, value) {
    if (!is_for_template(member)) {
      return ce_fail(err, CE_USAGE, "read template", path, "'%s' is not for a template to say", member);
    }
    if (json_object_set(manifest, member, value) != 0) {
      return ce_fail_memory(err, path);
    }
  }
  return CE_OK;
}

/* A package speaks for the profile in its tree, unless the template names another. */
static enum ce_code take_profile(struct ce_fs *tree, const json_t *template, json_t *manifest,
                                 struct ce_error *err) {
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  enum ce_code code = ce_packed_profile_read(tree, &profile, err);
  if (code != CE_OK || json_object_get(template, "profile")) {
    return code;
  }
  if (!profile) {
    return ce_fail(err, CE_PACKAGE_INVALID, "pack", CE_SITE_PROFILE_MEMBER,
                   "the tree has no profile, and the template names none");
  }
  return json_object_set_new(manifest, "profile", json_string(profile->id)) == 0
             ? CE_OK
             : ce_fail_memory(err, "manifest");
}

static json_t *describe_tree(const struct ce_publish_arguments *arguments, struct ce_manifest *scanned) {
  scanned->profile = strdup("");
  scanned->version = strdup(ce_publish_arguments_value(arguments, "version"));
  scanned->arch = strdup(ce_publish_arguments_value(arguments, "arch"));
  bool complete = scanned->profile && scanned->version && scanned->arch;
  return complete ? ce_manifest_to_json(scanned) : NULL;
}

static enum ce_code make_manifest(const struct ce_publish_arguments *arguments, struct packing *packing,
                                  struct ce_error *err) {
  const char *template_path = ce_publish_arguments_value(arguments, "manifest-template");
  CE_AUTO(ce_json) json_t *template = NULL;
  CE_AUTO(ce_manifest) struct ce_manifest *scanned = calloc(1, sizeof *scanned);
  enum ce_code code =
      scanned ? read_template(template_path, &template, err) : ce_fail_memory(err, template_path);
  if (code == CE_OK) {
    code = ce_tree_scan(packing->tree, scanned, err);
  }
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_json) json_t *manifest = describe_tree(arguments, scanned);
  code = manifest ? merge_template(manifest, template, template_path, err) : ce_fail_memory(err, "manifest");
  if (code == CE_OK) {
    code = take_profile(packing->tree, template, manifest, err);
  }
  if (code == CE_OK) {
    code = ce_json_write(manifest, true, &packing->manifest_bytes, err);
  }
  if (code == CE_OK) {
    code = ce_blob_append(&packing->manifest_bytes, "\n", 1, err);
  }
  return code == CE_OK ? ce_manifest_parse(packing->manifest_bytes.data, packing->manifest_bytes.size,
                                           &packing->manifest, err)
                       : code;
}

static enum ce_code read_settings(const struct ce_publish_arguments *arguments, struct packing *packing,
                                  struct ce_error *err) {
  const char *level = ce_publish_arguments_value(arguments, "level");
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  packing->level = CE_PACKAGE_LEVEL_DEFAULT;
  enum ce_code code = CE_OK;
  if (level) {
    code = ce_publish_number_parse("level", level, 1, CE_PACKAGE_LEVEL_MAX, &packing->level, err);
  }
  if (code == CE_OK && epoch) {
    code = ce_publish_number_parse("SOURCE_DATE_EPOCH", epoch, 0, MTIME_MAX, &packing->mtime_s, err);
  }
  return code;
}

/* What was written is read back by the client's reader before it gets its name. */
static enum ce_code write_package(const struct packing *packing, const char *path, struct ce_error *err) {
  CE_AUTO(ce_output) struct ce_output *output = NULL;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  struct ce_package_writing writing = {packing->tree, packing->manifest, &packing->manifest_bytes,
                                       packing->mtime_s, (int)packing->level};
  enum ce_code code = ce_output_new(path, OUTPUT_MODE, &output, err);
  if (code == CE_OK) {
    code = ce_package_write(&writing, output, err);
  }
  if (code == CE_OK) {
    code = ce_output_sync(output, err);
  }
  if (code == CE_OK) {
    code = ce_reader_open_path(ce_output_new_path(output), &reader, err);
  }
  if (code == CE_OK) {
    code = ce_package_check(reader, &package, err);
  }
  return code == CE_OK ? ce_output_commit(output, err) : code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(packing) struct packing packing = {0};
  const char *path = ce_publish_arguments_value(arguments, "o");
  enum ce_code code = read_settings(arguments, &packing, err);
  if (code == CE_OK) {
    code = ce_fs_open_root(ce_publish_arguments_value(arguments, "tree"), &packing.tree, err);
  }
  if (code == CE_OK) {
    code = make_manifest(arguments, &packing, err);
  }
  if (code == CE_OK) {
    code = write_package(&packing, path, err);
  }
  if (code == CE_OK) {
    ce_publish_report(arguments, N_("Packed %zu files into %s."), packing.manifest->file_count, path);
  }
  return code;
}

const struct ce_publish_command ce_publish_pack = {
    .name = "pack",
    .operand = NULL,
    .summary = N_("make an environment package from a staged tree"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
