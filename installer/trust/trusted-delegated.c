/* SPDX-License-Identifier: Apache-2.0
 * The rules for delegated roles. */
#include "trust/trusted-delegated.h"

#include "trust/signature.h"
#include "trust/trusted-set-state.h"

#include <assert.h>
#include <string.h>

enum ce_code ce_trusted_set_stated(const struct ce_trusted_set *set, const char *role,
                                   const struct ce_tuf_meta **ret, struct ce_error *err) {
  assert(set->snapshot_is_current);
  CE_AUTO(ce_free) char *file = ce_text_format("%s.json", role);
  if (!file) {
    return ce_fail_memory(err, role);
  }
  *ret = ce_tuf_snapshot_find(set->snapshot, file);
  return *ret ? CE_OK : ce_fail(err, CE_TRUST_FORMAT, "verify", role, "the snapshot does not name its file");
}

/* A delegation is told by its place in the delegator's metadata, which lives as long as the set. */
const struct ce_tuf_targets *ce_trusted_set_delegated(const struct ce_trusted_set *set,
                                                      const struct ce_delegation_visit *visit) {
  for (size_t i = 0; i < set->delegated_count; i++) {
    const struct ce_trusted_delegated *entry = &set->delegated[i];
    if (entry->role == visit->role && strcmp(entry->name, visit->name) == 0) {
      return entry->targets;
    }
  }
  return NULL;
}

enum ce_code ce_trusted_set_open_delegated(const struct ce_trusted_set *set,
                                           const struct ce_delegation_visit *visit, const void *bytes,
                                           size_t size, struct ce_tuf_targets **ret, struct ce_error *err) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, visit->name};
  struct ce_tuf_role role = *visit->role; /* borrowed, under the name of the bin */
  role.name = visit->name;
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  const struct ce_tuf_meta *stated = NULL;
  enum ce_code code = ce_trusted_set_stated(set, visit->name, &stated, err);
  if (code == CE_OK) {
    code = ce_tuf_meta_check(stated, visit->name, bytes, size, err);
  }
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, bytes, size, CE_TUF_TARGETS_BYTES_MAX, &envelope, err);
  }
  if (code == CE_OK) {
    code = ce_signature_check(&envelope, &role, visit->keyring, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_targets_parse(&envelope, visit->name, &targets, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_check_version(visit->name, stated, &targets->head, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&targets);
  }
  return code;
}

enum ce_code ce_trusted_set_adopt_delegated(struct ce_trusted_set *set,
                                            const struct ce_delegation_visit *visit,
                                            struct ce_tuf_targets **targets,
                                            const struct ce_tuf_targets **ret, struct ce_error *err) {
  struct ce_trusted_delegated *grown =
      realloc(set->delegated, (set->delegated_count + 1) * sizeof *set->delegated);
  char *name = strdup(visit->name);
  set->delegated = grown ? grown : set->delegated;
  if (!grown || !name) {
    free(name);
    return ce_fail_memory(err, visit->name);
  }
  *ret = *targets;
  set->delegated[set->delegated_count++] =
      (struct ce_trusted_delegated){.name = name, .role = visit->role, .targets = ce_take(targets)};
  return CE_OK;
}

void ce_trusted_set_forget_delegated(struct ce_trusted_set *set) {
  for (size_t i = 0; i < set->delegated_count; i++) {
    free(set->delegated[i].name);
    ce_tuf_targets_free(set->delegated[i].targets);
  }
  free(set->delegated);
  set->delegated = NULL;
  set->delegated_count = 0;
}
