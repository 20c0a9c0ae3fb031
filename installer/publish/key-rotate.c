/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish key rotate: a new key takes an old one's place in a new root. */
#include "publish/document.h"
#include "publish/key-change.h"
#include "publish/key-file.h"
#include "publish/key-source.h"
#include "publish/root-edit.h"

static const struct ce_publish_option options[] = {
    {"role", "ROLE", N_("root, targets, snapshot or timestamp"), true},
    {"new-key", "FILE|URI", N_("the new key or its public half; a new one is made when this is missing"),
     false},
    {"key-id", "ID", N_("the key to replace, by the first digits of its id; default: the only one"), false},
    {"add", NULL, N_("add the new key and replace none"), false},
    {"threshold", "N", N_("from now on N keys must sign"), false},
    CE_KEY_CHANGE_OPTIONS,
};

static enum ce_code read_new_key(struct ce_key_change *change, struct ce_public_key *ret,
                                 struct ce_error *err) {
  const char *source = ce_publish_arguments_value(change->arguments, "new-key");
  if (source) {
    return ce_key_source_read(source, &change->unlock, ret, err);
  }
  size_t index = 0;
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  enum ce_code code = ce_key_file_next(change->keys, change->role, &index, err);
  if (code == CE_OK) {
    code = ce_signer_make(change->keys, change->role, index, ce_key_types(), &change->unlock, &signer, err);
  }
  if (code == CE_OK) {
    ce_publish_report(change->arguments, N_("Made %s, key id %s."), signer.name, signer.public_key.key_id);
    *ret = signer.public_key;
    signer.public_key = (struct ce_public_key){0};
  }
  return code;
}

/* Everything that can be refused is, before a key is made. */
static enum ce_code edit(struct ce_key_change *change, struct ce_error *err) {
  const struct ce_publish_arguments *arguments = change->arguments;
  const char *key_id = ce_publish_arguments_value(arguments, "key-id");
  CE_AUTO(ce_public_key) struct ce_public_key new_key = {0};
  const char *old_id = NULL;
  enum ce_code code = CE_OK;
  if (!ce_publish_arguments_value(arguments, "add")) {
    code = ce_root_edit_find(change->body, change->role, key_id, &old_id, err);
  } else if (key_id) {
    return ce_fail(err, CE_USAGE, "read options", "key-id", "--add replaces no key");
  }
  if (code == CE_OK) {
    code = ce_key_change_apply_threshold(change, err);
  }
  if (code == CE_OK) {
    size_t count = ce_root_edit_key_count(change->body, change->role) + (old_id ? 0 : 1);
    code = ce_root_edit_check(change->body, change->role, count, err);
  }
  if (code == CE_OK) {
    code = ce_key_change_require_signers(change, err);
  }
  if (code == CE_OK) {
    code = read_new_key(change, &new_key, err);
  }
  if (code == CE_OK) {
    code = ce_root_edit_add(change->body, change->role, &new_key, err);
  }
  if (code == CE_OK && old_id) {
    ce_root_edit_remove(change->body, change->role, old_id);
  }
  return code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_key_change) struct ce_key_change change = {0};
  enum ce_code code =
      ce_key_change_begin(arguments, ce_publish_arguments_value(arguments, "role"), &change, err);
  if (code == CE_OK) {
    code = edit(&change, err);
  }
  return code == CE_OK ? ce_key_change_finish(&change, err) : code;
}

const struct ce_publish_command ce_publish_key_rotate = {
    .name = "key rotate",
    .operand = "DIR",
    .summary = N_("replace a key of the repository by a new one"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
