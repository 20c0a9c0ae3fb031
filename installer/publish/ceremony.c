/* SPDX-License-Identifier: Apache-2.0
 * Checking and signing of root documents. */
#include "publish/ceremony.h"

#include "ports/hash.h"
#include "publish/document.h"
#include "trust/canonical.h"
#include "trust/signature.h"

#include <inttypes.h>
#include <string.h>

void ce_ceremony_clear(struct ce_ceremony *ceremony) {
  ce_tuf_root_free(ceremony->root);
  ce_tuf_root_free(ceremony->trusted);
  ce_envelope_clear(&ceremony->document);
  ce_envelope_clear(&ceremony->trusted_document);
  *ceremony = (struct ce_ceremony){0};
}

/* What is shown of a key is its id, so the id must be the key's and nobody else's. */
static enum ce_code check_key_ids(const json_t *body, const char *name, struct ce_error *err) {
  const char *id;
  json_t *key;
  json_object_foreach(json_object_get(body, "keys"), id, key) {
    CE_AUTO(ce_blob) struct ce_blob canonical = {0};
    enum ce_code code = ce_canonical_write(key, &canonical, err);
    if (code != CE_OK) {
      return code;
    }
    struct ce_digest digest;
    char hex[CE_DIGEST_HEX_SIZE];
    ce_hash_bytes(canonical.data, canonical.size, &digest);
    ce_digest_to_hex(&digest, hex);
    if (strcmp(hex, id) != 0) {
      return ce_fail(err, CE_TRUST_FORMAT, "check document", name, "a key's id is not the digest of the key");
    }
  }
  return CE_OK;
}

static enum ce_code check_role(const json_t *body, const struct ce_tuf_root *root,
                               const struct ce_tuf_role *role, const char *name, struct ce_error *err) {
  int64_t usable = 0;
  for (size_t i = 0; i < role->key_id_count; i++) {
    bool again = false;
    for (size_t before = 0; before < i; before++) {
      again |= strcmp(role->key_ids[i], role->key_ids[before]) == 0;
    }
    if (!json_object_get(json_object_get(body, "keys"), role->key_ids[i])) {
      return ce_fail(err, CE_TRUST_FORMAT, "check document", name, "%s has a key id without a key",
                     role->name);
    }
    usable += !again && ce_keyring_find_usable(&root->keyring, role->key_ids[i]);
  }
  if (usable < role->threshold) {
    return ce_fail(err, CE_TRUST_FORMAT, "check document", name,
                   "%" PRId64 " signatures are required for %s, which has %" PRId64 " keys", role->threshold,
                   role->name, usable);
  }
  return CE_OK;
}

static enum ce_code parse(const struct ce_blob *bytes, const char *name, struct ce_envelope *envelope,
                          struct ce_tuf_root **ret, struct ce_error *err) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, name};
  enum ce_code code =
      ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_ROOT_BYTES_MAX, envelope, err);
  if (code == CE_OK) {
    code = ce_tuf_root_parse(envelope, ret, err);
  }
  if (code == CE_OK) {
    code = check_key_ids(envelope->body, name, err);
  }
  for (int role = 0; code == CE_OK && role < CE_ROLE_COUNT; role++) {
    code =
        check_role(envelope->body, *ret, ce_tuf_root_role(*ret, ce_role_name((enum ce_role)role)), name, err);
  }
  return code;
}

static bool shares_any_key(const struct ce_tuf_root *a, const struct ce_tuf_root *b) {
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    const char *name = ce_role_name((enum ce_role)role);
    if (ce_tuf_role_share_key(ce_tuf_root_role(a, name), &a->keyring, ce_tuf_root_role(b, name),
                              &b->keyring)) {
      return true;
    }
  }
  return false;
}

static enum ce_code check_succession(const struct ce_ceremony *ceremony, struct ce_error *err) {
  int64_t version = ceremony->root->head.version;
  const struct ce_tuf_root *trusted = ceremony->trusted;
  if (!trusted) {
    return version == 1
               ? CE_OK
               : ce_fail(err, CE_USAGE, "check document", "root",
                         "it is version %" PRId64 "; give the root before it with --trusted", version);
  }
  enum ce_code code = ce_signature_check(&ceremony->trusted_document, ce_tuf_root_role(trusted, "root"),
                                         &trusted->keyring, err);
  if (code != CE_OK) {
    ce_error_context(err, "the trusted root");
    return code;
  }
  if (!shares_any_key(ceremony->root, trusted)) {
    return ce_fail(err, CE_TRUST_ROOT, "check document", "root",
                   "it is another repository's: it has no key in common with the trusted root");
  }
  if (version != trusted->head.version + 1) {
    return ce_fail(err, CE_TRUST_ROLLBACK, "check document", "root",
                   "it is version %" PRId64 ", which does not follow version %" PRId64 " of the trusted root",
                   version, trusted->head.version);
  }
  return CE_OK;
}

enum ce_code ce_ceremony_open(const struct ce_blob *document, const struct ce_blob *trusted,
                              struct ce_ceremony *ret, struct ce_error *err) {
  CE_AUTO(ce_ceremony) struct ce_ceremony ceremony = {0};
  enum ce_code code = parse(document, "root", &ceremony.document, &ceremony.root, err);
  if (code == CE_OK && trusted) {
    code = parse(trusted, "trusted root", &ceremony.trusted_document, &ceremony.trusted, err);
  }
  if (code == CE_OK) {
    code = check_succession(&ceremony, err);
  }
  if (code == CE_OK) {
    *ret = ceremony;
    ceremony = (struct ce_ceremony){0};
  }
  return code;
}

bool ce_ceremony_asks_for(const struct ce_ceremony *ceremony, const char *key_id) {
  return ce_tuf_role_has_key_id(ce_tuf_root_role(ceremony->root, "root"), key_id) ||
         (ceremony->trusted && ce_tuf_role_has_key_id(ce_tuf_root_role(ceremony->trusted, "root"), key_id));
}

bool ce_ceremony_has_signed(const struct ce_ceremony *ceremony, const char *key_id) {
  const struct ce_tuf_key *key = ce_keyring_find_usable(&ceremony->root->keyring, key_id);
  if (!key && ceremony->trusted) {
    key = ce_keyring_find_usable(&ceremony->trusted->keyring, key_id);
  }
  return key && ce_signature_has(&ceremony->document, key);
}

static enum ce_code count(const struct ce_ceremony *ceremony, const struct ce_tuf_root *root,
                          struct ce_ceremony_count *ret, struct ce_error *err) {
  struct ce_ceremony_count found = {0};
  if (root) {
    const struct ce_tuf_role *role = ce_tuf_root_role(root, "root");
    found.required = (size_t)role->threshold;
    enum ce_code code = ce_signature_count(&ceremony->document, role, &root->keyring, role->key_id_count,
                                           &found.signed_by, err);
    if (code != CE_OK) {
      return code;
    }
  }
  *ret = found;
  return CE_OK;
}

enum ce_code ce_ceremony_count_new(const struct ce_ceremony *ceremony, struct ce_ceremony_count *ret,
                                   struct ce_error *err) {
  return count(ceremony, ceremony->root, ret, err);
}

enum ce_code ce_ceremony_count_trusted(const struct ce_ceremony *ceremony, struct ce_ceremony_count *ret,
                                       struct ce_error *err) {
  return count(ceremony, ceremony->trusted, ret, err);
}

static void drop_signatures(json_t *signatures, const char *key_id) {
  for (size_t i = json_array_size(signatures); i > 0; i--) {
    const char *id = json_string_value(json_object_get(json_array_get(signatures, i - 1), "keyid"));
    if (id && strcmp(id, key_id) == 0) {
      json_array_remove(signatures, i - 1);
    }
  }
}

enum ce_code ce_ceremony_sign(const struct ce_ceremony *ceremony, const struct ce_signers *signers,
                              struct ce_blob *ret, size_t *ret_added, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *document = json_deep_copy(ceremony->document.document);
  json_t *signatures = json_object_get(document, "signatures");
  size_t added = 0;
  if (!signatures) {
    return ce_fail_memory(err, "document");
  }
  for (size_t i = 0; i < signers->count; i++) {
    const struct ce_signer *signer = &signers->items[i];
    if (!ce_ceremony_asks_for(ceremony, signer->public_key.key_id) ||
        ce_ceremony_has_signed(ceremony, signer->public_key.key_id)) {
      continue;
    }
    drop_signatures(signatures, signer->public_key.key_id);
    enum ce_code code = ce_document_add_signature(signatures, signer, &ceremony->document.canonical, err);
    if (code != CE_OK) {
      return code;
    }
    added++;
  }
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_json_write(document, true, &bytes, err);
  if (code == CE_OK) {
    code = ce_blob_append(&bytes, "\n", 1, err);
  }
  if (code == CE_OK) {
    ce_blob_clear(ret);
    *ret = bytes;
    bytes = (struct ce_blob){0};
    *ret_added = added;
  }
  return code;
}
