/* SPDX-License-Identifier: Apache-2.0
 * The grammar of RFC 7512, section 2.3. */
#include "publish/pkcs11-uri.h"

#include <string.h>

#define SCHEME "pkcs11:"

struct parse {
  struct ce_pkcs11_uri found;
  unsigned seen; /* a bit for each row of the table */
  struct ce_error *err;
};

static enum ce_code refuse(struct parse *parse, const char *name, size_t length, const char *why) {
  return ce_fail(parse->err, CE_USAGE, "read PKCS#11 URI", "", "%.*s%s%s", (int)(length > 64 ? 64 : length),
                 name, length > 0 ? ": " : "", why);
}

static int digit_of(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  char lower = (char)(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The byte that an escape stands for, -1 when it is none. */
static int read_escape(const char *value, size_t length) {
  int high = length > 2 ? digit_of(value[1]) : -1;
  int low = high >= 0 ? digit_of(value[2]) : -1;
  return low >= 0 ? high << 4 | low : -1;
}

static enum ce_code decode(struct parse *parse, const char *name, size_t name_length, const char *value,
                           size_t length, struct ce_blob *ret) {
  for (size_t i = 0; i < length; i++) {
    int byte = value[i] == '%' ? read_escape(value + i, length - i) : value[i];
    if (byte < 0 || value[i] <= ' ' || value[i] > '~') {
      return refuse(parse, name, name_length, "a character must be written as % and two hexadecimal digits");
    }
    i += value[i] == '%' ? 2 : 0;
    char c = (char)byte;
    enum ce_code code = ce_blob_append(ret, &c, 1, parse->err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static const char *take_text(struct parse *parse, struct ce_blob *value, size_t offset) {
  if (memchr(value->data, '\0', value->size)) {
    return "it holds a NUL";
  }
  char *text = ce_blob_take_text(value);
  if (text) {
    memcpy((char *)&parse->found + offset, &text, sizeof text);
  }
  return text ? NULL : "";
}

static const char *take_id(struct parse *parse, struct ce_blob *value, size_t offset) {
  (void)offset;
  parse->found.id = *value;
  *value = (struct ce_blob){0};
  return NULL;
}

static const char *take_slot_id(struct parse *parse, struct ce_blob *value, size_t offset) {
  (void)offset;
  const char *text = ce_blob_text(value);
  if (value->size > 18 || strspn(text, "0123456789") != value->size) {
    return "it is not a number";
  }
  parse->found.slot_id = strtoull(text, NULL, 10);
  parse->found.has_slot_id = true;
  return NULL;
}

static const char *take_type(struct parse *parse, struct ce_blob *value, size_t offset) {
  (void)parse;
  (void)offset;
  return value->size == 7 && strcmp(ce_blob_text(value), "private") == 0 ? NULL
                                                                         : "only a private key can sign";
}

static const char *take_module(struct parse *parse, struct ce_blob *value, size_t offset) {
  const char *text = ce_blob_text(value);
  if (text[0] != '/' && strchr(text, '/')) {
    return "it is neither an absolute path nor a file name";
  }
  return take_text(parse, value, offset);
}

static const char *take_pin_file(struct parse *parse, struct ce_blob *value, size_t offset) {
  static const char prefix[] = "file:";
  size_t skip = strncmp(ce_blob_text(value), prefix, sizeof prefix - 1) == 0 ? sizeof prefix - 1 : 0;
  if (ce_blob_text(value)[skip] != '/') {
    return "it is not the absolute path of a file";
  }
  memmove(value->data, value->data + skip, value->size - skip + 1);
  value->size -= skip;
  return take_text(parse, value, offset);
}

struct attribute {
  const char *name;
  bool in_query;
  const char *(*take)(struct parse *parse, struct ce_blob *value, size_t offset); /* a complaint, or NULL */
  size_t offset; /* of the text in the URI's struct */
};

#define FIELD(name) offsetof(struct ce_pkcs11_uri, name)
static const struct attribute attributes[] = {
    {"token", false, take_text, FIELD(token)},
    {"manufacturer", false, take_text, FIELD(manufacturer)},
    {"model", false, take_text, FIELD(model)},
    {"serial", false, take_text, FIELD(serial)},
    {"object", false, take_text, FIELD(object)},
    {"id", false, take_id, 0},
    {"slot-id", false, take_slot_id, 0},
    {"type", false, take_type, 0},
    {"module-path", true, take_module, FIELD(module_path)},
    {"pin-source", true, take_pin_file, FIELD(pin_file)},
};

static enum ce_code take(struct parse *parse, const char *name, size_t length, size_t row, const char *value,
                         size_t value_length) {
  CE_AUTO(ce_blob) struct ce_blob decoded = {0};
  if (parse->seen & 1u << row) {
    return refuse(parse, name, length, "it is given twice");
  }
  parse->seen |= 1u << row;
  if (value_length == 0) {
    return refuse(parse, name, length, "it is empty");
  }
  enum ce_code code = decode(parse, name, length, value, value_length, &decoded);
  if (code != CE_OK) {
    return code;
  }
  const char *complaint = attributes[row].take(parse, &decoded, attributes[row].offset);
  if (complaint && !*complaint) {
    return ce_fail_memory(parse->err, "PKCS#11 URI");
  }
  return complaint ? refuse(parse, name, length, complaint) : CE_OK;
}

/* One "name=value". */
static enum ce_code take_attribute(struct parse *parse, const char *text, size_t size, bool in_query) {
  const char *equals = memchr(text, '=', size);
  size_t length = equals ? (size_t)(equals - text) : size;
  if (!equals) {
    return refuse(parse, text, length, "it has no value");
  }
  if (length == 9 && strncmp(text, "pin-value", 9) == 0) {
    return refuse(parse, text, length, "a PIN does not belong here; use pin-source, or let it be asked for");
  }
  for (size_t row = 0; row < sizeof attributes / sizeof *attributes; row++) {
    const struct attribute *attribute = &attributes[row];
    if (attribute->in_query == in_query && strlen(attribute->name) == length &&
        strncmp(attribute->name, text, length) == 0) {
      return take(parse, text, length, row, equals + 1, size - length - 1);
    }
  }
  return refuse(parse, text, length, "this attribute is not supported");
}

/* The attributes between separators, from text up to end. */
static enum ce_code take_part(struct parse *parse, const char *text, const char *end, char separator,
                              bool in_query) {
  while (text < end) {
    const char *next = memchr(text, separator, (size_t)(end - text));
    next = next ? next : end;
    enum ce_code code = take_attribute(parse, text, (size_t)(next - text), in_query);
    if (code != CE_OK) {
      return code;
    }
    text = next + 1;
  }
  return CE_OK;
}

bool ce_pkcs11_uri_is_one(const char *text) {
  return strncmp(text, SCHEME, sizeof SCHEME - 1) == 0;
}

static enum ce_code finish(struct parse *parse, const char *text) {
  struct ce_pkcs11_uri *uri = &parse->found;
  if (!uri->object && uri->id.size == 0) {
    return refuse(parse, "", 0, "it names no key: object= or id= is missing");
  }
  if (!uri->module_path) {
    uri->module_path = strdup(CE_PKCS11_URI_MODULE_DEFAULT);
  }
  uri->text = strdup(text);
  return uri->module_path && uri->text ? CE_OK : ce_fail_memory(parse->err, "PKCS#11 URI");
}

enum ce_code ce_pkcs11_uri_parse(const char *text, struct ce_pkcs11_uri *ret, struct ce_error *err) {
  struct parse parse = {.err = err};
  if (!ce_pkcs11_uri_is_one(text) || strlen(text) > CE_PKCS11_URI_MAX) {
    return refuse(&parse, "", 0, "it does not begin with pkcs11:, or it is too long");
  }
  text += sizeof SCHEME - 1;
  const char *query = strchr(text, '?');
  const char *end = text + strlen(text);
  enum ce_code code = take_part(&parse, text, query ? query : end, ';', false);
  if (code == CE_OK && query) {
    code = take_part(&parse, query + 1, end, '&', true);
  }
  if (code == CE_OK) {
    code = finish(&parse, text - (sizeof SCHEME - 1));
  }
  if (code != CE_OK) {
    ce_pkcs11_uri_clear(&parse.found);
    return code;
  }
  *ret = parse.found;
  return CE_OK;
}

void ce_pkcs11_uri_clear(struct ce_pkcs11_uri *uri) {
  free(uri->text);
  free(uri->token);
  free(uri->manufacturer);
  free(uri->model);
  free(uri->serial);
  free(uri->object);
  free(uri->module_path);
  free(uri->pin_file);
  ce_blob_clear(&uri->id);
  *uri = (struct ce_pkcs11_uri){0};
}
