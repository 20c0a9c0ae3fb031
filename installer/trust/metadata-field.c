/* SPDX-License-Identifier: Apache-2.0
 * Shared members of TUF metadata: head, hashes, meta entries. */
#include "trust/metadata-field.h"

#include "ports/hash.h"
#include "trust/instant.h"

#include <openssl/evp.h>
#include <string.h>

#define TYPE_MAX         64
#define SPEC_VERSION_MAX 32

/* "1.<minor>" or "1.<minor>.<fix>". */
static bool is_spec_version_1(const char *text) {
  size_t minor = strncmp(text, "1.", 2) == 0 ? strspn(text + 2, "0123456789") : 0;
  const char *rest = text + 2 + minor;
  if (minor == 0 || *rest == '\0') {
    return minor > 0;
  }
  size_t fix = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
  return fix > 0 && rest[1 + fix] == '\0';
}

static enum ce_code check_type(const struct ce_json_context *context, const json_t *body, const char *wanted,
                               struct ce_error *err) {
  const char *type = NULL;
  const char *spec_version = NULL;
  enum ce_code code = ce_json_get_string(context, body, "_type", TYPE_MAX, &type, err);
  if (code == CE_OK && strcmp(type, wanted) != 0) {
    return ce_json_refuse(context, err, "_type", "is '%s' where '%s' must be", type, wanted);
  }
  if (code == CE_OK) {
    code = ce_json_get_string(context, body, "spec_version", SPEC_VERSION_MAX, &spec_version, err);
  }
  if (code == CE_OK && !is_spec_version_1(spec_version)) {
    return ce_json_refuse(context, err, "spec_version", "is '%s'; this program knows 1.x", spec_version);
  }
  return code;
}

enum ce_code ce_tuf_head_parse(const struct ce_json_context *context, const struct ce_envelope *envelope,
                               const char *type, struct ce_tuf_head *ret, struct ce_error *err) {
  struct ce_tuf_head head = {.digest = envelope->digest};
  const char *expires = NULL;
  enum ce_code code = check_type(context, envelope->body, type, err);
  if (code == CE_OK) {
    code =
        ce_json_get_integer(context, envelope->body, "version", 1, CE_JSON_INTEGER_MAX, &head.version, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_string(context, envelope->body, "expires", CE_INSTANT_SIZE - 1, &expires, err);
  }
  if (code == CE_OK && !ce_instant_parse(expires, &head.expires_s)) {
    return ce_json_refuse(context, err, "expires", "'%s' is not a moment such as 2030-01-31T23:59:59Z",
                          expires);
  }
  if (code == CE_OK) {
    *ret = head;
  }
  return code;
}

static enum ce_code parse_sha512(const struct ce_json_context *context, const json_t *hashes,
                                 struct ce_tuf_hashes *ret, struct ce_error *err) {
  const char *hex = NULL;
  enum ce_code code = ce_json_get_string(context, hashes, "sha512", 2 * CE_TUF_SHA512_SIZE, &hex, err);
  if (code == CE_OK && !ce_hex_decode(hex, ret->sha512, sizeof ret->sha512)) {
    return ce_json_refuse(context, err, "sha512", "is not 128 hexadecimal digits");
  }
  return code;
}

enum ce_code ce_tuf_hashes_parse(const struct ce_json_context *context, const json_t *object, bool required,
                                 struct ce_tuf_hashes *ret, struct ce_error *err) {
  json_t *hashes = NULL;
  if (!required && !json_object_get(object, "hashes")) {
    return CE_OK;
  }
  enum ce_code code = ce_json_get_object(context, object, "hashes", &hashes, err);
  if (code != CE_OK) {
    return code;
  }
  if (json_object_size(hashes) == 0) {
    return ce_json_refuse(context, err, "hashes", "has no hash");
  }
  struct ce_tuf_hashes parsed = {.is_stated = true,
                                 .has_sha256 = json_object_get(hashes, "sha256") != NULL,
                                 .has_sha512 = json_object_get(hashes, "sha512") != NULL};
  if (parsed.has_sha256) {
    code = ce_json_get_digest(context, hashes, "sha256", &parsed.sha256, err);
  }
  if (code == CE_OK && parsed.has_sha512) {
    code = parse_sha512(context, hashes, &parsed, err);
  }
  if (code == CE_OK) {
    *ret = parsed;
  }
  return code;
}

enum ce_code ce_tuf_meta_parse(const struct ce_json_context *context, const char *name, const json_t *object,
                               struct ce_tuf_meta *ret, struct ce_error *err) {
  struct ce_tuf_meta meta = {.has_length = json_object_get(object, "length") != NULL};
  int64_t length = 0;
  enum ce_code code =
      ce_json_get_integer(context, object, "version", 1, CE_JSON_INTEGER_MAX, &meta.version, err);
  if (code == CE_OK) {
    code = ce_json_get_optional_integer(context, object, "length", 1, CE_JSON_INTEGER_MAX, &length, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_hashes_parse(context, object, false, &meta.hashes, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "%.128s", name);
    return code;
  }
  meta.length_bytes = (uint64_t)length;
  meta.name = strdup(name);
  if (!meta.name) {
    return ce_fail_memory(err, context->document);
  }
  *ret = meta;
  return CE_OK;
}

void ce_tuf_meta_clear(struct ce_tuf_meta *meta) {
  free(meta->name);
  *meta = (struct ce_tuf_meta){0};
}

static bool has_sha512(const void *bytes, size_t size, const uint8_t *wanted) {
  uint8_t actual[CE_TUF_SHA512_SIZE];
  size_t length = sizeof actual;
  return EVP_Q_digest(NULL, "SHA512", NULL, bytes, size, actual, &length) == 1 &&
         memcmp(actual, wanted, sizeof actual) == 0;
}

static bool has_sha256(const void *bytes, size_t size, const struct ce_digest *wanted) {
  struct ce_digest actual;
  ce_hash_bytes(bytes, size, &actual);
  return ce_digest_equal(&actual, wanted);
}

enum ce_code ce_tuf_meta_check(const struct ce_tuf_meta *meta, const char *role, const void *bytes,
                               size_t size, struct ce_error *err) {
  if (meta->has_length && size != meta->length_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", role, "%zu bytes where %llu were signed for", size,
                   (unsigned long long)meta->length_bytes);
  }
  if (meta->hashes.is_stated && !meta->hashes.has_sha256 && !meta->hashes.has_sha512) {
    return ce_fail(err, CE_TRUST_FORMAT, "verify", role, "it has neither sha256 nor sha512");
  }
  if (meta->hashes.has_sha256 && !has_sha256(bytes, size, &meta->hashes.sha256)) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", role, "its SHA-256 is not the one that was signed");
  }
  if (meta->hashes.has_sha512 && !has_sha512(bytes, size, meta->hashes.sha512)) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", role, "its SHA-512 is not the one that was signed");
  }
  return CE_OK;
}
