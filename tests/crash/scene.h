/* SPDX-License-Identifier: Apache-2.0
 * One verb at work on a simulated disk, with the tree before it and the tree after it. */
#ifndef CRASH_SCENE_H
#define CRASH_SCENE_H

#include "fakes/disk.h"
#include "fixture.h"

struct scene {
  const char *name;
  struct ce_disk *before;
  struct ce_plan *plan;
  struct ce_fake_package package;
  bool has_package;
  struct ce_blob old_tree, new_tree; /* in words; without the state directory itself and its locks */
};
void scene_clear(struct scene *scene);
CE_DEFINE_AUTO_IN_PLACE(scene, struct scene, scene_clear);

/* NULL-terminated. */
extern const char *const scene_names[];
/* False when there is no scene of this name. */
bool scene_open(const char *name, struct scene *ret);

/* How far a run of the verb came. */
struct scene_outcome {
  enum ce_code code; /* of the first call that failed */
  bool applied;      /* apply() said OK */
  bool finished;     /* and finish() too */
};
/* Lock, recover, apply, finish, unlock. */
struct scene_outcome scene_run(const struct scene *scene, struct ce_disk *disk);
/* Lock, recover, unlock. ret may be NULL. */
enum ce_code scene_recover(struct ce_disk *disk, enum ce_recovery *ret);

void scene_describe(const struct ce_disk *disk, struct ce_blob *ret);

#endif
