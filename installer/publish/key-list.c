/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish key list: which keys a repository trusts for what, and which of them are at hand. */
#include "publish/delegation.h"
#include "publish/document.h"
#include "publish/key-inventory.h"
#include "publish/published.h"
#include "trust/instant.h"

#include <inttypes.h>
#include <string.h>

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("tell which private keys are in this directory"), false},
    CE_UNLOCK_OPTIONS,
};

struct listing {
  const struct ce_publish_arguments *arguments;
  struct ce_repository repository;
  struct ce_published published;
  struct ce_key_inventory inventory;
  bool has_keys;
  bool *is_trusted; /* for each key of the inventory */
};

static void clear(struct listing *listing) {
  free(listing->is_trusted);
  ce_key_inventory_clear(&listing->inventory);
  ce_published_clear(&listing->published);
  ce_repository_close(&listing->repository);
}
CE_DEFINE_AUTO_IN_PLACE(listing, struct listing, clear);

static const char *type_name(const json_t *key) {
  const char *scheme = json_string_value(json_object_get(key, "scheme"));
  for (const struct ce_key_type *type = ce_key_types(); scheme && type->name; type++) {
    if (strcmp(type->scheme, scheme) == 0) {
      return type->name;
    }
  }
  return "?";
}

/* Where the private half is, "" when nobody asked. */
static const char *place_of(struct listing *listing, const char *key_id) {
  const char *name = ce_key_inventory_find(&listing->inventory, key_id);
  for (size_t i = 0; i < listing->inventory.count; i++) {
    listing->is_trusted[i] |= strcmp(listing->inventory.items[i].public_key.key_id, key_id) == 0;
  }
  if (!listing->has_keys) {
    return "";
  }
  return name ? name : ce_translate(listing->arguments->language, N_("not here"));
}

/* The keys that `entry` names, out of the document's `keys`. */
static void report_keys(struct listing *listing, const json_t *entry, const json_t *keys) {
  const json_t *ids = json_object_get(entry, "keyids");
  for (size_t i = 0; i < json_array_size(ids); i++) {
    const char *id = json_string_value(json_array_get(ids, i));
    if (id) {
      ce_publish_report(listing->arguments, "  %-10s %s  %s", type_name(json_object_get(keys, id)), id,
                        place_of(listing, id));
    }
  }
}

static void report_role(struct listing *listing, const char *role, const json_t *body, const json_t *entry,
                        const json_t *keys) {
  char when[CE_INSTANT_SIZE];
  int64_t expires_s = ce_document_expires(body);
  ce_instant_format(expires_s, when);
  long long version = ce_document_version(body);
  long long threshold = json_integer_value(json_object_get(entry, "threshold"));
  size_t count = json_array_size(json_object_get(entry, "keyids"));
  if (expires_s > listing->arguments->now_s) {
    ce_publish_report(listing->arguments, N_("%s: version %lld, valid to %s; %lld of %zu keys must sign"),
                      role, version, when, threshold, count);
  } else {
    ce_publish_report(listing->arguments, N_("%s: version %lld, expired on %s; %lld of %zu keys must sign"),
                      role, version, when, threshold, count);
  }
  report_keys(listing, entry, keys);
}

static void report_repository(struct listing *listing) {
  const struct ce_published *published = &listing->published;
  const json_t *bodies[CE_ROLE_COUNT] = {published->root.body, published->targets.body,
                                         published->snapshot.body, published->timestamp.body};
  const json_t *root = published->root.body;
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    const char *name = ce_role_name((enum ce_role)role);
    report_role(listing, name, bodies[role], json_object_get(json_object_get(root, "roles"), name),
                json_object_get(root, "keys"));
  }
  const json_t *targets = published->targets.body;
  const json_t *delegated_keys = json_object_get(json_object_get(targets, "delegations"), "keys");
  for (size_t i = 0; i < published->delegated_count; i++) {
    const struct ce_published_role *role = &published->delegated[i];
    report_role(listing, role->name, role->body, ce_delegation_find(targets, role->name), delegated_keys);
  }
}

/* Keys of the directory that no role names. */
static void report_others(const struct listing *listing) {
  bool any = false;
  for (size_t i = 0; i < listing->inventory.count; i++) {
    const struct ce_key_holding *holding = &listing->inventory.items[i];
    if (!listing->is_trusted[i]) {
      if (!any && listing->arguments->operand) {
        ce_publish_report(listing->arguments, N_("In the directory, and trusted for nothing:"));
      }
      any = true;
      ce_publish_report(listing->arguments, "  %-10s %s  %s", holding->public_key.type->name,
                        holding->public_key.key_id, holding->name);
    }
  }
}

static enum ce_code look_through_keys(struct listing *listing, const char *directory, struct ce_error *err) {
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = listing->arguments};
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  enum ce_code code = ce_fs_open_root(directory, &keys, err);
  if (code == CE_OK) {
    code = ce_key_inventory_load(keys, &unlock, &listing->inventory, err);
  }
  if (code == CE_OK) {
    listing->has_keys = true;
    listing->is_trusted = calloc(listing->inventory.count + 1, sizeof *listing->is_trusted);
    code = listing->is_trusted ? CE_OK : ce_fail_memory(err, directory);
  }
  return code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(listing) struct listing listing = {.arguments = arguments};
  const char *directory = ce_publish_arguments_value(arguments, "keys");
  enum ce_code code = CE_OK;
  if (!arguments->operand && !directory) {
    return ce_fail(err, CE_USAGE, "read options", "key list", "DIR or --keys KEYDIR is missing");
  }
  if (directory) {
    code = look_through_keys(&listing, directory, err);
  }
  if (code == CE_OK && arguments->operand) {
    code = ce_repository_look(arguments->operand, &listing.repository, err);
  }
  if (code == CE_OK && arguments->operand) {
    code = ce_published_load(&listing.repository, &listing.published, err);
  }
  if (code == CE_OK && arguments->operand) {
    report_repository(&listing);
  }
  if (code == CE_OK) {
    report_others(&listing);
  }
  return code;
}

const struct ce_publish_command ce_publish_key_list = {
    .name = "key list",
    .operand = "[DIR]",
    .summary = N_("tell which keys a repository trusts, and which are at hand"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
