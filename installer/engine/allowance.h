/* SPDX-License-Identifier: Apache-2.0
 * Putting the environment and the key on the allow-lists of security software that offers a command for it:
 * fapolicyd's trust, USBGuard's rules, KYSEC's marks, SELinux's labels. Nothing is switched off, and nothing
 * that others put there is touched.
 *
 *   ce_allowance_plan() -> the person agrees to plan.lines -> ce_allowance_grant()    certenv doctor --fix
 *   ce_allowance_renew()       in every run that changes the version tree: what was granted holds for it, too
 *   ce_allowance_withdraw()    uninstall
 *
 * What is granted is recorded in CE_ALLOWANCES before it is done, so that a crash leaves nothing behind that
 * an uninstall would not find. The lock must be held, except for the plan. */
#ifndef CE_ENGINE_ALLOWANCE_H
#define CE_ENGINE_ALLOWANCE_H

#include "engine/engine.h"
#include "engine/usbguard.h"
#include "model/allowances.h"

#define CE_ALLOWANCE_DEVICES_MAX 16

struct ce_allowance_plan {
  bool fapolicyd, kysec, selinux;
  struct ce_usbguard_device devices[CE_ALLOWANCE_DEVICES_MAX]; /* keys that USBGuard blocks */
  size_t device_count;
  char **lines; /* NULL-terminated: the files and commands, as a shell would have them */
};
void ce_allowance_plan_clear(struct ce_allowance_plan *plan);
CE_DEFINE_AUTO_IN_PLACE(ce_allowance_plan, struct ce_allowance_plan, ce_allowance_plan_clear);

/* Whether this machine has the command that a fix needs. */
bool ce_allowance_is_offered(const struct ce_engine *engine, const char *fix);
/* fixes: NULL-terminated names as checks have them; what this machine offers no command for is left out.
 * MEMORY. */
CE_MUST_USE enum ce_code ce_allowance_make_plan(const struct ce_engine *engine, char *const *fixes,
                                                struct ce_allowance_plan *ret, struct ce_error *err);
/* Takes the lock. A command that fails is a WARNING event, and the others are still tried: ATTENTION then.
 * LOCKED, IO, PERMISSION, MEMORY; STATE_FORMAT, RECEIPT_DAMAGED for a record that cannot be read. */
CE_MUST_USE enum ce_code ce_allowance_grant(const struct ce_engine *engine,
                                            const struct ce_allowance_plan *plan, struct ce_error *err);

/* Where something was granted: makes it hold for the environment of receipt (NULL or not installed: none) and
 * for upcoming (NULL: none), which is staged at the directory `staged` already. Failures are WARNING events.
 * True when the software was told something, which may take a while to count. */
bool ce_allowance_renew(const struct ce_engine *engine, const struct ce_receipt *receipt,
                        const struct ce_manifest *upcoming, const char *staged);
/* Takes everything back and forgets the record; what cannot be taken back now is a WARNING event and stays
 * recorded.
 */
void ce_allowance_withdraw(const struct ce_engine *engine);

#endif
