/* SPDX-License-Identifier: Apache-2.0
 * Targets metadata of the top level or of a delegated role, with a look-up of each target that it names, and
 * a search through its delegations in which every delegated role is this metadata again. */
#include "trust/delegation-walk.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void search(const struct ce_tuf_targets *targets, const char *path) {
  CE_AUTO(ce_delegation_walk) struct ce_delegation_walk walk;
  struct ce_error err;
  ce_delegation_walk_begin(&walk, path);
  size_t visited = 0;
  for (bool more = true; more; visited++) {
    CE_AUTO(ce_delegation_visit) struct ce_delegation_visit visit = {0};
    if (ce_delegation_walk_enter(&walk, targets, &err) != CE_OK ||
        ce_delegation_walk_next(&walk, &more, &visit, &err) != CE_OK) {
      abort();
    }
    if (more != (visit.name != NULL) || visited > CE_TUF_DELEGATIONS_MAX) {
      abort();
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  struct ce_error err;
  if (ce_envelope_parse(&context, data, size, CE_TUF_TARGETS_BYTES_MAX, &envelope, &err) != CE_OK ||
      ce_tuf_targets_parse(&envelope, "targets", &targets, &err) != CE_OK) {
    return 0;
  }
  for (size_t i = 0; i < targets->target_count; i++) {
    if (ce_tuf_targets_find(targets, targets->targets[i].path) != &targets->targets[i]) {
      abort();
    }
  }
  search(targets, targets->target_count > 0 ? targets->targets[0].path : "");
  search(targets, "a/b.txt");
  return 0;
}
