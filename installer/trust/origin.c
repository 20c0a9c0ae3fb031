/* SPDX-License-Identifier: Apache-2.0
 * Finding out whose a source is. */
#include "trust/origin.h"

#define PROBES_MAX 16 /* older roots of a source that are looked for when its signatures are unknown */

/* The source's own root of our version or, if it has none, its newest older one. */
static enum ce_kinship find_kinship(const struct ce_update *update) {
  int64_t newest = ce_trusted_set_root_version(update->set);
  for (int64_t version = newest; version > 0 && version > newest - PROBES_MAX; version--) {
    CE_AUTO(ce_blob) struct ce_blob root = {0};
    struct ce_error ignored;
    if (ce_update_fetch(update, "root", version, CE_TUF_ROOT_BYTES_MAX, &root, &ignored) == CE_OK) {
      return ce_trusted_set_kinship(update->set, root.data, root.size);
    }
  }
  return CE_KINSHIP_FOREIGN;
}

enum ce_code ce_origin_explain(const struct ce_update *update, const char *role, const struct ce_blob *bytes,
                               struct ce_error *err) {
  if (update->options->keeps_to_workflow ||
      ce_trusted_set_knows_signer(update->set, role, bytes->data, bytes->size)) {
    return err->code;
  }
  long long version = (long long)ce_trusted_set_root_version(update->set);
  switch (find_kinship(update)) {
  case CE_KINSHIP_OLDER:
    return ce_fail(err, CE_TRUST_ROLLBACK, "verify", role,
                   "%s is signed by keys that root version %lld no longer trusts", update->source->name,
                   version);
  case CE_KINSHIP_FOREIGN:
    return ce_fail(
        err, CE_TRUST_ROOT, "verify", role,
        "%s is signed by keys unknown to the trusted root (version %lld), and its own root does not lead on "
        "from that one",
        update->source->name, version);
  case CE_KINSHIP_SAME:
  default:
    return err->code;
  }
}
