/* SPDX-License-Identifier: Apache-2.0
 * The refresh and the downloads of a first installation. */
#include "publish/client.h"

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
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code =
      ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_TARGETS_BYTES_MAX, &envelope, err);
  return code == CE_OK ? ce_tuf_targets_parse(&envelope, "targets", &client->targets, err) : code;
}

enum ce_code ce_client_open(struct ce_fetch *source, const struct ce_client_options *options,
                            struct ce_client *ret, struct ce_error *err) {
  CE_AUTO(ce_client) struct ce_client client = {.source = source};
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
    *ret = client;
    client = (struct ce_client){0};
  }
  return code;
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
