/* SPDX-License-Identifier: Apache-2.0
 * Signers whose private half never leaves a token. */
#ifndef CE_PUBLISH_TOKEN_SIGNER_H
#define CE_PUBLISH_TOKEN_SIGNER_H

#include "publish/signer.h"

/* The key that the URI names; name is for messages. USAGE for what is no URI; codes as ce_unlock_token() and
 * ce_token_key_find(). */
CE_MUST_USE enum ce_code ce_token_signer_open(const char *uri, const char *name, struct ce_unlock *unlock,
                                              struct ce_signer *ret, struct ce_error *err);
/* The same for a key file that holds a URI on its first line. */
CE_MUST_USE enum ce_code ce_token_signer_load(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                                              struct ce_signer *ret, struct ce_error *err);

#endif
