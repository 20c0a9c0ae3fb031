/* SPDX-License-Identifier: Apache-2.0
 * Reading and verifying of an installer. */
#include "publish/site-installer.h"

#include "bundle/bundle.h"
#include "bundle/elf.h"
#include "model/text-rule.h"
#include "publish/document.h"
#include "publish/inspection.h"
#include "publish/package-check.h"
#include "publish/site-channel.h"
#include "publish/site-libc.h"

#include <string.h>

#define SECONDS_A_DAY 86400

struct reading {
  const char *path;
  struct ce_reader *program;
  struct ce_fetch *bundle;
  struct ce_client client;
  struct ce_site_installer installer;
};

static void clear(struct reading *reading) {
  ce_site_installer_clear(&reading->installer);
  ce_client_close(&reading->client);
  ce_fetch_free(reading->bundle);
  ce_reader_free(reading->program);
}
CE_DEFINE_AUTO_IN_PLACE(reading, struct reading, clear);

void ce_site_installer_clear(struct ce_site_installer *installer) {
  free(installer->file_name);
  free(installer->channel);
  free(installer->version);
  free(installer->libc);
  *installer = (struct ce_site_installer){0};
}

void ce_site_installers_clear(struct ce_site_installers *installers) {
  for (size_t i = 0; i < installers->count; i++) {
    ce_site_installer_clear(&installers->items[i]);
  }
  installers->count = 0;
}

static enum ce_code read_name(struct reading *reading, struct ce_error *err) {
  const char *slash = strrchr(reading->path, '/');
  const char *name = slash ? slash + 1 : reading->path;
  const char *problem = ce_text_portable_name_problem(name);
  if (problem) {
    return ce_fail(err, CE_USAGE, "read installer", reading->path, "its name %s", problem);
  }
  reading->installer.file_name = strdup(name);
  return reading->installer.file_name ? CE_OK : ce_fail_memory(err, reading->path);
}

static enum ce_code read_program(struct reading *reading, struct ce_error *err) {
  struct ce_elf elf = {0};
  enum ce_code code = ce_reader_open_path(reading->path, &reading->program, err);
  if (code == CE_OK) {
    code = ce_elf_read(reading->program, reading->path, &elf, err);
  }
  if (code != CE_OK) {
    return code;
  }
  reading->installer.size_bytes = reading->program->size_bytes;
  reading->installer.arch = ce_elf_arch(&elf);
  if (!reading->installer.arch) {
    return ce_fail(err, CE_UNSUPPORTED, "read installer", reading->path,
                   "it is for a machine that no package is for");
  }
  return ce_site_libc_read(reading->program, reading->path, &reading->installer.libc, err);
}

static enum ce_code verify(struct reading *reading, const struct ce_client_options *how,
                           struct ce_error *err) {
  struct ce_inspection inspection = {.is_partial = true};
  enum ce_code code = ce_bundle_open(reading->program, reading->path, &reading->bundle, err);
  if (code == CE_OK) {
    code = ce_client_open(reading->bundle, how, &reading->client, err);
  }
  return code == CE_OK ? ce_inspection_run(&inspection, &reading->client, err) : code;
}

static enum ce_code read_version(struct reading *reading, struct ce_error *err) {
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  enum ce_code code = ce_site_channel_choose(&reading->client, reading->installer.arch, &channel, err);
  if (code == CE_NOT_FOUND) {
    return ce_fail(err, CE_NO_SOURCE, "read installer", reading->path,
                   "its bundle has no package for the program's machine, %s", reading->installer.arch);
  }
  if (code != CE_OK) {
    return code;
  }
  reading->installer.channel = strdup(channel->name);
  reading->installer.version = strdup(channel->version);
  return reading->installer.channel && reading->installer.version ? CE_OK
                                                                  : ce_fail_memory(err, reading->path);
}

/* Metadata does not say when it was signed, but when it expires and for how long it is valid. */
static enum ce_code read_date(struct reading *reading, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "root"};
  const struct ce_blob *bytes = ce_trusted_set_bytes(reading->client.set, "root");
  CE_AUTO(ce_envelope) struct ce_envelope root = {0};
  enum ce_code code =
      ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_ROOT_BYTES_MAX, &root, err);
  if (code == CE_OK) {
    int64_t days = ce_document_days(root.body, CE_ROLE_TARGETS);
    reading->installer.released_s = reading->client.targets->head.expires_s - days * SECONDS_A_DAY;
  }
  return code;
}

enum ce_code ce_site_installer_read(const char *path, const struct ce_client_options *how,
                                    struct ce_site_installer *ret, struct ce_error *err) {
  CE_AUTO(reading) struct reading reading = {.path = path};
  enum ce_code code = read_name(&reading, err);
  if (code == CE_OK) {
    code = read_program(&reading, err);
  }
  if (code == CE_OK) {
    code = verify(&reading, how, err);
  }
  if (code == CE_OK) {
    code = read_version(&reading, err);
  }
  if (code == CE_OK) {
    code = read_date(&reading, err);
  }
  if (code == CE_OK) {
    code = ce_package_digest(reading.program, &reading.installer.sha256, err);
  }
  if (code == CE_OK) {
    *ret = reading.installer;
    reading.installer = (struct ce_site_installer){0};
  }
  return code;
}
