/* SPDX-License-Identifier: Apache-2.0
 * The machine's own package manager: apt, dnf, zypper or pacman, driven without questions. */
#ifndef CE_ENGINE_PACKAGE_MANAGER_H
#define CE_ENGINE_PACKAGE_MANAGER_H

#include "engine/engine.h"
#include "model/manifest.h"

enum ce_package_manager {
  CE_MANAGER_NONE,
  CE_MANAGER_APT,
  CE_MANAGER_DNF,
  CE_MANAGER_ZYPPER,
  CE_MANAGER_PACMAN
};

/* The one whose program is there; apt first. NONE unless the root is live. */
enum ce_package_manager ce_package_manager_find(const struct ce_engine *engine);
const char *ce_package_manager_name(enum ce_package_manager manager); /* "apt"; "" for NONE */
enum ce_package_manager ce_package_manager_by_name(const char *name);
/* The manifest's packages for this manager's family, borrowed. */
char *const *ce_package_manager_names(enum ce_package_manager manager,
                                      const struct ce_prerequisite *prerequisite);

/* Names of all installed packages, NULL-terminated, sorted. */
CE_MUST_USE enum ce_code ce_package_manager_list(const struct ce_engine *engine,
                                                 enum ce_package_manager manager, char ***ret,
                                                 struct ce_error *err);
/* Installs; refreshes the lists and tries once more when the first try fails. CHILD with the manager's last
 * words. What runs is let end, whoever cancels: CANCELLED instead of the next run. */
CE_MUST_USE enum ce_code ce_package_manager_install(const struct ce_engine *engine,
                                                    enum ce_package_manager manager, char *const *packages,
                                                    struct ce_error *err);
/* Removes exactly these, and fails (CHILD) when another package needs one of them. */
CE_MUST_USE enum ce_code ce_package_manager_remove(const struct ce_engine *engine,
                                                   enum ce_package_manager manager, char *const *packages,
                                                   struct ce_error *err);

#endif
