/* SPDX-License-Identifier: Apache-2.0
 * Members of JSON objects that several of this room's formats share, read as owned values and written back.
 * Reading follows base/json.h: *ret is untouched on failure, the failure has the context's code. */
#ifndef CE_MODEL_MEMBER_H
#define CE_MODEL_MEMBER_H

#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

#define CE_LINK_TARGET_MAX 4096

/* "format": a positive integer; above known the failure is `newer`. */
CE_MUST_USE enum ce_code ce_member_format(const struct ce_json_context *context, const json_t *object,
                                          int64_t known, enum ce_code newer, struct ce_error *err);
/* An owned string of at most max_bytes. */
CE_MUST_USE enum ce_code ce_member_text(const struct ce_json_context *context, const json_t *object,
                                        const char *key, size_t max_bytes, char **ret, struct ce_error *err);
/* The same, "" when the key is missing. */
CE_MUST_USE enum ce_code ce_member_optional_text(const struct ce_json_context *context, const json_t *object,
                                                 const char *key, size_t max_bytes, char **ret,
                                                 struct ce_error *err);
/* A string that problem() has nothing against (NULL), owned. */
CE_MUST_USE enum ce_code ce_member_checked_text(const struct ce_json_context *context, const json_t *object,
                                                const char *key, size_t max_bytes,
                                                const char *(*problem)(const char *text), char **ret,
                                                struct ce_error *err);
/* A relpath (base/relpath.h), owned. */
CE_MUST_USE enum ce_code ce_member_relpath(const struct ce_json_context *context, const json_t *object,
                                           const char *key, char **ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_member_uint32(const struct ce_json_context *context, const json_t *object,
                                          const char *key, uint32_t *ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_member_size(const struct ce_json_context *context, const json_t *object,
                                        const char *key, uint64_t max, uint64_t *ret, struct ce_error *err);
/* false when the key is missing. */
CE_MUST_USE enum ce_code ce_member_optional_boolean(const struct ce_json_context *context,
                                                    const json_t *object, const char *key, bool *ret,
                                                    struct ce_error *err);
/* One of count names; *ret is its index. */
CE_MUST_USE enum ce_code ce_member_name(const struct ce_json_context *context, const json_t *object,
                                        const char *key, const char *const *names, size_t count, size_t *ret,
                                        struct ce_error *err);
/* What a symbolic link says: "target", or "target_hex" for bytes that are not UTF-8. */
CE_MUST_USE enum ce_code ce_member_link_target(const struct ce_json_context *context, const json_t *object,
                                               char **ret, struct ce_error *err);

/* Writers give 0, or -1 when memory is out (or a text is not UTF-8). A NULL text is written as "". */
int ce_member_set_text(json_t *object, const char *key, const char *text);
int ce_member_set_size(json_t *object, const char *key, uint64_t size);
int ce_member_set_mode(json_t *object, uint32_t mode);
int ce_member_set_owner(json_t *object, uint32_t uid, uint32_t gid);
int ce_member_set_digest(json_t *object, const char *key, const struct ce_digest *digest);
int ce_member_set_link_target(json_t *object, const char *target);
/* For people: bytes that are not UTF-8 become U+FFFD. */
json_t *ce_member_readable(const char *text);

#endif
