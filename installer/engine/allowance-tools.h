/* SPDX-License-Identifier: Apache-2.0
 * The commands of the security software; private to engine/allowance*.c. A failure is a WARNING event
 * "allowance" and gives false. */
#ifndef CE_ENGINE_ALLOWANCE_TOOLS_H
#define CE_ENGINE_ALLOWANCE_TOOLS_H

#include "engine/engine.h"
#include "engine/usbguard.h"
#include "model/receipt.h"

#define CE_FAPOLICYD_DIRECTORY "etc/fapolicyd/trust.d"
#define CE_FAPOLICYD_TRUST     CE_FAPOLICYD_DIRECTORY "/certenv"

/* Writes the trust file and has fapolicyd read it; does nothing where it says the same already, and then
 * *ret_changed is false. */
bool ce_fapolicyd_trust(const struct ce_engine *engine, const struct ce_blob *lines, bool *ret_changed);
bool ce_fapolicyd_distrust(const struct ce_engine *engine);

/* The devices that it blocks, at most max; those beyond are left out. 0 where USBGuard does not run. */
size_t ce_usbguard_list_blocked(const struct ce_engine *engine, struct ce_usbguard_device *ret, size_t max);
/* "allow id 096e:0807 hash \"...\"", malloc'ed; NULL: no memory. */
char *ce_usbguard_rule(const struct ce_usbguard_device *device);
bool ce_usbguard_has_rule(const struct ce_engine *engine, const char *rule);
/* Appends the rule, and lets the device that is there in. */
bool ce_usbguard_allow(const struct ce_engine *engine, const char *rule,
                       const struct ce_usbguard_device *device);
/* Removes every rule that says exactly this. */
bool ce_usbguard_remove(const struct ce_engine *engine, const char *rule);

/* Marks programs and libraries of the manifest, in the version's directory, as verified. */
bool ce_kysec_verify(const struct ce_engine *engine, const struct ce_manifest *manifest,
                     const char *directory);
/* Labels /opt/certenv and what belongs to it by the policy. */
bool ce_selinux_restore(const struct ce_engine *engine, const struct ce_receipt *receipt);

#endif
