/* SPDX-License-Identifier: Apache-2.0
 * Command lines of the package managers. */
#include "engine/package-manager.h"

#include "engine/host.h"
#include "model/strings.h"

#include <string.h>

#define MANAGER_TIMEOUT_MS (30 * 60 * 1000)
#define QUERY_TIMEOUT_MS   (2 * 60 * 1000)
#define ARGUMENTS_MAX      1024

struct manager {
  const char *name;
  const char *program; /* relpath that tells that it is there */
  const char *install[8];
  const char *refresh[8];
  const char *remove[8]; /* the low-level tool: it refuses to break a dependency */
  const char *list[8];
};

static const struct manager managers[] = {
    [CE_MANAGER_NONE] = {.name = ""},
    [CE_MANAGER_APT] = {.name = "apt",
                        .program = "usr/bin/apt-get",
                        .install = {"apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=120", "install",
                                    "--no-install-recommends"},
                        .refresh = {"apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", "update"},
                        .remove = {"dpkg", "--purge"},
                        .list = {"dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\\n"}},
    [CE_MANAGER_DNF] = {.name = "dnf",
                        .program = "usr/bin/dnf",
                        .install = {"dnf", "-y", "-q", "install"},
                        .refresh = {"dnf", "-y", "-q", "makecache"},
                        .remove = {"rpm", "-e"},
                        .list = {"rpm", "-qa", "--qf", "%{NAME}\\n"}},
    [CE_MANAGER_ZYPPER] = {.name = "zypper",
                           .program = "usr/bin/zypper",
                           .install = {"zypper", "--non-interactive", "install", "--no-recommends"},
                           .refresh = {"zypper", "--non-interactive", "refresh"},
                           .remove = {"rpm", "-e"},
                           .list = {"rpm", "-qa", "--qf", "%{NAME}\\n"}},
    [CE_MANAGER_PACMAN] = {.name = "pacman",
                           .program = "usr/bin/pacman",
                           .install = {"pacman", "-S", "--noconfirm", "--needed"},
                           .refresh = {"pacman", "-Sy", "--noconfirm"},
                           .remove = {"pacman", "-R", "--noconfirm"},
                           .list = {"pacman", "-Qq"}},
};

enum ce_package_manager ce_package_manager_find(const struct ce_engine *engine) {
  for (size_t i = CE_MANAGER_APT; engine->live && i < sizeof managers / sizeof managers[0]; i++) {
    if (ce_host_has(engine, managers[i].program)) {
      return (enum ce_package_manager)i;
    }
  }
  return CE_MANAGER_NONE;
}

const char *ce_package_manager_name(enum ce_package_manager manager) {
  return managers[manager].name;
}

enum ce_package_manager ce_package_manager_by_name(const char *name) {
  for (size_t i = CE_MANAGER_APT; i < sizeof managers / sizeof managers[0]; i++) {
    if (strcmp(managers[i].name, name) == 0) {
      return (enum ce_package_manager)i;
    }
  }
  return CE_MANAGER_NONE;
}

char *const *ce_package_manager_names(enum ce_package_manager manager,
                                      const struct ce_prerequisite *prerequisite) {
  switch (manager) {
  case CE_MANAGER_APT:
    return prerequisite->debian;
  case CE_MANAGER_DNF:
    return prerequisite->fedora;
  case CE_MANAGER_ZYPPER:
    return prerequisite->suse;
  case CE_MANAGER_PACMAN:
    return prerequisite->arch;
  case CE_MANAGER_NONE:
    break;
  }
  return NULL;
}

/* What the program said last, for a message: its errors, or its output when there are none. */
static const char *last_words(const struct ce_process_result *result) {
  const struct ce_blob *said = result->errors.size > 0 ? &result->errors : &result->output;
  const char *text = ce_blob_text(said);
  return said->size > 300 ? text + said->size - 300 : text;
}

/* Runs words followed by more (may be NULL) and expects exit status 0. */
static enum ce_code run(const struct ce_engine *engine, const char *const words[8], char *const *more,
                        int64_t timeout_ms, struct ce_process_result *result, struct ce_error *err) {
  const char *argv[ARGUMENTS_MAX + 9] = {NULL};
  size_t count = 0;
  for (; count < 8 && words[count]; count++) {
    argv[count] = words[count];
  }
  for (size_t i = 0; more && more[i]; i++) {
    if (i == ARGUMENTS_MAX) {
      return ce_fail(err, CE_CHILD, "run", words[0], "more than %d packages at once", ARGUMENTS_MAX);
    }
    argv[count++] = more[i];
  }
  static const char *const environment[] = {"DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", NULL};
  enum ce_code code =
      engine->process->run(engine->process->context, argv, environment, timeout_ms, result, err);
  if (code == CE_OK && result->exit_status != 0) {
    return ce_fail(err, CE_CHILD, "run", words[0], "exit status %d: %s", result->exit_status,
                   last_words(result));
  }
  return code;
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* dpkg lists packages that are removed but not purged too; its lines start with a status such as "ii ". */
static enum ce_code keep_installed(char ***names, struct ce_error *err) {
  CE_AUTO(ce_strings) char **kept = calloc(1, sizeof *kept);
  enum ce_code code = kept ? CE_OK : ce_fail_memory(err, "packages");
  for (size_t i = 0; code == CE_OK && (*names)[i] && (*names)[i + 1]; i += 2) {
    if ((*names)[i][0] && (*names)[i][1] == 'i') {
      code = ce_strings_add(&kept, (*names)[i + 1], err);
    }
  }
  if (code == CE_OK) {
    ce_strings_free(*names);
    *names = ce_take(&kept);
  }
  return code;
}

enum ce_code ce_package_manager_list(const struct ce_engine *engine, enum ce_package_manager manager,
                                     char ***ret, struct ce_error *err) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  CE_AUTO(ce_strings) char **names = NULL;
  enum ce_code code = run(engine, managers[manager].list, NULL, QUERY_TIMEOUT_MS, &result, err);
  if (code == CE_OK) {
    code = ce_strings_split(ce_blob_text(&result.output), &names, err);
  }
  if (code == CE_OK && manager == CE_MANAGER_APT) {
    code = keep_installed(&names, err);
  }
  if (code == CE_OK) {
    qsort(names, ce_strings_count(names), sizeof *names, compare_texts);
    *ret = ce_take(&names);
  }
  return code;
}

/* One of several runs; none begins after a cancel. */
static enum ce_code run_next(const struct ce_engine *engine, const char *const words[8], char *const *more,
                             struct ce_error *err) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  return ce_engine_is_cancelled(engine)
             ? ce_fail(err, CE_CANCELLED, "run", words[0], "cancelled while the package manager worked")
             : run(engine, words, more, MANAGER_TIMEOUT_MS, &result, err);
}

enum ce_code ce_package_manager_install(const struct ce_engine *engine, enum ce_package_manager manager,
                                        char *const *packages, struct ce_error *err) {
  const struct manager *words = &managers[manager];
  enum ce_code code = run_next(engine, words->install, packages, err);
  if (code == CE_OK || code == CE_CANCELLED) {
    return code;
  }
  code = run_next(engine, words->refresh, NULL, err);
  return code == CE_OK ? run_next(engine, words->install, packages, err) : code;
}

enum ce_code ce_package_manager_remove(const struct ce_engine *engine, enum ce_package_manager manager,
                                       char *const *packages, struct ce_error *err) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  return run(engine, managers[manager].remove, packages, MANAGER_TIMEOUT_MS, &result, err);
}
