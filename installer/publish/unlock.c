/* SPDX-License-Identifier: Apache-2.0
 * Asking once. */
#include "publish/unlock.h"

void ce_unlock_clear(struct ce_unlock *unlock) {
  ce_passphrase_clear(&unlock->passphrase);
  *unlock = (struct ce_unlock){0};
}

enum ce_code ce_unlock_passphrase(struct ce_unlock *unlock, bool is_new, const struct ce_passphrase **ret,
                                  struct ce_error *err) {
  if (!unlock->has_passphrase) {
    enum ce_code code = ce_passphrase_obtain(unlock->arguments, is_new, &unlock->passphrase, err);
    if (code != CE_OK) {
      return code;
    }
    unlock->has_passphrase = true;
  }
  *ret = &unlock->passphrase;
  return CE_OK;
}
