/* SPDX-License-Identifier: Apache-2.0
 * Prerequisites: install, record, remove. */
#include "engine/prerequisites.h"

#include "engine/capability.h"
#include "engine/package-manager.h"
#include "engine/probe.h"
#include "model/layout.h"
#include "model/strings.h"
#include "ports/fs-document.h"

#include <string.h>

#define RECORD_BYTES_MAX    (1u << 20)
#define RECORD_PACKAGES_MAX 1000

static const struct ce_json_context record_context = {.code = CE_IO, .document = "prerequisites.json"};

static enum ce_code record_read(const struct ce_engine *engine, enum ce_package_manager *ret_manager,
                                char ***packages, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_json) json_t *json = NULL;
  json_t *names = NULL;
  const char *manager = NULL;
  enum ce_code code = ce_fs_document_read(engine->fs, CE_PREREQUISITES, RECORD_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_json_parse(&record_context, bytes.data, bytes.size, RECORD_BYTES_MAX, &json, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_string(&record_context, json, "manager", 32, &manager, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_array(&record_context, json, "packages", RECORD_PACKAGES_MAX, &names, err);
  }
  for (size_t i = 0; code == CE_OK && i < json_array_size(names); i++) {
    const char *name = json_string_value(json_array_get(names, i));
    /* A name goes to a command line: it must look like one. */
    if (!name || !name[0] || name[0] == '-') {
      return ce_json_refuse(&record_context, err, "packages", "has an entry that is no package name");
    }
    code = ce_strings_add(packages, name, err);
  }
  if (code == CE_OK) {
    *ret_manager = ce_package_manager_by_name(manager);
  }
  return code;
}

static enum ce_code record_write(const struct ce_engine *engine, enum ce_package_manager manager,
                                 char *const *packages, struct ce_error *err) {
  CE_AUTO(ce_json)
  json_t *json =
      json_pack("{s:i,s:s,s:[]}", "format", 1, "manager", ce_package_manager_name(manager), "packages");
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  if (!json) {
    return ce_fail_memory(err, CE_PREREQUISITES);
  }
  for (size_t i = 0; packages[i]; i++) {
    if (json_array_append_new(json_object_get(json, "packages"), json_string(packages[i])) != 0) {
      return ce_fail_memory(err, CE_PREREQUISITES);
    }
  }
  enum ce_code code = ce_json_write(json, true, &bytes, err);
  if (code == CE_OK) {
    code = ce_blob_append(&bytes, "\n", 1, err);
  }
  return code == CE_OK
             ? ce_fs_document_replace(engine->fs, CE_PREREQUISITES, bytes.data, bytes.size, 0644, err)
             : code;
}

enum ce_code ce_prerequisites_wanted(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                     char ***ret, struct ce_error *err) {
  CE_AUTO(ce_strings) char **wanted = calloc(1, sizeof *wanted);
  CE_AUTO(ce_free) char *arch = NULL;
  enum ce_package_manager manager = ce_package_manager_find(engine);
  enum ce_code code = wanted ? ce_probe_arch(engine, &arch, err) : ce_fail_memory(err, "packages");
  for (size_t i = 0; code == CE_OK && i < manifest->prerequisite_count; i++) {
    const struct ce_prerequisite *prerequisite = &manifest->prerequisites[i];
    if (ce_capability_present(engine, arch, prerequisite->capability)) {
      continue;
    }
    char *const *names = ce_package_manager_names(manager, prerequisite);
    for (size_t k = 0; code == CE_OK && names && names[k]; k++) {
      if (!ce_strings_contain(wanted, names[k])) {
        code = ce_strings_add(&wanted, names[k], err);
      }
    }
  }
  if (code == CE_OK) {
    *ret = ce_take(&wanted);
  }
  return code;
}

/* Adds to recorded what is in after and not in before. */
static enum ce_code add_new(char *const *before, char *const *after, char ***recorded, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && after[i]; i++) {
    if (!ce_strings_contain(before, after[i]) && !ce_strings_contain(*recorded, after[i])) {
      code = ce_strings_add(recorded, after[i], err);
    }
  }
  return code;
}

static bool has_new(char *const *before, char *const *after) {
  size_t i = 0;
  while (after[i] && ce_strings_contain(before, after[i])) {
    i++;
  }
  return after[i] != NULL;
}

/* The intention is recorded before the manager starts, the truth when it has ended, however it ended: what it
 * left half-installed is ours to remove too. */
static enum ce_code install_recorded(const struct ce_engine *engine, enum ce_package_manager manager,
                                     char *const *wanted, bool *came, struct ce_error *err) {
  CE_AUTO(ce_strings) char **recorded = calloc(1, sizeof *recorded);
  CE_AUTO(ce_strings) char **before = NULL;
  CE_AUTO(ce_strings) char **after = NULL;
  CE_AUTO(ce_strings) char **intended = NULL;
  enum ce_package_manager recorded_by = manager;
  struct ce_error problem;
  if (!recorded) {
    return ce_fail_memory(err, CE_PREREQUISITES);
  }
  enum ce_code code = record_read(engine, &recorded_by, &recorded, &problem);
  if (code != CE_OK && code != CE_NOT_FOUND) {
    ce_emit_warning(engine->sink, "prerequisites", &problem);
  }
  code = ce_package_manager_list(engine, manager, &before, err);
  if (code == CE_OK) {
    code = add_new(NULL, recorded, &intended, err);
  }
  if (code == CE_OK) {
    code = add_new(before, wanted, &intended, err);
  }
  if (code == CE_OK && intended) {
    code = record_write(engine, manager, intended, err);
  }
  if (code != CE_OK) {
    return code;
  }
  ce_emit_note(engine->sink, "package-manager",
               N_("The package manager (%s) finishes what it begins; a cancel counts after that."),
               ce_package_manager_name(manager));
  code = ce_package_manager_install(engine, manager, wanted, &problem);
  if (code != CE_OK && code != CE_CANCELLED) {
    ce_emit_warning(engine->sink, "prerequisites", &problem);
  }
  code = ce_package_manager_list(engine, manager, &after, err);
  *came = *came || code != CE_OK || has_new(before, after);
  if (code == CE_OK) {
    code = add_new(before, after, &recorded, err);
  }
  return code == CE_OK ? record_write(engine, manager, recorded, err) : code;
}

/* Before the manager starts, and when it has ended: what it installed is recorded by then and stays. */
static enum ce_code check_cancelled(const struct ce_engine *engine, enum ce_package_manager manager,
                                    struct ce_error *err) {
  return ce_engine_is_cancelled(engine)
             ? ce_fail(err, CE_CANCELLED, "install", ce_package_manager_name(manager),
                       "cancelled before anything was put in place")
             : CE_OK;
}

enum ce_code ce_prerequisites_install(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                      bool *came, char ***ret_missing, struct ce_error *err) {
  CE_AUTO(ce_strings) char **wanted = NULL;
  CE_AUTO(ce_free) char *arch = NULL;
  enum ce_package_manager manager = ce_package_manager_find(engine);
  enum ce_code code = ce_prerequisites_wanted(engine, manifest, &wanted, err);
  if (code == CE_OK && wanted[0] && manager != CE_MANAGER_NONE && engine->uid == 0) {
    ce_emit_phase(engine->sink, "prerequisites", N_("Installing what this machine lacks"));
    code = check_cancelled(engine, manager, err);
    code = code == CE_OK ? install_recorded(engine, manager, wanted, came, err) : code;
    code = code == CE_OK ? check_cancelled(engine, manager, err) : code;
  }
  if (code == CE_OK) {
    code = ce_probe_arch(engine, &arch, err);
  }
  return code == CE_OK ? ce_capability_missing(engine, arch, manifest, ret_missing, err) : code;
}

void ce_prerequisites_tell_stay(const struct ce_engine *engine) {
  ce_emit_note(engine->sink, "packages-stay",
               N_("What the package manager (%s) has installed stays; an uninstall with --purge removes it."),
               ce_package_manager_name(ce_package_manager_find(engine)));
}

/* The recorded packages that are installed now. */
static enum ce_code still_installed(const struct ce_engine *engine, enum ce_package_manager manager,
                                    char *const *recorded, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_strings) char **installed = NULL;
  CE_AUTO(ce_strings) char **still = calloc(1, sizeof *still);
  enum ce_code code =
      still ? ce_package_manager_list(engine, manager, &installed, err) : ce_fail_memory(err, "packages");
  for (size_t i = 0; code == CE_OK && recorded[i]; i++) {
    if (ce_strings_contain(installed, recorded[i])) {
      code = ce_strings_add(&still, recorded[i], err);
    }
  }
  if (code == CE_OK) {
    *ret = ce_take(&still);
  }
  return code;
}

void ce_prerequisites_remove(const struct ce_engine *engine) {
  CE_AUTO(ce_strings) char **recorded = NULL;
  CE_AUTO(ce_strings) char **packages = NULL;
  enum ce_package_manager manager = CE_MANAGER_NONE;
  struct ce_error problem;
  enum ce_code code = record_read(engine, &manager, &recorded, &problem);
  bool possible = manager != CE_MANAGER_NONE && engine->live && engine->uid == 0;
  if (code == CE_OK && recorded && !possible) {
    ce_emit_note(
        engine->sink, "packages-stay",
        N_("What the package manager (%s) has installed stays: only the running system can remove it."),
        ce_package_manager_name(manager));
    return;
  }
  if (code == CE_OK && recorded) {
    code = still_installed(engine, manager, recorded, &packages, &problem);
  }
  if (code == CE_OK && packages && packages[0]) {
    ce_emit_phase(engine->sink, "prerequisites", N_("Removing what was installed along with it"));
    code = ce_package_manager_remove(engine, manager, packages, &problem);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(engine->fs, CE_PREREQUISITES, &problem); /* nothing is left to remember */
  }
  if (code != CE_OK && code != CE_NOT_FOUND) {
    ce_emit_warning(engine->sink, "prerequisites", &problem);
  }
}

enum ce_code ce_prerequisites_warn(const struct ce_engine *engine, char *const *missing,
                                   struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob names = {0};
  for (size_t i = 0; missing && missing[i]; i++) {
    enum ce_code code = ce_blob_printf(&names, err, "%s%s", i > 0 ? ", " : "", missing[i]);
    if (code != CE_OK) {
      return code;
    }
  }
  if (names.size > 0) {
    struct ce_error lacking;
    ce_fail(&lacking, CE_PREREQUISITE, "check", ce_blob_text(&names), "not found on this machine");
    ce_emit_warning(engine->sink, "missing", &lacking);
  }
  return CE_OK;
}

enum ce_code ce_prerequisites_judge(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                    char *const *missing, struct ce_error *err) {
  for (size_t i = 0; engine->live && manifest && i < manifest->prerequisite_count; i++) {
    const struct ce_prerequisite *prerequisite = &manifest->prerequisites[i];
    if (prerequisite->required && ce_strings_contain(missing, prerequisite->capability)) {
      return ce_fail(err, CE_PREREQUISITE, "check", prerequisite->capability, "not found on this machine");
    }
  }
  return CE_OK;
}
