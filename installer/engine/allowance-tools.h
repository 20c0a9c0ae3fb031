/* SPDX-License-Identifier: Apache-2.0
 * The commands of the security software; private to engine/allowance*.c. A failure is a WARNING event
 * "allowance" and gives false. */
#ifndef CE_ENGINE_ALLOWANCE_TOOLS_H
#define CE_ENGINE_ALLOWANCE_TOOLS_H

#include "engine/engine.h"
#include "engine/usbguard.h"
#include "model/receipt.h"
#include "model/trust-list.h"

/* True where a program of this name is installed. */
bool ce_tool_is_there(const struct ce_engine *engine, const char *name);

/* Writes the trust file and has fapolicyd read it. Where it says the same already fapolicyd is told only when
 * `anew` is set: it may have missed the last time. *ret_told: there was something to tell. A new file that
 * fapolicyd could not be told of is removed again. */
bool ce_fapolicyd_trust(const struct ce_engine *engine, const struct ce_blob *lines, bool anew,
                        bool *ret_told);
/* True when the file is gone, whether fapolicyd could be told of it or not. */
bool ce_fapolicyd_distrust(const struct ce_engine *engine);

/* The devices that it blocks, at most max; those beyond are left out. 0 where USBGuard does not run. */
size_t ce_usbguard_list_blocked(const struct ce_engine *engine, struct ce_usbguard_device *ret, size_t max);
/* "allow id 096e:0807 hash \"...\"", malloc'ed; NULL: no memory. */
char *ce_usbguard_rule(const struct ce_usbguard_device *device);
/* False where the rules cannot be listed, and then *ret_found is false. */
bool ce_usbguard_has_rule(const struct ce_engine *engine, const char *rule, bool *ret_found);
bool ce_usbguard_append(const struct ce_engine *engine, const char *rule);
/* Lets the device that is there in, as long as it stays. */
bool ce_usbguard_let_in(const struct ce_engine *engine, const struct ce_usbguard_device *device);
/* Removes the first rule that says exactly this: another is somebody else's. True where there is none. */
bool ce_usbguard_remove(const struct ce_engine *engine, const char *rule);

/* Marks programs and libraries of the manifest, in the version's directory, as verified. */
bool ce_kysec_verify(const struct ce_engine *engine, const struct ce_manifest *manifest,
                     const char *directory);
/* The command that labels /opt/certenv and what receipt (NULL: none) has elsewhere by the policy:
 * NULL-terminated words. MEMORY. */
CE_MUST_USE enum ce_code ce_selinux_command(const struct ce_receipt *receipt, char ***ret,
                                            struct ce_error *err);
bool ce_selinux_restore(const struct ce_engine *engine, const struct ce_receipt *receipt);

#endif
