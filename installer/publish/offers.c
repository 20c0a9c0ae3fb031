/* SPDX-License-Identifier: Apache-2.0
 * Reading of channel files. */
#include "publish/offers.h"

#include "ports/fs-document.h"
#include "ports/hash.h"
#include "publish/document.h"

#include <string.h>

static void clear_offer(struct ce_offer *offer) {
  ce_channel_free(offer->channel);
  free(offer->role);
  *offer = (struct ce_offer){0};
}

void ce_offers_clear(struct ce_offers *offers) {
  for (size_t i = 0; i < offers->count; i++) {
    clear_offer(&offers->items[i]);
  }
  free(offers->items);
  *offers = (struct ce_offers){0};
}

static int compare(const struct ce_offer *offer, const char *channel, const char *arch) {
  int order = strcmp(offer->channel->name, channel);
  return order != 0 ? order : strcmp(offer->channel->arch, arch);
}

/* Where the offer is or belongs. */
static size_t place_of(const struct ce_offers *offers, const char *channel, const char *arch) {
  size_t place = 0;
  while (place < offers->count && compare(&offers->items[place], channel, arch) < 0) {
    place++;
  }
  return place;
}

const struct ce_channel *ce_offers_find(const struct ce_offers *offers, const char *channel,
                                        const char *arch) {
  size_t place = place_of(offers, channel, arch);
  bool found = place < offers->count && compare(&offers->items[place], channel, arch) == 0;
  return found ? offers->items[place].channel : NULL;
}

const struct ce_channel *ce_offers_naming(const struct ce_offers *offers, const char *package) {
  for (size_t i = 0; i < offers->count; i++) {
    if (strcmp(offers->items[i].channel->package, package) == 0) {
      return offers->items[i].channel;
    }
  }
  return NULL;
}

enum ce_code ce_offers_put(struct ce_offers *offers, struct ce_channel *channel, const char *role,
                           struct ce_error *err) {
  struct ce_offer offer = {.role = role ? strdup(role) : NULL};
  struct ce_offer *grown = reallocarray(offers->items, offers->count + 1, sizeof *grown);
  offers->items = grown ? grown : offers->items;
  if (!grown || (role && !offer.role)) {
    free(offer.role);
    return ce_fail_memory(err, channel->name);
  }
  offer.channel = channel;
  size_t place = place_of(offers, channel->name, channel->arch);
  if (place < offers->count && compare(&grown[place], channel->name, channel->arch) == 0) {
    clear_offer(&grown[place]);
  } else {
    memmove(&grown[place + 1], &grown[place], (offers->count - place) * sizeof *grown);
    offers->count++;
  }
  grown[place] = offer;
  return CE_OK;
}

static enum ce_code read_channel(struct ce_repository *repository, const struct ce_document_target *target,
                                 struct ce_channel **ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_repository_target_path(target->path, &target->sha256);
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  if (!path) {
    return ce_fail_memory(err, target->path);
  }
  enum ce_code code = ce_fs_document_read(repository->fs, path, CE_CHANNEL_BYTES_MAX, &bytes, err);
  if (code == CE_NOT_FOUND) {
    return ce_fail(err, CE_TRUST_DIGEST, "read channel", target->path, "it is signed for and missing");
  }
  struct ce_digest digest;
  ce_hash_bytes(bytes.data, bytes.size, &digest);
  if (code == CE_OK && !ce_digest_equal(&digest, &target->sha256)) {
    return ce_fail(err, CE_TRUST_DIGEST, "read channel", target->path, "it is not the file that was signed");
  }
  return code == CE_OK ? ce_channel_parse(bytes.data, bytes.size, ret, err) : code;
}

/* A channel that a delegated role has beside targets (or an earlier role) is not what clients see. */
static enum ce_code take_channel(struct ce_repository *repository, const struct ce_document_target *target,
                                 const char *role, struct ce_offers *offers, struct ce_error *err) {
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  enum ce_code code = read_channel(repository, target, &channel, err);
  if (code != CE_OK || ce_offers_find(offers, channel->name, channel->arch)) {
    return code;
  }
  code = ce_offers_put(offers, channel, role, err);
  if (code == CE_OK) {
    channel = NULL;
  }
  return code;
}

static enum ce_code take_channels(struct ce_repository *repository, const json_t *body, const char *role,
                                  struct ce_offers *offers, struct ce_error *err) {
  const char *path;
  json_t *ignored;
  json_object_foreach(json_object_get(body, "targets"), path, ignored) {
    struct ce_document_target target = {0};
    if (strncmp(path, CE_OFFERS_PREFIX, strlen(CE_OFFERS_PREFIX)) != 0 ||
        !ce_document_find_target(body, path, &target)) {
      continue;
    }
    enum ce_code code = take_channel(repository, &target, role, offers, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_offers_load(struct ce_repository *repository, const struct ce_published *published,
                            struct ce_offers *ret, struct ce_error *err) {
  CE_AUTO(ce_offers) struct ce_offers offers = {0};
  enum ce_code code = take_channels(repository, published->targets.body, NULL, &offers, err);
  for (size_t i = 0; code == CE_OK && i < published->delegated_count; i++) {
    const struct ce_published_role *role = &published->delegated[i];
    code = take_channels(repository, role->body, role->name, &offers, err);
  }
  if (code == CE_OK) {
    *ret = offers;
    offers = (struct ce_offers){0};
  }
  return code;
}
