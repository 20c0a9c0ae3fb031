/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish add: a package into the repository, and its channel pointed at it. */
#include "base/json.h"
#include "base/version.h"
#include "model/channel.h"
#include "ports/fs-document.h"
#include "ports/hash.h"
#include "publish/command.h"
#include "publish/document.h"
#include "publish/package-check.h"
#include "publish/publication.h"
#include "publish/published.h"

#include <string.h>

#define DEFAULT_CHANNEL "stable"

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("the directory with the keys of targets, snapshot and timestamp"), true},
    {"package", "FILE", N_("the package that `pack` made"), true},
    {"channel", "NAME", N_("the channel that offers it; default stable"), false},
    {"replace", NULL, N_("accept other content for a version that is published already"), false},
    {"allow-older", NULL, N_("accept an older version than the channel has"), false},
    CE_PASSPHRASE_OPTIONS,
};

struct addition {
  const struct ce_publish_arguments *arguments;
  struct ce_repository repository;
  struct ce_published published;
  struct ce_reader *package;
  struct ce_channel *channel;
  char *channel_target;
};

static void clear(struct addition *addition) {
  ce_reader_free(addition->package);
  ce_published_clear(&addition->published);
  ce_repository_close(&addition->repository);
  ce_channel_free(addition->channel);
  free(addition->channel_target);
}
CE_DEFINE_AUTO_IN_PLACE(addition, struct addition, clear);

static enum ce_code describe(struct addition *addition, const char *name, const struct ce_manifest *manifest,
                             struct ce_error *err) {
  struct ce_channel *channel = calloc(1, sizeof *channel);
  addition->channel = channel;
  if (!channel) {
    return ce_fail_memory(err, name);
  }
  channel->name = strdup(name);
  channel->arch = strdup(manifest->arch);
  channel->version = strdup(manifest->version);
  channel->package = ce_text_format("packages/certenv-env_%s_%s.tar.zst", manifest->version, manifest->arch);
  addition->channel_target = ce_channel_target_path(name, manifest->arch);
  if (!channel->name || !channel->arch || !channel->version || !channel->package ||
      !addition->channel_target) {
    return ce_fail_memory(err, name);
  }
  return CE_OK;
}

/* Reads the package as a client would, and names everything after its manifest. */
static enum ce_code inspect(struct addition *addition, struct ce_error *err) {
  const char *file = ce_publish_arguments_value(addition->arguments, "package");
  const char *channel = ce_publish_arguments_value(addition->arguments, "channel");
  channel = channel ? channel : DEFAULT_CHANNEL;
  if (!ce_channel_name_is_valid(channel)) {
    return ce_fail(err, CE_USAGE, "read options", "channel", "'%s' is not a channel's name", channel);
  }
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  enum ce_code code = ce_reader_open_path(file, &addition->package, err);
  if (code == CE_OK) {
    code = ce_package_check(addition->package, &package, err);
  }
  if (code != CE_OK) {
    return code;
  }
  return describe(addition, channel, ce_package_manifest(package), err);
}

/* The channel as it is published now; *ret is NULL when there is none. */
static enum ce_code read_channel(struct addition *addition, struct ce_channel **ret, struct ce_error *err) {
  const struct ce_target *target = NULL;
  struct ce_error absent;
  if (ce_trusted_set_find(addition->published.set, addition->channel_target, &target, &absent) != CE_OK) {
    *ret = NULL;
    return CE_OK;
  }
  CE_AUTO(ce_free) char *path = ce_repository_target_path(target->path, &target->sha256);
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  if (!path) {
    return ce_fail_memory(err, target->path);
  }
  enum ce_code code = ce_fs_document_read(addition->repository.fs, path, CE_CHANNEL_BYTES_MAX, &bytes, err);
  struct ce_digest digest;
  ce_hash_bytes(bytes.data, bytes.size, &digest);
  if (code == CE_OK && !ce_digest_equal(&digest, &target->sha256)) {
    return ce_fail(err, CE_TRUST_DIGEST, "read channel", target->path, "it is not the file that was signed");
  }
  return code == CE_OK ? ce_channel_parse(bytes.data, bytes.size, ret, err) : code;
}

static enum ce_code check_progress(struct addition *addition, struct ce_error *err) {
  CE_AUTO(ce_channel) struct ce_channel *now = NULL;
  enum ce_code code = read_channel(addition, &now, err);
  if (code != CE_OK || !now || ce_publish_arguments_value(addition->arguments, "allow-older")) {
    return code;
  }
  if (ce_version_compare(addition->channel->version, now->version) < 0) {
    return ce_fail(err, CE_CONFLICT, "publish", addition->channel_target,
                   "version %s is older than %s, which the channel has; --allow-older accepts it",
                   addition->channel->version, now->version);
  }
  return CE_OK;
}

static enum ce_code check_replacement(const struct addition *addition, const struct ce_digest *sha256,
                                      struct ce_error *err) {
  const struct ce_target *target = NULL;
  struct ce_error absent;
  if (ce_publish_arguments_value(addition->arguments, "replace") ||
      ce_trusted_set_find(addition->published.set, addition->channel->package, &target, &absent) != CE_OK ||
      ce_digest_equal(&target->sha256, sha256)) {
    return CE_OK;
  }
  return ce_fail(err, CE_CONFLICT, "publish", addition->channel->package,
                 "the version is published already with other content; give it a new version, or --replace");
}

static enum ce_code store(struct addition *addition, const char *target, struct ce_reader *bytes,
                          const struct ce_digest *sha256, struct ce_error *err) {
  enum ce_code code = ce_repository_store_target(&addition->repository, target, bytes, sha256, err);
  if (code == CE_OK &&
      ce_document_set_target(addition->published.targets.body, target, bytes->size_bytes, sha256) != 0) {
    return ce_fail_memory(err, target);
  }
  return code;
}

static enum ce_code store_package(struct addition *addition, struct ce_error *err) {
  struct ce_digest digest;
  enum ce_code code = ce_package_digest(addition->package, &digest, err);
  if (code == CE_OK) {
    code = check_replacement(addition, &digest, err);
  }
  return code == CE_OK ? store(addition, addition->channel->package, addition->package, &digest, err) : code;
}

static enum ce_code store_channel(struct addition *addition, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  enum ce_code code = ce_channel_write(addition->channel, &bytes, err);
  if (code == CE_OK) {
    code = ce_reader_of_bytes(bytes.data, bytes.size, &reader, err);
  }
  if (code != CE_OK) {
    return code;
  }
  struct ce_digest digest;
  ce_hash_bytes(bytes.data, bytes.size, &digest);
  return store(addition, addition->channel_target, reader, &digest, err);
}

static enum ce_code load_signers(const struct addition *addition, struct ce_signers *signers,
                                 struct ce_error *err) {
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = addition->arguments};
  return ce_published_load_signers(
      &addition->published, ce_publish_arguments_value(addition->arguments, "keys"), &unlock, signers, err);
}

static enum ce_code publish(struct addition *addition, const struct ce_signers *signers,
                            struct ce_error *err) {
  struct ce_published *published = &addition->published;
  CE_AUTO(ce_publication)
  struct ce_publication publication = {.targets_version = published->targets_version,
                                       .snapshot_version = published->snapshot_version,
                                       .timestamp_version = published->timestamp_version};
  enum ce_code code =
      ce_publication_make(&published->root_bytes, published->root.body, published->targets.body, signers,
                          addition->arguments->now_s, &publication, err);
  return code == CE_OK ? ce_publication_write(&publication, &addition->repository, err) : code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(addition) struct addition addition = {.arguments = arguments};
  struct ce_signers signers[CE_ROLE_COUNT] = {0};
  enum ce_code code = inspect(&addition, err);
  if (code == CE_OK) {
    code = ce_repository_open(arguments->operand, &addition.repository, err);
  }
  if (code == CE_OK) {
    code = ce_published_load(&addition.repository, &addition.published, err);
  }
  if (code == CE_OK) {
    code = check_progress(&addition, err);
  }
  if (code == CE_OK) {
    code = load_signers(&addition, signers, err);
  }
  if (code == CE_OK) {
    code = store_package(&addition, err);
  }
  if (code == CE_OK) {
    code = store_channel(&addition, err);
  }
  if (code == CE_OK) {
    code = publish(&addition, signers, err);
  }
  ce_role_signers_clear(signers);
  if (code == CE_OK) {
    ce_publish_report(arguments, N_("Published %s in channel %s."), addition.channel->package,
                      addition.channel->name);
  }
  return code;
}

const struct ce_publish_command ce_publish_add = {
    .name = "add",
    .operand = "DIR",
    .summary = N_("publish a package in a channel"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
