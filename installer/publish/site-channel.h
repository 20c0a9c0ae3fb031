/* SPDX-License-Identifier: Apache-2.0
 * The channel of a repository or bundle that the download page speaks of. */
#ifndef CE_PUBLISH_SITE_CHANNEL_H
#define CE_PUBLISH_SITE_CHANNEL_H

#include "model/channel.h"
#include "publish/client.h"

#define CE_SITE_CHANNEL "stable" /* preferred to all others */

/* Whichever role signs for it. arch NULL: of any architecture. Of several channels the stable one, else the
 * first by path. NOT_FOUND when there is none; one that a bundle leaves out does not count. */
CE_MUST_USE enum ce_code ce_site_channel_choose(struct ce_client *client, const char *arch,
                                                struct ce_channel **ret, struct ce_error *err);

#endif
