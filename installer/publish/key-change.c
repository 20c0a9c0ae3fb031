/* SPDX-License-Identifier: Apache-2.0
 * Changing keys. */
#include "publish/key-change.h"

#include "publish/document.h"
#include "publish/key-retire.h"
#include "publish/place.h"
#include "publish/root-edit.h"
#include "publish/root-publish.h"
#include "trust/metadata.h"

#include <string.h>

void ce_key_change_clear(struct ce_key_change *change) {
  json_decref(change->body);
  ce_fs_free(change->keys);
  ce_unlock_clear(&change->unlock);
  ce_published_clear(&change->published);
  ce_repository_close(&change->repository);
  *change = (struct ce_key_change){0};
}

static enum ce_code check_role(const char *role, struct ce_error *err) {
  for (int known = 0; known < CE_ROLE_COUNT; known++) {
    if (strcmp(role, ce_role_name((enum ce_role)known)) == 0) {
      return CE_OK;
    }
  }
  return ce_fail(
      err, CE_USAGE, "change keys", role,
      "it is not one of root, targets, snapshot, timestamp; `delegate` gives other roles their keys");
}

enum ce_code ce_key_change_begin(const struct ce_publish_arguments *arguments, const char *role,
                                 struct ce_key_change *change, struct ce_error *err) {
  change->arguments = arguments;
  change->unlock.arguments = arguments;
  change->role = role;
  enum ce_code code = check_role(role, err);
  if (code == CE_OK) {
    code = ce_repository_open(arguments->operand, &change->repository, err);
  }
  if (code == CE_OK) {
    code = ce_published_load(&change->repository, &change->published, err);
  }
  if (code == CE_OK) {
    code = ce_fs_open_root(ce_publish_arguments_value(arguments, "keys"), &change->keys, err);
  }
  if (code == CE_OK) {
    change->body = json_deep_copy(change->published.root.body);
    code = change->body ? CE_OK : ce_fail_memory(err, "root");
  }
  return code;
}

enum ce_code ce_key_change_apply_threshold(struct ce_key_change *change, struct ce_error *err) {
  const char *text = ce_publish_arguments_value(change->arguments, "threshold");
  int64_t threshold = 0;
  if (!text) {
    return CE_OK;
  }
  enum ce_code code = ce_publish_number_parse("threshold", text, 1, CE_ROLE_KEYS_MAX, &threshold, err);
  return code == CE_OK ? ce_root_edit_set_threshold(change->body, change->role, threshold, err) : code;
}

/* after: the new root, or the old one while there is no other. */
static enum ce_code load_root_signers(struct ce_key_change *change, const struct ce_envelope *after,
                                      bool needed, struct ce_signers *ret, struct ce_error *err) {
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *old_root = NULL, *new_root = NULL;
  enum ce_code code = ce_tuf_root_parse(&change->published.root, &old_root, err);
  if (code == CE_OK) {
    code = ce_tuf_root_parse(after, &new_root, err);
  }
  if (code == CE_OK) {
    code = ce_root_load_signers(old_root, new_root, CE_ROLE_ROOT, change->keys, needed, &change->unlock, ret,
                                err);
  }
  return code;
}

static bool is_offline(const struct ce_key_change *change) {
  return ce_publish_arguments_value(change->arguments, "offline") != NULL;
}

enum ce_code ce_key_change_require_signers(struct ce_key_change *change, struct ce_error *err) {
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  if (is_offline(change)) {
    return CE_OK;
  }
  enum ce_code code = load_root_signers(change, &change->published.root, true, &signers, err);
  if (code == CE_PERMISSION) {
    ce_error_context(err, "--offline lets others sign");
  }
  return code;
}

/* The new root without signatures, as an envelope. */
static enum ce_code wrap(const struct ce_key_change *change, struct ce_envelope *ret, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "root"};
  static const struct ce_signers nobody = {0};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_document_sign(change->body, &nobody, &bytes, err);
  return code == CE_OK ? ce_envelope_parse(&context, bytes.data, bytes.size, CE_TUF_ROOT_BYTES_MAX, ret, err)
                       : code;
}

static enum ce_code sign(struct ce_key_change *change, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope after = {0};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  enum ce_code code = wrap(change, &after, err);
  if (code == CE_OK) {
    code = load_root_signers(change, &after, !is_offline(change), &signers, err);
  }
  return code == CE_OK ? ce_document_sign(change->body, &signers, ret, err) : code;
}

static enum ce_code write_file(const struct ce_key_change *change, const struct ce_blob *bytes,
                               struct ce_error *err) {
  const char *file = ce_publish_arguments_value(change->arguments, "offline");
  enum ce_code code = ce_place_write(file, CE_KEY_DOCUMENT_MODE, bytes, err);
  if (code == CE_OK) {
    ce_publish_report(
        change->arguments,
        N_("Wrote the new root to %s. Nothing is published yet: have it signed with `sign`, then "
           "publish it with `accept`."),
        file);
  }
  return code;
}

static enum ce_code publish(struct ce_key_change *change, const struct ce_blob *bytes, struct ce_error *err) {
  struct ce_root_publishing publishing = {.repository = &change->repository,
                                          .published = &change->published,
                                          .keys_directory =
                                              ce_publish_arguments_value(change->arguments, "keys"),
                                          .unlock = &change->unlock,
                                          .now_s = change->arguments->now_s};
  unsigned signed_roles = 0;
  CE_AUTO(ce_json) json_t *before = json_incref(change->published.root.body);
  enum ce_code code = ce_root_publish(&publishing, bytes, &signed_roles, err);
  if (code == CE_OK) {
    ce_key_change_report(change->arguments, ce_document_version(change->body), signed_roles);
    ce_key_retire(change->arguments, change->keys, before, change->body);
  }
  return code;
}

enum ce_code ce_key_change_finish(struct ce_key_change *change, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code =
      ce_root_edit_check(change->body, change->role, ce_root_edit_key_count(change->body, change->role), err);
  int64_t version = ce_document_version(change->published.root.body) + 1;
  if (code == CE_OK &&
      ce_document_renew(change->body, CE_ROLE_ROOT, change->body, version, change->arguments->now_s) != 0) {
    return ce_fail_memory(err, "root");
  }
  if (code == CE_OK) {
    code = sign(change, &bytes, err);
  }
  if (code != CE_OK) {
    return code;
  }
  return is_offline(change) ? write_file(change, &bytes, err) : publish(change, &bytes, err);
}

void ce_key_change_report(const struct ce_publish_arguments *arguments, int64_t root_version,
                          unsigned signed_roles) {
  ce_publish_report(arguments, N_("Published version %lld of the root."), (long long)root_version);
  for (int role = CE_ROLE_TARGETS; role < CE_ROLE_COUNT; role++) {
    if (signed_roles & 1u << role) {
      ce_publish_report(arguments, N_("Signed %s anew."), ce_role_name((enum ce_role)role));
    }
  }
}
