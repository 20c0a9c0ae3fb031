/* SPDX-License-Identifier: Apache-2.0
 * Thresholds of signatures. */
#include "trust/signature.h"

#include <string.h>

static bool is_valid(const struct ce_envelope *envelope, const struct ce_tuf_key *key, const char *hex) {
  uint8_t signature[CE_SCHEME_SIGNATURE_MAX];
  size_t size = strlen(hex) / 2;
  return size > 0 && size <= sizeof signature && ce_hex_decode(hex, signature, size) &&
         ce_scheme_verify(key->scheme, key->public_key, signature, size, envelope->canonical.data,
                          envelope->canonical.size);
}

bool ce_signature_has(const struct ce_envelope *envelope, const struct ce_tuf_key *key) {
  for (size_t i = 0; i < envelope->signature_count; i++) {
    if (strcmp(envelope->signatures[i].key_id, key->id) == 0 &&
        is_valid(envelope, key, envelope->signatures[i].hex)) {
      return true;
    }
  }
  return false;
}

static bool is_among(const struct ce_tuf_key *key, const struct ce_tuf_key *const *counted, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (ce_scheme_key_equal(key->public_key, counted[i]->public_key)) {
      return true;
    }
  }
  return false;
}

enum ce_code ce_signature_count(const struct ce_envelope *envelope, const struct ce_tuf_role *role,
                                const struct ce_keyring *keyring, size_t enough, size_t *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_free) const struct ce_tuf_key **counted = calloc(role->key_id_count + 1, sizeof *counted);
  if (!counted) {
    return ce_fail_memory(err, role->name);
  }
  size_t count = 0;
  for (size_t i = 0; i < role->key_id_count && count < enough; i++) {
    const struct ce_tuf_key *key = ce_keyring_find_usable(keyring, role->key_ids[i]);
    if (key && !is_among(key, counted, count) && ce_signature_has(envelope, key)) {
      counted[count++] = key;
    }
  }
  *ret = count;
  return CE_OK;
}

enum ce_code ce_signature_check(const struct ce_envelope *envelope, const struct ce_tuf_role *role,
                                const struct ce_keyring *keyring, struct ce_error *err) {
  size_t count = 0;
  enum ce_code code = ce_signature_count(envelope, role, keyring, (size_t)role->threshold, &count, err);
  if (code == CE_OK && (int64_t)count < role->threshold) {
    return ce_fail(err, CE_TRUST_SIGNATURE, "verify", role->name,
                   "%zu valid signatures by different keys of the role; %lld are required", count,
                   (long long)role->threshold);
  }
  return code;
}

bool ce_signature_names_key_of(const struct ce_envelope *envelope, const struct ce_tuf_role *role) {
  for (size_t i = 0; i < envelope->signature_count; i++) {
    if (ce_tuf_role_has_key_id(role, envelope->signatures[i].key_id)) {
      return true;
    }
  }
  return false;
}
