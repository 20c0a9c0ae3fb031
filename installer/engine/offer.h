/* SPDX-License-Identifier: Apache-2.0
 * What the trusted metadata of a source offers: source -> trusted set -> channel -> package target. */
#ifndef CE_ENGINE_OFFER_H
#define CE_ENGINE_OFFER_H

#include "engine/engine.h"
#include "engine/source.h"
#include "trust/trusted-set.h"

struct ce_offer {
  struct ce_sources *sources;
  size_t source; /* the one of them whose metadata counts; those behind it are still to be asked for the
                    package */
  struct ce_trusted_set *set;
  const struct ce_target *target; /* of the package; lives as long as set */
  char *channel, *version;
  char *package; /* target path */
  uint64_t package_size_bytes;
  struct ce_digest package_sha256;
};
void ce_offer_free(struct ce_offer *offer);
CE_DEFINE_AUTO(ce_offer, struct ce_offer *, ce_offer_free);

struct ce_offer_request {
  enum ce_verb verb;
  const char *channel;
  bool channel_is_default; /* nobody asked for it: a bundle that is for another channel alone decides */
  const struct ce_receipt *receipt; /* NULL when nothing is installed */
};

/* Asks the sources in turn until one gives an offer that is trusted; each one that does not is a warning
 * "source-failed" with the source's name. install and update take what the channel names; repair takes the
 * receipt's own package, from the archive too. When all fail, the code is that of the failure that tells
 * most.
 *
 * Nothing installed: expired metadata of a bundle is a warning, and a trust store of another organisation
 * that an uninstalled environment left behind gives way to the bundle's root. An update falls back to the
 * bundle only when that is newer than what is installed; otherwise the mirrors' failure stands. NO_SOURCE
 * besides: repair found no source that has the very package. */
CE_MUST_USE enum ce_code ce_offer_find(const struct ce_engine *engine, const struct ce_run_options *options,
                                       const struct ce_offer_request *request, struct ce_offer **ret,
                                       struct ce_error *err);

#endif
