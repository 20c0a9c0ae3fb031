/* SPDX-License-Identifier: Apache-2.0
 * The four top-level roles of a TUF repository, and what the one who makes a repository decides about each.
 */
#ifndef CE_PUBLISH_ROLE_H
#define CE_PUBLISH_ROLE_H

#include "publish/command.h"

#define CE_ROLE_KEYS_MAX 20
#define CE_ROLE_DAYS_MAX 36500

enum ce_role { CE_ROLE_ROOT, CE_ROLE_TARGETS, CE_ROLE_SNAPSHOT, CE_ROLE_TIMESTAMP, CE_ROLE_COUNT };

struct ce_role_settings {
  int64_t key_count;    /* keys made for the role */
  int64_t threshold;    /* signatures that it needs */
  int64_t expires_days; /* how long a document of the role is valid; 0: expired at once (for tests) */
};

const char *ce_role_name(enum ce_role role); /* "root" */
/* The settings for all roles: defaults, changed by --threshold, --root-keys and --expires. USAGE. */
CE_MUST_USE enum ce_code ce_role_settings_read(const struct ce_publish_arguments *arguments,
                                               struct ce_role_settings ret[CE_ROLE_COUNT],
                                               struct ce_error *err);

#endif
