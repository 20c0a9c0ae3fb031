/* SPDX-License-Identifier: Apache-2.0
 * Shared members of the formats: reading with limits, writing. */
#include "model/member.h"

#include "base/relpath.h"
#include "model/text-rule.h"

#include <stdio.h>
#include <string.h>

enum ce_code ce_member_format(const struct ce_json_context *context, const json_t *object, int64_t known,
                              enum ce_code newer, struct ce_error *err) {
  int64_t format = 0;
  enum ce_code code = ce_json_get_integer(context, object, "format", 1, CE_JSON_INTEGER_MAX, &format, err);
  if (code == CE_OK && format > known) {
    return ce_fail(err, newer, "parse", context->document,
                   "format %lld; this program knows formats up to %lld", (long long)format, (long long)known);
  }
  return code;
}

enum ce_code ce_member_text(const struct ce_json_context *context, const json_t *object, const char *key,
                            size_t max_bytes, char **ret, struct ce_error *err) {
  return ce_member_checked_text(context, object, key, max_bytes, NULL, ret, err);
}

enum ce_code ce_member_optional_text(const struct ce_json_context *context, const json_t *object,
                                     const char *key, size_t max_bytes, char **ret, struct ce_error *err) {
  if (json_object_get(object, key)) {
    return ce_member_text(context, object, key, max_bytes, ret, err);
  }
  char *empty = strdup("");
  if (!empty) {
    return ce_fail_memory(err, key);
  }
  *ret = empty;
  return CE_OK;
}

enum ce_code ce_member_checked_text(const struct ce_json_context *context, const json_t *object,
                                    const char *key, size_t max_bytes,
                                    const char *(*problem)(const char *text), char **ret,
                                    struct ce_error *err) {
  const char *text = NULL;
  enum ce_code code = ce_json_get_string(context, object, key, max_bytes, &text, err);
  if (code != CE_OK) {
    return code;
  }
  const char *wrong = problem ? problem(text) : NULL;
  if (wrong) {
    return ce_json_refuse(context, err, key, "\"%s\" %s", text, wrong);
  }
  char *copy = strdup(text);
  if (!copy) {
    return ce_fail_memory(err, key);
  }
  *ret = copy;
  return CE_OK;
}

enum ce_code ce_member_relpath(const struct ce_json_context *context, const json_t *object, const char *key,
                               char **ret, struct ce_error *err) {
  return ce_member_checked_text(context, object, key, CE_RELPATH_MAX, ce_text_relpath_problem, ret, err);
}

enum ce_code ce_member_uint32(const struct ce_json_context *context, const json_t *object, const char *key,
                              uint32_t *ret, struct ce_error *err) {
  int64_t number = 0;
  enum ce_code code = ce_json_get_integer(context, object, key, 0, UINT32_MAX, &number, err);
  if (code == CE_OK) {
    *ret = (uint32_t)number;
  }
  return code;
}

enum ce_code ce_member_size(const struct ce_json_context *context, const json_t *object, const char *key,
                            uint64_t max, uint64_t *ret, struct ce_error *err) {
  int64_t number = 0;
  int64_t limit = max < (uint64_t)CE_JSON_INTEGER_MAX ? (int64_t)max : CE_JSON_INTEGER_MAX;
  enum ce_code code = ce_json_get_integer(context, object, key, 0, limit, &number, err);
  if (code == CE_OK) {
    *ret = (uint64_t)number;
  }
  return code;
}

enum ce_code ce_member_optional_boolean(const struct ce_json_context *context, const json_t *object,
                                        const char *key, bool *ret, struct ce_error *err) {
  if (json_object_get(object, key)) {
    return ce_json_get_boolean(context, object, key, ret, err);
  }
  *ret = false;
  return CE_OK;
}

enum ce_code ce_member_name(const struct ce_json_context *context, const json_t *object, const char *key,
                            const char *const *names, size_t count, size_t *ret, struct ce_error *err) {
  const char *name = NULL;
  enum ce_code code = ce_json_get_string(context, object, key, 64, &name, err);
  if (code != CE_OK) {
    return code;
  }
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], name) == 0) {
      *ret = i;
      return CE_OK;
    }
  }
  return ce_json_refuse(context, err, key, "\"%s\" is not known", name);
}

static enum ce_code decode_target(const struct ce_json_context *context, const char *hex, char **ret,
                                  struct ce_error *err) {
  size_t size = strlen(hex) / 2;
  CE_AUTO(ce_free) char *text = calloc(size + 1, 1);
  if (!text) {
    return ce_fail_memory(err, "link");
  }
  if (size == 0 || !ce_hex_decode(hex, (uint8_t *)text, size) || memchr(text, '\0', size)) {
    return ce_json_refuse(context, err, "target_hex", "is not the hexadecimal form of a link's text");
  }
  *ret = ce_take(&text);
  return CE_OK;
}

enum ce_code ce_member_link_target(const struct ce_json_context *context, const json_t *object, char **ret,
                                   struct ce_error *err) {
  if (!json_object_get(object, "target_hex")) {
    return ce_member_text(context, object, "target", CE_LINK_TARGET_MAX, ret, err);
  }
  const char *hex = NULL;
  enum ce_code code = ce_json_get_string(context, object, "target_hex", 2 * CE_LINK_TARGET_MAX, &hex, err);
  return code == CE_OK ? decode_target(context, hex, ret, err) : code;
}

int ce_member_set_text(json_t *object, const char *key, const char *text) {
  return json_object_set_new(object, key, json_string(text ? text : ""));
}

int ce_member_set_size(json_t *object, const char *key, uint64_t size) {
  /* JSON's integers end at 2^53; no real size comes near. */
  uint64_t written = size < (uint64_t)CE_JSON_INTEGER_MAX ? size : (uint64_t)CE_JSON_INTEGER_MAX;
  return json_object_set_new(object, key, json_integer((json_int_t)written));
}

int ce_member_set_mode(json_t *object, uint32_t mode) {
  char text[8];
  snprintf(text, sizeof text, "%04o", mode & 07777);
  return json_object_set_new(object, "mode", json_string(text));
}

int ce_member_set_owner(json_t *object, uint32_t uid, uint32_t gid) {
  return json_object_set_new(object, "uid", json_integer(uid)) |
         json_object_set_new(object, "gid", json_integer(gid));
}

int ce_member_set_digest(json_t *object, const char *key, const struct ce_digest *digest) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(digest, hex);
  return json_object_set_new(object, key, json_string(hex));
}

int ce_member_set_link_target(json_t *object, const char *target) {
  const char *text = target ? target : "";
  json_t *plain = json_string(text);
  if (plain) {
    return json_object_set_new(object, "target", plain);
  }
  size_t size = strlen(text);
  CE_AUTO(ce_free) char *hex = malloc(2 * size + 1);
  if (!hex) {
    return -1;
  }
  ce_hex_encode((const uint8_t *)text, size, hex);
  return json_object_set_new(object, "target_hex", json_string(hex));
}

json_t *ce_member_readable(const char *text) {
  json_t *plain = json_string(text ? text : "");
  if (plain || !text) {
    return plain;
  }
  struct ce_error ignored;
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  for (const char *at = text; *at; at++) {
    bool foreign = (unsigned char)*at >= 0x80;
    if (ce_blob_append(&blob, foreign ? "\xef\xbf\xbd" : at, foreign ? 3 : 1, &ignored) != CE_OK) {
      return NULL;
    }
  }
  return json_string(ce_blob_text(&blob));
}
