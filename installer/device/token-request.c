/* SPDX-License-Identifier: Apache-2.0
 * Writing and reading requests for the worker. */
#include "device/token-request.h"

#include "base/json.h"

#include <string.h>

#define NAME_MAX_BYTES 32
#define SLOT_MAX       CE_JSON_INTEGER_MAX

static const struct ce_json_context context = {CE_USAGE, "request"};

static const struct {
  const char *name;
  int64_t limit_ms;
  bool needs_pin, has_new_pin;
} ops[] = {
    [CE_TOKEN_LIST] = {"list", CE_TOKEN_LIST_MS, false, false},
    [CE_TOKEN_LOGIN] = {"login", CE_TOKEN_PIN_MS, true, false},
    [CE_TOKEN_CHANGE_PIN] = {"change-pin", CE_TOKEN_PIN_MS, true, true},
    [CE_TOKEN_UNLOCK] = {"unlock", CE_TOKEN_PIN_MS, true, true},
    [CE_TOKEN_SIGN] = {"sign", CE_TOKEN_SIGN_MS, false, false},
    [CE_TOKEN_TRIES] = {"tries", CE_TOKEN_LIST_MS, false, false},
};
static const char *const unlock_names[] = {"puk", "so-pin"};
static const char *const hash_names[] = {"sha256", "sha384", "sha512"};
static const size_t hash_sizes[] = {32, 48, 64};

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *ce_token_op_name(enum ce_token_op op) {
  return ops[op].name;
}

size_t ce_token_hash_size(enum ce_token_hash hash) {
  return hash_sizes[hash];
}

int64_t ce_token_op_limit_ms(enum ce_token_op op) {
  return ops[op].limit_ms;
}

static bool set(json_t *object, const char *key, json_t *value) {
  return json_object_set_new(object, key, value) == 0;
}

static bool add_token(const struct ce_token_request *request, json_t *object) {
  return set(object, "slot", json_integer(request->slot)) &&
         (!request->serial[0] || set(object, "serial", json_string(request->serial))) &&
         (!request->pin_size || set(object, "pin_bytes", json_integer((json_int_t)request->pin_size))) &&
         (!request->new_pin_size ||
          set(object, "new_pin_bytes", json_integer((json_int_t)request->new_pin_size)));
}

static bool add_signing(const struct ce_token_request *request, json_t *object) {
  char hex[2 * CE_TOKEN_DIGEST_MAX + 1];
  ce_hex_encode(request->digest, hash_sizes[request->hash], hex);
  return set(object, "certificate", json_string(request->certificate)) &&
         set(object, "hash", json_string(hash_names[request->hash])) &&
         set(object, "digest", json_string(hex));
}

enum ce_code ce_token_request_write(const struct ce_token_request *request, struct ce_blob *ret,
                                    struct ce_error *err) {
  CE_AUTO(ce_json)
  json_t *object = json_pack("{s:I, s:s}", "id", (json_int_t)request->number, "op", ops[request->op].name);
  bool made = object != NULL;
  if (made && request->op == CE_TOKEN_LIST) {
    made = request->now_s < 0 || set(object, "now", json_integer(request->now_s));
  } else if (made) {
    made = add_token(request, object);
  }
  if (made && request->op == CE_TOKEN_UNLOCK) {
    made = set(object, "how", json_string(unlock_names[request->how]));
  }
  if (made && request->op == CE_TOKEN_SIGN) {
    made = add_signing(request, object);
  }
  if (!made) {
    return ce_fail_memory(err, context.document);
  }
  enum ce_code code = ce_json_write(object, false, ret, err);
  return code ? code : ce_blob_append(ret, "\n", 1, err);
}

/* *ret becomes the index of the member's text among names. */
static enum ce_code read_name(const json_t *object, const char *key, const char *const *names, size_t count,
                              size_t *ret, struct ce_error *err) {
  const char *text = NULL;
  enum ce_code code = ce_json_get_string(&context, object, key, NAME_MAX_BYTES, &text, err);
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    if (strcmp(text, names[i]) == 0) {
      *ret = i;
      return CE_OK;
    }
  }
  return code ? code : ce_json_refuse(&context, err, key, "'%s' is not known", text);
}

static enum ce_code read_op(const json_t *object, enum ce_token_op *ret, struct ce_error *err) {
  const char *names[COUNT(ops)];
  for (size_t i = 0; i < COUNT(ops); i++) {
    names[i] = ops[i].name;
  }
  size_t found = 0;
  enum ce_code code = read_name(object, "op", names, COUNT(names), &found, err);
  if (code == CE_OK) {
    *ret = (enum ce_token_op)found;
  }
  return code;
}

/* Whoever may leave a secret out may leave it empty, too. */
static enum ce_code read_size(const json_t *object, const char *key, bool required, size_t *ret,
                              struct ce_error *err) {
  int64_t size = 0;
  enum ce_code code = required
                          ? ce_json_get_integer(&context, object, key, 1, CE_SECRET_MAX, &size, err)
                          : ce_json_get_optional_integer(&context, object, key, 0, CE_SECRET_MAX, &size, err);
  if (code == CE_OK) {
    *ret = (size_t)size;
  }
  return code;
}

static enum ce_code read_token(const json_t *object, struct ce_token_request *ret, struct ce_error *err) {
  const char *serial = "";
  enum ce_code code = ce_json_get_integer(&context, object, "slot", 0, SLOT_MAX, &ret->slot, err);
  if (code == CE_OK) {
    code = ce_json_get_optional_string(&context, object, "serial", CE_TOKEN_SERIAL_MAX, &serial, err);
  }
  if (code == CE_OK) {
    snprintf(ret->serial, sizeof ret->serial, "%s", serial);
    code = read_size(object, "pin_bytes", ops[ret->op].needs_pin, &ret->pin_size, err);
  }
  if (code == CE_OK && ops[ret->op].has_new_pin) {
    code = read_size(object, "new_pin_bytes", true, &ret->new_pin_size, err);
  }
  return code;
}

static enum ce_code read_signing(const json_t *object, struct ce_token_request *ret, struct ce_error *err) {
  const char *id = NULL, *digest = NULL;
  uint8_t ignored[CE_TOKEN_ID_MAX];
  size_t hash = 0;
  enum ce_code code = ce_json_get_string(&context, object, "certificate", 2 * CE_TOKEN_ID_MAX, &id, err);
  if (code == CE_OK && !ce_hex_decode(id, ignored, strlen(id) / 2)) {
    code = ce_json_refuse(&context, err, "certificate", "it is not hexadecimal");
  }
  if (code == CE_OK) {
    code = read_name(object, "hash", hash_names, COUNT(hash_names), &hash, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_string(&context, object, "digest", 2 * CE_TOKEN_DIGEST_MAX, &digest, err);
  }
  if (code == CE_OK && !ce_hex_decode(digest, ret->digest, hash_sizes[hash])) {
    code = ce_json_refuse(&context, err, "digest", "it is no %s in hexadecimal", hash_names[hash]);
  }
  if (code == CE_OK) {
    ret->hash = (enum ce_token_hash)hash;
    snprintf(ret->certificate, sizeof ret->certificate, "%s", id);
  }
  return code;
}

static enum ce_code read_members(const json_t *object, struct ce_token_request *ret, struct ce_error *err) {
  enum ce_code code = ce_json_get_integer(&context, object, "id", 1, CE_TOKEN_NUMBER_MAX, &ret->number, err);
  if (code == CE_OK) {
    code = read_op(object, &ret->op, err);
  }
  if (code == CE_OK && ret->op == CE_TOKEN_LIST) {
    return ce_json_get_optional_integer(&context, object, "now", 0, CE_JSON_INTEGER_MAX, &ret->now_s, err);
  }
  if (code == CE_OK) {
    code = read_token(object, ret, err);
  }
  if (code == CE_OK && ret->op == CE_TOKEN_UNLOCK) {
    size_t how = 0;
    code = read_name(object, "how", unlock_names, COUNT(unlock_names), &how, err);
    ret->how = (enum ce_token_unlock)how;
  }
  if (code == CE_OK && ret->op == CE_TOKEN_SIGN) {
    code = read_signing(object, ret, err);
  }
  return code;
}

enum ce_code ce_token_request_parse(const void *line, size_t size, struct ce_token_request *ret,
                                    struct ce_error *err) {
  CE_AUTO(ce_json) json_t *object = NULL;
  struct ce_token_request request = {.now_s = -1};
  enum ce_code code = ce_json_parse(&context, line, size, CE_TOKEN_REQUEST_BYTES_MAX, &object, err);
  if (code == CE_OK) {
    code = read_members(object, &request, err);
  }
  if (code == CE_OK) {
    *ret = request;
  }
  return code;
}
