/* SPDX-License-Identifier: Apache-2.0
 * Making and writing of a publication. */
#include "publish/publication.h"

#include "base/json.h"
#include "publish/delegation.h"
#include "publish/document.h"

#include <string.h>

#define SECONDS_A_DAY 86400

void ce_publication_clear(struct ce_publication *publication) {
  ce_blob_clear(&publication->targets);
  ce_blob_clear(&publication->snapshot);
  ce_blob_clear(&publication->timestamp);
  for (size_t i = 0; i < publication->delegated_count; i++) {
    free(publication->delegated[i].name);
    ce_blob_clear(&publication->delegated[i].bytes);
  }
  free(publication->delegated);
  *publication = (struct ce_publication){0};
}

struct draft {
  struct ce_published *published;
  const struct ce_signers *signers; /* by role */
  int64_t now_s;
  json_t *snapshot; /* the body, named files so far */
  struct ce_publication publication;
};

static void clear(struct draft *draft) {
  json_decref(draft->snapshot);
  ce_publication_clear(&draft->publication);
}
CE_DEFINE_AUTO_IN_PLACE(draft, struct draft, clear);

static enum ce_code renew_and_sign(const struct draft *draft, json_t *body, enum ce_role role,
                                   int64_t version, struct ce_blob *ret, struct ce_error *err) {
  if (!body || ce_document_renew(body, role, draft->published->root.body, version, draft->now_s) != 0) {
    return ce_fail_memory(err, ce_role_name(role));
  }
  return ce_document_sign(body, &draft->signers[role], ret, err);
}

static const struct ce_signers *signers_of(const struct draft *draft, const struct ce_published_role *role) {
  bool follows = ce_delegation_follows_targets(draft->published->targets.body, role->name);
  return follows ? &draft->signers[CE_ROLE_TARGETS] : &role->signers;
}

static bool is_due(const struct draft *draft, const struct ce_published_role *role) {
  int64_t valid_s = ce_document_days(draft->published->root.body, CE_ROLE_TARGETS) * (int64_t)SECONDS_A_DAY;
  int64_t left_s = ce_document_expires(role->body) - draft->now_s;
  int64_t threshold = ce_delegation_threshold(draft->published->targets.body, role->name);
  return role->changed || (left_s < valid_s / 2 && (int64_t)signers_of(draft, role)->count >= threshold);
}

static enum ce_code sign_role(struct draft *draft, struct ce_published_role *role, struct ce_error *err) {
  const struct ce_signers *signers = signers_of(draft, role);
  int64_t threshold = ce_delegation_threshold(draft->published->targets.body, role->name);
  if ((int64_t)signers->count < threshold) {
    return ce_fail(err, CE_PERMISSION, "load keys", role->name,
                   "the directory has %zu of the repository's keys for this role; %lld must sign",
                   signers->count, (long long)threshold);
  }
  struct ce_publication_role made = {.name = strdup(role->name),
                                     .version = ce_document_version(role->body) + 1};
  struct ce_publication_role *grown =
      reallocarray(draft->publication.delegated, draft->publication.delegated_count + 1, sizeof *grown);
  draft->publication.delegated = grown ? grown : draft->publication.delegated;
  if (!grown || !made.name ||
      ce_document_renew(role->body, CE_ROLE_TARGETS, draft->published->root.body, made.version,
                        draft->now_s) != 0) {
    free(made.name);
    return ce_fail_memory(err, role->name);
  }
  struct ce_publication_role *place = &grown[draft->publication.delegated_count++];
  *place = made;
  enum ce_code code = ce_document_sign(role->body, signers, &place->bytes, err);
  if (code == CE_OK && ce_document_set_meta(draft->snapshot, role->name, made.version, &place->bytes) != 0) {
    return ce_fail_memory(err, role->name);
  }
  return code;
}

static enum ce_code sign_roles(struct draft *draft, struct ce_error *err) {
  struct ce_published *published = draft->published;
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < published->delegated_count; i++) {
    if (is_due(draft, &published->delegated[i])) {
      code = sign_role(draft, &published->delegated[i], err);
    }
  }
  return code;
}

static enum ce_code sign_targets(struct draft *draft, struct ce_error *err) {
  struct ce_publication *publication = &draft->publication;
  publication->targets_version++;
  enum ce_code code = renew_and_sign(draft, draft->published->targets.body, CE_ROLE_TARGETS,
                                     publication->targets_version, &publication->targets, err);
  if (code == CE_OK && ce_document_set_meta(draft->snapshot, "targets", publication->targets_version,
                                            &publication->targets) != 0) {
    return ce_fail_memory(err, "targets");
  }
  return code;
}

static enum ce_code sign_snapshot(struct draft *draft, struct ce_error *err) {
  struct ce_publication *publication = &draft->publication;
  publication->snapshot_version++;
  return renew_and_sign(draft, draft->snapshot, CE_ROLE_SNAPSHOT, publication->snapshot_version,
                        &publication->snapshot, err);
}

/* snapshot: the bytes that count after this publication; NULL: the ones that are published. */
static enum ce_code sign_timestamp(struct draft *draft, const struct ce_blob *snapshot,
                                   struct ce_error *err) {
  struct ce_publication *publication = &draft->publication;
  CE_AUTO(ce_json) json_t *timestamp = ce_document_new_reference(CE_ROLE_TIMESTAMP);
  if (!snapshot) {
    snapshot = ce_trusted_set_bytes(draft->published->set, "snapshot");
  }
  if (!timestamp ||
      ce_document_set_meta(timestamp, "snapshot", publication->snapshot_version, snapshot) != 0) {
    return ce_fail_memory(err, "timestamp");
  }
  publication->timestamp_version++;
  return renew_and_sign(draft, timestamp, CE_ROLE_TIMESTAMP, publication->timestamp_version,
                        &publication->timestamp, err);
}

static const struct ce_blob *either(const struct ce_blob *made, const struct ce_published *published,
                                    const char *role) {
  return made->size > 0 ? made : ce_trusted_set_bytes(published->set, role);
}

static enum ce_code check_roles(const struct draft *draft, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < draft->publication.delegated_count; i++) {
    const struct ce_publication_role *role = &draft->publication.delegated[i];
    CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
    code = ce_delegation_open(draft->published->targets.body, role->name, &role->bytes, &envelope, err);
  }
  return code;
}

static enum ce_code check(const struct draft *draft, struct ce_error *err) {
  const struct ce_published *published = draft->published;
  const struct ce_publication *publication = &draft->publication;
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  enum ce_code code = ce_trusted_set_new(published->root_bytes.data, published->root_bytes.size, &set, err);
  if (code == CE_OK) {
    code =
        ce_trusted_set_update_timestamp(set, publication->timestamp.data, publication->timestamp.size, err);
  }
  if (code == CE_OK) {
    const struct ce_blob *snapshot = either(&publication->snapshot, published, "snapshot");
    code = ce_trusted_set_update_snapshot(set, snapshot->data, snapshot->size, err);
  }
  if (code == CE_OK) {
    const struct ce_blob *targets = either(&publication->targets, published, "targets");
    code = ce_trusted_set_update_targets(set, targets->data, targets->size, err);
  }
  return code == CE_OK ? check_roles(draft, err) : code;
}

/* The snapshot goes on from the published one: a name that it once had stays (specification, 5.5.5). */
static enum ce_code begin(struct draft *draft, struct ce_error *err) {
  const struct ce_published *published = draft->published;
  draft->publication.targets_version = published->targets_version;
  draft->publication.snapshot_version = published->snapshot_version;
  draft->publication.timestamp_version = published->timestamp_version;
  draft->snapshot = published->snapshot.body ? json_deep_copy(published->snapshot.body)
                                             : ce_document_new_reference(CE_ROLE_SNAPSHOT);
  return draft->snapshot ? CE_OK : ce_fail_memory(err, "snapshot");
}

static enum ce_code finish(struct draft *draft, struct ce_publication *ret, struct ce_error *err) {
  enum ce_code code = check(draft, err);
  if (code == CE_OK) {
    *ret = draft->publication;
    draft->publication = (struct ce_publication){0};
  }
  return code;
}

static void mark_changed(void *context, const char *name) {
  struct ce_published_role *role = ce_published_find_role(context, name);
  if (role) {
    role->changed = true;
  }
}

enum ce_code ce_publication_make(struct ce_published *published,
                                 const struct ce_signers signers[CE_ROLE_COUNT], int64_t now_s,
                                 struct ce_publication *ret, struct ce_error *err) {
  CE_AUTO(draft) struct draft draft = {.published = published, .signers = signers, .now_s = now_s};
  enum ce_code code = begin(&draft, err);
  if (code == CE_OK && !published->keeps_targets &&
      ce_delegation_follow(published->targets.body, published->root.body, mark_changed, published) != 0) {
    return ce_fail_memory(err, "targets");
  }
  if (code == CE_OK) {
    code = sign_roles(&draft, err);
  }
  if (code == CE_OK && !published->keeps_targets) {
    code = sign_targets(&draft, err);
  }
  if (code == CE_OK) {
    code = sign_snapshot(&draft, err);
  }
  if (code == CE_OK) {
    code = sign_timestamp(&draft, &draft.publication.snapshot, err);
  }
  return code == CE_OK ? finish(&draft, ret, err) : code;
}

enum ce_code ce_publication_refresh(struct ce_published *published,
                                    const struct ce_signers signers[CE_ROLE_COUNT], bool with_snapshot,
                                    int64_t now_s, struct ce_publication *ret, struct ce_error *err) {
  CE_AUTO(draft) struct draft draft = {.published = published, .signers = signers, .now_s = now_s};
  enum ce_code code = begin(&draft, err);
  if (code == CE_OK && with_snapshot) {
    code = sign_snapshot(&draft, err);
  }
  if (code == CE_OK) {
    code = sign_timestamp(&draft, with_snapshot ? &draft.publication.snapshot : NULL, err);
  }
  return code == CE_OK ? finish(&draft, ret, err) : code;
}

/* What is empty was not made. */
static enum ce_code write_role(struct ce_repository *repository, const char *role, int64_t version,
                               const struct ce_blob *bytes, struct ce_error *err) {
  return bytes->size > 0 ? ce_repository_write_role(repository, role, version, bytes, err) : CE_OK;
}

enum ce_code ce_publication_write(const struct ce_publication *publication, struct ce_repository *repository,
                                  struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < publication->delegated_count; i++) {
    const struct ce_publication_role *role = &publication->delegated[i];
    code = write_role(repository, role->name, role->version, &role->bytes, err);
  }
  if (code == CE_OK) {
    code = write_role(repository, "targets", publication->targets_version, &publication->targets, err);
  }
  if (code == CE_OK) {
    code = write_role(repository, "snapshot", publication->snapshot_version, &publication->snapshot, err);
  }
  if (code == CE_OK) {
    code = ce_repository_write_metadata(repository, CE_ROLE_TIMESTAMP, publication->timestamp_version,
                                        &publication->timestamp, err);
  }
  return code;
}
