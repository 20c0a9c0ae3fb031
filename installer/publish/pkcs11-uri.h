/* SPDX-License-Identifier: Apache-2.0
 * The name of a private key on a token, as a PKCS#11 URI (RFC 7512):
 *
 *   pkcs11:token=Root%20keys;object=root-1?module-path=/usr/lib/softhsm/libsofthsm2.so
 *
 * Attributes of the path: token, manufacturer, model, serial, slot-id, object, id, type (private only). Of
 * the query: module-path (an absolute path, or a file name that the dynamic linker finds) and pin-source (the
 * absolute path of a file, also as file:/path). Others are refused, pin-value among them: a URI is no place
 * for a secret. */
#ifndef CE_PUBLISH_PKCS11_URI_H
#define CE_PUBLISH_PKCS11_URI_H

#include "base/blob.h"

#include <stdbool.h>

#define CE_PKCS11_URI_MAX            4096               /* bytes */
#define CE_PKCS11_URI_MODULE_DEFAULT "p11-kit-proxy.so" /* all modules that the machine has registered */

/* What is NULL, or an empty id, was not given and matches everything. */
struct ce_pkcs11_uri {
  char *text;
  char *token, *manufacturer, *model, *serial;
  char *object;
  struct ce_blob id;
  bool has_slot_id;
  uint64_t slot_id;
  char *module_path; /* never NULL */
  char *pin_file;
};
void ce_pkcs11_uri_clear(struct ce_pkcs11_uri *uri);
CE_DEFINE_AUTO_IN_PLACE(ce_pkcs11_uri, struct ce_pkcs11_uri, ce_pkcs11_uri_clear);

/* USAGE, naming the attribute. *ret must be empty. */
CE_MUST_USE enum ce_code ce_pkcs11_uri_parse(const char *text, struct ce_pkcs11_uri *ret,
                                             struct ce_error *err);
/* Whether the text begins as one does: "pkcs11:". */
bool ce_pkcs11_uri_is_one(const char *text);

#endif
