/* SPDX-License-Identifier: Apache-2.0
 * Building and signing of TUF metadata. */
#include "publish/document.h"

#include "base/json.h"
#include "ports/hash.h"
#include "trust/canonical.h"
#include "trust/instant.h"
#include "trust/scheme.h"

#define SPEC_VERSION  "1.0.31"
#define DAYS_MEMBER   "x-certenv-expires-days"
#define DEFAULT_DAYS  365
#define SECONDS_A_DAY 86400

static json_t *new_body(enum ce_role role) {
  return json_pack("{s:s, s:s, s:i, s:s}", "_type", ce_role_name(role), "spec_version", SPEC_VERSION,
                   "version", 0, "expires", "");
}

static int set_validity(json_t *body, int64_t version, int64_t now_s, int64_t days) {
  char expires[CE_INSTANT_SIZE];
  ce_instant_format(now_s + days * SECONDS_A_DAY, expires);
  int failed = json_object_set_new(body, "version", json_integer(version));
  failed |= json_object_set_new(body, "expires", json_string(expires));
  return failed;
}

static int add_role(json_t *keys, json_t *roles, enum ce_role role, const struct ce_role_settings *settings,
                    const struct ce_signers *signers) {
  json_t *key_ids = json_array();
  int failed = key_ids ? 0 : -1;
  for (size_t i = 0; i < signers->count; i++) {
    const struct ce_public_key *key = &signers->items[i].public_key;
    failed |= json_object_set_new(keys, key->key_id, ce_public_key_json(key));
    failed |= json_array_append_new(key_ids, json_string(key->key_id));
  }
  json_t *entry = json_pack("{s:o, s:I, s:I}", "keyids", key_ids, "threshold",
                            (json_int_t)settings->threshold, DAYS_MEMBER, (json_int_t)settings->expires_days);
  return failed | json_object_set_new(roles, ce_role_name(role), entry);
}

json_t *ce_document_new_root(const struct ce_role_settings settings[CE_ROLE_COUNT],
                             const struct ce_signers signers[CE_ROLE_COUNT], int64_t now_s) {
  CE_AUTO(ce_json) json_t *body = new_body(CE_ROLE_ROOT);
  json_t *keys = json_object();
  int failed = json_object_set_new(body, "keys", keys);
  json_t *roles = json_object();
  failed |= json_object_set_new(body, "roles", roles);
  failed |= json_object_set_new(body, "consistent_snapshot", json_true());
  for (int role = 0; !failed && role < CE_ROLE_COUNT; role++) {
    failed |= add_role(keys, roles, (enum ce_role)role, &settings[role], &signers[role]);
  }
  failed |= set_validity(body, 1, now_s, settings[CE_ROLE_ROOT].expires_days);
  return failed ? NULL : ce_take(&body);
}

json_t *ce_document_new_targets(void) {
  CE_AUTO(ce_json) json_t *body = new_body(CE_ROLE_TARGETS);
  return json_object_set_new(body, "targets", json_object()) == 0 ? ce_take(&body) : NULL;
}

static json_t *describe_bytes(uint64_t length_bytes, const struct ce_digest *sha256) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  return json_pack("{s:I, s:{s:s}}", "length", (json_int_t)length_bytes, "hashes", "sha256", hex);
}

json_t *ce_document_new_reference(enum ce_role role) {
  CE_AUTO(ce_json) json_t *body = new_body(role);
  return json_object_set_new(body, "meta", json_object()) == 0 ? ce_take(&body) : NULL;
}

int ce_document_set_meta(json_t *body, const char *role, int64_t version, const struct ce_blob *bytes) {
  CE_AUTO(ce_free) char *name = ce_text_format("%s.json", role);
  struct ce_digest digest;
  ce_hash_bytes(bytes->data, bytes->size, &digest);
  json_t *entry = describe_bytes(bytes->size, &digest);
  if (!name || json_object_set_new(entry, "version", json_integer(version)) != 0) {
    json_decref(entry);
    return -1;
  }
  return json_object_set_new(json_object_get(body, "meta"), name, entry);
}

int64_t ce_document_meta_version(const json_t *body, const char *role) {
  CE_AUTO(ce_free) char *name = ce_text_format("%s.json", role);
  const json_t *entry = name ? json_object_get(json_object_get(body, "meta"), name) : NULL;
  return json_integer_value(json_object_get(entry, "version"));
}

int64_t ce_document_expires(const json_t *body) {
  int64_t expires_s = 0;
  const char *text = json_string_value(json_object_get(body, "expires"));
  return text && ce_instant_parse(text, &expires_s) ? expires_s : 0;
}

int64_t ce_document_version(const json_t *body) {
  return json_integer_value(json_object_get(body, "version"));
}

int64_t ce_document_days(const json_t *root_body, enum ce_role role) {
  const json_t *entry = json_object_get(json_object_get(root_body, "roles"), ce_role_name(role));
  const json_t *days = json_object_get(entry, DAYS_MEMBER);
  json_int_t value = json_integer_value(days);
  return json_is_integer(days) && value >= 0 && value <= CE_ROLE_DAYS_MAX ? value : DEFAULT_DAYS;
}

int ce_document_renew(json_t *body, enum ce_role role, const json_t *root_body, int64_t version,
                      int64_t now_s) {
  return set_validity(body, version, now_s, ce_document_days(root_body, role));
}

int ce_document_set_target(json_t *targets_body, const char *path, uint64_t length_bytes,
                           const struct ce_digest *sha256) {
  return json_object_set_new(json_object_get(targets_body, "targets"), path,
                             describe_bytes(length_bytes, sha256));
}

void ce_document_remove_target(json_t *targets_body, const char *path) {
  json_object_del(json_object_get(targets_body, "targets"), path);
}

bool ce_document_find_target(const json_t *targets_body, const char *path, struct ce_document_target *ret) {
  const json_t *entry = json_object_get(json_object_get(targets_body, "targets"), path);
  const char *hex = json_string_value(json_object_get(json_object_get(entry, "hashes"), "sha256"));
  struct ce_document_target target = {
      .path = path, .length_bytes = (uint64_t)json_integer_value(json_object_get(entry, "length"))};
  if (!hex || !ce_digest_from_hex(hex, &target.sha256)) {
    return false;
  }
  *ret = target;
  return true;
}

enum ce_code ce_document_add_signature(json_t *signatures, const struct ce_signer *signer,
                                       const struct ce_blob *message, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob signature = {0};
  enum ce_code code = ce_signer_sign(signer, message->data, message->size, &signature, err);
  if (code != CE_OK) {
    return code;
  }
  char hex[2 * CE_SCHEME_SIGNATURE_MAX + 1];
  if (signature.size > CE_SCHEME_SIGNATURE_MAX) {
    return ce_fail(err, CE_IO, "sign", signer->name, "the signature is too long");
  }
  ce_hex_encode(signature.data, signature.size, hex);
  json_t *entry = json_pack("{s:s, s:s}", "keyid", signer->public_key.key_id, "sig", hex);
  return json_array_append_new(signatures, entry) == 0 ? CE_OK : ce_fail_memory(err, "signatures");
}

enum ce_code ce_document_sign(json_t *body, const struct ce_signers *signers, struct ce_blob *ret,
                              struct ce_error *err) {
  CE_AUTO(ce_json) json_t *signatures = json_array();
  CE_AUTO(ce_blob) struct ce_blob message = {0};
  enum ce_code code = ce_canonical_write(body, &message, err);
  for (size_t i = 0; code == CE_OK && i < signers->count; i++) {
    code = ce_document_add_signature(signatures, &signers->items[i], &message, err);
  }
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_json) json_t *document = json_pack("{s:O, s:O}", "signatures", signatures, "signed", body);
  if (!document) {
    return ce_fail_memory(err, "metadata");
  }
  code = ce_json_write(document, true, ret, err);
  return code == CE_OK ? ce_blob_append(ret, "\n", 1, err) : code;
}
