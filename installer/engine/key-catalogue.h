/* SPDX-License-Identifier: Apache-2.0
 * The keys that this environment knows: those built into the program, those of the installed environment or
 * of the package that is about to be installed, and the ones that the organisation's profile adds. */
#ifndef CE_ENGINE_KEY_CATALOGUE_H
#define CE_ENGINE_KEY_CATALOGUE_H

#include "engine/acquire.h"
#include "engine/engine.h"
#include "model/key-catalogue.h"
#include "model/profile.h"
#include "model/receipt.h"

/* Members of a package and files of an installed version. */
#define CE_KEYS_MEMBER    "share/certenv/keys.json"
#define CE_PROFILE_MEMBER "share/certenv/profile.json"

struct ce_known_keys {
  struct ce_key_catalogue *catalogue; /* never NULL after success */
  bool wants_driver;                  /* the profile asks for the driver bundle */
  bool has_icon;                      /* the profile says that an icon goes with it */
  struct ce_blob profile;             /* profile.json of a package, as it is; else empty */
  struct ce_blob icon;                /* that goes with it; empty: none, or none that can be shown */
};
void ce_known_keys_clear(struct ce_known_keys *keys);
CE_DEFINE_AUTO_IN_PLACE(ce_known_keys, struct ce_known_keys, ce_known_keys_clear);

/* Of the installed environment; where nothing is installed, or a file is missing or damaged (status tells of
 * that), the program's own. MEMORY. */
CE_MUST_USE enum ce_code ce_known_keys_of_installed(const struct ce_engine *engine, struct ce_known_keys *ret,
                                                    struct ce_error *err);
/* The same of the environment that receipt describes; where a file is not as the receipt says, of its package
 * in the cache if that is there. MEMORY. */
CE_MUST_USE enum ce_code ce_known_keys_of_receipt(const struct ce_engine *engine,
                                                  const struct ce_receipt *receipt, struct ce_known_keys *ret,
                                                  struct ce_error *err);
/* Of a package, which is read once for it and opened anew. PACKAGE_INVALID, PACKAGE_FORMAT, IO, MEMORY. */
CE_MUST_USE enum ce_code ce_known_keys_of_package(struct ce_acquired *acquired, struct ce_known_keys *ret,
                                                  struct ce_error *err);

#endif
