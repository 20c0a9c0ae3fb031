/* SPDX-License-Identifier: Apache-2.0
 * From sources to an offer. */
#include "engine/offer.h"

#include "base/version.h"
#include "engine/probe.h"
#include "model/channel.h"
#include "model/layout.h"
#include "trust/envelope.h"
#include "trust/instant.h"
#include "trust/metadata.h"
#include "trust/refresh.h"

#include <string.h>

#ifndef CERTENV_BUILD_TIME_S
#define CERTENV_BUILD_TIME_S 0
#endif

/* What one search works with. */
struct search {
  const struct ce_engine *engine;
  const struct ce_offer_request *request;
  struct ce_refresh_options refresh;
  struct ce_blob anchor; /* empty when there is none */
};

static void search_auto(struct search *search) {
  ce_blob_clear(&search->anchor);
}

void ce_offer_free(struct ce_offer *offer) {
  if (offer) {
    ce_trusted_set_free(offer->set);
    ce_sources_free(offer->sources);
    free(offer->channel);
    free(offer->version);
    free(offer->package);
    free(offer);
  }
}

/* A clock that is behind the build of this very program is wrong; the build's time is the better one. */
static int64_t trusted_now(const struct ce_engine *engine) {
  int64_t now_s = engine->clock->now_s(engine->clock->context);
  if (now_s >= CERTENV_BUILD_TIME_S) {
    return now_s;
  }
  char now[CE_INSTANT_SIZE];
  char built[CE_INSTANT_SIZE];
  struct ce_error behind;
  ce_instant_format(now_s, now);
  ce_instant_format(CERTENV_BUILD_TIME_S, built);
  ce_fail(&behind, CE_CLOCK, "clock", now, "it says %s, and this program was made at %s", now, built);
  ce_emit_warning(engine->sink, "clock", &behind);
  return CERTENV_BUILD_TIME_S;
}

static enum ce_code refresh(struct search *search, enum ce_source_kind kind, struct ce_offer *offer,
                            struct ce_error *err) {
  const struct ce_engine *engine = search->engine;
  struct ce_fetch *source = offer->sources->items[offer->source].fetch;
  bool first_install = !search->request->receipt;
  const struct ce_blob *root = search->anchor.size > 0 ? &search->anchor : NULL;
  search->refresh.expired_is_warning = kind == CE_SOURCE_BUNDLE && first_install;
  enum ce_code code = ce_trust_refresh(source, engine->fs, CE_TUF, root, &search->refresh, &offer->set, err);
  if (code == CE_TRUST_ROOT && first_install && root && !search->refresh.read_only) {
    /* Nothing is installed that the kept root would protect. */
    code = ce_fs_remove_tree(engine->fs, CE_TUF, err);
    if (code == CE_OK) {
      code = ce_trust_refresh(source, engine->fs, CE_TUF, root, &search->refresh, &offer->set, err);
    }
  }
  return code;
}

static enum ce_code find(const struct search *search, const struct ce_offer *offer, const char *path,
                         const struct ce_target **ret, struct ce_error *err) {
  return ce_trust_find(offer->sources->items[offer->source].fetch, search->engine->fs, CE_TUF,
                       &search->refresh, offer->set, path, ret, err);
}

static enum ce_code fetch_channel(const struct search *search, const struct ce_offer *offer, const char *name,
                                  const char *arch, struct ce_channel **ret, struct ce_error *err) {
  const struct ce_target *target = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  CE_AUTO(ce_free) char *path = ce_channel_target_path(name, arch);
  if (!path) {
    return ce_fail_memory(err, name);
  }
  enum ce_code code = find(search, offer, path, &target, err);
  if (code == CE_NOT_FOUND) {
    return ce_fail(err, CE_UNSUPPORTED, "channel", path, "the source has no channel '%s' for %s machines",
                   name, arch);
  }
  if (code == CE_OK) {
    code = ce_trust_fetch_blob(offer->sources->items[offer->source].fetch, offer->set, target,
                               CE_CHANNEL_BYTES_MAX, &bytes, err);
  }
  if (code == CE_NOT_FOUND && offer->sources->items[offer->source].kind == CE_SOURCE_BUNDLE) {
    return ce_fail(err, CE_UNSUPPORTED, "channel", path,
                   "this installer was made for another channel or machine");
  }
  if (code == CE_OK) {
    code = ce_channel_parse(bytes.data, bytes.size, &channel, err);
  }
  if (code == CE_OK && (strcmp(channel->arch, arch) != 0 || strcmp(channel->name, name) != 0)) {
    return ce_fail(err, CE_TRUST_FORMAT, "channel", path, "it speaks of channel '%s' for %s", channel->name,
                   channel->arch);
  }
  if (code == CE_OK) {
    *ret = ce_take(&channel);
  }
  return code;
}

/* "channels/beta/x86_64.json": the name, malloc'ed; NULL for any other path. */
static char *channel_name_of(const char *path, const char *arch) {
  static const char prefix[] = "channels/";
  if (strncmp(path, prefix, sizeof prefix - 1) != 0) {
    return NULL;
  }
  CE_AUTO(ce_free) char *name = strndup(path + sizeof prefix - 1, strcspn(path + sizeof prefix - 1, "/"));
  CE_AUTO(ce_free) char *whole = name ? ce_channel_target_path(name, arch) : NULL;
  return whole && strcmp(whole, path) == 0 ? ce_take(&name) : NULL;
}

/* An installer that was made for one other channel says by that which channel is meant. */
static enum ce_code fetch_only_channel(const struct search *search, const struct ce_offer *offer,
                                       const char *arch, struct ce_channel **ret, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};
  const struct ce_blob *bytes = ce_trusted_set_bytes(offer->set, "targets");
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  CE_AUTO(ce_channel) struct ce_channel *found = NULL;
  enum ce_code code =
      ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_TARGETS_BYTES_MAX, &envelope, err);
  if (code == CE_OK) {
    code = ce_tuf_targets_parse(&envelope, "targets", &targets, err);
  }
  for (size_t i = 0; code == CE_OK && i < targets->target_count; i++) {
    CE_AUTO(ce_free) char *name = channel_name_of(targets->targets[i].target.path, arch);
    CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
    struct ce_error left_out;
    if (!name || fetch_channel(search, offer, name, arch, &channel, &left_out) != CE_OK) {
      continue;
    }
    if (found) {
      return ce_fail(err, CE_UNSUPPORTED, "channel", search->request->channel,
                     "this installer has several other channels, such as '%s'; choose one with --channel",
                     name);
    }
    found = ce_take(&channel);
  }
  if (code == CE_OK && !found) {
    return ce_fail(err, CE_UNSUPPORTED, "channel", offer->sources->items[offer->source].fetch->name,
                   "it has no package for %s machines", arch);
  }
  if (code == CE_OK) {
    *ret = ce_take(&found);
  }
  return code;
}

static enum ce_code take_channel(const struct search *search, struct ce_offer *offer, struct ce_error *err) {
  CE_AUTO(ce_free) char *arch = NULL;
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  enum ce_code code = ce_probe_arch(search->engine, &arch, err);
  if (code == CE_OK) {
    code = fetch_channel(search, offer, search->request->channel, arch, &channel, err);
  }
  if (code == CE_UNSUPPORTED && search->request->channel_is_default &&
      offer->sources->items[offer->source].kind == CE_SOURCE_BUNDLE) {
    code = fetch_only_channel(search, offer, arch, &channel, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = find(search, offer, channel->package, &offer->target, err);
  if (code == CE_NOT_FOUND) {
    return ce_fail(err, CE_TRUST_FORMAT, "channel", channel->package,
                   "the channel names a package that the signed targets do not have");
  }
  if (code == CE_OK) {
    offer->channel = ce_take(&channel->name);
    offer->version = ce_take(&channel->version);
    offer->package = ce_take(&channel->package);
  }
  return code;
}

static enum ce_code take_installed(const struct search *search, struct ce_offer *offer,
                                   struct ce_error *err) {
  const struct ce_receipt *receipt = search->request->receipt;
  enum ce_code code = find(search, offer, receipt->package, &offer->target, err);
  if (code == CE_NOT_FOUND ||
      (code == CE_OK && !ce_digest_equal(&offer->target->sha256, &receipt->package_sha256))) {
    return ce_fail(err, CE_NO_SOURCE, "repair", receipt->package,
                   "the package of version %s is needed; run the installer of that version, or update",
                   receipt->manifest->version);
  }
  if (code != CE_OK) {
    return code;
  }
  offer->channel = strdup(receipt->channel);
  offer->version = strdup(receipt->manifest->version);
  offer->package = strdup(receipt->package);
  return offer->channel && offer->version && offer->package ? CE_OK : ce_fail_memory(err, "offer");
}

static void forget(struct ce_offer *offer) {
  ce_trusted_set_free(ce_take(&offer->set));
  free(ce_take(&offer->channel));
  free(ce_take(&offer->version));
  free(ce_take(&offer->package));
  offer->target = NULL;
}

static enum ce_code ask(struct search *search, struct ce_offer *offer, struct ce_error *err) {
  forget(offer);
  enum ce_code code = refresh(search, offer->sources->items[offer->source].kind, offer, err);
  if (code != CE_OK) {
    return code;
  }
  code = search->request->verb == CE_VERB_REPAIR ? take_installed(search, offer, err)
                                                 : take_channel(search, offer, err);
  if (code == CE_OK && !offer->target->has_sha256) {
    return ce_fail(err, CE_TRUST_FORMAT, "channel", offer->package,
                   "the signed targets give no SHA-256 of it");
  }
  if (code == CE_OK) {
    offer->package_size_bytes = offer->target->length_bytes;
    offer->package_sha256 = offer->target->sha256;
  }
  return code;
}

/* Another source may do better; not so with what is wrong on this machine. */
static bool is_of_the_source(enum ce_code code) {
  switch (code) {
  case CE_NOT_FOUND:
  case CE_NETWORK:
  case CE_NETWORK_TLS:
  case CE_NETWORK_PROXY:
  case CE_NETWORK_PORTAL:
  case CE_NO_SOURCE:
  case CE_TRUST_FORMAT:
  case CE_TRUST_SIGNATURE:
  case CE_TRUST_EXPIRED:
  case CE_TRUST_ROLLBACK:
  case CE_TRUST_DIGEST:
  case CE_TRUST_ROOT:
  case CE_UNSUPPORTED:
    return true;
  default:
    return false;
  }
}

/* "The network failed" says least. */
static bool tells_more(enum ce_code code, enum ce_code than) {
  return than == CE_OK || (than == CE_NETWORK && code != CE_NETWORK);
}

static bool is_newer(const struct ce_offer *offer, const struct ce_receipt *receipt) {
  return ce_version_compare(offer->version, receipt->manifest->version) > 0;
}

static enum ce_code ask_all(struct search *search, struct ce_offer *offer, struct ce_error *err) {
  struct ce_error worst = {.code = CE_OK};
  for (offer->source = 0; offer->source < offer->sources->count; offer->source++) {
    struct ce_error why;
    enum ce_code code = ask(search, offer, &why);
    bool is_fallback = search->request->verb == CE_VERB_UPDATE && worst.code != CE_OK &&
                       offer->sources->items[offer->source].kind == CE_SOURCE_BUNDLE;
    if (code == CE_OK && is_fallback && !is_newer(offer, search->request->receipt)) {
      break;
    }
    if (code == CE_OK) {
      return CE_OK;
    }
    if (!is_of_the_source(code)) {
      *err = why;
      return code;
    }
    if (code != CE_UNSUPPORTED) { /* which is about this machine */
      ce_error_name(&why, offer->sources->items[offer->source].fetch->name);
    }
    if (offer->sources->count > 1) {
      ce_emit_warning(search->engine->sink, "source-failed", &why);
    }
    if (tells_more(code, worst.code)) {
      worst = why;
    }
  }
  *err = worst;
  return worst.code;
}

enum ce_code ce_offer_find(const struct ce_engine *engine, const struct ce_run_options *options,
                           const struct ce_offer_request *request, struct ce_offer **ret,
                           struct ce_error *err) {
  ce_emit_phase(engine->sink, "trust", N_("Checking the signatures"));
  CE_AUTO(ce_offer) struct ce_offer *offer = calloc(1, sizeof *offer);
  CE_AUTO(search) struct search search = {.engine = engine, .request = request};
  if (!offer) {
    return ce_fail_memory(err, "offer");
  }
  enum ce_code code = ce_sources_open(engine, options, request->verb, &offer->sources, err);
  if (code == CE_OK) {
    code = ce_source_anchor(engine, &search.anchor, err);
  }
  if (code != CE_OK) {
    return code;
  }
  search.refresh = (struct ce_refresh_options){.now_s = trusted_now(engine),
                                               .build_time_s = CERTENV_BUILD_TIME_S,
                                               .read_only = options->dry_run,
                                               .sink = engine->sink};
  code = ask_all(&search, offer, err);
  if (code == CE_OK) {
    *ret = ce_take(&offer);
  }
  return code;
}
