/* SPDX-License-Identifier: Apache-2.0
 * What the channels of a repository offer: their files, read and verified, whichever role signed for them. */
#ifndef CE_PUBLISH_OFFERS_H
#define CE_PUBLISH_OFFERS_H

#include "model/channel.h"
#include "publish/published.h"
#include "publish/repository.h"

#define CE_OFFERS_PREFIX   "channels/"
#define CE_PACKAGES_PREFIX "packages/"

struct ce_offer {
  struct ce_channel *channel;
  char *role; /* the delegated role that signs for the channel's file; NULL: top-level targets */
};
struct ce_offers {
  struct ce_offer *items; /* by channel, then architecture */
  size_t count;
};
void ce_offers_clear(struct ce_offers *offers);
CE_DEFINE_AUTO_IN_PLACE(ce_offers, struct ce_offers, ce_offers_clear);

/* TRUST_DIGEST when a channel's file is missing or not the one that was signed for. */
CE_MUST_USE enum ce_code ce_offers_load(struct ce_repository *repository,
                                        const struct ce_published *published, struct ce_offers *ret,
                                        struct ce_error *err);
const struct ce_channel *ce_offers_find(const struct ce_offers *offers, const char *channel,
                                        const char *arch);
/* The first channel that names the package; NULL when none does. */
const struct ce_channel *ce_offers_naming(const struct ce_offers *offers, const char *package);
/* Takes the channel over on success; replaces the one of the same name and architecture. */
CE_MUST_USE enum ce_code ce_offers_put(struct ce_offers *offers, struct ce_channel *channel, const char *role,
                                       struct ce_error *err);

#endif
