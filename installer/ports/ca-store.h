/* SPDX-License-Identifier: Apache-2.0
 * The certificates of authorities that this machine trusts, wherever its distribution keeps them. */
#ifndef CE_PORTS_CA_STORE_H
#define CE_PORTS_CA_STORE_H

#include "base/blob.h"

#include <stdint.h>

#define CE_CA_STORE_MAX ((size_t)4 << 20) /* bytes of a file of certificates */

/* Either the bytes of a file, or a directory in which OpenSSL finds certificates by their hash, or (both
 * empty) nothing: then no server can prove who it is. */
struct ce_ca_store {
  struct ce_blob pem;
  const char *directory; /* static; NULL: none */
  char *name;            /* the file or directory, for messages; NULL: none */
};
void ce_ca_store_clear(struct ce_ca_store *store);
CE_DEFINE_AUTO_IN_PLACE(ce_ca_store, struct ce_ca_store, ce_ca_store_clear);

/* given: the file to use, and USAGE when it cannot be read, is too large or holds no certificate. NULL: the
 * one that SSL_CERT_FILE names (not in a set-user-ID program), else the first of the known places that can be
 * read; none is no failure. */
CE_MUST_USE enum ce_code ce_ca_store_find(const char *given, struct ce_ca_store *ret, struct ce_error *err);

#endif
