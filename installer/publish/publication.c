/* SPDX-License-Identifier: Apache-2.0
 * Making and writing of a publication. */
#include "publish/publication.h"

#include "base/json.h"
#include "publish/document.h"
#include "trust/trusted-set.h"

void ce_publication_clear(struct ce_publication *publication) {
  ce_blob_clear(&publication->targets);
  ce_blob_clear(&publication->snapshot);
  ce_blob_clear(&publication->timestamp);
  *publication = (struct ce_publication){0};
}

struct draft {
  const json_t *root_body;
  const struct ce_signers *signers;
  int64_t now_s;
};

static enum ce_code renew_and_sign(const struct draft *draft, json_t *body, enum ce_role role,
                                   int64_t version, struct ce_blob *ret, struct ce_error *err) {
  if (!body || ce_document_renew(body, role, draft->root_body, version, draft->now_s) != 0) {
    return ce_fail_memory(err, ce_role_name(role));
  }
  return ce_document_sign(body, &draft->signers[role], ret, err);
}

static enum ce_code make(const struct draft *draft, json_t *targets_body, struct ce_publication *publication,
                         struct ce_error *err) {
  publication->targets_version++;
  publication->snapshot_version++;
  publication->timestamp_version++;
  enum ce_code code = renew_and_sign(draft, targets_body, CE_ROLE_TARGETS, publication->targets_version,
                                     &publication->targets, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_json)
  json_t *snapshot = ce_document_new_reference(CE_ROLE_SNAPSHOT, CE_ROLE_TARGETS,
                                               publication->targets_version, &publication->targets);
  code = renew_and_sign(draft, snapshot, CE_ROLE_SNAPSHOT, publication->snapshot_version,
                        &publication->snapshot, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_json)
  json_t *timestamp = ce_document_new_reference(CE_ROLE_TIMESTAMP, CE_ROLE_SNAPSHOT,
                                                publication->snapshot_version, &publication->snapshot);
  return renew_and_sign(draft, timestamp, CE_ROLE_TIMESTAMP, publication->timestamp_version,
                        &publication->timestamp, err);
}

static enum ce_code check(const struct ce_publication *publication, const struct ce_blob *root_bytes,
                          struct ce_error *err) {
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  enum ce_code code = ce_trusted_set_new(root_bytes->data, root_bytes->size, &set, err);
  if (code == CE_OK) {
    code =
        ce_trusted_set_update_timestamp(set, publication->timestamp.data, publication->timestamp.size, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_update_snapshot(set, publication->snapshot.data, publication->snapshot.size, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_update_targets(set, publication->targets.data, publication->targets.size, err);
  }
  return code;
}

enum ce_code ce_publication_make(const struct ce_blob *root_bytes, const json_t *root_body,
                                 json_t *targets_body, const struct ce_signers signers[CE_ROLE_COUNT],
                                 int64_t now_s, struct ce_publication *publication, struct ce_error *err) {
  struct draft draft = {root_body, signers, now_s};
  enum ce_code code = make(&draft, targets_body, publication, err);
  return code == CE_OK ? check(publication, root_bytes, err) : code;
}

enum ce_code ce_publication_write(const struct ce_publication *publication, struct ce_repository *repository,
                                  struct ce_error *err) {
  enum ce_code code = ce_repository_write_metadata(repository, CE_ROLE_TARGETS, publication->targets_version,
                                                   &publication->targets, err);
  if (code == CE_OK) {
    code = ce_repository_write_metadata(repository, CE_ROLE_SNAPSHOT, publication->snapshot_version,
                                        &publication->snapshot, err);
  }
  if (code == CE_OK) {
    code = ce_repository_write_metadata(repository, CE_ROLE_TIMESTAMP, publication->timestamp_version,
                                        &publication->timestamp, err);
  }
  return code;
}
