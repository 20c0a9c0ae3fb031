/* SPDX-License-Identifier: Apache-2.0
 * Objects of a token: found by class, id and label, and what they say of a public key. */
#ifndef CE_PUBLISH_TOKEN_OBJECT_H
#define CE_PUBLISH_TOKEN_OBJECT_H

#include "publish/token.h"

#define CE_TOKEN_ATTRIBUTE_MAX 65536 /* bytes: certificates are the longest */

struct evp_pkey_st;

struct ce_token_search {
  CK_OBJECT_CLASS class;
  const struct ce_blob *id; /* NULL or empty: any */
  const char *label;        /* NULL: any */
};

/* How many objects match, counted up to 2; *ret is the first. */
CE_MUST_USE enum ce_code ce_token_object_find(const struct ce_token *token,
                                              const struct ce_token_search *search, CK_OBJECT_HANDLE *ret,
                                              size_t *ret_count, struct ce_error *err);
/* The attribute's bytes, replacing *ret's content; empty when the object has no such attribute. */
CE_MUST_USE enum ce_code ce_token_object_read(const struct ce_token *token, CK_OBJECT_HANDLE object,
                                              CK_ATTRIBUTE_TYPE type, struct ce_blob *ret,
                                              struct ce_error *err);
/* The key of a public key object or of an X.509 certificate; *ret is NULL when it is of no kind that can be
 * used here. */
CE_MUST_USE enum ce_code ce_token_object_public_key(const struct ce_token *token, CK_OBJECT_HANDLE object,
                                                    struct evp_pkey_st **ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_token_object_certificate_key(const struct ce_token *token,
                                                         CK_OBJECT_HANDLE object, struct evp_pkey_st **ret,
                                                         struct ce_error *err);

#endif
