/* SPDX-License-Identifier: Apache-2.0
 * Which keys a key directory holds, of whatever role. */
#ifndef CE_PUBLISH_KEY_INVENTORY_H
#define CE_PUBLISH_KEY_INVENTORY_H

#include "ports/fs.h"
#include "publish/public-key.h"
#include "publish/unlock.h"

struct ce_key_holding {
  char *name; /* "root-2.pem" */
  struct ce_public_key public_key;
};
struct ce_key_inventory {
  struct ce_key_holding *items; /* by name */
  size_t count;
};
void ce_key_inventory_clear(struct ce_key_inventory *inventory);
CE_DEFINE_AUTO_IN_PLACE(ce_key_inventory, struct ce_key_inventory, ce_key_inventory_clear);

/* A key is opened, for which its passphrase or PIN is needed, only when its public half is not beside it. */
CE_MUST_USE enum ce_code ce_key_inventory_load(struct ce_fs *keys, struct ce_unlock *unlock,
                                               struct ce_key_inventory *ret, struct ce_error *err);
/* The file that holds the key; NULL when none does. */
const char *ce_key_inventory_find(const struct ce_key_inventory *inventory, const char *key_id);

#endif
