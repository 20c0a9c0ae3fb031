/* SPDX-License-Identifier: Apache-2.0
 * An inventory as text for people, in their language. */
#ifndef CE_ASSISTANT_LISTING_H
#define CE_ASSISTANT_LISTING_H

#include "assistant/inventory.h"
#include "assistant/translate.h"
#include "model/profile.h"

/* Appends the text: for each token its certificates with the days left, then what there is to do about
 * them. profile gives the addresses for that; NULL leaves them out. */
CE_MUST_USE enum ce_code ce_listing_write(const struct ce_inventory *inventory,
                                          const struct ce_profile *profile,
                                          const struct ce_language *language, struct ce_blob *ret,
                                          struct ce_error *err);

#endif
