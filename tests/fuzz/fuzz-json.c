/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the JSON reader against jansson's: both accept the same documents, short of our limits, and read the
 * same from them; and an array that is read apart is the array that is read with the rest. */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ce_json_context context = {CE_RECEIPT_DAMAGED, "fuzz"};

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

static bool is_within_limits(const json_t *value, size_t depth) {
  const char *key;
  json_t *child;
  size_t index;
  switch (json_typeof(value)) {
  case JSON_REAL:
    return false;
  case JSON_INTEGER:
    return llabs(json_integer_value(value)) <= CE_JSON_INTEGER_MAX;
  case JSON_OBJECT:
    json_object_foreach((json_t *)value, key, child) {
      if (!is_within_limits(child, depth + 1)) {
        return false;
      }
    }
    return depth < CE_JSON_DEPTH_MAX;
  case JSON_ARRAY:
    json_array_foreach(value, index, child) {
      if (!is_within_limits(child, depth + 1)) {
        return false;
      }
    }
    return depth < CE_JSON_DEPTH_MAX;
  default:
    return true;
  }
}

/* The document read with a.b apart, and put together again; NULL when any part is refused. */
static json_t *read_apart(const uint8_t *data, size_t size) {
  static const char *const path[] = {"a", "b", NULL};
  CE_AUTO(ce_json) json_t *json = NULL;
  struct ce_json_items items = {0};
  struct ce_error err;
  if (ce_json_parse_apart(&context, data, size, LIMIT, path, &items, &json, &err) != CE_OK) {
    return NULL;
  }
  json_t *array = items.begin ? json_object_get(json_object_get(json, "a"), "b") : NULL;
  check(!items.begin || (json_is_array(array) && json_array_size(array) == 0));
  for (size_t i = 0; i < items.count; i++) {
    json_t *element = NULL;
    if (ce_json_items_next(&context, &items, &element, &err) != CE_OK) {
      return NULL;
    }
    check(json_array_append_new(array, element) == 0);
  }
  check(items.at == items.end);
  return ce_take(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_json) json_t *ours = NULL;
  struct ce_error err;
  bool accepted = ce_json_parse(&context, data, size, LIMIT, &ours, &err) == CE_OK;
  check(accepted == (ours != NULL));
  CE_AUTO(ce_json) json_t *theirs = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
  /* jansson's passes over a NUL that follows a number. */
  bool has_nul = size > 0 && memchr(data, '\0', size);
  check(accepted == (size <= LIMIT && !has_nul && theirs && is_within_limits(theirs, 0)));
  check(!accepted || json_equal(ours, theirs));
  CE_AUTO(ce_json) json_t *apart = read_apart(data, size);
  check(accepted == (apart != NULL));
  check(!accepted || json_equal(ours, apart));
  return 0;
}
