/* SPDX-License-Identifier: Apache-2.0
 * Getting the package that an offer names: a private, verified copy in the cache. */
#ifndef CE_ENGINE_ACQUIRE_H
#define CE_ENGINE_ACQUIRE_H

#include "bundle/package.h"
#include "engine/engine.h"
#include "engine/offer.h"

/* A package that is verified and opened, with the reader of its cached copy. */
struct ce_acquired {
  struct ce_reader *bytes;
  struct ce_package *package;
};
void ce_acquired_clear(struct ce_acquired *acquired);
CE_DEFINE_AUTO_IN_PLACE(ce_acquired, struct ce_acquired, ce_acquired_clear);

/* The offer's package: from the cache when it is there and intact, fetched into it otherwise. What an earlier
 * run left of it is hashed again and continued. A source that fails hands over to the next one of the offer
 * (warning "source-failed"), which goes on where it stopped; one that gives other bytes than were signed
 * makes the next one begin anew. The last one's failure has its name. After a failure of the network or a
 * cancellation what has come stays in the cache for the next run. */
CE_MUST_USE enum ce_code ce_acquire_package(const struct ce_engine *engine, const struct ce_offer *offer,
                                            struct ce_acquired *ret, struct ce_error *err);
/* The package with this digest from the cache; NOT_FOUND when it is not there or damaged. */
CE_MUST_USE enum ce_code ce_acquire_cached(const struct ce_engine *engine, const struct ce_digest *sha256,
                                           struct ce_acquired *ret, struct ce_error *err);
/* Whether the cache holds a part of a package that a next run would continue. */
bool ce_acquire_has_partial(const struct ce_engine *engine);
/* Removes every cached package but this one (NULL: all). A failure leaves files behind, nothing worse. */
void ce_acquire_trim_cache(const struct ce_engine *engine, const struct ce_digest *keep);

#endif
