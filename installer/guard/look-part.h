/* SPDX-License-Identifier: Apache-2.0
 * The parts of a look; private to guard/. Each fails with MEMORY only. */
#ifndef CE_GUARD_LOOK_PART_H
#define CE_GUARD_LOOK_PART_H

#include "guard/clue.h"
#include "guard/look.h"
#include "guard/text.h"

#define CE_LOOK_SETTINGS_MAX ((size_t)1 << 20)

/* Running programs by name and place, and those that are asked before files are opened. */
CE_MUST_USE enum ce_code ce_look_processes(const struct ce_guard_place *place, struct ce_clues *clues,
                                           struct ce_error *err);
/* Units, packages, names of the bus, modules, paths. */
CE_MUST_USE enum ce_code ce_look_installed(const struct ce_guard_place *place, struct ce_clues *clues,
                                           struct ce_error *err);
/* What the kernel itself tells. After the two above. */
CE_MUST_USE enum ce_code ce_look_kernel(const struct ce_guard_place *place, struct ce_clues *clues,
                                        struct ce_error *err);
/* Mounts that nothing may be run from; a part of ce_look_kernel(). */
CE_MUST_USE enum ce_code ce_look_mounts(const struct ce_guard_place *place, struct ce_clues *clues,
                                        struct ce_error *err);
/* Judges the products whose manner is RULED, by their configuration. After all others. */
CE_MUST_USE enum ce_code ce_look_judge(const struct ce_guard_place *place, struct ce_clues *clues,
                                       struct ce_error *err);
/* fapolicyd's part of that. */
CE_MUST_USE enum ce_code ce_look_fapolicyd(const struct ce_guard_place *place, struct ce_clues *clues,
                                           struct ce_error *err);

/* At most limit_bytes from the beginning of a file; empty when it cannot be read. */
CE_MUST_USE enum ce_code ce_look_read(const struct ce_guard_place *place, const char *path,
                                      size_t limit_bytes, struct ce_blob *ret, struct ce_error *err);
/* The value of a setting in a file of CE_LOOK_SETTINGS_MAX bytes; "" where it cannot be read. */
CE_MUST_USE enum ce_code ce_look_read_setting(const struct ce_guard_place *place, const char *path,
                                              const char *key, char ret[CE_SETTING_SIZE],
                                              struct ce_error *err);
/* Whether there is anything at path that this user may see. */
bool ce_look_has(const struct ce_guard_place *place, const char *path);
/* Whether the file begins with that byte: the switches of the kernel. */
bool ce_look_is_set(const struct ce_guard_place *place, const char *path, char byte);

#endif
