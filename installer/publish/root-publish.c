/* SPDX-License-Identifier: Apache-2.0
 * Publishing of roots. What must be signed anew is what the new root's keys have not signed: a timestamp
 * after its key changed, the snapshot and then the timestamp after the snapshot's, everything after that of
 * targets. Old keys that are still there sign it too, so that no reader meets a moment at which root and
 * timestamp do not fit. */
#include "publish/root-publish.h"

#include "publish/root-pending.h"
#include "trust/metadata.h"
#include "trust/signature.h"

#include <inttypes.h>

struct pair {
  const struct ce_tuf_role *before, *after;
};

static bool is_named(const void *context, const char *key_id) {
  const struct pair *pair = context;
  return (pair->before && ce_tuf_role_has_key_id(pair->before, key_id)) ||
         ce_tuf_role_has_key_id(pair->after, key_id);
}

static int64_t count_named(const struct ce_signers *signers, const struct ce_tuf_role *role) {
  int64_t count = 0;
  for (size_t i = 0; i < signers->count; i++) {
    count += ce_tuf_role_has_key_id(role, signers->items[i].public_key.key_id);
  }
  return count;
}

enum ce_code ce_root_load_signers(const struct ce_tuf_root *before, const struct ce_tuf_root *after,
                                  enum ce_role role, struct ce_fs *keys, bool needed,
                                  struct ce_unlock *unlock, struct ce_signers *ret, struct ce_error *err) {
  const char *name = ce_role_name(role);
  struct pair pair = {ce_tuf_root_role(before, name), ce_tuf_root_role(after, name)};
  struct ce_signer_filter filter = {is_named, &pair};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  enum ce_code code = ce_signers_load(&signers, keys, name, &filter, unlock, err);
  if (code == CE_OK && needed && count_named(&signers, pair.after) < pair.after->threshold) {
    code = ce_fail(err, CE_PERMISSION, "load keys", name,
                   "it must be signed anew, and the directory has %" PRId64
                   " of the keys that count for it; %" PRId64 " must sign",
                   count_named(&signers, pair.after), pair.after->threshold);
    ce_unlock_explain(unlock, err);
  }
  if (code == CE_OK) {
    *ret = signers;
    signers = (struct ce_signers){0};
  }
  return code;
}

static enum ce_code is_accepted(const struct ce_envelope *document, const struct ce_tuf_root *root,
                                enum ce_role role, bool *ret, struct ce_error *err) {
  const struct ce_tuf_role *named = ce_tuf_root_role(root, ce_role_name(role));
  enum ce_code code = ce_signature_check(document, named, &root->keyring, err);
  if (code == CE_OK || code == CE_TRUST_SIGNATURE) {
    *ret = code == CE_OK;
    return CE_OK;
  }
  return code;
}

/* The first role that must be signed anew; CE_ROLE_COUNT: none. */
static enum ce_code find_first(const struct ce_published *published, const struct ce_tuf_root *root,
                               enum ce_role *ret, struct ce_error *err) {
  const struct {
    enum ce_role role;
    const struct ce_envelope *document;
  } documents[] = {{CE_ROLE_TARGETS, &published->targets},
                   {CE_ROLE_SNAPSHOT, &published->snapshot},
                   {CE_ROLE_TIMESTAMP, &published->timestamp}};
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    bool accepted = false;
    enum ce_code code = is_accepted(documents[i].document, root, documents[i].role, &accepted, err);
    if (code != CE_OK || !accepted) {
      *ret = documents[i].role;
      return code;
    }
  }
  *ret = CE_ROLE_COUNT;
  return CE_OK;
}

static enum ce_code check_root(const struct ce_root_publishing *publishing, const struct ce_blob *root,
                               const struct ce_tuf_root *parsed, struct ce_error *err) {
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  const struct ce_blob *before = &publishing->published->root_bytes;
  enum ce_code code = ce_trusted_set_new(before->data, before->size, &set, err);
  if (code == CE_OK) {
    code = ce_trusted_set_update_root(set, root->data, root->size, err);
  }
  if (code == CE_OK && parsed->head.expires_s <= publishing->now_s) {
    return ce_fail(err, CE_TRUST_EXPIRED, "publish", "root", "no client would accept it: it has expired");
  }
  return code;
}

static enum ce_code load_signers(const struct ce_root_publishing *publishing,
                                 const struct ce_tuf_root *before, const struct ce_tuf_root *after,
                                 enum ce_role first, struct ce_signers signers[CE_ROLE_COUNT],
                                 struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  if (!publishing->keys_directory) {
    return ce_fail(err, CE_USAGE, "publish", "root", "%s must be signed anew, for which --keys is missing",
                   ce_role_name(first));
  }
  enum ce_code code = ce_fs_open_root(publishing->keys_directory, &keys, err);
  for (int role = (int)first; code == CE_OK && role < CE_ROLE_COUNT; role++) {
    code = ce_root_load_signers(before, after, (enum ce_role)role, keys, true, publishing->unlock,
                                &signers[role], err);
  }
  return code;
}

/* The new root takes the old one's place in what is published, before anything is signed on top of it. */
static enum ce_code adopt(struct ce_published *published, const struct ce_blob *root, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "root"};
  CE_AUTO(ce_blob) struct ce_blob copy = {0};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = ce_blob_append(&copy, root->data, root->size, err);
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, root->data, root->size, CE_TUF_ROOT_BYTES_MAX, &envelope, err);
  }
  if (code == CE_OK) {
    ce_blob_clear(&published->root_bytes);
    ce_envelope_clear(&published->root);
    published->root_bytes = copy;
    published->root = envelope;
    copy = (struct ce_blob){0};
    envelope = (struct ce_envelope){0};
  }
  return code;
}

static enum ce_code make(const struct ce_root_publishing *publishing, enum ce_role first,
                         const struct ce_signers signers[CE_ROLE_COUNT], struct ce_publication *ret,
                         struct ce_error *err) {
  struct ce_published *published = publishing->published;
  if (first == CE_ROLE_TARGETS) {
    return ce_publication_make(published, signers, publishing->now_s, ret, err);
  }
  return ce_publication_refresh(published, signers, first == CE_ROLE_SNAPSHOT, publishing->now_s, ret, err);
}

static enum ce_code write_all(const struct ce_root_publishing *publishing,
                              const struct ce_publication *publication, enum ce_role first, int64_t version,
                              const struct ce_blob *root, struct ce_error *err) {
  enum ce_code code = ce_root_pending_write(publishing->repository, root, err);
  if (code == CE_OK && first < CE_ROLE_COUNT) {
    code = ce_publication_write(publication, publishing->repository, err);
  }
  return code == CE_OK ? ce_root_pending_commit(publishing->repository, version, root, err) : code;
}

static enum ce_code sign_and_write(const struct ce_root_publishing *publishing,
                                   const struct ce_tuf_root *before, const struct ce_tuf_root *after,
                                   enum ce_role first, const struct ce_blob *root, struct ce_error *err) {
  CE_AUTO(ce_publication) struct ce_publication publication = {0};
  struct ce_signers signers[CE_ROLE_COUNT] = {0};
  enum ce_code code = CE_OK;
  if (first < CE_ROLE_COUNT) {
    code = load_signers(publishing, before, after, first, signers, err);
  }
  if (code == CE_OK) {
    code = adopt(publishing->published, root, err);
  }
  if (code == CE_OK && first < CE_ROLE_COUNT) {
    code = make(publishing, first, signers, &publication, err);
  }
  ce_role_signers_clear(signers);
  return code == CE_OK ? write_all(publishing, &publication, first, after->head.version, root, err) : code;
}

enum ce_code ce_root_publish(const struct ce_root_publishing *publishing, const struct ce_blob *root,
                             unsigned *ret_signed, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "root"};
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *before = NULL, *after = NULL;
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_role first = CE_ROLE_COUNT;
  enum ce_code code = ce_tuf_root_parse(&publishing->published->root, &before, err);
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, root->data, root->size, CE_TUF_ROOT_BYTES_MAX, &envelope, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_root_parse(&envelope, &after, err);
  }
  if (code == CE_OK) {
    code = check_root(publishing, root, after, err);
  }
  if (code == CE_OK) {
    code = find_first(publishing->published, after, &first, err);
  }
  if (code == CE_OK) {
    code = sign_and_write(publishing, before, after, first, root, err);
  }
  if (code == CE_OK) {
    *ret_signed = (1u << CE_ROLE_COUNT) - (1u << first);
  }
  return code;
}
