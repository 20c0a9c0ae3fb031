/* SPDX-License-Identifier: Apache-2.0
 * Getting the package: source -> trusted metadata -> channel -> package target -> private, verified copy in
 * the cache. */
#ifndef CE_ENGINE_ACQUIRE_H
#define CE_ENGINE_ACQUIRE_H

#include "bundle/package.h"
#include "engine/engine.h"
#include "ports/fetch.h"
#include "trust/trusted-set.h"

/* What the trusted metadata says is current. */
struct ce_offer {
  struct ce_fetch *source;
  struct ce_trusted_set *set;
  char *channel, *version;
  char *package; /* target path */
  uint64_t package_size_bytes;
  struct ce_digest package_sha256;
};
void ce_offer_free(struct ce_offer *offer);
CE_DEFINE_AUTO(ce_offer, struct ce_offer *, ce_offer_free);

/* Opens --source or the bundle, refreshes trust, and reads the channel. first_install: there is nothing
 * installed, so expired metadata of a bundle is a warning, and a trust store of another organisation that an
 * uninstalled environment left behind gives way to the bundle's root. */
CE_MUST_USE enum ce_code ce_acquire_offer(const struct ce_engine *engine,
                                          const struct ce_run_options *options, const char *channel,
                                          bool first_install, struct ce_offer **ret, struct ce_error *err);

/* A package that is verified and opened, with the reader of its cached copy. */
struct ce_acquired {
  struct ce_reader *bytes;
  struct ce_package *package;
};
void ce_acquired_clear(struct ce_acquired *acquired);
CE_DEFINE_AUTO_IN_PLACE(ce_acquired, struct ce_acquired, ce_acquired_clear);

/* The offer's package: from the cache when it is there and intact, fetched into it otherwise. */
CE_MUST_USE enum ce_code ce_acquire_package(const struct ce_engine *engine, const struct ce_offer *offer,
                                            struct ce_acquired *ret, struct ce_error *err);
/* The package with this digest from the cache; NOT_FOUND when it is not there or damaged. */
CE_MUST_USE enum ce_code ce_acquire_cached(const struct ce_engine *engine, const struct ce_digest *sha256,
                                           struct ce_acquired *ret, struct ce_error *err);
/* Removes every cached package but this one (NULL: all). A failure leaves files behind, nothing worse. */
void ce_acquire_trim_cache(const struct ce_engine *engine, const struct ce_digest *keep);

#endif
