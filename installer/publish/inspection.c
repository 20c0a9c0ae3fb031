/* SPDX-License-Identifier: Apache-2.0
 * Looking at all targets. */
#include "publish/inspection.h"

#include "model/channel.h"
#include "publish/package-check.h"

#include <inttypes.h>
#include <string.h>

#define CHANNELS_PREFIX "channels/"
#define PACKAGES_PREFIX "packages/"

enum pass { PASS_CHANNELS, PASS_OTHERS };

struct offer {
  struct ce_channel *channel;
  bool seen; /* its package was */
};

struct run {
  const struct ce_inspection *inspection;
  struct ce_client *client;
  struct offer *offers; /* room for one a target */
  size_t offer_count;
};

static void clear(struct run *run) {
  for (size_t i = 0; i < run->offer_count; i++) {
    ce_channel_free(run->offers[i].channel);
  }
  free(run->offers);
}
CE_DEFINE_AUTO_IN_PLACE(run, struct run, clear);

static void report(const struct run *run, const char *what) {
  if (run->inspection->report) {
    ce_publish_report(run->inspection->report, N_("ok       %s"), what);
  }
}

static enum ce_code refuse(const char *target, struct ce_error *err, const char *why) {
  return ce_fail(err, CE_TRUST_DIGEST, "verify", target, "%s", why);
}

/* *ret stays NULL for a target that a bundle leaves out. */
static enum ce_code fetch(struct run *run, const struct ce_target *target, struct ce_reader **ret,
                          struct ce_error *err) {
  enum ce_code code = ce_client_fetch(run->client, target, ret, err);
  if (code != CE_NOT_FOUND) {
    return code;
  }
  if (!run->inspection->is_partial) {
    return refuse(target->path, err, "it is signed for and missing");
  }
  if (run->inspection->report) {
    ce_publish_report(run->inspection->report, N_("absent   %s"), target->path);
  }
  return CE_OK;
}

static enum ce_code inspect_channel(struct run *run, const struct ce_target *target, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct offer *offer = &run->offers[run->offer_count];
  enum ce_code code =
      ce_trust_fetch_blob(run->client->source, run->client->set, target, CE_CHANNEL_BYTES_MAX, &bytes, err);
  if (code == CE_NOT_FOUND && run->inspection->is_partial) {
    return CE_OK;
  }
  if (code == CE_NOT_FOUND) {
    return refuse(target->path, err, "it is signed for and missing");
  }
  if (code == CE_OK) {
    code = ce_channel_parse(bytes.data, bytes.size, &offer->channel, err);
  }
  if (code != CE_OK) {
    return code;
  }
  run->offer_count++;
  CE_AUTO(ce_free) char *path = ce_channel_target_path(offer->channel->name, offer->channel->arch);
  if (!path) {
    return ce_fail_memory(err, target->path);
  }
  if (strcmp(path, target->path) != 0) {
    return refuse(target->path, err, "it speaks of another channel or architecture than its name");
  }
  report(run, target->path);
  return CE_OK;
}

static enum ce_code match_offers(struct run *run, const char *path, const struct ce_manifest *manifest,
                                 struct ce_error *err) {
  for (size_t i = 0; i < run->offer_count; i++) {
    struct offer *offer = &run->offers[i];
    if (strcmp(offer->channel->package, path) != 0) {
      continue;
    }
    if (strcmp(offer->channel->version, manifest->version) != 0 ||
        strcmp(offer->channel->arch, manifest->arch) != 0) {
      return refuse(path, err, "its manifest has another version or architecture than its channel says");
    }
    offer->seen = true;
  }
  return CE_OK;
}

static enum ce_code inspect_package(struct run *run, const struct ce_target *target, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  enum ce_code code = fetch(run, target, &reader, err);
  if (code != CE_OK || !reader) {
    return code;
  }
  code = ce_package_check(reader, &package, err);
  if (code == CE_OK) {
    code = match_offers(run, target->path, ce_package_manifest(package), err);
  }
  if (code == CE_OK) {
    report(run, target->path);
  }
  return code;
}

static enum ce_code inspect_other(struct run *run, const struct ce_target *target, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  enum ce_code code = fetch(run, target, &reader, err);
  if (code == CE_OK && reader) {
    report(run, target->path);
  }
  return code;
}

static bool has_prefix(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

static enum ce_code inspect_target(struct run *run, const struct ce_target *target, enum pass pass,
                                   struct ce_error *err) {
  bool is_channel = has_prefix(target->path, CHANNELS_PREFIX);
  if (is_channel != (pass == PASS_CHANNELS)) {
    return CE_OK;
  }
  if (is_channel) {
    return inspect_channel(run, target, err);
  }
  if (has_prefix(target->path, PACKAGES_PREFIX)) {
    return inspect_package(run, target, err);
  }
  return inspect_other(run, target, err);
}

/* A delegated role's target counts when a look-up leads to it. */
static enum ce_code inspect_delegated(struct run *run, const struct ce_client_role *role,
                                      const struct ce_target *target, enum pass pass, struct ce_error *err) {
  const struct ce_target *found = NULL;
  enum ce_code code = ce_client_find(run->client, target->path, &found, err);
  if (code == CE_NOT_FOUND || (code == CE_OK && !ce_digest_equal(&found->sha256, &target->sha256))) {
    if (run->inspection->report && pass == PASS_OTHERS) {
      ce_publish_report(run->inspection->report, N_("hidden   %s of role %s: a look-up does not lead to it"),
                        target->path, role->name);
    }
    return CE_OK;
  }
  return code == CE_OK ? inspect_target(run, found, pass, err) : code;
}

static enum ce_code inspect_all(struct run *run, enum pass pass, struct ce_error *err) {
  const struct ce_client *client = run->client;
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < client->targets->target_count; i++) {
    code = inspect_target(run, &client->targets->targets[i].target, pass, err);
  }
  for (size_t i = 0; i < client->role_count; i++) {
    const struct ce_client_role *role = &client->roles[i];
    for (size_t k = 0; code == CE_OK && k < role->targets->target_count; k++) {
      code = inspect_delegated(run, role, &role->targets->targets[k].target, pass, err);
    }
  }
  return code;
}

static size_t count_targets(const struct ce_client *client) {
  size_t count = client->targets->target_count;
  for (size_t i = 0; i < client->role_count; i++) {
    count += client->roles[i].targets->target_count;
  }
  return count;
}

static enum ce_code check_offers(const struct run *run, struct ce_error *err) {
  for (size_t i = 0; i < run->offer_count; i++) {
    if (!run->offers[i].seen) {
      return refuse(run->offers[i].channel->package, err, "a channel names it and it is not there");
    }
  }
  if (run->inspection->is_partial && run->offer_count == 0) {
    return ce_fail(err, CE_NO_SOURCE, "verify", run->client->source->name, "it has no channel");
  }
  return CE_OK;
}

static void report_metadata(const struct run *run) {
  const struct ce_publish_arguments *arguments = run->inspection->report;
  if (!arguments) {
    return;
  }
  ce_publish_report(arguments, N_("ok       metadata: root version %lld, targets version %lld"),
                    (long long)ce_trusted_set_root_version(run->client->set),
                    (long long)run->client->targets->head.version);
  for (size_t i = 0; i < run->client->role_count; i++) {
    const struct ce_client_role *role = &run->client->roles[i];
    ce_publish_report(arguments, N_("ok       role %s: version %lld, %zu targets"), role->name,
                      (long long)role->targets->head.version, role->targets->target_count);
  }
  if (run->client->expired_count > 0) {
    ce_publish_report(arguments, N_("expired  metadata of %zu roles"), run->client->expired_count);
  }
}

/* A repository has all its roles; a bundle those that its channels need. */
static enum ce_code check_roles(const struct run *run, struct ce_error *err) {
  size_t delegated = run->client->targets->delegations.role_count;
  if (run->inspection->is_partial || run->client->role_count == delegated) {
    return CE_OK;
  }
  return ce_fail(err, CE_TRUST_DIGEST, "verify", run->client->source->name,
                 "the metadata of %zu delegated roles is missing", delegated - run->client->role_count);
}

enum ce_code ce_inspection_run(const struct ce_inspection *inspection, struct ce_client *client,
                               struct ce_error *err) {
  CE_AUTO(run)
  struct run run = {.inspection = inspection,
                    .client = client,
                    .offers = calloc(count_targets(client) + 1, sizeof *run.offers)};
  if (!run.offers) {
    return ce_fail_memory(err, "targets");
  }
  report_metadata(&run);
  enum ce_code code = check_roles(&run, err);
  if (code == CE_OK) {
    code = inspect_all(&run, PASS_CHANNELS, err);
  }
  if (code == CE_OK) {
    code = inspect_all(&run, PASS_OTHERS, err);
  }
  return code == CE_OK ? check_offers(&run, err) : code;
}
