/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish bundle: what a program's first installation needs of a repository, appended to the program.
 */
#include "bundle/bundle.h"

#include "bundle/elf.h"
#include "model/channel.h"
#include "publish/bundle-writer.h"
#include "publish/command.h"
#include "publish/delegation.h"
#include "publish/inspection.h"
#include "publish/offers.h"

#include <string.h>

#define OUTPUT_MODE 0755

static const struct ce_publish_option options[] = {
    {"program", "FILE", N_("the program; a bundle that it has already is replaced"), true},
    {"o", "FILE", N_("the self-contained program to write"), true},
    {"channel", "NAME", N_("only this channel; may be repeated; default all"), false},
    {"allow-expired", NULL, N_("bundle metadata that has expired"), false},
};

struct bundling {
  const struct ce_publish_arguments *arguments;
  struct ce_client_options how;
  struct ce_reader *program;
  uint64_t program_bytes;
  const char *arch;
  struct ce_fs *repository;
  struct ce_fetch *source;
  struct ce_client client;
  struct ce_bundle_files files;
};

static void clear(struct bundling *bundling) {
  ce_bundle_files_clear(&bundling->files);
  ce_client_close(&bundling->client);
  ce_fetch_free(bundling->source);
  ce_fs_free(bundling->repository);
  ce_reader_free(bundling->program);
}
CE_DEFINE_AUTO_IN_PLACE(bundling, struct bundling, clear);

static enum ce_code open_program(struct bundling *bundling, struct ce_error *err) {
  const char *path = ce_publish_arguments_value(bundling->arguments, "program");
  struct ce_elf elf = {0};
  enum ce_code code = ce_reader_open_path(path, &bundling->program, err);
  if (code == CE_OK) {
    code = ce_elf_read(bundling->program, path, &elf, err);
  }
  if (code != CE_OK) {
    return code;
  }
  bundling->program_bytes = elf.size_bytes;
  bundling->arch = ce_elf_arch(&elf);
  if (!bundling->arch) {
    return ce_fail(err, CE_UNSUPPORTED, "bundle", path, "it is for a machine that no package is for");
  }
  return CE_OK;
}

static enum ce_code open_repository(struct bundling *bundling, struct ce_error *err) {
  const char *directory = bundling->arguments->operand;
  enum ce_code code = ce_fetch_open_directory(directory, &bundling->source, err);
  if (code == CE_OK) {
    code = ce_fs_open_root(directory, &bundling->repository, err);
  }
  return code == CE_OK ? ce_client_open(bundling->source, &bundling->how, &bundling->client, err) : code;
}

static enum ce_code add_file(struct bundling *bundling, char *path, struct ce_error *err) {
  return ce_bundle_files_add(&bundling->files, bundling->repository, path, err);
}

static enum ce_code add_metadata(struct bundling *bundling, struct ce_error *err) {
  const struct ce_trusted_set *set = bundling->client.set;
  uint64_t ignored = 0;
  enum ce_code code = CE_OK;
  for (int64_t version = 1; code == CE_OK && version <= ce_trusted_set_root_version(set); version++) {
    code = add_file(bundling, ce_repository_metadata_path(CE_ROLE_ROOT, version), err);
  }
  if (code == CE_OK) {
    code = add_file(bundling, ce_repository_metadata_path(CE_ROLE_TIMESTAMP, 0), err);
  }
  if (code == CE_OK) {
    int64_t version = ce_trusted_set_snapshot_version(set, &ignored);
    code = add_file(bundling, ce_repository_metadata_path(CE_ROLE_SNAPSHOT, version), err);
  }
  if (code == CE_OK) {
    int64_t version = ce_trusted_set_targets_version(set, &ignored);
    code = add_file(bundling, ce_repository_metadata_path(CE_ROLE_TARGETS, version), err);
  }
  return code;
}

static bool is_wanted(const struct bundling *bundling, const struct ce_channel *channel) {
  const struct ce_publish_arguments *arguments = bundling->arguments;
  bool named = false, any = false;
  for (size_t i = 0; i < arguments->given_count; i++) {
    if (strcmp(arguments->given[i].option->name, "channel") == 0) {
      any = true;
      named |= strcmp(arguments->given[i].value, channel->name) == 0;
    }
  }
  return strcmp(channel->arch, bundling->arch) == 0 && (named || !any);
}

static enum ce_code add_target(struct bundling *bundling, const struct ce_target *target,
                               struct ce_error *err) {
  return add_file(bundling, ce_repository_target_path(target->path, &target->sha256), err);
}

/* The metadata through which a look-up of the path may go. */
static enum ce_code add_roles(struct bundling *bundling, const char *path, struct ce_error *err) {
  const struct ce_client *client = &bundling->client;
  enum ce_code code = CE_OK;
  if (ce_tuf_targets_find(client->targets, path)) {
    return CE_OK;
  }
  for (size_t i = 0; code == CE_OK && i < client->role_count; i++) {
    const struct ce_client_role *role = &client->roles[i];
    if (ce_delegation_allows(client->targets_document.body, role->name, path)) {
      char *file = strdup(role->path);
      code = add_file(bundling, file, err);
      if (ce_tuf_targets_find(role->targets, path)) {
        return code;
      }
    }
  }
  return code;
}

static enum ce_code add_channel(struct bundling *bundling, const char *path, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  const struct ce_target *target = NULL, *package = NULL;
  enum ce_code code = ce_client_find(&bundling->client, path, &target, err);
  if (code == CE_OK) {
    code = ce_trust_fetch_blob(bundling->source, bundling->client.set, target, CE_CHANNEL_BYTES_MAX, &bytes,
                               err);
  }
  if (code == CE_OK) {
    code = ce_channel_parse(bytes.data, bytes.size, &channel, err);
  }
  if (code != CE_OK || !is_wanted(bundling, channel)) {
    return code;
  }
  code = ce_client_find(&bundling->client, channel->package, &package, err);
  if (code == CE_OK) {
    code = add_roles(bundling, path, err);
  }
  if (code == CE_OK) {
    code = add_roles(bundling, channel->package, err);
  }
  if (code == CE_OK) {
    code = add_target(bundling, target, err);
  }
  if (code == CE_OK) {
    code = add_target(bundling, package, err);
  }
  return code;
}

static enum ce_code add_channels_of(struct bundling *bundling, const struct ce_tuf_targets *targets,
                                    struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < targets->target_count; i++) {
    const char *path = targets->targets[i].target.path;
    if (strncmp(path, CE_OFFERS_PREFIX, strlen(CE_OFFERS_PREFIX)) == 0) {
      code = add_channel(bundling, path, err);
    }
  }
  return code;
}

static enum ce_code add_channels(struct bundling *bundling, struct ce_error *err) {
  const struct ce_client *client = &bundling->client;
  size_t before = bundling->files.count;
  enum ce_code code = add_channels_of(bundling, client->targets, err);
  for (size_t i = 0; code == CE_OK && i < client->role_count; i++) {
    code = add_channels_of(bundling, client->roles[i].targets, err);
  }
  if (code == CE_OK && bundling->files.count == before) {
    return ce_fail(err, CE_NO_SOURCE, "bundle", bundling->arguments->operand,
                   "no channel has a package for the program's architecture, %s", bundling->arch);
  }
  return code;
}

/* The finished file as a client takes it, so that nothing that changed while it was copied gets out. */
static enum ce_code inspect(const struct bundling *bundling, const char *path, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *program = NULL;
  CE_AUTO(ce_fetch) struct ce_fetch *source = NULL;
  CE_AUTO(ce_client) struct ce_client client = {0};
  struct ce_inspection inspection = {.is_partial = true};
  enum ce_code code = ce_reader_open_path(path, &program, err);
  if (code == CE_OK) {
    code = ce_bundle_open(program, path, &source, err);
  }
  if (code == CE_OK) {
    code = ce_client_open(source, &bundling->how, &client, err);
  }
  return code == CE_OK ? ce_inspection_run(&inspection, &client, err) : code;
}

static enum ce_code write_program(struct bundling *bundling, const char *path, struct ce_error *err) {
  CE_AUTO(ce_output) struct ce_output *output = NULL;
  enum ce_code code = ce_output_new(path, OUTPUT_MODE, &output, err);
  if (code == CE_OK) {
    code = ce_bundle_write(bundling->program, bundling->program_bytes, bundling->repository, &bundling->files,
                           output, err);
  }
  if (code == CE_OK) {
    code = ce_output_sync(output, err);
  }
  if (code == CE_OK) {
    code = inspect(bundling, ce_output_new_path(output), err);
  }
  return code == CE_OK ? ce_output_commit(output, err) : code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(bundling)
  struct bundling bundling = {
      .arguments = arguments,
      .how = {.now_s = arguments->now_s,
              .allow_expired = ce_publish_arguments_value(arguments, "allow-expired") != NULL}};
  const char *path = ce_publish_arguments_value(arguments, "o");
  enum ce_code code = open_program(&bundling, err);
  if (code == CE_OK) {
    code = open_repository(&bundling, err);
  }
  if (code == CE_OK) {
    code = add_metadata(&bundling, err);
  }
  if (code == CE_OK) {
    code = add_channels(&bundling, err);
  }
  if (code == CE_OK) {
    code = write_program(&bundling, path, err);
  }
  if (code == CE_OK) {
    ce_publish_report(arguments, N_("Wrote %s with %zu files of the repository."), path,
                      bundling.files.count);
  }
  return code;
}

const struct ce_publish_command ce_publish_bundle = {
    .name = "bundle",
    .operand = "DIR",
    .summary = N_("append the repository to a program"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
