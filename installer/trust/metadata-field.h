/* SPDX-License-Identifier: Apache-2.0
 * The members that several kinds of TUF metadata have in common; for this room's parsers only. */
#ifndef CE_TRUST_METADATA_FIELD_H
#define CE_TRUST_METADATA_FIELD_H

#include "trust/metadata.h"

/* "_type", "spec_version", "version", "expires". */
CE_MUST_USE enum ce_code ce_tuf_head_parse(const struct ce_json_context *context,
                                           const struct ce_envelope *envelope, const char *type,
                                           struct ce_tuf_head *ret, struct ce_error *err);
/* The member "hashes" of object, when it has one; required: TRUST_FORMAT when it has none. */
CE_MUST_USE enum ce_code ce_tuf_hashes_parse(const struct ce_json_context *context, const json_t *object,
                                             bool required, struct ce_tuf_hashes *ret, struct ce_error *err);
/* "version", "length", "hashes" of object, under that name. *ret must be empty. */
CE_MUST_USE enum ce_code ce_tuf_meta_parse(const struct ce_json_context *context, const char *name,
                                           const json_t *object, struct ce_tuf_meta *ret,
                                           struct ce_error *err);
void ce_tuf_meta_clear(struct ce_tuf_meta *meta);

#endif
