/* SPDX-License-Identifier: Apache-2.0
 * What should be on the machine, and the package that has it. */
#include "engine/run.h"

#include <string.h>

static const char *channel_of(const struct ce_run_state *run) {
  if (run->options->channel) {
    return run->options->channel;
  }
  return ce_run_is_installed(run) ? run->receipt->channel : "stable";
}

static enum ce_code find_offer(struct ce_run_state *run, struct ce_error *err) {
  struct ce_offer_request request = {.verb = run->verb,
                                     .channel = channel_of(run),
                                     .channel_is_default =
                                         !run->options->channel && !ce_run_is_installed(run),
                                     .receipt = ce_run_is_installed(run) ? run->receipt : NULL};
  return ce_offer_find(run->engine, run->options, &request, &run->offer, err);
}

static bool needs_known(const struct ce_run_state *run, const struct ce_manifest *manifest) {
  return run->options->dry_run || ce_run_minds_keys(run) || ce_selection_concerns(manifest);
}

static enum ce_code take_installed(struct ce_run_state *run, struct ce_error *err) {
  run->manifest = run->receipt->manifest;
  return needs_known(run, run->manifest)
             ? ce_known_keys_of_receipt(run->engine, run->receipt, &run->known, err)
             : CE_OK;
}

/* The manifest of what the source offers: the receipt's own when that very package is installed, so that
 * nothing is read twice. */
static enum ce_code choose_offered(struct ce_run_state *run, struct ce_error *err) {
  enum ce_code code = find_offer(run, err);
  if (code != CE_OK) {
    return code;
  }
  if (ce_run_is_installed(run) &&
      ce_digest_equal(&run->offer->package_sha256, &run->receipt->package_sha256)) {
    return take_installed(run, err);
  }
  code = ce_acquire_package(run->engine, run->offer, &run->acquired, err);
  if (code == CE_OK && needs_known(run, ce_package_manifest(run->acquired.package))) {
    code = ce_known_keys_of_package(&run->acquired, &run->known, err);
  }
  if (code != CE_OK) {
    return code;
  }
  run->manifest = ce_package_manifest(run->acquired.package);
  if (strcmp(run->manifest->version, run->offer->version) != 0) {
    return ce_fail(err, CE_PACKAGE_INVALID, "open", run->offer->package,
                   "the package says version %s, its channel says %s", run->manifest->version,
                   run->offer->version);
  }
  return CE_OK;
}

enum ce_code ce_run_choose_manifest(struct ce_run_state *run, struct ce_error *err) {
  switch (run->verb) {
  case CE_VERB_UPDATE:
    if (!ce_run_is_installed(run)) {
      return ce_fail(err, CE_NOT_INSTALLED, "update", "", "there is no receipt");
    }
    return choose_offered(run, err);
  case CE_VERB_INSTALL:
    return choose_offered(run, err);
  case CE_VERB_REPAIR:
    if (!ce_run_is_installed(run)) {
      return ce_fail(err, CE_NOT_INSTALLED, "repair", "", "there is no receipt");
    }
    return take_installed(run, err);
  default:
    return CE_OK;
  }
}

/* Repair takes the package from the cache, or from a source that still has the very same one. */
enum ce_code ce_run_provide_package(struct ce_run_state *run, struct ce_error *err) {
  if (!run->report->plan->needs_package || run->acquired.package) {
    return CE_OK;
  }
  if (!run->offer &&
      ce_acquire_cached(run->engine, &run->receipt->package_sha256, &run->acquired, err) == CE_OK) {
    return CE_OK;
  }
  enum ce_code code = run->offer ? CE_OK : find_offer(run, err);
  if (code == CE_NO_SOURCE) {
    return ce_fail(err, CE_NO_SOURCE, "repair", run->receipt->package,
                   "the package of version %s is needed; run the installer of that version, or update",
                   run->receipt->manifest->version);
  }
  return code == CE_OK ? ce_acquire_package(run->engine, run->offer, &run->acquired, err) : code;
}
