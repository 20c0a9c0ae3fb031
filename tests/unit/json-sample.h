/* SPDX-License-Identifier: Apache-2.0
 * Sample documents from tests/data/model, loaded so that a test can break one thing in them. */
#ifndef CE_TESTS_UNIT_JSON_SAMPLE_H
#define CE_TESTS_UNIT_JSON_SAMPLE_H

#include "base/error.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline json_t *sample_load(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/model/%s", CE_TEST_DATA, name);
  json_error_t problem;
  json_t *json = json_load_file(path, 0, &problem);
  if (!json) {
    fail_msg("%s: %s", path, problem.text);
  }
  return json;
}

/* The bytes of a document without a NUL behind them, so that reading past the end is seen. Frees json. */
static inline char *sample_bytes(json_t *json, size_t *ret_size) {
  char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
  assert_non_null(text);
  *ret_size = strlen(text);
  char *bytes = malloc(*ret_size + 1);
  assert_non_null(bytes);
  char *exact = realloc(bytes, *ret_size);
  assert_non_null(exact);
  memcpy(exact, text, *ret_size);
  free(text);
  json_decref(json);
  return exact;
}

/* err names word in its subject or detail. */
static inline void assert_says(const struct ce_error *err, const char *word) {
  if (!strstr(err->subject, word) && !strstr(err->detail, word)) {
    fail_msg("\"%s\" is not in: %s: %s", word, err->subject, err->detail);
  }
}

static inline json_t *sample_entry(json_t *json, const char *list, size_t index) {
  json_t *entry = json_array_get(json_object_get(json, list), index);
  assert_non_null(entry);
  return entry;
}

#endif
