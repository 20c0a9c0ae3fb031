/* SPDX-License-Identifier: Apache-2.0
 * channels/<channel>/<arch>.json: the target that names the current package of a channel (docs/FORMATS.md).
 */
#ifndef CE_MODEL_CHANNEL_H
#define CE_MODEL_CHANNEL_H

#include "base/blob.h"
#include "base/json.h"

#define CE_CHANNEL_BYTES_MAX 16384
#define CE_CHANNEL_NAME_MAX  32 /* [a-z0-9-]+ */

struct ce_channel {
  char *name, *arch;
  char *version;
  char *package; /* target path of the package */
};

void ce_channel_free(struct ce_channel *channel);
CE_DEFINE_AUTO(ce_channel, struct ce_channel *, ce_channel_free);
/* TRUST_FORMAT. Unknown major format: PACKAGE_FORMAT. */
CE_MUST_USE enum ce_code ce_channel_parse(const void *bytes, size_t size, struct ce_channel **ret,
                                          struct ce_error *err);
CE_MUST_USE enum ce_code ce_channel_write(const struct ce_channel *channel, struct ce_blob *ret,
                                          struct ce_error *err);
bool ce_channel_name_is_valid(const char *name);
/* "channels/<name>/<arch>.json", malloc'ed. */
char *ce_channel_target_path(const char *name, const char *arch);

#endif
