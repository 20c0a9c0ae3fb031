/* SPDX-License-Identifier: Apache-2.0
 * The doctor on what the environment needs and on the environment itself. */
#include "engine/doctor-look.h"

#include "engine/capability.h"
#include "engine/package-manager.h"
#include "model/layout.h"
#include "model/strings.h"

#include <string.h>

#define PROGRAM_TIMEOUT_MS 20000

/* A missing one is no fault while the package manager is still to be asked. */
static struct ce_check judge_capability(const struct ce_doctor_subject *subject,
                                        const struct ce_prerequisite *prerequisite) {
  const struct ce_engine *engine = subject->engine;
  enum ce_package_manager manager = ce_package_manager_find(engine);
  char *const *packages = ce_package_manager_names(manager, prerequisite);
  struct ce_check check = {
      .group = CE_CHECK_PREREQUISITE, .id = prerequisite->capability, .subject = prerequisite->capability};
  if (ce_capability_present(engine, subject->arch, prerequisite->capability)) {
    check.sentence = N_("%s is there.");
  } else if (ce_doctor_is_installed(subject)) {
    check.level = prerequisite->required ? CE_CHECK_FAULT : CE_CHECK_WARNING;
    check.sentence = N_("%s, which the environment needs, is missing.");
    check.remedy = N_("Run repair, or install it with the machine's package manager.");
  } else if (packages && packages[0]) {
    check.level = CE_CHECK_ADVICE;
    check.sentence = N_("%s is missing; the installer has the package manager install it.");
  } else {
    check.level = prerequisite->required ? CE_CHECK_FAULT : CE_CHECK_WARNING;
    check.sentence = N_("%s is missing, and the installer cannot install it on this machine.");
    check.remedy = N_("Ask the administrator to install it.");
  }
  return check;
}

static struct ce_check judge_library(const struct ce_doctor_subject *subject, const char *soname) {
  struct ce_check check = {.group = CE_CHECK_PREREQUISITE, .id = soname, .subject = soname};
  if (ce_capability_present(subject->engine, subject->arch, soname)) {
    check.sentence = N_("%s is there.");
  } else if (ce_doctor_is_installed(subject)) {
    check.level = CE_CHECK_WARNING;
    check.sentence = N_("%s, which the environment needs, is missing.");
    check.remedy = N_("Run repair, or install it with the machine's package manager.");
  } else {
    check.level = CE_CHECK_ADVICE;
    check.sentence = N_("%s is missing; it usually comes with what the installer installs.");
  }
  return check;
}

enum ce_code ce_doctor_look_prerequisites(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                          struct ce_error *err) {
  const struct ce_manifest *manifest = subject->manifest;
  enum ce_code code = CE_OK;
  for (size_t i = 0; manifest && code == CE_OK && i < manifest->prerequisite_count; i++) {
    struct ce_check check = judge_capability(subject, &manifest->prerequisites[i]);
    code = ce_check_add(list, &check, err);
  }
  for (char **soname = manifest ? manifest->sonames : NULL; code == CE_OK && soname && *soname; soname++) {
    struct ce_check check = judge_library(subject, *soname);
    code = ce_check_add(list, &check, err);
  }
  return code;
}

/* The first path that is not as it should be, for the detail. */
static char *describe_faults(const struct ce_status *status) {
  for (size_t i = 0; i < status->items.count; i++) {
    enum ce_item_state state = status->items.items[i].state;
    if (state != CE_ITEM_OK && state != CE_ITEM_FOREIGN) {
      return ce_text_format("%zu of %zu; the first: /%s (%s)", status->items.fault_count, status->items.count,
                            status->items.items[i].path, ce_item_state_name(state));
    }
  }
  return NULL;
}

static struct ce_check judge_status(const struct ce_status *status) {
  struct ce_check check = {.group = CE_CHECK_ENVIRONMENT,
                           .id = "installed",
                           .subject = status->version,
                           .level = CE_CHECK_WARNING};
  if (status->busy) {
    check.level = CE_CHECK_ADVICE;
    check.sentence = ce_code_sentence(CE_LOCKED);
    check.remedy = ce_code_remedy(CE_LOCKED);
    return check;
  }
  switch (status->state) {
  case CE_STATUS_ABSENT:
    check.level = CE_CHECK_ADVICE;
    check.sentence = N_("The environment is not installed.");
    check.remedy = N_("Run the installer.");
    break;
  case CE_STATUS_INTERRUPTED:
    check.sentence = N_("An earlier run was interrupted.");
    check.remedy = N_("Run repair; it finishes or reverts that run first.");
    break;
  case CE_STATUS_DAMAGED:
    if (status->items.fault_count > 0) {
      check.sentence = N_("Parts of the certificate environment %s are missing or were changed.");
      check.remedy = N_("Run repair.");
      break;
    }
    __attribute__((fallthrough)); /* what it lacks, and its service, have checks of their own */
  case CE_STATUS_OK:
    check.level = CE_CHECK_OK;
    check.sentence = N_("The certificate environment %s is installed.");
    break;
  }
  return check;
}

/* A program of the environment is started: nothing else tells whether the machine lets it run. */
static enum ce_code look_at_programs(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                     struct ce_error *err) {
  const struct ce_engine *engine = subject->engine;
  const char *const argv[] = {"/" CE_CURRENT "/bin/certenv-probe", "--version", NULL};
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  CE_AUTO(ce_free) char *detail = NULL;
  struct ce_error problem;
  if (!engine->live || !ce_manifest_find(subject->receipt->manifest, "bin/certenv-probe")) {
    return CE_OK;
  }
  enum ce_code code =
      engine->process->run(engine->process->context, argv, NULL, PROGRAM_TIMEOUT_MS, &result, &problem);
  struct ce_check check = {.group = CE_CHECK_ENVIRONMENT, .id = "programs"};
  if (code == CE_OK && result.exit_status == 0) {
    check.sentence = N_("The programs of the environment run.");
  } else {
    detail = code == CE_OK
                 ? ce_text_format("exit status %d: %.200s", result.exit_status, ce_blob_text(&result.errors))
                 : ce_text_format("%s: %s", problem.subject, problem.detail);
    check.level = CE_CHECK_FAULT;
    check.sentence = N_("The programs of the environment cannot run on this machine.");
    check.remedy = N_("Allow certenv in the security software; where there is none, run repair.");
    check.detail = detail;
  }
  return ce_check_add(list, &check, err);
}

static enum ce_code look_at_service(const struct ce_status *status, struct ce_check_list *list,
                                    struct ce_error *err) {
  struct ce_check check = {.group = CE_CHECK_ENVIRONMENT, .id = "service"};
  if (status->service_stopped) {
    check.level = CE_CHECK_WARNING;
    check.sentence = N_("The monitor service is not running.");
    check.remedy = N_("Run repair.");
  } else if (ce_strings_count(status->notes) > 0) {
    check.level = CE_CHECK_ADVICE;
    check.sentence = N_("systemd does not run here: the monitor service starts with it.");
    check.detail = status->notes[0];
  } else {
    check.sentence = N_("The monitor service is running.");
  }
  return ce_check_add(list, &check, err);
}

static enum ce_code tell_unreadable(const struct ce_error *problem, struct ce_check_list *list,
                                    struct ce_error *err) {
  bool needs_rights = problem->code == CE_PERMISSION;
  struct ce_check check = {
      .group = CE_CHECK_ENVIRONMENT,
      .level = needs_rights ? CE_CHECK_ADVICE : CE_CHECK_WARNING,
      .id = "installed",
      .sentence = needs_rights ? N_("The environment can be looked at only with administrator rights.")
                               : ce_code_sentence(problem->code),
      .remedy = ce_code_remedy(problem->code),
      .detail = problem->detail};
  return ce_check_add(list, &check, err);
}

enum ce_code ce_doctor_look_environment(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                        struct ce_error *err) {
  CE_AUTO(ce_status) struct ce_status status = {0};
  struct ce_error problem;
  enum ce_code code = ce_engine_status(subject->engine, false, &status, &problem);
  if (code == CE_MEMORY) {
    *err = problem;
    return code;
  }
  if (code != CE_OK) {
    return tell_unreadable(&problem, list, err);
  }
  CE_AUTO(ce_free) char *detail = status.busy ? NULL : describe_faults(&status);
  struct ce_check check = judge_status(&status);
  check.detail = detail;
  code = ce_check_add(list, &check, err);
  bool judged = ce_doctor_is_installed(subject) && !status.busy;
  if (code == CE_OK && judged) {
    code = look_at_programs(subject, list, err);
  }
  if (code == CE_OK && judged) {
    code = ce_doctor_look_labels(subject, list, err);
  }
  return code == CE_OK && judged ? look_at_service(&status, list, err) : code;
}
