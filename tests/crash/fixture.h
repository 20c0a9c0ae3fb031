/* SPDX-License-Identifier: Apache-2.0
 * What the crash tests work on: two versions of a small environment, a machine with files of its own, and the
 * plans between them, made by the real probe and planner. Any failure here ends the program. */
#ifndef CRASH_FIXTURE_H
#define CRASH_FIXTURE_H

#include "fakes/package.h"
#include "model/plan.h"
#include "ports/fs.h"
#include "txn/transaction.h"

/* Ends the program with the error when code is not OK. */
void fixture_check(enum ce_code code, const struct ce_error *err);

/* "1.0" or "2.0". */
void fixture_package(const char *version, struct ce_fake_package *ret);

/* A machine with directories, a foreign file and a foreign link where ours go. */
void fixture_machine(struct ce_fs *fs);
/* Replaces or makes a file. */
void fixture_put(struct ce_fs *fs, const char *path, uint32_t mode, const char *text);
void fixture_remove(struct ce_fs *fs, const char *path);
/* After version 1.0 was installed: one integration file edited, another removed. */
void fixture_edit(struct ce_fs *fs);
/* After version 1.0 was installed: every kind of damage that repair heals. */
void fixture_damage(struct ce_fs *fs);
/* Files that nobody but their owner knows, in the version's tree and in the state directory's neighbours. */
void fixture_stray(struct ce_fs *fs);
/* What a run leaves in the state directory besides the receipt. */
void fixture_state(struct ce_fs *fs);

/* The plan that the verb makes of what is below fs now. package: NULL for uninstall. */
struct ce_plan *fixture_plan(struct ce_fs *fs, enum ce_verb verb, bool purge, const char *txid,
                             const struct ce_fake_package *package);
/* Carries a verb out to its end. */
void fixture_carry_out(struct ce_fs *fs, enum ce_verb verb, bool purge, const char *txid,
                       const struct ce_fake_package *package);

#endif
