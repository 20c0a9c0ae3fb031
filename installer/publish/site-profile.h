/* SPDX-License-Identifier: Apache-2.0
 * The profile that the download page speaks for. */
#ifndef CE_PUBLISH_SITE_PROFILE_H
#define CE_PUBLISH_SITE_PROFILE_H

#include "model/profile.h"
#include "publish/client.h"

#define CE_SITE_PROFILE_MEMBER "share/certenv/profile.json" /* where a package keeps it */

/* From a file. */
CE_MUST_USE enum ce_code ce_site_profile_read(const char *path, struct ce_profile **ret,
                                              struct ce_error *err);
/* From the repository's current package: that of the channel which ce_site_channel_choose() takes. NOT_FOUND
 * when there is no channel or the package has no profile. */
CE_MUST_USE enum ce_code ce_site_profile_fetch(struct ce_client *client, struct ce_profile **ret,
                                               struct ce_error *err);

#endif
