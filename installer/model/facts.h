/* SPDX-License-Identifier: Apache-2.0
 * What this machine is: probed once by engine/, then const. The planner knows nothing else. */
#ifndef CE_MODEL_FACTS_H
#define CE_MODEL_FACTS_H

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_FACTS_PATHS_MAX 500000

enum ce_path_type { CE_PATH_ABSENT, CE_PATH_FILE, CE_PATH_LINK, CE_PATH_DIRECTORY, CE_PATH_OTHER };

/* What is, or was, at a path. */
struct ce_path_state {
  enum ce_path_type type;
  uint32_t mode, uid, gid;
  uint64_t size_bytes;     /* files */
  bool digest_known;       /* files: sha256 was computed */
  struct ce_digest sha256; /* files, when digest_known */
  char *link_target;       /* links */
};

struct ce_path_fact {
  char *path; /* relpath below the root */
  struct ce_path_state state;
  bool read_only; /* lies on a file system that is mounted read-only */
};

struct ce_facts {
  bool live;                          /* the root is the running system's "/" */
  uint32_t owner_uid, owner_gid;      /* who owns what we create: 0:0, or the caller in a tree of his own */
  char *arch;                         /* uname -m, or the image's */
  char *os_id, *os_like, *os_version; /* os-release; "" when unknown */
  bool systemd_running;               /* live, and /run/systemd/system exists */
  bool udev_running;                  /* live, and /run/udev/control exists */
  bool display;                       /* WAYLAND_DISPLAY or DISPLAY is set */
  struct ce_path_fact *paths; /* sorted by path; every path that the manifest and the receipt name (the tree's
                                 and backups too), with all parents */
  size_t path_count;
  char *
      *tree_extras; /* NULL-terminated: relpaths below CE_VERSIONS/<version> that the receipt does not name */
  uint64_t free_bytes; /* of the file system of CE_HOME */
};

void ce_facts_free(struct ce_facts *facts);
CE_DEFINE_AUTO(ce_facts, struct ce_facts *, ce_facts_free);
/* The fact about path; NULL when it was not probed (the planner treats that as absent). */
const struct ce_path_fact *ce_facts_find(const struct ce_facts *facts, const char *path);
/* Sorts paths after they were filled in; a path given twice keeps its first fact. */
void ce_facts_sort(struct ce_facts *facts);

/* JSON for reports and the planner's tests (docs/FORMATS.md). IO when it is not valid. Sizes beyond 2^53 are
 * written as 2^53; names in tree_extras that are not UTF-8 are written readable, not exact. */
CE_MUST_USE enum ce_code ce_facts_from_json(const json_t *json, struct ce_facts **ret, struct ce_error *err);
json_t *ce_facts_to_json(const struct ce_facts *facts);

void ce_path_state_clear(struct ce_path_state *state);
/* Deep copy; *ret must be empty. MEMORY. */
CE_MUST_USE enum ce_code ce_path_state_copy(const struct ce_path_state *state, struct ce_path_state *ret,
                                            struct ce_error *err);
CE_MUST_USE enum ce_code ce_path_state_from_json(const json_t *json, const struct ce_json_context *context,
                                                 struct ce_path_state *ret, struct ce_error *err);
json_t *ce_path_state_to_json(const struct ce_path_state *state);

#endif
