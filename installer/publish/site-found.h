/* SPDX-License-Identifier: Apache-2.0
 * Which installers a download page offers: one for each architecture. */
#ifndef CE_PUBLISH_SITE_FOUND_H
#define CE_PUBLISH_SITE_FOUND_H

#include "publish/site-installer.h"

#define CE_SITE_INSTALLER_ENDING ".run"

/* Reads a file that was named. CONFLICT when there is one for its architecture or of its name already, USAGE
 * for more than CE_SITE_INSTALLERS_MAX; else as ce_site_installer_read(). */
CE_MUST_USE enum ce_code ce_site_installers_add(struct ce_site_installers *installers, const char *path,
                                                const struct ce_client_options *how, struct ce_error *err);
/* Reads every *.run of a directory and keeps the newest version for each architecture. CONFLICT when two have
 * the same version; NO_SOURCE when there is none. One that does not verify ends the search with its failure:
 * it must not lie beside the page. */
CE_MUST_USE enum ce_code ce_site_installers_find(struct ce_site_installers *installers, const char *directory,
                                                 const struct ce_client_options *how, struct ce_error *err);
/* x86_64 and aarch64 first, the others by name. */
void ce_site_installers_sort(struct ce_site_installers *installers);

#endif
