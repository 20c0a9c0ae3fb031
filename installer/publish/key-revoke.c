/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish key revoke and key renew: a new root without a key, and one with the same keys. */
#include "publish/document.h"
#include "publish/key-change.h"
#include "publish/root-edit.h"

static const struct ce_publish_option revoke_options[] = {
    {"role", "ROLE", N_("root, targets, snapshot or timestamp"), true},
    {"key-id", "ID", N_("the key, by the first digits of its id"), true},
    {"threshold", "N", N_("from now on N keys must sign"), false},
    CE_KEY_CHANGE_OPTIONS,
};

static enum ce_code take_out(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_key_change) struct ce_key_change change = {0};
  const char *old_id = NULL;
  enum ce_code code =
      ce_key_change_begin(arguments, ce_publish_arguments_value(arguments, "role"), &change, err);
  if (code == CE_OK) {
    code = ce_root_edit_find(change.body, change.role, ce_publish_arguments_value(arguments, "key-id"),
                             &old_id, err);
  }
  if (code == CE_OK) {
    ce_root_edit_remove(change.body, change.role, old_id);
    code = ce_key_change_apply_threshold(&change, err);
  }
  return code == CE_OK ? ce_key_change_finish(&change, err) : code;
}

const struct ce_publish_command ce_publish_key_revoke = {
    .name = "key revoke",
    .operand = "DIR",
    .summary = N_("take a key out of the repository"),
    .options = revoke_options,
    .option_count = sizeof revoke_options / sizeof *revoke_options,
    .run = take_out,
};

static const struct ce_publish_option renew_options[] = {CE_KEY_CHANGE_OPTIONS};

static enum ce_code sign_anew(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_key_change) struct ce_key_change change = {0};
  enum ce_code code = ce_key_change_begin(arguments, ce_role_name(CE_ROLE_ROOT), &change, err);
  return code == CE_OK ? ce_key_change_finish(&change, err) : code;
}

const struct ce_publish_command ce_publish_key_renew = {
    .name = "key renew",
    .operand = "DIR",
    .summary = N_("sign the root anew with the same keys before it expires"),
    .options = renew_options,
    .option_count = sizeof renew_options / sizeof *renew_options,
    .run = sign_anew,
};
