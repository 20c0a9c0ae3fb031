/* SPDX-License-Identifier: Apache-2.0
 * From the program's bundle to a verified manifest. */
#include "engine/bundled.h"

#include "engine/offer.h"
#include "trust/refresh.h"

/* The manifest is the package's first member, and zstd makes hardly anything larger. */
#define BEGINNING_BYTES_MAX (CE_MANIFEST_BYTES_MAX + (1u << 20))

void ce_bundled_clear(struct ce_bundled *bundled) {
  ce_package_free(bundled->package);
  ce_reader_free(bundled->bytes);
  ce_blob_clear(&bundled->beginning);
  *bundled = (struct ce_bundled){0};
}

/* All is hashed, the beginning is kept: whoever owns the file could change it after it was verified. */
static enum ce_code keep_beginning(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct ce_blob *beginning = context;
  size_t room = BEGINNING_BYTES_MAX - beginning->size;
  return ce_blob_append(beginning, bytes, size < room ? size : room, err);
}

static enum ce_code find_offer(const struct ce_engine *engine, const struct ce_receipt *receipt,
                               struct ce_offer **ret, struct ce_error *err) {
  static const struct ce_run_options looking = {.offline = true, .dry_run = true};
  struct ce_engine quiet = *engine;
  quiet.sink = NULL;
  struct ce_offer_request request = {.verb = CE_VERB_INSTALL,
                                     .channel = receipt ? receipt->channel : "stable",
                                     .channel_is_default = !receipt,
                                     .receipt = receipt};
  return ce_offer_find(&quiet, &looking, &request, ret, err);
}

static enum ce_code open_package(const struct ce_offer *offer, struct ce_bundled *bundled,
                                 struct ce_error *err) {
  struct ce_fetch *source = offer->sources->items[offer->source].fetch;
  enum ce_code code =
      ce_trust_fetch(source, offer->set, offer->target, keep_beginning, &bundled->beginning, err);
  if (code == CE_OK) {
    code = ce_reader_of_bytes(bundled->beginning.data, bundled->beginning.size, &bundled->bytes, err);
  }
  if (code == CE_OK) {
    code = ce_package_open(bundled->bytes, &bundled->package, err);
  }
  bundled->size_bytes = offer->package_size_bytes;
  return code;
}

static enum ce_code look(const struct ce_engine *engine, const struct ce_receipt *receipt,
                         struct ce_bundled *bundled, struct ce_error *err) {
  CE_AUTO(ce_offer) struct ce_offer *offer = NULL;
  enum ce_code code = find_offer(engine, receipt, &offer, err);
  bool installed =
      code == CE_OK && receipt && ce_digest_equal(&offer->package_sha256, &receipt->package_sha256);
  return code == CE_OK && !installed ? open_package(offer, bundled, err) : code;
}

enum ce_code ce_bundled_look(const struct ce_engine *engine, const struct ce_receipt *receipt,
                             struct ce_bundled *ret, struct ce_error *err) {
  CE_AUTO(ce_bundled) struct ce_bundled bundled = {0};
  struct ce_error problem;
  enum ce_code code = engine->program ? look(engine, receipt, &bundled, &problem) : CE_OK;
  if (code == CE_MEMORY) {
    *err = problem;
    return code;
  }
  if (code == CE_OK) {
    *ret = bundled;
    bundled = (struct ce_bundled){0};
  }
  return CE_OK;
}
