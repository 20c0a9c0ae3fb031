/* SPDX-License-Identifier: Apache-2.0
 * Signers of key files, and lists of signers. */
#include "publish/signer.h"

#include "ports/fs-document.h"
#include "publish/key-file.h"
#include "publish/private-key.h"
#include "publish/token-signer.h"

#include <string.h>

void ce_signer_clear(struct ce_signer *signer) {
  if (signer->ops) {
    signer->ops->free(signer->context);
  }
  ce_public_key_clear(&signer->public_key);
  free(signer->name);
  *signer = (struct ce_signer){0};
}

void ce_signers_clear(struct ce_signers *signers) {
  for (size_t i = 0; i < signers->count; i++) {
    ce_signer_clear(&signers->items[i]);
  }
  free(signers->items);
  *signers = (struct ce_signers){0};
}

enum ce_code ce_signers_append(struct ce_signers *signers, struct ce_signer *signer, struct ce_error *err) {
  struct ce_signer *grown = reallocarray(signers->items, signers->count + 1, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, "keys");
  }
  signers->items = grown;
  grown[signers->count++] = *signer;
  *signer = (struct ce_signer){0};
  return CE_OK;
}

void ce_signers_remove(struct ce_signers *signers, size_t place) {
  ce_signer_clear(&signers->items[place]);
  signers->items[place] = signers->items[--signers->count];
}

const struct ce_signer *ce_signers_find(const struct ce_signers *signers, const char *key_id) {
  for (size_t i = 0; i < signers->count; i++) {
    if (strcmp(signers->items[i].public_key.key_id, key_id) == 0) {
      return &signers->items[i];
    }
  }
  return NULL;
}

static enum ce_code sign_with_file(const struct ce_signer *signer, const void *message, size_t size,
                                   struct ce_blob *signature, struct ce_error *err) {
  return ce_private_key_sign(signer->context, &signer->public_key, message, size, signature, err);
}

static void free_private_key(void *context) {
  ce_private_key_free(context);
}

/* The signer of a private key, which it takes over on success. */
static enum ce_code wrap(struct evp_pkey_st **key, const char *name, struct ce_signer *ret,
                         struct ce_error *err) {
  static const struct ce_signer_ops file_ops = {sign_with_file, free_private_key};
  CE_AUTO(ce_signer) struct ce_signer signer = {.name = strdup(name)};
  if (!signer.name) {
    return ce_fail_memory(err, name);
  }
  enum ce_code code = ce_public_key_of(*key, name, &signer.public_key, err);
  if (code == CE_OK) {
    signer.ops = &file_ops;
    signer.context = ce_take(key);
    *ret = signer;
    signer = (struct ce_signer){0};
  }
  return code;
}

static enum ce_code save(const struct ce_signer *signer, struct ce_fs *keys, const char *role, size_t index,
                         const struct ce_passphrase *passphrase, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob private_file = {0}, public_file = {0};
  enum ce_code code = ce_private_key_write(signer->context, signer->name, passphrase, &private_file, err);
  if (code == CE_OK) {
    code = ce_public_key_write(&signer->public_key, &public_file, err);
  }
  if (code == CE_OK) {
    code = ce_key_file_create(keys, role, index, CE_KEY_PRIVATE_SUFFIX, &private_file, err);
  }
  return code == CE_OK ? ce_key_file_create(keys, role, index, CE_KEY_PUBLIC_SUFFIX, &public_file, err)
                       : code;
}

enum ce_code ce_signer_make(struct ce_fs *keys, const char *role, size_t index,
                            const struct ce_key_type *type, struct ce_unlock *unlock, struct ce_signer *ret,
                            struct ce_error *err) {
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, CE_KEY_PRIVATE_SUFFIX);
  CE_AUTO(ce_private_key) struct evp_pkey_st *key = NULL;
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  const struct ce_passphrase *passphrase = NULL;
  if (!name) {
    return ce_fail_memory(err, role);
  }
  enum ce_code code = ce_key_file_require_absence(keys, role, index, err);
  if (code == CE_OK) {
    code = ce_unlock_passphrase(unlock, true, &passphrase, err);
  }
  if (code == CE_OK) {
    code = ce_private_key_generate(type, name, &key, err);
  }
  if (code == CE_OK) {
    code = wrap(&key, name, &signer, err);
  }
  if (code == CE_OK) {
    code = save(&signer, keys, role, index, passphrase, err);
  }
  if (code == CE_OK) {
    *ret = signer;
    signer = (struct ce_signer){0};
  }
  return code;
}

static enum ce_code save_uri(const struct ce_signer *signer, struct ce_fs *keys, const char *role,
                             size_t index, const char *uri, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob uri_file = {0}, public_file = {0};
  enum ce_code code = ce_blob_printf(&uri_file, err, "%s\n", uri);
  if (code == CE_OK) {
    code = ce_public_key_write(&signer->public_key, &public_file, err);
  }
  if (code == CE_OK) {
    code = ce_key_file_create(keys, role, index, CE_KEY_URI_SUFFIX, &uri_file, err);
  }
  return code == CE_OK ? ce_key_file_create(keys, role, index, CE_KEY_PUBLIC_SUFFIX, &public_file, err)
                       : code;
}

enum ce_code ce_signer_register(struct ce_fs *keys, const char *role, size_t index, const char *uri,
                                struct ce_unlock *unlock, struct ce_signer *ret, struct ce_error *err) {
  static const char trial[] = "certenv-publish: can this key sign?";
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, CE_KEY_URI_SUFFIX);
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  CE_AUTO(ce_blob) struct ce_blob signature = {0};
  if (!name) {
    return ce_fail_memory(err, role);
  }
  enum ce_code code = ce_key_file_require_absence(keys, role, index, err);
  if (code == CE_OK) {
    code = ce_token_signer_open(uri, name, unlock, &signer, err);
  }
  if (code == CE_OK) {
    code = ce_signer_sign(&signer, trial, sizeof trial - 1, &signature, err);
  }
  if (code == CE_OK) {
    code = save_uri(&signer, keys, role, index, uri, err);
  }
  if (code == CE_OK) {
    *ret = signer;
    signer = (struct ce_signer){0};
  }
  return code;
}

enum ce_code ce_signers_generate(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                                 size_t count, struct ce_unlock *unlock, struct ce_error *err) {
  for (size_t i = 0; i < count; i++) {
    CE_AUTO(ce_signer) struct ce_signer signer = {0};
    enum ce_code code = ce_signer_make(keys, role, i, ce_key_types(), unlock, &signer, err);
    if (code == CE_OK) {
      code = ce_signers_append(signers, &signer, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code load_file(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                              struct ce_signer *ret, struct ce_error *err) {
  CE_AUTO(ce_private_key) struct evp_pkey_st *key = NULL;
  enum ce_code code = ce_unlock_key_file(unlock, keys, name, &key, err);
  return code == CE_OK ? wrap(&key, name, ret, err) : code;
}

/* False only when the public half beside the key says so. */
static enum ce_code is_wanted(struct ce_fs *keys, const char *role, size_t index,
                              const struct ce_signer_filter *filter, bool *ret, struct ce_error *err) {
  CE_AUTO(ce_public_key) struct ce_public_key key = {0};
  bool found = false;
  enum ce_code code = filter ? ce_key_file_read_public(keys, role, index, &key, &found, err) : CE_OK;
  if (code == CE_OK) {
    *ret = !filter || !found || filter->wants(filter->context, key.key_id);
  }
  return code;
}

static enum ce_code open_key(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                             struct ce_signer *ret, struct ce_error *err) {
  const char *suffix = strrchr(name, '.') + 1;
  if (strcmp(suffix, CE_KEY_URI_SUFFIX) != 0) {
    return load_file(keys, name, unlock, ret, err);
  }
  enum ce_code code = ce_token_signer_load(keys, name, unlock, ret, err);
  if (code == CE_NOT_FOUND) {
    unlock->absent = *err;
    return CE_OK;
  }
  return code;
}

static enum ce_code load(struct ce_signers *signers, struct ce_fs *keys, const char *role, size_t index,
                         const char *suffix, const struct ce_signer_filter *filter, struct ce_unlock *unlock,
                         struct ce_error *err) {
  bool exists = false, wanted = false;
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  enum ce_code code = ce_key_file_exists(keys, role, index, suffix, &exists, err);
  if (code == CE_OK && exists) {
    code = is_wanted(keys, role, index, filter, &wanted, err);
  }
  if (code != CE_OK || !wanted) {
    return code;
  }
  CE_AUTO(ce_free) char *name = ce_key_file_name(role, index, suffix);
  code = name ? open_key(keys, name, unlock, &signer, err) : ce_fail_memory(err, role);
  /* Clients refuse a document with two signatures under one id: a key that is there twice signs once. */
  if (code != CE_OK || !signer.ops || ce_signers_find(signers, signer.public_key.key_id) ||
      (filter && !filter->wants(filter->context, signer.public_key.key_id))) {
    return code;
  }
  return ce_signers_append(signers, &signer, err);
}

enum ce_code ce_signers_load(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                             const struct ce_signer_filter *filter, struct ce_unlock *unlock,
                             struct ce_error *err) {
  for (size_t i = 0; i < CE_KEY_FILES_MAX; i++) {
    enum ce_code code = load(signers, keys, role, i, CE_KEY_PRIVATE_SUFFIX, filter, unlock, err);
    if (code == CE_OK) {
      code = load(signers, keys, role, i, CE_KEY_URI_SUFFIX, filter, unlock, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_signer_sign(const struct ce_signer *signer, const void *message, size_t size,
                            struct ce_blob *signature, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob made = {0};
  enum ce_code code = signer->ops->sign(signer, message, size, &made, err);
  if (code == CE_OK && !ce_public_key_verify(&signer->public_key, &made, message, size)) {
    return ce_fail(err, CE_IO, "sign", signer->name, "the signature does not fit the public key");
  }
  return code == CE_OK ? ce_blob_append(signature, made.data, made.size, err) : code;
}
