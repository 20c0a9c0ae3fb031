/* SPDX-License-Identifier: Apache-2.0
 * The refresh and the downloads of a first installation. */
#include "publish/client.h"

#include "publish/delegation.h"
#include "trust/percent.h"

#include <errno.h>
#include <string.h>

#define STORE_DIRECTORY "tuf"
#define TARGET_NAME     "target"
#define TARGET_MODE     0600

void ce_client_close(struct ce_client *client) {
  struct ce_error ignored;
  if (client->fs && (ce_fs_remove_tree(client->fs, STORE_DIRECTORY, &ignored) != CE_OK ||
                     ce_fs_remove_if_present(client->fs, TARGET_NAME, &ignored) != CE_OK)) {
    /* What is left in the temporary directory does not change the verdict. */
  }
  if (client->directory) {
    rmdir(client->directory);
  }
  free(client->directory);
  ce_fs_free(client->fs);
  ce_trusted_set_free(client->set);
  ce_tuf_targets_free(client->targets);
  ce_envelope_clear(&client->targets_document);
  for (size_t i = 0; i < client->role_count; i++) {
    free(client->roles[i].path);
    ce_tuf_targets_free(client->roles[i].targets);
  }
  free(client->roles);
  *client = (struct ce_client){0};
}

static enum ce_code make_store(struct ce_client *client, struct ce_error *err) {
  const char *parent = getenv("TMPDIR");
  char *directory = ce_text_format("%s/certenv-publish.XXXXXX", parent && *parent ? parent : "/tmp");
  if (!directory) {
    return ce_fail_memory(err, "temporary directory");
  }
  if (!mkdtemp(directory)) {
    int failed = errno;
    free(directory);
    return ce_fail_sys(err, failed, "make directory", parent ? parent : "/tmp");
  }
  client->directory = directory;
  return ce_fs_open_root(directory, &client->fs, err);
}

static void count_expired(void *context, const struct ce_event *event) {
  if (event->kind == CE_EVENT_WARNING && strcmp(event->name, "expired-metadata") == 0) {
    ((struct ce_client *)context)->expired_count++;
  }
}

static enum ce_code list_targets(struct ce_client *client, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};
  const struct ce_blob *bytes = ce_trusted_set_bytes(client->set, "targets");
  enum ce_code code = ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_TARGETS_BYTES_MAX,
                                        &client->targets_document, err);
  return code == CE_OK ? ce_tuf_targets_parse(&client->targets_document, "targets", &client->targets, err)
                       : code;
}

static enum ce_code read_snapshot(const struct ce_client *client, struct ce_tuf_snapshot **ret,
                                  struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "snapshot"};
  const struct ce_blob *bytes = ce_trusted_set_bytes(client->set, "snapshot");
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code =
      ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_SNAPSHOT_BYTES_MAX, &envelope, err);
  return code == CE_OK ? ce_tuf_snapshot_parse(&envelope, ret, err) : code;
}

/* *ret_path stays NULL when the snapshot does not name the role. */
static enum ce_code role_path(const struct ce_tuf_snapshot *snapshot, const char *name,
                              const struct ce_tuf_meta **ret_meta, char **ret_path, struct ce_error *err) {
  CE_AUTO(ce_free) char *encoded = ce_percent_encode(name);
  CE_AUTO(ce_free) char *plain = ce_text_format("%s.json", name);
  if (!encoded || !plain) {
    return ce_fail_memory(err, name);
  }
  const struct ce_tuf_meta *meta = ce_tuf_snapshot_find(snapshot, plain);
  if (!meta) {
    return CE_OK;
  }
  char *path = ce_text_format("metadata/%lld.%s.json", (long long)meta->version, encoded);
  if (!path) {
    return ce_fail_memory(err, name);
  }
  *ret_meta = meta;
  *ret_path = path;
  return CE_OK;
}

static enum ce_code list_role(struct ce_client *client, const struct ce_tuf_snapshot *snapshot,
                              const char *name, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  const struct ce_tuf_meta *meta = NULL;
  struct ce_tuf_targets *targets = NULL;
  enum ce_code code = role_path(snapshot, name, &meta, &path, err);
  if (code != CE_OK || !path) {
    return code;
  }
  code = ce_fetch_blob(client->source, path, CE_TUF_TARGETS_BYTES_MAX, &bytes, err);
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code == CE_OK) {
    code = ce_tuf_meta_check(meta, name, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_delegation_open(client->targets_document.body, name, &bytes, &envelope, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_targets_parse(&envelope, name, &targets, err);
  }
  if (code == CE_OK) {
    client->roles[client->role_count++] =
        (struct ce_client_role){.name = name, .path = ce_take(&path), .targets = targets};
  }
  return code;
}

static enum ce_code list_roles(struct ce_client *client, struct ce_error *err) {
  const json_t *body = client->targets_document.body;
  size_t count = ce_delegation_count(body);
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *snapshot = NULL;
  client->roles = calloc(count + 1, sizeof *client->roles);
  enum ce_code code =
      client->roles ? read_snapshot(client, &snapshot, err) : ce_fail_memory(err, "delegations");
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    code = list_role(client, snapshot, ce_delegation_name(body, i), err);
  }
  return code;
}

enum ce_code ce_client_open(struct ce_fetch *source, const struct ce_client_options *options,
                            struct ce_client *ret, struct ce_error *err) {
  CE_AUTO(ce_client)
  struct ce_client client = {
      .source = source, .now_s = options->now_s, .allow_expired = options->allow_expired};
  CE_AUTO(ce_blob) struct ce_blob first_root = {0};
  const struct ce_blob *root = options->root ? options->root : &first_root;
  struct ce_sink sink = {count_expired, &client};
  struct ce_refresh_options refresh = {
      .now_s = options->now_s, .expired_is_warning = options->allow_expired, .sink = &sink};
  enum ce_code code = make_store(&client, err);
  if (code == CE_OK && !options->root) {
    code = ce_fetch_blob(source, "metadata/1.root.json", CE_TUF_ROOT_BYTES_MAX, &first_root, err);
  }
  if (code == CE_OK) {
    code = ce_trust_refresh(source, client.fs, STORE_DIRECTORY, root, &refresh, &client.set, err);
  }
  if (code == CE_OK) {
    code = list_targets(&client, err);
  }
  if (code == CE_OK) {
    code = list_roles(&client, err);
  }
  if (code == CE_OK) {
    *ret = client;
    client = (struct ce_client){0};
  }
  return code;
}

enum ce_code ce_client_find(struct ce_client *client, const char *path, const struct ce_target **ret,
                            struct ce_error *err) {
  struct ce_sink sink = {count_expired, client};
  struct ce_refresh_options refresh = {
      .now_s = client->now_s, .expired_is_warning = client->allow_expired, .sink = &sink};
  return ce_trust_find(client->source, client->fs, STORE_DIRECTORY, &refresh, client->set, path, ret, err);
}

static enum ce_code write_block(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_fs_file_write(context, bytes, size, err);
}

static enum ce_code download(struct ce_client *client, const struct ce_target *target, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  enum ce_code code = ce_fs_open(client->fs, TARGET_NAME, CE_FS_CREATE, TARGET_MODE, &file, err);
  if (code == CE_OK) {
    code = ce_trust_fetch(client->source, client->set, target, write_block, file, err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&file), err) : code;
}

enum ce_code ce_client_fetch(struct ce_client *client, const struct ce_target *target, struct ce_reader **ret,
                             struct ce_error *err) {
  enum ce_code code = ce_fs_remove_if_present(client->fs, TARGET_NAME, err);
  if (code == CE_OK) {
    code = download(client, target, err);
  }
  return code == CE_OK ? ce_fs_open_reader(client->fs, TARGET_NAME, ret, err) : code;
}
