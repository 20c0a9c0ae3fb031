/* SPDX-License-Identifier: Apache-2.0
 * Editing of what is published, and publishing it anew. */
#include "publish/change.h"

#include "ports/hash.h"
#include "publish/archive.h"
#include "publish/delegation.h"
#include "publish/prune.h"

#include <string.h>

void ce_change_clear(struct ce_change *change) {
  ce_role_signers_clear(change->signers);
  ce_unlock_clear(&change->unlock);
  ce_offers_clear(&change->offers);
  ce_published_clear(&change->published);
  ce_repository_close(&change->repository);
}

enum ce_code ce_change_begin(const struct ce_publish_arguments *arguments, struct ce_change *change,
                             struct ce_error *err) {
  change->arguments = arguments;
  change->unlock.arguments = arguments;
  enum ce_code code = ce_repository_open(arguments->operand, &change->repository, err);
  if (code == CE_OK) {
    code = ce_prune_leftovers(change->repository.fs, err);
  }
  if (code == CE_OK) {
    code = ce_published_load(&change->repository, &change->published, err);
  }
  return code == CE_OK ? ce_offers_load(&change->repository, &change->published, &change->offers, err) : code;
}

enum ce_code ce_change_load_signers(struct ce_change *change, struct ce_error *err) {
  const char *keys = ce_publish_arguments_value(change->arguments, "keys");
  unsigned needed = 1u << CE_ROLE_SNAPSHOT | 1u << CE_ROLE_TIMESTAMP;
  if (!change->published.keeps_targets) {
    needed |= 1u << CE_ROLE_TARGETS;
  }
  enum ce_code code = ce_published_load_some_signers(&change->published, keys, &change->unlock, needed, 0,
                                                     change->signers, err);
  if (code == CE_OK) {
    code = ce_published_load_role_signers(&change->published, keys, &change->unlock, err);
  }
  return code;
}

json_t *ce_change_edit(struct ce_change *change, const char *role) {
  if (!role) {
    return change->published.targets.body;
  }
  struct ce_published_role *delegated = ce_published_find_role(&change->published, role);
  if (delegated) {
    delegated->changed = true;
  }
  return delegated ? delegated->body : NULL;
}

/* A package that comes back, perhaps with other content. */
static void forget_in_archives(struct ce_published *published, const char *target) {
  for (size_t i = 0; i < published->delegated_count; i++) {
    struct ce_published_role *role = &published->delegated[i];
    if (ce_archive_number(role->name) > 0 &&
        json_object_del(json_object_get(role->body, "targets"), target) == 0) {
      role->changed = true;
    }
  }
}

static enum ce_code check_allowed(const struct ce_change *change, const char *role, const char *target,
                                  struct ce_error *err) {
  if (!role || ce_delegation_allows(change->published.targets.body, role, target)) {
    return CE_OK;
  }
  return ce_fail(err, CE_USAGE, "publish", target, "role %s may not sign for this path", role);
}

enum ce_code ce_change_store(struct ce_change *change, const char *role, const char *target,
                             struct ce_reader *bytes, const struct ce_digest *sha256, struct ce_error *err) {
  enum ce_code code = check_allowed(change, role, target, err);
  if (code == CE_OK) {
    code = ce_repository_store_target(&change->repository, target, bytes, sha256, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (!role) {
    forget_in_archives(&change->published, target);
  }
  if (ce_document_set_target(ce_change_edit(change, role), target, bytes->size_bytes, sha256) != 0) {
    return ce_fail_memory(err, target);
  }
  return CE_OK;
}

static enum ce_code make_channel(const char *role, const char *name, const char *version, const char *arch,
                                 struct ce_channel **ret, struct ce_error *err) {
  CE_AUTO(ce_channel) struct ce_channel *channel = calloc(1, sizeof *channel);
  if (!channel) {
    return ce_fail_memory(err, name);
  }
  channel->name = strdup(name);
  channel->arch = strdup(arch);
  channel->version = strdup(version);
  channel->package = ce_change_package_path(role, version, arch);
  if (!channel->name || !channel->arch || !channel->version || !channel->package) {
    return ce_fail_memory(err, name);
  }
  *ret = ce_take(&channel);
  return CE_OK;
}

static enum ce_code store_channel(struct ce_change *change, const char *role,
                                  const struct ce_channel *channel, struct ce_error *err) {
  CE_AUTO(ce_free) char *target = ce_channel_target_path(channel->name, channel->arch);
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  enum ce_code code = target ? ce_channel_write(channel, &bytes, err) : ce_fail_memory(err, channel->name);
  if (code == CE_OK) {
    code = ce_reader_of_bytes(bytes.data, bytes.size, &reader, err);
  }
  if (code != CE_OK) {
    return code;
  }
  struct ce_digest digest;
  ce_hash_bytes(bytes.data, bytes.size, &digest);
  return ce_change_store(change, role, target, reader, &digest, err);
}

enum ce_code ce_change_put_channel(struct ce_change *change, const char *role, const char *name,
                                   const char *version, const char *arch, struct ce_error *err) {
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  enum ce_code code = make_channel(role, name, version, arch, &channel, err);
  if (code == CE_OK) {
    code = store_channel(change, role, channel, err);
  }
  if (code == CE_OK) {
    code = ce_offers_put(&change->offers, channel, role, err);
  }
  if (code == CE_OK) {
    channel = NULL;
  }
  return code;
}

static enum ce_code make_and_write(struct ce_change *change, struct ce_error *err) {
  CE_AUTO(ce_publication) struct ce_publication publication = {0};
  enum ce_code code =
      ce_publication_make(&change->published, change->signers, change->arguments->now_s, &publication, err);
  if (code == CE_OK) {
    code = ce_repository_sync(&change->repository, err);
  }
  return code == CE_OK ? ce_publication_write(&publication, &change->repository, err) : code;
}

enum ce_code ce_change_publish(struct ce_change *change, struct ce_error *err) {
  enum ce_code code = CE_OK;
  if (!change->published.keeps_targets) {
    code = ce_archive_arrange(&change->published, &change->offers, CE_ARCHIVE_BYTES_MAX, err);
  }
  if (code == CE_OK) {
    code = make_and_write(change, err);
  }
  if (code == CE_OK && ce_publish_arguments_value(change->arguments, "prune")) {
    code = ce_prune_run(&change->repository, change->arguments, err);
  }
  return code;
}

char *ce_change_package_path(const char *role, const char *version, const char *arch) {
  return ce_text_format("packages/%s%scertenv-env_%s_%s.tar.zst", role ? role : "", role ? "-" : "", version,
                        arch);
}

bool ce_change_find(const struct ce_published *published, const char *path, struct ce_document_target *ret,
                    const char **ret_role) {
  if (ce_document_find_target(published->targets.body, path, ret)) {
    *ret_role = NULL;
    return true;
  }
  for (size_t i = 0; i < published->delegated_count; i++) {
    if (ce_delegation_allows(published->targets.body, published->delegated[i].name, path) &&
        ce_document_find_target(published->delegated[i].body, path, ret)) {
      *ret_role = published->delegated[i].name;
      return true;
    }
  }
  return false;
}
