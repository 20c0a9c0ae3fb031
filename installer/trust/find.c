/* SPDX-License-Identifier: Apache-2.0
 * Looking a target up. */
#include "trust/refresh.h"

enum ce_code ce_trust_find(struct ce_fetch *source, struct ce_fs *fs, const char *store_directory,
                           const struct ce_refresh_options *options, struct ce_trusted_set *set,
                           const char *path, const struct ce_target **ret, struct ce_error *err) {
  (void)source;
  (void)fs;
  (void)store_directory;
  (void)options;
  return ce_trusted_set_find(set, path, ret, err);
}
