/* SPDX-License-Identifier: Apache-2.0
 * Whose metadata that is which we do not trust: for messages. */
#include "trust/signature.h"
#include "trust/trusted-set-state.h"

enum ce_kinship ce_trusted_set_kinship(const struct ce_trusted_set *set, const void *root, size_t size) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *other = NULL;
  struct ce_error ignored;
  if (ce_trusted_set_open_root(root, size, &envelope, &other, &ignored) != CE_OK) {
    return CE_KINSHIP_FOREIGN;
  }
  if (other->head.version >= set->root->head.version) {
    return ce_digest_equal(&other->head.digest, &set->root->head.digest) ? CE_KINSHIP_SAME
                                                                         : CE_KINSHIP_FOREIGN;
  }
  bool related = ce_tuf_role_share_key(ce_tuf_root_role(set->root, "root"), &set->root->keyring,
                                       ce_tuf_root_role(other, "root"), &other->keyring);
  return related ? CE_KINSHIP_OLDER : CE_KINSHIP_FOREIGN;
}

bool ce_trusted_set_knows_signer(const struct ce_trusted_set *set, const char *role, const void *bytes,
                                 size_t size) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  const struct ce_json_context context = {CE_TRUST_FORMAT, role};
  struct ce_error ignored;
  return ce_envelope_parse(&context, bytes, size, CE_TUF_ROOT_BYTES_MAX, &envelope, &ignored) == CE_OK &&
         ce_signature_names_key_of(&envelope, ce_tuf_root_role(set->root, role));
}
