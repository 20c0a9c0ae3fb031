/* SPDX-License-Identifier: Apache-2.0
 * Looking through a key directory. */
#include "publish/key-inventory.h"

#include "ports/fs-document.h"
#include "publish/key-file.h"
#include "publish/private-key.h"
#include "publish/token-signer.h"

#include <string.h>

void ce_key_inventory_clear(struct ce_key_inventory *inventory) {
  for (size_t i = 0; i < inventory->count; i++) {
    free(inventory->items[i].name);
    ce_public_key_clear(&inventory->items[i].public_key);
  }
  free(inventory->items);
  *inventory = (struct ce_key_inventory){0};
}

const char *ce_key_inventory_find(const struct ce_key_inventory *inventory, const char *key_id) {
  for (size_t i = 0; i < inventory->count; i++) {
    if (strcmp(inventory->items[i].public_key.key_id, key_id) == 0) {
      return inventory->items[i].name;
    }
  }
  return NULL;
}

static enum ce_code read_beside(struct ce_fs *keys, const char *name, const char *dot,
                                struct ce_public_key *ret, bool *ret_found, struct ce_error *err) {
  CE_AUTO(ce_free)
  char *public_name = ce_text_format("%.*s." CE_KEY_PUBLIC_SUFFIX, (int)(dot - name), name);
  CE_AUTO(ce_blob) struct ce_blob pem = {0};
  if (!public_name) {
    return ce_fail_memory(err, name);
  }
  enum ce_code code = ce_fs_exists(keys, public_name, ret_found, NULL, err);
  if (code == CE_OK && *ret_found) {
    code = ce_fs_document_read(keys, public_name, CE_PUBLIC_KEY_FILE_MAX, &pem, err);
  }
  return code == CE_OK && *ret_found ? ce_public_key_parse(&pem, public_name, ret, err) : code;
}

static enum ce_code open_private(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                                 struct ce_public_key *ret, struct ce_error *err) {
  CE_AUTO(ce_private_key) struct evp_pkey_st *key = NULL;
  enum ce_code code = ce_unlock_key_file(unlock, keys, name, &key, err);
  return code == CE_OK ? ce_public_key_of(key, name, ret, err) : code;
}

static enum ce_code open_token(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                               struct ce_public_key *ret, struct ce_error *err) {
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  enum ce_code code = ce_token_signer_load(keys, name, unlock, &signer, err);
  if (code == CE_OK) {
    *ret = signer.public_key;
    signer.public_key = (struct ce_public_key){0};
  }
  return code;
}

static enum ce_code append(struct ce_key_inventory *inventory, const char *name, struct ce_public_key *key,
                           struct ce_error *err) {
  struct ce_key_holding *grown = reallocarray(inventory->items, inventory->count + 1, sizeof *grown);
  inventory->items = grown ? grown : inventory->items;
  char *copy = strdup(name);
  if (!grown || !copy) {
    free(copy);
    return ce_fail_memory(err, name);
  }
  grown[inventory->count++] = (struct ce_key_holding){copy, *key};
  *key = (struct ce_public_key){0};
  return CE_OK;
}

static enum ce_code take(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                         struct ce_key_inventory *inventory, struct ce_error *err) {
  CE_AUTO(ce_public_key) struct ce_public_key key = {0};
  const char *dot = strrchr(name, '.');
  bool on_token = dot && strcmp(dot + 1, CE_KEY_URI_SUFFIX) == 0;
  bool found = false;
  if (!on_token && (!dot || strcmp(dot + 1, CE_KEY_PRIVATE_SUFFIX) != 0)) {
    return CE_OK;
  }
  enum ce_code code = read_beside(keys, name, dot, &key, &found, err);
  if (code == CE_OK && !found) {
    code = on_token ? open_token(keys, name, unlock, &key, err) : open_private(keys, name, unlock, &key, err);
  }
  return code == CE_OK ? append(inventory, name, &key, err) : code;
}

enum ce_code ce_key_inventory_load(struct ce_fs *keys, struct ce_unlock *unlock, struct ce_key_inventory *ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  CE_AUTO(ce_key_inventory) struct ce_key_inventory inventory = {0};
  enum ce_code code = ce_fs_list(keys, "", &names, err);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    code = take(keys, names.items[i], unlock, &inventory, err);
  }
  if (code == CE_OK) {
    *ret = inventory;
    inventory = (struct ce_key_inventory){0};
  }
  return code;
}
