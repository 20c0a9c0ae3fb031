/* SPDX-License-Identifier: Apache-2.0
 * Power loss and failing calls at every point of every verb, on the simulated disk.
 *
 *   crash [SCENE...]     all scenes without arguments
 *
 * For every call that changes something: stop there, lose power in several ways, recover (losing power again
 * at every call of the recovery), and compare the whole tree with the one before and the one after. Then
 * every call fails once with each of ENOSPC, EIO, EROFS, and fails from some call on for good; what remains
 * must be the old tree, or what the receipt says after a recovery. */
#include "memo.h"
#include "scene.h"

#include "model/layout.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SEEDS        9
#define SEEDS_INSIDE 3  /* power losses of a run whose recovery is interrupted everywhere */
#define TOLD_MAX     10 /* violations shown in full */

struct count {
  size_t crash_points, recover_points, faults, violations;
  struct memo memo;
};

static void violate(struct count *count, const struct scene *scene, const char *what, size_t call,
                    unsigned seed, size_t inner, const struct ce_disk *disk) {
  count->violations++;
  if (count->violations > TOLD_MAX) {
    return;
  }
  fprintf(stderr, "%s: %s (call %zu, seed %u, inner %zu)\n", scene->name, what, call, seed, inner);
  if (disk) {
    CE_AUTO(ce_blob) struct ce_blob tree = {0};
    scene_describe(disk, &tree);
    fprintf(stderr, "--- before\n%s--- after\n%s--- found\n%s", ce_blob_text(&scene->old_tree),
            ce_blob_text(&scene->new_tree), ce_blob_text(&tree));
  }
}

static bool same(const struct ce_blob *a, const struct ce_blob *b) {
  return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

enum tree { TREE_OLD, TREE_NEW, TREE_BROKEN };

static enum tree look(const struct scene *scene, const struct ce_disk *disk) {
  CE_AUTO(ce_blob) struct ce_blob found = {0};
  scene_describe(disk, &found);
  return same(&found, &scene->old_tree) ? TREE_OLD : same(&found, &scene->new_tree) ? TREE_NEW : TREE_BROKEN;
}

/* What the receipt says. A purge leaves none, and the machine before an install has none. */
static enum tree ask_receipt(const struct scene *scene, struct ce_disk *disk) {
  struct ce_error err;
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  if (ce_txn_read_receipt(ce_disk_fs(disk), &receipt, &err) != CE_OK) {
    return TREE_BROKEN;
  }
  if (!receipt) {
    return scene->plan->purge ? TREE_NEW : TREE_OLD;
  }
  return strcmp(receipt->txid, scene->plan->txid) == 0 ? TREE_NEW : TREE_OLD;
}

/* Recovers to the end and judges. must_be_new: the run was told that it had committed. */
static const char *judge(const struct scene *scene, struct ce_disk *disk, bool must_be_new) {
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  ce_disk_set_fault(disk, (struct ce_disk_fault){0});
  if (scene_recover(disk, &recovery) != CE_OK) {
    return "recover failed";
  }
  enum tree tree = look(scene, disk);
  if (tree == TREE_BROKEN) {
    return "neither the old tree nor the new one";
  }
  if (tree != ask_receipt(scene, disk)) {
    return "the receipt says otherwise";
  }
  if ((recovery == CE_RECOVERY_FINISHED && tree != TREE_NEW) ||
      (recovery == CE_RECOVERY_REVERTED && tree != TREE_OLD)) {
    return "recover said otherwise";
  }
  if (must_be_new && tree != TREE_NEW) {
    return "a committed change was lost";
  }
  return NULL;
}

/* judge(), unless the very same tree was judged before. */
static const char *judge_once(const struct scene *scene, struct ce_disk *disk, bool must_be_new,
                              struct count *count) {
  return memo_add(&count->memo, disk, must_be_new ? "new" : "any") ? judge(scene, disk, must_be_new) : NULL;
}

/* Power loss at every call of the recovery, then another recovery. */
static void crash_inside_recover(const struct scene *scene, const struct ce_disk *crashed, bool must_be_new,
                                 size_t call, unsigned seed, struct count *count) {
  CE_AUTO(ce_disk) struct ce_disk *whole = ce_disk_copy(crashed);
  bool known = !memo_add(&count->memo, crashed, must_be_new ? "inside new" : "inside any");
  if (known || scene_recover(whole, NULL) != CE_OK) {
    return; /* a failure was told by judge() already */
  }
  size_t calls = ce_disk_change_calls(whole);
  for (size_t inner = 1; inner <= calls; inner++) {
    CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(crashed);
    ce_disk_set_fault(disk, (struct ce_disk_fault){.call = inner, .of_changes = true});
    if (scene_recover(disk, NULL) == CE_OK) {
      continue; /* the stop came in a call whose failure does not matter, at the very end */
    }
    CE_AUTO(ce_disk) struct ce_disk *again = ce_disk_crash(disk, (unsigned)(call + inner) % SEEDS);
    count->recover_points++;
    const char *problem = judge_once(scene, again, must_be_new, count);
    if (problem) {
      violate(count, scene, problem, call, seed, inner, again);
    }
  }
}

static void crash_at(const struct scene *scene, size_t call, struct count *count) {
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->before);
  ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .of_changes = true});
  bool applied = scene_run(scene, disk).applied;
  for (unsigned seed = 0; seed < SEEDS; seed++) {
    /* Beyond the fixed seeds every call has its own dice. */
    unsigned dice = seed < 4 ? seed : (unsigned)(call * SEEDS + seed);
    CE_AUTO(ce_disk) struct ce_disk *crashed = ce_disk_crash(disk, dice);
    CE_AUTO(ce_disk) struct ce_disk *copy = ce_disk_copy(crashed);
    count->crash_points++;
    const char *problem = judge_once(scene, copy, applied, count);
    if (problem) {
      violate(count, scene, problem, call, dice, 0, copy);
    }
    if (seed >= SEEDS - SEEDS_INSIDE) {
      crash_inside_recover(scene, crashed, applied, call, dice, count);
    }
  }
}

/* Being killed is a crash that loses nothing. */
static void kill_at(const struct scene *scene, size_t call, struct count *count) {
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->before);
  ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .of_changes = true});
  bool applied = scene_run(scene, disk).applied;
  CE_AUTO(ce_disk) struct ce_disk *left = ce_disk_copy(disk);
  count->crash_points++;
  const char *problem = judge_once(scene, left, applied, count);
  if (problem) {
    violate(count, scene, problem, call, 1000, 0, left);
  }
}

static bool is_code_of(enum ce_code code, int sys_errno) {
  return code == ce_code_from_errno(sys_errno);
}

/* One call fails: the run gives that failure's code and the old tree is back, at once and after a power loss.
 */
static void fail_once(const struct scene *scene, size_t call, int sys_errno, struct count *count) {
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->before);
  ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .sys_errno = sys_errno});
  struct scene_outcome outcome = scene_run(scene, disk);
  count->faults++;
  if (outcome.code != CE_OK && !is_code_of(outcome.code, sys_errno)) {
    violate(count, scene, "the failure has another code", call, (unsigned)sys_errno, (size_t)outcome.code,
            NULL);
  }
  if (!outcome.applied && look(scene, disk) != TREE_OLD) {
    violate(count, scene, "a failed run did not put the old tree back", call, (unsigned)sys_errno, 0, disk);
  }
  if (outcome.finished && look(scene, disk) != TREE_NEW) {
    violate(count, scene, "a run that succeeded did not leave the new tree", call, (unsigned)sys_errno, 0,
            disk);
  }
  for (unsigned seed = 0; seed < SEEDS; seed += 2) {
    CE_AUTO(ce_disk) struct ce_disk *crashed = ce_disk_crash(disk, seed < 4 ? seed : (unsigned)call + seed);
    if (!memo_add(&count->memo, crashed, outcome.applied ? "new" : "old")) {
      continue;
    }
    const char *problem = judge(scene, crashed, outcome.applied);
    if (problem || (!outcome.applied && look(scene, crashed) != TREE_OLD)) {
      violate(count, scene, problem ? problem : "a failed run came into force", call, (unsigned)sys_errno,
              seed, crashed);
    }
  }
}

/* From one call on nothing works any more; later the disk is well again. */
static void fail_for_good(const struct scene *scene, size_t call, int sys_errno, struct count *count) {
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->before);
  ce_disk_set_fault(disk, (struct ce_disk_fault){
                              .call = call, .sys_errno = sys_errno, .of_changes = true, .lasting = true});
  struct scene_outcome outcome = scene_run(scene, disk);
  count->faults++;
  if (outcome.code != CE_OK && !is_code_of(outcome.code, sys_errno)) {
    violate(count, scene, "the lasting failure has another code", call, (unsigned)sys_errno,
            (size_t)outcome.code, NULL);
  }
  for (unsigned seed = 0; seed < SEEDS; seed += 3) {
    CE_AUTO(ce_disk) struct ce_disk *crashed = ce_disk_crash(disk, seed < 4 ? seed : (unsigned)call + seed);
    const char *problem = judge_once(scene, crashed, outcome.applied, count);
    if (problem) {
      violate(count, scene, problem, call, (unsigned)sys_errno, seed, crashed);
    }
  }
  CE_AUTO(ce_disk) struct ce_disk *healed = ce_disk_copy(disk);
  const char *problem = judge_once(scene, healed, outcome.applied, count);
  if (problem) {
    violate(count, scene, problem, call, (unsigned)sys_errno, 1000, healed);
  }
}

/* The distance of the calls that are tried: 1 unless CRASH_EVERY says otherwise. */
static size_t distance(void) {
  const char *told = getenv("CRASH_EVERY");
  size_t every = told ? strtoul(told, NULL, 10) : 1;
  return every > 0 ? every : 1;
}

static void run_scene(const char *name, struct count *total) {
  static const int errnos[] = {ENOSPC, EIO, EROFS};
  CE_AUTO(scene) struct scene scene = {0};
  if (!scene_open(name, &scene)) {
    fprintf(stderr, "there is no scene %s\n", name);
    exit(2);
  }
  struct count count = {0};
  CE_AUTO(ce_disk) struct ce_disk *whole = ce_disk_copy(scene.before);
  scene_run(&scene, whole);
  for (size_t call = 1; call <= ce_disk_change_calls(whole); call += distance()) {
    crash_at(&scene, call, &count);
    kill_at(&scene, call, &count);
    for (size_t i = 0; i < sizeof errnos / sizeof errnos[0]; i++) {
      fail_for_good(&scene, call, errnos[i], &count);
    }
  }
  for (size_t call = 1; call <= ce_disk_calls(whole); call += distance()) {
    for (size_t i = 0; i < sizeof errnos / sizeof errnos[0]; i++) {
      fail_once(&scene, call, errnos[i], &count);
    }
  }
  printf("%s: %zu steps, %zu calls, %zu of them changes: crash points: %zu, recover points: %zu, failing "
         "calls: %zu, "
         "different trees: %zu, violations: %zu\n",
         name, scene.plan->step_count, ce_disk_calls(whole), ce_disk_change_calls(whole), count.crash_points,
         count.recover_points, count.faults, count.memo.count, count.violations);
  fflush(stdout);
  total->crash_points += count.crash_points;
  total->recover_points += count.recover_points;
  total->faults += count.faults;
  total->violations += count.violations;
  memo_clear(&count.memo);
}

/* Millions of small allocations: their stacks are not worth what they cost here. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "malloc_context_size=4:quarantine_size_mb=8";
}

int main(int argc, char **argv) {
  struct count total = {0};
  const char *const *names = argc > 1 ? (const char *const *)argv + 1 : scene_names;
  for (; *names; names++) {
    run_scene(*names, &total);
  }
  printf("crash points: %zu, recover points: %zu, failing calls: %zu, violations: %zu\n", total.crash_points,
         total.recover_points, total.faults, total.violations);
  return total.violations > 0;
}
