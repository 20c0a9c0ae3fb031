/* SPDX-License-Identifier: Apache-2.0
 * The rules of the TUF client workflow. */
#include "trust/trusted-set.h"

#include "trust/expiry.h"
#include "trust/signature.h"
#include "trust/trusted-delegated.h"
#include "trust/trusted-set-state.h"

#include <assert.h>
#include <string.h>

void ce_trusted_set_free(struct ce_trusted_set *set) {
  if (!set) {
    return;
  }
  ce_tuf_root_free(set->root);
  ce_tuf_timestamp_free(set->timestamp);
  ce_tuf_snapshot_free(set->snapshot);
  ce_tuf_targets_free(set->targets);
  ce_blob_clear(&set->root_bytes);
  ce_blob_clear(&set->timestamp_bytes);
  ce_blob_clear(&set->snapshot_bytes);
  ce_blob_clear(&set->targets_bytes);
  ce_trusted_set_forget_delegated(set);
  free(set);
}

static size_t limit_of(const char *role) {
  if (strcmp(role, "root") == 0) {
    return CE_TUF_ROOT_BYTES_MAX;
  }
  if (strcmp(role, "timestamp") == 0) {
    return CE_TUF_TIMESTAMP_BYTES_MAX;
  }
  return strcmp(role, "snapshot") == 0 ? CE_TUF_SNAPSHOT_BYTES_MAX : CE_TUF_TARGETS_BYTES_MAX;
}

static enum ce_code open_envelope(const char *role, const void *bytes, size_t size, struct ce_envelope *ret,
                                  struct ce_error *err) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, role};
  return ce_envelope_parse(&context, bytes, size, limit_of(role), ret, err);
}

/* Opens it and checks that the root's keys for the role have signed it. */
static enum ce_code open_signed(const struct ce_trusted_set *set, const char *role, const void *bytes,
                                size_t size, struct ce_envelope *ret, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = open_envelope(role, bytes, size, &envelope, err);
  if (code == CE_OK) {
    code = ce_signature_check(&envelope, ce_tuf_root_role(set->root, role), &set->root->keyring, err);
  }
  if (code == CE_OK) {
    *ret = envelope;
    envelope = (struct ce_envelope){0};
  }
  return code;
}

/* Puts a copy of bytes in the place of *kept. */
static enum ce_code keep_bytes(struct ce_blob *kept, const void *bytes, size_t size, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob copy = {0};
  enum ce_code code = ce_blob_append(&copy, bytes, size, err);
  if (code == CE_OK) {
    struct ce_blob old = *kept;
    *kept = copy;
    copy = old;
  }
  return code;
}

static enum ce_code refuse_older(struct ce_error *err, const char *role, int64_t version, int64_t trusted) {
  return ce_fail(err, CE_TRUST_ROLLBACK, "verify", role, "version %lld; version %lld was seen before",
                 (long long)version, (long long)trusted);
}

enum ce_code ce_trusted_set_open_root(const void *bytes, size_t size, struct ce_envelope *ret_envelope,
                                      struct ce_tuf_root **ret, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = open_envelope("root", bytes, size, &envelope, err);
  if (code == CE_OK) {
    code = ce_tuf_root_parse(&envelope, ret, err);
  }
  if (code == CE_OK) {
    *ret_envelope = envelope;
    envelope = (struct ce_envelope){0};
  }
  return code;
}

static enum ce_code check_root_signatures(const struct ce_envelope *envelope, const struct ce_tuf_root *by,
                                          struct ce_error *err) {
  return ce_signature_check(envelope, ce_tuf_root_role(by, "root"), &by->keyring, err);
}

enum ce_code ce_trusted_set_new(const void *root, size_t size, struct ce_trusted_set **ret,
                                struct ce_error *err) {
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = calloc(1, sizeof *set);
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  if (!set) {
    return ce_fail_memory(err, "root");
  }
  enum ce_code code = ce_trusted_set_open_root(root, size, &envelope, &set->root, err);
  if (code == CE_OK) {
    code = check_root_signatures(&envelope, set->root, err);
  }
  if (code == CE_OK) {
    code = keep_bytes(&set->root_bytes, root, size, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&set);
  }
  return code;
}

static bool same_keys(const struct ce_tuf_root *a, const struct ce_tuf_root *b, const char *role) {
  return ce_tuf_role_same_keys(ce_tuf_root_role(a, role), &a->keyring, ce_tuf_root_role(b, role),
                               &b->keyring);
}

/* The new root against the trusted one. Signatures first: a root of other people is that, whatever its
 * version. */
static enum ce_code check_next_root(const struct ce_tuf_root *trusted, const struct ce_envelope *envelope,
                                    const struct ce_tuf_root *next, struct ce_error *err) {
  enum ce_code code = check_root_signatures(envelope, trusted, err);
  if (code != CE_OK) {
    ce_error_context(err, "by the keys of root version %lld", (long long)trusted->head.version);
    return code;
  }
  if (next->head.version <= trusted->head.version) {
    return refuse_older(err, "root", next->head.version, trusted->head.version);
  }
  if (next->head.version != trusted->head.version + 1) {
    return ce_fail(err, CE_TRUST_FORMAT, "verify", "root", "version %lld where version %lld must follow",
                   (long long)next->head.version, (long long)trusted->head.version + 1);
  }
  code = check_root_signatures(envelope, next, err);
  if (code != CE_OK) {
    ce_error_context(err, "by its own keys");
  }
  return code;
}

enum ce_code ce_trusted_set_update_root(struct ce_trusted_set *set, const void *bytes, size_t size,
                                        struct ce_error *err) {
  assert(!set->timestamp);
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *next = NULL;
  enum ce_code code = ce_trusted_set_open_root(bytes, size, &envelope, &next, err);
  if (code == CE_OK) {
    code = check_next_root(set->root, &envelope, next, err);
  }
  if (code == CE_OK) {
    code = keep_bytes(&set->root_bytes, bytes, size, err);
  }
  if (code != CE_OK) {
    return code;
  }
  set->online_keys_changed =
      !same_keys(set->root, next, "timestamp") || !same_keys(set->root, next, "snapshot");
  ce_tuf_root_free(set->root);
  set->root = ce_take(&next);
  return CE_OK;
}

bool ce_trusted_set_online_keys_changed(const struct ce_trusted_set *set) {
  return set->online_keys_changed;
}

static enum ce_code check_newer_timestamp(const struct ce_tuf_timestamp *trusted,
                                          const struct ce_tuf_timestamp *offered, struct ce_error *err) {
  if (offered->head.version < trusted->head.version) {
    return refuse_older(err, "timestamp", offered->head.version, trusted->head.version);
  }
  if (offered->head.version > trusted->head.version &&
      offered->snapshot.version < trusted->snapshot.version) {
    enum ce_code code = refuse_older(err, "timestamp", offered->snapshot.version, trusted->snapshot.version);
    ce_error_context(err, "of the snapshot");
    return code;
  }
  return CE_OK;
}

enum ce_code ce_trusted_set_update_timestamp(struct ce_trusted_set *set, const void *bytes, size_t size,
                                             struct ce_error *err) {
  assert(!set->snapshot);
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_timestamp) struct ce_tuf_timestamp *offered = NULL;
  enum ce_code code = open_signed(set, "timestamp", bytes, size, &envelope, err);
  if (code == CE_OK) {
    code = ce_tuf_timestamp_parse(&envelope, &offered, err);
  }
  if (code == CE_OK && set->timestamp) {
    code = check_newer_timestamp(set->timestamp, offered, err);
    if (code == CE_OK && offered->head.version == set->timestamp->head.version) {
      return CE_OK;
    }
  }
  if (code == CE_OK) {
    code = keep_bytes(&set->timestamp_bytes, bytes, size, err);
  }
  if (code != CE_OK) {
    return code;
  }
  ce_tuf_timestamp_free(set->timestamp);
  set->timestamp = ce_take(&offered);
  return CE_OK;
}

static enum ce_code open_snapshot(const struct ce_trusted_set *set, const void *bytes, size_t size,
                                  struct ce_tuf_snapshot **ret, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = open_signed(set, "snapshot", bytes, size, &envelope, err);
  return code == CE_OK ? ce_tuf_snapshot_parse(&envelope, ret, err) : code;
}

static enum ce_code take_snapshot(struct ce_trusted_set *set, struct ce_tuf_snapshot **snapshot,
                                  bool is_current, const void *bytes, size_t size, struct ce_error *err) {
  enum ce_code code = keep_bytes(&set->snapshot_bytes, bytes, size, err);
  if (code == CE_OK) {
    ce_tuf_snapshot_free(set->snapshot);
    set->snapshot = ce_take(snapshot);
    set->snapshot_is_current = is_current;
  }
  return code;
}

/* True when head and bytes are what meta states. */
bool ce_trusted_set_is_stated(const struct ce_tuf_meta *meta, const struct ce_tuf_head *head,
                              const void *bytes, size_t size) {
  struct ce_error ignored;
  return head->version == meta->version && ce_tuf_meta_check(meta, "", bytes, size, &ignored) == CE_OK;
}

enum ce_code ce_trusted_set_check_version(const char *role, const struct ce_tuf_meta *meta,
                                          const struct ce_tuf_head *head, struct ce_error *err) {
  if (head->version != meta->version) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", role, "version %lld where version %lld was signed for",
                   (long long)head->version, (long long)meta->version);
  }
  return CE_OK;
}

enum ce_code ce_trusted_set_recall_snapshot(struct ce_trusted_set *set, const void *bytes, size_t size,
                                            struct ce_error *err) {
  assert(set->timestamp && !set->snapshot);
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *snapshot = NULL;
  enum ce_code code = open_snapshot(set, bytes, size, &snapshot, err);
  if (code != CE_OK) {
    return code;
  }
  bool is_current = ce_trusted_set_is_stated(&set->timestamp->snapshot, &snapshot->head, bytes, size);
  return take_snapshot(set, &snapshot, is_current, bytes, size, err);
}

/* Every file that the trusted snapshot names must still be named, and none may be older. */
static enum ce_code check_newer_metas(const struct ce_tuf_snapshot *trusted,
                                      const struct ce_tuf_snapshot *offered, struct ce_error *err) {
  for (size_t i = 0; i < trusted->meta_count; i++) {
    const struct ce_tuf_meta *old = &trusted->metas[i];
    const struct ce_tuf_meta *new = ce_tuf_snapshot_find(offered, old->name);
    if (!new) {
      return ce_fail(err, CE_TRUST_ROLLBACK, "verify", "snapshot", "'%.200s' was named before and is missing",
                     old->name);
    }
    if (new->version < old->version) {
      enum ce_code code = refuse_older(err, "snapshot", new->version, old->version);
      ce_error_context(err, "of '%.200s'", old->name);
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code check_newer_snapshot(const struct ce_tuf_snapshot *trusted,
                                         const struct ce_tuf_snapshot *offered, struct ce_error *err) {
  if (offered->head.version < trusted->head.version) {
    return refuse_older(err, "snapshot", offered->head.version, trusted->head.version);
  }
  return check_newer_metas(trusted, offered, err);
}

enum ce_code ce_trusted_set_update_snapshot(struct ce_trusted_set *set, const void *bytes, size_t size,
                                            struct ce_error *err) {
  assert(set->timestamp && !set->targets);
  const struct ce_tuf_meta *stated = &set->timestamp->snapshot;
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *offered = NULL;
  enum ce_code code = ce_tuf_meta_check(stated, "snapshot", bytes, size, err);
  if (code == CE_OK) {
    code = open_snapshot(set, bytes, size, &offered, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_check_version("snapshot", stated, &offered->head, err);
  }
  if (code == CE_OK && set->snapshot) {
    code = check_newer_snapshot(set->snapshot, offered, err);
  }
  return code == CE_OK ? take_snapshot(set, &offered, true, bytes, size, err) : code;
}

static const struct ce_tuf_meta *stated_targets(const struct ce_trusted_set *set) {
  assert(set->snapshot_is_current);
  return ce_tuf_snapshot_find(set->snapshot, "targets.json");
}

static enum ce_code open_targets(const struct ce_trusted_set *set, const void *bytes, size_t size,
                                 struct ce_tuf_targets **ret, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = open_signed(set, "targets", bytes, size, &envelope, err);
  return code == CE_OK ? ce_tuf_targets_parse(&envelope, "targets", ret, err) : code;
}

static enum ce_code take_targets(struct ce_trusted_set *set, struct ce_tuf_targets **targets, bool is_current,
                                 const void *bytes, size_t size, struct ce_error *err) {
  enum ce_code code = keep_bytes(&set->targets_bytes, bytes, size, err);
  if (code == CE_OK) {
    ce_tuf_targets_free(set->targets);
    set->targets = ce_take(targets);
    set->targets_is_current = is_current;
  }
  return code;
}

enum ce_code ce_trusted_set_recall_targets(struct ce_trusted_set *set, const void *bytes, size_t size,
                                           struct ce_error *err) {
  assert(!set->targets);
  const struct ce_tuf_meta *stated = stated_targets(set);
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  enum ce_code code = open_targets(set, bytes, size, &targets, err);
  if (code != CE_OK) {
    return code;
  }
  bool is_current = ce_trusted_set_is_stated(stated, &targets->head, bytes, size);
  return take_targets(set, &targets, is_current, bytes, size, err);
}

enum ce_code ce_trusted_set_update_targets(struct ce_trusted_set *set, const void *bytes, size_t size,
                                           struct ce_error *err) {
  const struct ce_tuf_meta *stated = stated_targets(set);
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *offered = NULL;
  enum ce_code code = ce_tuf_meta_check(stated, "targets", bytes, size, err);
  if (code == CE_OK) {
    code = open_targets(set, bytes, size, &offered, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_check_version("targets", stated, &offered->head, err);
  }
  return code == CE_OK ? take_targets(set, &offered, true, bytes, size, err) : code;
}

static const struct ce_tuf_head *head_of(const struct ce_trusted_set *set, const char *role) {
  if (strcmp(role, "root") == 0) {
    return &set->root->head;
  }
  if (strcmp(role, "timestamp") == 0) {
    return set->timestamp ? &set->timestamp->head : NULL;
  }
  if (strcmp(role, "snapshot") == 0) {
    return set->snapshot ? &set->snapshot->head : NULL;
  }
  return strcmp(role, "targets") == 0 && set->targets ? &set->targets->head : NULL;
}

int64_t ce_trusted_set_expires(const struct ce_trusted_set *set, const char *role) {
  const struct ce_tuf_head *head = head_of(set, role);
  assert(head);
  return head->expires_s;
}

enum ce_code ce_trusted_set_check_expiry(const struct ce_trusted_set *set, const char *role, int64_t now_s,
                                         struct ce_error *err) {
  const struct ce_expiry_clock clock = {.now_s = now_s};
  return ce_expiry_check(role, ce_trusted_set_expires(set, role), &clock, err);
}

bool ce_trusted_set_is_current(const struct ce_trusted_set *set, const char *role) {
  if (strcmp(role, "snapshot") == 0) {
    return set->snapshot_is_current;
  }
  return strcmp(role, "targets") == 0 ? set->targets_is_current : head_of(set, role) != NULL;
}

const struct ce_blob *ce_trusted_set_bytes(const struct ce_trusted_set *set, const char *role) {
  if (strcmp(role, "root") == 0) {
    return &set->root_bytes;
  }
  if (strcmp(role, "timestamp") == 0) {
    return &set->timestamp_bytes;
  }
  assert(strcmp(role, "snapshot") == 0 || strcmp(role, "targets") == 0);
  return strcmp(role, "snapshot") == 0 ? &set->snapshot_bytes : &set->targets_bytes;
}

int64_t ce_trusted_set_root_version(const struct ce_trusted_set *set) {
  return set->root->head.version;
}

bool ce_trusted_set_consistent_snapshot(const struct ce_trusted_set *set) {
  return set->root->consistent_snapshot;
}

int64_t ce_trusted_set_snapshot_version(const struct ce_trusted_set *set, uint64_t *ret_length_bytes) {
  assert(set->timestamp);
  *ret_length_bytes = set->timestamp->snapshot.length_bytes;
  return set->timestamp->snapshot.version;
}

int64_t ce_trusted_set_targets_version(const struct ce_trusted_set *set, uint64_t *ret_length_bytes) {
  const struct ce_tuf_meta *stated = stated_targets(set);
  *ret_length_bytes = stated->length_bytes;
  return stated->version;
}

enum ce_code ce_trusted_set_find(const struct ce_trusted_set *set, const char *path,
                                 const struct ce_target **ret, struct ce_error *err) {
  assert(set->targets_is_current);
  const struct ce_tuf_target *found = ce_tuf_targets_find(set->targets, path);
  return found ? ce_tuf_target_take(found, ret, err)
               : ce_fail(err, CE_NOT_FOUND, "find", path, "the signed list of targets does not name it");
}
