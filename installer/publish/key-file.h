/* SPDX-License-Identifier: Apache-2.0
 * The files of a key directory. A role's keys are <role>.pem, <role>-2.pem, <role>-3.pem and so on: private
 * keys (private-key.h); or <role>.uri and so on: the PKCS#11 URI of a key on a token, on the file's first
 * line. Beside each is its public half, <role>.pub. */
#ifndef CE_PUBLISH_KEY_FILE_H
#define CE_PUBLISH_KEY_FILE_H

#include "base/blob.h"
#include "ports/fs.h"
#include "publish/public-key.h"

#define CE_KEY_PRIVATE_SUFFIX "pem"
#define CE_KEY_URI_SUFFIX     "uri"
#define CE_KEY_PUBLIC_SUFFIX  "pub"
#define CE_KEY_FILES_MAX      20 /* keys of one role */

/* "root-2.pem" for the second. NULL when memory is out. */
char *ce_key_file_name(const char *role, size_t index, const char *suffix);
/* Whether the directory has that file. USAGE for a role whose name makes no file name. */
CE_MUST_USE enum ce_code ce_key_file_exists(struct ce_fs *keys, const char *role, size_t index,
                                            const char *suffix, bool *ret, struct ce_error *err);
/* The public half, when its file is there. USAGE when that is no key. *ret must be empty. */
CE_MUST_USE enum ce_code ce_key_file_read_public(struct ce_fs *keys, const char *role, size_t index,
                                                 struct ce_public_key *ret, bool *ret_found,
                                                 struct ce_error *err);
/* The first number from 0 on under which the role has no file. CONFLICT when all are taken. */
CE_MUST_USE enum ce_code ce_key_file_next(struct ce_fs *keys, const char *role, size_t *ret,
                                          struct ce_error *err);
/* CONFLICT when the role has a file of that number. */
CE_MUST_USE enum ce_code ce_key_file_require_absence(struct ce_fs *keys, const char *role, size_t index,
                                                     struct ce_error *err);
/* Writes the file durably, for its owner only. CONFLICT when it is there already. */
CE_MUST_USE enum ce_code ce_key_file_create(struct ce_fs *keys, const char *role, size_t index,
                                            const char *suffix, const struct ce_blob *bytes,
                                            struct ce_error *err);

#endif
