/* SPDX-License-Identifier: Apache-2.0
 * Starting the staged programs. */
#include "engine/trial.h"

#include "engine/allow-list.h"
#include "engine/allowance.h"
#include "model/layout.h"

#include <string.h>

#define PROBE            "bin/certenv-probe"
#define MODULES          "lib/pkcs11/"
#define TRIAL_TIMEOUT_MS 40000
/* fapolicyd takes what it was told in the background. */
#define PATIENCE_MS (30 * 1000)
#define PAUSE_MS    500

/* The first PKCS#11 module of the package; NULL: it has none. */
static const char *find_module(const struct ce_manifest *manifest) {
  for (size_t i = 0; i < manifest->file_count; i++) {
    const char *path = manifest->files[i].path;
    size_t length = strlen(path);
    if (strncmp(path, MODULES, strlen(MODULES)) == 0 && length > 3 && strcmp(path + length - 3, ".so") == 0) {
      return path;
    }
  }
  return NULL;
}

/* What a start was like, with its words in *said. */
static struct ce_blame_case start(const struct ce_engine *engine, const char *program, const char *argument,
                                  struct ce_process_result *said) {
  const char *const argv[] = {program, argument, NULL};
  struct ce_error problem;
  ce_process_result_clear(said);
  enum ce_code code =
      engine->process->run(engine->process->context, argv, NULL, TRIAL_TIMEOUT_MS, said, &problem);
  struct ce_blame_case what = {.act = CE_BLAME_START};
  if (code != CE_OK) {
    what.sys_errno = problem.sys_errno;
    what.words = strerror(problem.sys_errno);
    return what;
  }
  what.exit_status = said->exit_status;
  what.words = said->errors.size > 0 ? ce_blob_text(&said->errors) : ce_blob_text(&said->output);
  return what;
}

/* The same again while it may still take effect that the program was allowed. */
static struct ce_blame_case start_patiently(const struct ce_engine *engine, bool renewed, const char *program,
                                            const char *argument, struct ce_process_result *said) {
  const struct ce_clock *clock = engine->clock;
  int64_t end_ms = clock->monotonic_ms(clock->context) + (renewed ? PATIENCE_MS : 0);
  struct ce_blame_case what = start(engine, program, argument, said);
  while (ce_blame_is_refusal(&what) && !ce_engine_is_cancelled(engine) &&
         clock->monotonic_ms(clock->context) < end_ms) {
    clock->sleep_ms(clock->context, PAUSE_MS);
    what = start(engine, program, argument, said);
  }
  return what;
}

/* Starts one, and judges how it went. */
static enum ce_code try_start(const struct ce_trial *trial, bool renewed, const char *program,
                              const char *argument, const char *path, struct ce_error *err) {
  CE_AUTO(ce_process_result) struct ce_process_result said = {0};
  struct ce_blame_case what = start_patiently(trial->engine, renewed, program, argument, &said);
  if (ce_engine_is_cancelled(trial->engine)) {
    return ce_fail(err, CE_CANCELLED, "trial", path, "stopped by the user");
  }
  return ce_trial_judge(trial->engine, &what, path, what.words, trial->plan->after->manifest, err);
}

static enum ce_code try_tree(const struct ce_trial *trial, const char *staged, bool renewed,
                             struct ce_error *err) {
  const char *module = find_module(trial->plan->after->manifest);
  CE_AUTO(ce_free) char *program = ce_text_format("/%s/%s", staged, PROBE);
  CE_AUTO(ce_free) char *library = module ? ce_text_format("/%s/%s", staged, module) : NULL;
  if (!program || (module && !library)) {
    return ce_fail_memory(err, "trial");
  }
  enum ce_code code = try_start(trial, renewed, program, "--version", PROBE, err);
  return code == CE_OK && library ? try_start(trial, renewed, program, library, module, err) : code;
}

enum ce_code ce_trial_staged(void *context, struct ce_error *err) {
  const struct ce_trial *trial = context;
  const struct ce_plan *plan = trial->plan;
  for (size_t i = 0; i < plan->step_count; i++) {
    bool new_tree = plan->steps[i].kind == CE_STEP_ADD_TREE && ce_manifest_find(plan->after->manifest, PROBE);
    if (!new_tree) {
      continue;
    }
    ce_emit_phase(trial->engine->sink, "trial", N_("Trying whether this machine lets the programs run"));
    CE_AUTO(ce_free) char *staged = ce_text_format("%s.partial", plan->steps[i].path);
    if (!staged) {
      return ce_fail_memory(err, "trial");
    }
    bool renewed = ce_allowance_renew(trial->engine, trial->receipt, plan->after->manifest, staged);
    return try_tree(trial, staged, renewed, err);
  }
  return CE_OK;
}

static enum ce_code fail_blocked(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                 const char *who, const char *path, const char *detail,
                                 struct ce_error *err) {
  char hex[CE_DIGEST_HEX_SIZE] = "";
  const struct ce_manifest_file *file = ce_manifest_find(manifest, path);
  if (file && file->type == CE_MANIFEST_FILE) {
    ce_digest_to_hex(&file->sha256, hex);
  }
  CE_AUTO(ce_free)
  char *place = file ? ce_text_format("/%s/%s/%s", CE_VERSIONS, manifest->version, path) : strdup(path);
  ce_allow_list_tell(engine->sink, manifest);
  return ce_fail(err, CE_BLOCKED, "run",
                 who     ? who
                 : place ? place
                         : path,
                 "%s%s%s: %.160s", place ? place : path, hex[0] ? " SHA-256 " : "", hex, detail);
}

enum ce_code ce_trial_judge(const struct ce_engine *engine, const struct ce_blame_case *what,
                            const char *path, const char *detail, const struct ce_manifest *manifest,
                            struct ce_error *err) {
  CE_AUTO(ce_finding_list) struct ce_finding_list findings = {0};
  if (!engine->live || !ce_blame_is_refusal(what)) {
    return CE_OK;
  }
  enum ce_code code = ce_engine_findings(engine, &findings, err);
  if (code != CE_OK) {
    return code;
  }
  const struct ce_finding *finding = ce_blame_find(what, &findings);
  if (finding) {
    ce_finding_tell(engine->sink, finding);
    return fail_blocked(engine, manifest, finding->name_en, path, detail, err);
  }
  bool sure = what->act == CE_BLAME_START && what->sys_errno != 0;
  return sure ? fail_blocked(engine, manifest, NULL, path, detail, err) : CE_OK;
}
