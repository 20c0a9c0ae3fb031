/* SPDX-License-Identifier: Apache-2.0
 * An engine over a temporary root, with a process port that answers from a table and remembers what was run.
 */
#ifndef CE_TESTS_ENGINE_SCENE_H
#define CE_TESTS_ENGINE_SCENE_H

#include "engine/engine.h"
#include "temp-tree.h"

#include <string.h>

#define SCENE_RUNS_MAX 64

/* The first rule whose text begins the command line answers. */
struct scene_rule {
  const char *command;
  int exit_status;
  const char *output;
  const char *errors;
};

struct scene {
  char *root;
  struct ce_fs *fs;
  const struct scene_rule *rules; /* ends with a NULL command */
  char runs[SCENE_RUNS_MAX][512];
  size_t run_count;
  struct ce_process process;
  struct ce_engine engine;
};

static inline enum ce_code scene_run(void *context, const char *const argv[], const char *const extra_env[],
                                     int64_t timeout_ms, struct ce_process_result *ret,
                                     struct ce_error *err) {
  struct scene *scene = context;
  (void)extra_env;
  (void)timeout_ms;
  temp_require(scene->run_count < SCENE_RUNS_MAX, "too many runs");
  char *line = scene->runs[scene->run_count++];
  size_t used = 0;
  for (size_t i = 0; argv[i]; i++) {
    used += (size_t)snprintf(line + used, sizeof scene->runs[0] - used, "%s%s", i ? " " : "", argv[i]);
  }
  for (const struct scene_rule *rule = scene->rules; rule->command; rule++) {
    if (strncmp(rule->command, line, strlen(rule->command)) == 0) {
      ret->exit_status = rule->exit_status;
      const char *errors = rule->errors ? rule->errors : "";
      enum ce_code code = ce_blob_append(&ret->output, rule->output ? rule->output : "",
                                         rule->output ? strlen(rule->output) : 0, err);
      return code == CE_OK ? ce_blob_append(&ret->errors, errors, strlen(errors), err) : code;
    }
  }
  return ce_fail(err, CE_NOT_FOUND, "run", argv[0], "no such program");
}

/* live: the engine believes that the root is the running system's, as root. */
static inline void scene_open(struct scene *scene, bool live, const struct scene_rule *rules) {
  struct ce_error err;
  *scene = (struct scene){.root = temp_make(), .rules = rules};
  temp_require(ce_fs_open_root(scene->root, &scene->fs, &err) == CE_OK, "root");
  scene->process = (struct ce_process){.run = scene_run, .context = scene};
  scene->engine = (struct ce_engine){.fs = scene->fs,
                                     .live = live,
                                     .clock = ce_clock_system(),
                                     .process = &scene->process,
                                     .program_name = "certenv",
                                     .uid = live ? 0 : getuid(),
                                     .gid = live ? 0 : getgid()};
}

static inline void scene_close(struct scene *scene) {
  ce_fs_free(scene->fs);
  temp_remove(scene->root);
}

static inline bool scene_ran(const struct scene *scene, const char *command) {
  for (size_t i = 0; i < scene->run_count; i++) {
    if (strcmp(scene->runs[i], command) == 0) {
      return true;
    }
  }
  return false;
}

/* An empty file (or directory, when path ends with '/') with its parents. */
static inline void scene_make(const struct scene *scene, const char *path) {
  char full[PATH_MAX];
  int length = snprintf(full, sizeof full, "%s/%s", scene->root, path);
  for (char *slash = full + strlen(scene->root) + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = '\0';
    (void)mkdir(full, 0755);
    *slash = '/';
  }
  if (full[length - 1] != '/') {
    FILE *file = fopen(full, "w");
    temp_require(file != NULL, full);
    fclose(file);
  }
}

#endif
