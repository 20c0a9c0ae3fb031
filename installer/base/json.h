/* SPDX-License-Identifier: Apache-2.0
 * Strict reading of JSON and typed access to its members; the values are jansson's.
 *
 * Refused: duplicate keys, nesting deeper than CE_JSON_DEPTH_MAX, numbers that are not integers or lie beyond
 * +-2^53, invalid UTF-8, anything after the document, documents larger than the caller's limit. Every
 * accessor fails with the code that the document was opened with (doc->code), so that a parser names its kind
 * of failure once. */
#ifndef CE_BASE_JSON_H
#define CE_BASE_JSON_H

#include "base/blob.h"
#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"

#include <jansson.h>
#include <stdint.h>

#define CE_JSON_DEPTH_MAX   64
#define CE_JSON_INTEGER_MAX INT64_C(9007199254740992)

/* How accessors report: the failure's code and the document's name for messages. */
struct ce_json_context {
  enum ce_code code;
  const char *document; /* "manifest.json"; static or outliving the parse */
};

CE_DEFINE_AUTO(ce_json, json_t *, json_decref);

/* A new reference in *ret. limit_bytes is the caller's limit on size. */
CE_MUST_USE enum ce_code ce_json_parse(const struct ce_json_context *context, const void *bytes, size_t size,
                                       size_t limit_bytes, json_t **ret, struct ce_error *err);

/* The elements of a large array, which are built one at a time, so that no document is in memory as a tree.
 */
struct ce_json_items {
  size_t count;
  const char *begin, *at, *end; /* into the document, which must outlive this; begin is NULL: no such array */
  size_t depth;
};
/* ce_json_parse() that leaves the array at path (keys from the top, NULL-terminated) apart: an empty array
 * stands for it in *ret. Its elements are checked when they are read, so all must be read. Where path leads
 * to something else, or nowhere, the document is read whole and *ret_items is empty. */
CE_MUST_USE enum ce_code ce_json_parse_apart(const struct ce_json_context *context, const void *bytes,
                                             size_t size, size_t limit_bytes, const char *const *path,
                                             struct ce_json_items *ret_items, json_t **ret,
                                             struct ce_error *err);
/* The next of items->count elements; a new reference in *ret. */
CE_MUST_USE enum ce_code ce_json_items_next(const struct ce_json_context *context,
                                            struct ce_json_items *items, json_t **ret, struct ce_error *err);

/* Members of an object. The required forms fail when the key is missing or of another type; the optional
 * forms leave *ret untouched when it is missing. Strings and containers are borrowed from object. Strings are
 * limited to max_bytes. */
CE_MUST_USE enum ce_code ce_json_get_string(const struct ce_json_context *context, const json_t *object,
                                            const char *key, size_t max_bytes, const char **ret,
                                            struct ce_error *err);
CE_MUST_USE enum ce_code ce_json_get_optional_string(const struct ce_json_context *context,
                                                     const json_t *object, const char *key, size_t max_bytes,
                                                     const char **ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_json_get_integer(const struct ce_json_context *context, const json_t *object,
                                             const char *key, int64_t min, int64_t max, int64_t *ret,
                                             struct ce_error *err);
CE_MUST_USE enum ce_code ce_json_get_optional_integer(const struct ce_json_context *context,
                                                      const json_t *object, const char *key, int64_t min,
                                                      int64_t max, int64_t *ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_json_get_boolean(const struct ce_json_context *context, const json_t *object,
                                             const char *key, bool *ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_json_get_object(const struct ce_json_context *context, const json_t *object,
                                            const char *key, json_t **ret, struct ce_error *err);
/* An array of at most max_items. */
CE_MUST_USE enum ce_code ce_json_get_array(const struct ce_json_context *context, const json_t *object,
                                           const char *key, size_t max_items, json_t **ret,
                                           struct ce_error *err);
/* A string of 64 hexadecimal digits. */
CE_MUST_USE enum ce_code ce_json_get_digest(const struct ce_json_context *context, const json_t *object,
                                            const char *key, struct ce_digest *ret, struct ce_error *err);
/* A string of octal digits, at most 07777: "0755". */
CE_MUST_USE enum ce_code ce_json_get_mode(const struct ce_json_context *context, const json_t *object,
                                          const char *key, uint32_t *ret, struct ce_error *err);
/* The text of a member, "" where there is none: for what our own programs said, and nothing is decided by. */
const char *ce_json_text(const json_t *object, const char *key);
/* Fails as a member of the wrong type would; for checks that the accessors do not know. */
enum ce_code ce_json_refuse(const struct ce_json_context *context, struct ce_error *err, const char *key,
                            const char *format, ...) CE_PRINTF(4, 5);

/* Appends the value as text: keys in sorted order, UTF-8 not escaped, one space of indentation when indent is
 * true, one line otherwise; no newline at the end. The same value always gives the same bytes. */
CE_MUST_USE enum ce_code ce_json_write(const json_t *value, bool indent, struct ce_blob *blob,
                                       struct ce_error *err);
/* ce_json_write() with indentation of a document with one large array, whose elements are made one at a time:
 * value has an array of one null in its place, and no other null in an array. There is at least one element;
 * element() returns a new reference, NULL when memory is out. */
CE_MUST_USE enum ce_code ce_json_write_around(const json_t *value, size_t count,
                                              json_t *(*element)(const void *context, size_t index),
                                              const void *context, struct ce_blob *blob,
                                              struct ce_error *err);

#endif
