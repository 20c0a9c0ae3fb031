/* SPDX-License-Identifier: Apache-2.0
 * Names of key files, and their making. */
#include "publish/key-file.h"

#include "ports/fs-document.h"

#include <string.h>

#define FILE_MODE 0600

char *ce_key_file_name(const char *role, size_t index, const char *suffix) {
  return index == 0 ? ce_text_format("%s.%s", role, suffix)
                    : ce_text_format("%s-%zu.%s", role, index + 1, suffix);
}

enum ce_code ce_key_file_exists(struct ce_fs *keys, const char *role, size_t index, const char *suffix,
                                bool *ret, struct ce_error *err) {
  if (!*role || strchr(role, '/') || role[0] == '.') {
    return ce_fail(err, CE_USAGE, "load keys", role, "no file can have the name of this role");
  }
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, suffix);
  return name ? ce_fs_exists(keys, name, ret, NULL, err) : ce_fail_memory(err, role);
}

enum ce_code ce_key_file_create(struct ce_fs *keys, const char *role, size_t index, const char *suffix,
                                const struct ce_blob *bytes, struct ce_error *err) {
  bool exists = false;
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, suffix);
  if (!name) {
    return ce_fail_memory(err, role);
  }
  enum ce_code code = ce_key_file_exists(keys, role, index, suffix, &exists, err);
  if (code == CE_OK && exists) {
    return ce_fail(err, CE_CONFLICT, "make key", name, "it is there already and is never replaced");
  }
  return code == CE_OK ? ce_fs_document_replace(keys, name, bytes->data, bytes->size, FILE_MODE, err) : code;
}
