/* SPDX-License-Identifier: Apache-2.0
 * The plan prepared for look-ups by path and by file system. */
#include "txn/run.h"

#include "model/layout.h"
#include "txn/step-path.h"

#include <string.h>

static int compare_steps(const void *a, const void *b, void *context) {
  const struct ce_plan *plan = context;
  size_t left = *(const size_t *)a;
  size_t right = *(const size_t *)b;
  int order = strcmp(plan->steps[left].path, plan->steps[right].path);
  return order != 0 ? order : (left > right) - (left < right);
}

static enum ce_code collect_places(struct ce_run *run, struct ce_error *err) {
  struct ce_place *place = NULL;
  for (size_t i = 0; i < run->plan->step_count; i++) {
    const struct ce_step *step = &run->plan->steps[i];
    CE_AUTO(ce_free) char *directory = NULL;
    enum ce_code code = ce_step_directory(step, &directory, err);
    if (code == CE_OK) {
      code = ce_places_find(&run->places, run->txn->fs, directory, &place, err);
    }
    if (code != CE_OK) {
      return code;
    }
    place->staged = place->staged || ce_step_is_staged(step);
  }
  enum ce_code code = ce_places_find(&run->places, run->txn->fs, CE_STATE, &place, err);
  if (code == CE_OK) {
    place->staged = true; /* the new receipt, and backups */
  }
  return code;
}

enum ce_code ce_run_open(const struct ce_txn *txn, const struct ce_plan *plan, struct ce_run *ret,
                         struct ce_error *err) {
  CE_AUTO(ce_run) struct ce_run run = {.txn = txn, .plan = plan};
  run.by_path = calloc(plan->step_count + 1, sizeof *run.by_path);
  if (!run.by_path) {
    return ce_fail_memory(err, "plan");
  }
  for (size_t i = 0; i < plan->step_count; i++) {
    run.by_path[i] = i;
  }
  qsort_r(run.by_path, plan->step_count, sizeof *run.by_path, compare_steps, (void *)plan);
  enum ce_code code = collect_places(&run, err);
  if (code != CE_OK) {
    return code;
  }
  *ret = run;
  run = (struct ce_run){0};
  return CE_OK;
}

void ce_run_clear(struct ce_run *run) {
  free(run->by_path);
  ce_places_clear(&run->places);
  *run = (struct ce_run){0};
}

size_t ce_run_find(const struct ce_run *run, const char *path) {
  size_t low = 0;
  size_t high = run->plan->step_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(run->plan->steps[run->by_path[middle]].path, path) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool found = low < run->plan->step_count && strcmp(run->plan->steps[run->by_path[low]].path, path) == 0;
  return found ? low : run->plan->step_count;
}

enum ce_code ce_run_check_cancelled(const struct ce_run *run, struct ce_error *err) {
  if (run->txn->cancelled && *run->txn->cancelled) {
    return ce_fail(err, CE_CANCELLED, ce_verb_name(run->plan->verb), "",
                   "stopped before the change was made");
  }
  return CE_OK;
}
