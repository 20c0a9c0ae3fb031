/* SPDX-License-Identifier: Apache-2.0
 * The new key that a command names: a public key in a PEM file, a private one, a key file with a URI, or a
 * PKCS#11 URI itself. */
#ifndef CE_PUBLISH_KEY_SOURCE_H
#define CE_PUBLISH_KEY_SOURCE_H

#include "publish/public-key.h"
#include "publish/unlock.h"

/* The public half. A private one is opened, and a token, only where nothing else tells it. USAGE for a file
 * that is none of these. */
CE_MUST_USE enum ce_code ce_key_source_read(const char *source, struct ce_unlock *unlock,
                                            struct ce_public_key *ret, struct ce_error *err);

#endif
