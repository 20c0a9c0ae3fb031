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

/* "root-2.pem" and its like; the first of them that is there. */
static const char *const suffixes[] = {CE_KEY_PRIVATE_SUFFIX, CE_KEY_URI_SUFFIX, CE_KEY_PUBLIC_SUFFIX};

static enum ce_code find_suffix(struct ce_fs *keys, const char *role, size_t index, const char **ret,
                                struct ce_error *err) {
  *ret = NULL;
  for (size_t i = 0; !*ret && i < sizeof suffixes / sizeof *suffixes; i++) {
    bool exists = false;
    enum ce_code code = ce_key_file_exists(keys, role, index, suffixes[i], &exists, err);
    if (code != CE_OK) {
      return code;
    }
    *ret = exists ? suffixes[i] : NULL;
  }
  return CE_OK;
}

enum ce_code ce_key_file_require_absence(struct ce_fs *keys, const char *role, size_t index,
                                         struct ce_error *err) {
  const char *suffix = NULL;
  enum ce_code code = find_suffix(keys, role, index, &suffix, err);
  if (code != CE_OK || !suffix) {
    return code;
  }
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, suffix);
  return name ? ce_fail(err, CE_CONFLICT, "make key", name, "it is there already and is never replaced")
              : ce_fail_memory(err, role);
}

enum ce_code ce_key_file_next(struct ce_fs *keys, const char *role, size_t *ret, struct ce_error *err) {
  for (size_t i = 0; i < CE_KEY_FILES_MAX; i++) {
    const char *suffix = NULL;
    enum ce_code code = find_suffix(keys, role, i, &suffix, err);
    if (code != CE_OK) {
      return code;
    }
    if (!suffix) {
      *ret = i;
      return CE_OK;
    }
  }
  return ce_fail(err, CE_CONFLICT, "make key", role, "the directory has %d keys of this role; move some away",
                 CE_KEY_FILES_MAX);
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

enum ce_code ce_key_file_read_public(struct ce_fs *keys, const char *role, size_t index,
                                     struct ce_public_key *ret, bool *ret_found, struct ce_error *err) {
  bool exists = false;
  CE_AUTO(ce_blob) struct ce_blob pem = {0};
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, CE_KEY_PUBLIC_SUFFIX);
  if (!name) {
    return ce_fail_memory(err, role);
  }
  enum ce_code code = ce_key_file_exists(keys, role, index, CE_KEY_PUBLIC_SUFFIX, &exists, err);
  if (code == CE_OK && exists) {
    code = ce_fs_document_read(keys, name, CE_PUBLIC_KEY_FILE_MAX, &pem, err);
  }
  if (code == CE_OK && exists) {
    code = ce_public_key_parse(&pem, name, ret, err);
  }
  if (code == CE_OK) {
    *ret_found = exists;
  }
  return code;
}
