/* SPDX-License-Identifier: Apache-2.0
 * Choosing among channels. */
#include "publish/site-channel.h"

#include "publish/offers.h"

#include <string.h>

struct choice {
  struct ce_client *client;
  const char *arch;
  struct ce_channel *best;
};

static void clear(struct choice *choice) {
  ce_channel_free(choice->best);
}
CE_DEFINE_AUTO_IN_PLACE(choice, struct choice, clear);

static bool is_better(const struct choice *choice, const struct ce_channel *channel) {
  if (choice->arch && strcmp(channel->arch, choice->arch) != 0) {
    return false;
  }
  return !choice->best ||
         (strcmp(choice->best->name, CE_SITE_CHANNEL) != 0 && strcmp(channel->name, CE_SITE_CHANNEL) == 0);
}

static enum ce_code look_at(struct choice *choice, const char *path, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  const struct ce_target *target = NULL;
  enum ce_code code = ce_client_find(choice->client, path, &target, err);
  if (code == CE_OK) {
    code = ce_trust_fetch_blob(choice->client->source, choice->client->set, target, CE_CHANNEL_BYTES_MAX,
                               &bytes, err);
  }
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code == CE_OK) {
    code = ce_channel_parse(bytes.data, bytes.size, &channel, err);
  }
  if (code == CE_OK && is_better(choice, channel)) {
    ce_channel_free(choice->best);
    choice->best = ce_take(&channel);
  }
  return code;
}

static enum ce_code look_through(struct choice *choice, const struct ce_tuf_targets *targets,
                                 struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < targets->target_count; i++) {
    const char *path = targets->targets[i].target.path;
    if (strncmp(path, CE_OFFERS_PREFIX, strlen(CE_OFFERS_PREFIX)) == 0) {
      code = look_at(choice, path, err);
    }
  }
  return code;
}

enum ce_code ce_site_channel_choose(struct ce_client *client, const char *arch, struct ce_channel **ret,
                                    struct ce_error *err) {
  CE_AUTO(choice) struct choice choice = {.client = client, .arch = arch};
  enum ce_code code = look_through(&choice, client->targets, err);
  for (size_t i = 0; code == CE_OK && i < client->role_count; i++) {
    code = look_through(&choice, client->roles[i].targets, err);
  }
  if (code == CE_OK && !choice.best) {
    return ce_fail(err, CE_NOT_FOUND, "find channel", client->source->name, "it has no channel%s%s",
                   arch ? " for " : "", arch ? arch : "");
  }
  if (code == CE_OK) {
    *ret = ce_take(&choice.best);
  }
  return code;
}
