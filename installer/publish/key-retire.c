/* SPDX-License-Identifier: Apache-2.0
 * Setting key files aside. */
#include "publish/key-retire.h"

#include "publish/key-file.h"
#include "publish/role.h"
#include "publish/root-edit.h"

#include <string.h>

static bool names(const json_t *root_body, const char *role, const char *key_id) {
  for (size_t i = 0; i < ce_root_edit_key_count(root_body, role); i++) {
    const char *id = ce_root_edit_key_id(root_body, role, i);
    if (id && strcmp(id, key_id) == 0) {
      return true;
    }
  }
  return false;
}

static enum ce_code rename_file(struct ce_fs *keys, const char *role, size_t index, const char *suffix,
                                const char *key_id, char **ret_new, struct ce_error *err) {
  bool exists = false;
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, suffix);
  CE_AUTO(ce_free) char *aside = ce_text_format("%s.%.16s.retired", name ? name : "", key_id);
  if (!name || !aside) {
    return ce_fail_memory(err, role);
  }
  enum ce_code code = ce_fs_exists(keys, name, &exists, NULL, err);
  if (code == CE_OK && exists) {
    code = ce_fs_rename(keys, name, aside, err);
  }
  if (code == CE_OK && exists) {
    free(*ret_new);
    *ret_new = ce_take(&aside);
  }
  return code;
}

/* The public half last: as long as it is there, the next run knows what is left to do. */
static enum ce_code retire(struct ce_fs *keys, const char *role, size_t index, const char *key_id,
                           char **ret_new, struct ce_error *err) {
  static const char *const suffixes[] = {CE_KEY_PUBLIC_SUFFIX, CE_KEY_URI_SUFFIX, CE_KEY_PRIVATE_SUFFIX};
  enum ce_code code = CE_OK;
  for (size_t i = sizeof suffixes / sizeof *suffixes; code == CE_OK && i > 0; i--) {
    CE_AUTO(ce_free) char *aside = NULL;
    code = rename_file(keys, role, index, suffixes[i - 1], key_id, &aside, err);
    if (aside && !*ret_new) {
      *ret_new = ce_take(&aside);
    }
  }
  return code;
}

static void consider(const struct ce_publish_arguments *arguments, struct ce_fs *keys, const char *role,
                     size_t index, const json_t *old_root, const json_t *new_root) {
  CE_AUTO(ce_public_key) struct ce_public_key key = {0};
  CE_AUTO(ce_free) char *aside = NULL;
  struct ce_error err = {0};
  bool found = false;
  if (ce_key_file_read_public(keys, role, index, &key, &found, &err) != CE_OK || !found ||
      !names(old_root, role, key.key_id) || names(new_root, role, key.key_id)) {
    return;
  }
  if (retire(keys, role, index, key.key_id, &aside, &err) != CE_OK) {
    ce_publish_report(arguments, N_("The key %s is no longer used; its files could not be renamed: %s"),
                      key.key_id, err.detail);
  } else if (aside) {
    ce_publish_report(arguments, N_("The key %s is no longer used; its file is now %s."), key.key_id, aside);
  }
}

void ce_key_retire(const struct ce_publish_arguments *arguments, struct ce_fs *keys, const json_t *old_root,
                   const json_t *new_root) {
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    for (size_t i = 0; i < CE_KEY_FILES_MAX; i++) {
      consider(arguments, keys, ce_role_name((enum ce_role)role), i, old_root, new_root);
    }
  }
}
