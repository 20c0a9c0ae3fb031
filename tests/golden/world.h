/* SPDX-License-Identifier: Apache-2.0
 * A machine in memory: facts that plans can be carried out on. */
#ifndef CE_GOLDEN_WORLD_H
#define CE_GOLDEN_WORLD_H

#include "plan/planner.h"

/* A copy of facts in which tree_extras are files. */
struct ce_facts *world_open(const struct ce_facts *facts);
/* Never NULL. */
const struct ce_path_state *world_look(const struct ce_facts *world, const char *path);
/* Copies state. */
void world_set(struct ce_facts *world, const char *path, const struct ce_path_state *state);
/* True when something lies in directory. */
bool world_holds(const struct ce_facts *world, const char *directory);

/* Carries plan out as txn/ would, up to its end. Says on stderr what makes no sense: a step whose path is not
 * what it says, a parent that is missing, content that is not there, a path changed twice. wanted is the
 * manifest planned for. */
bool world_apply(struct ce_facts *world, const struct ce_plan *plan, const struct ce_manifest *wanted);
/* tree_extras as a probe with this receipt would find them. */
void world_probe_extras(struct ce_facts *world, const struct ce_receipt *receipt);

#endif
