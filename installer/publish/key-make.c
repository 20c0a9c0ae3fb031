/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish key make: a new key in a key directory, or one on a token registered there. No repository
 * is touched. */
#include "publish/command.h"
#include "publish/key-file.h"
#include "publish/place.h"
#include "publish/signer.h"

#define KEYS_MODE 0700

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("put the key into this directory"), true},
    {"role", "ROLE", N_("the role that it is for; its name becomes the file's"), true},
    {"type", "TYPE", N_("ed25519 (default), ecdsa-p256, ecdsa-p384 or rsa"), false},
    {"pkcs11", "URI", N_("register this key of a token instead of making one"), false},
    CE_UNLOCK_OPTIONS,
};

static enum ce_code choose_type(const struct ce_publish_arguments *arguments, const struct ce_key_type **ret,
                                struct ce_error *err) {
  const char *name = ce_publish_arguments_value(arguments, "type");
  const struct ce_key_type *type = name ? ce_key_type_find(name) : ce_key_types();
  if (!type) {
    return ce_fail(err, CE_USAGE, "read options", "type",
                   "'%.32s' is not one of ed25519, ecdsa-p256, ecdsa-p384, rsa", name);
  }
  if (name && ce_publish_arguments_value(arguments, "pkcs11")) {
    return ce_fail(err, CE_USAGE, "read options", "type", "the token's key has its type; leave --type out");
  }
  *ret = type;
  return CE_OK;
}

static enum ce_code make(const struct ce_publish_arguments *arguments, const struct ce_key_type *type,
                         struct ce_fs *keys, size_t index, struct ce_signer *ret, struct ce_error *err) {
  const char *role = ce_publish_arguments_value(arguments, "role");
  const char *uri = ce_publish_arguments_value(arguments, "pkcs11");
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = arguments};
  return uri ? ce_signer_register(keys, role, index, uri, &unlock, ret, err)
             : ce_signer_make(keys, role, index, type, &unlock, ret, err);
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  const char *role = ce_publish_arguments_value(arguments, "role");
  const struct ce_key_type *type = NULL;
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  size_t index = 0;
  enum ce_code code = choose_type(arguments, &type, err);
  if (code == CE_OK) {
    code = ce_place_make_directory(ce_publish_arguments_value(arguments, "keys"), KEYS_MODE, &keys, err);
  }
  if (code == CE_OK) {
    code = ce_key_file_next(keys, role, &index, err);
  }
  if (code == CE_OK) {
    code = make(arguments, type, keys, index, &signer, err);
  }
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *public_name = ce_key_file_name(role, index, CE_KEY_PUBLIC_SUFFIX);
  ce_publish_report(arguments, N_("Made %s (%s), key id %s. Its public half is %s."), signer.name,
                    signer.public_key.type->name, signer.public_key.key_id, public_name ? public_name : "");
  return CE_OK;
}

const struct ce_publish_command ce_publish_key_make = {
    .name = "key make",
    .operand = NULL,
    .summary = N_("make a key, or register one on a token"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
