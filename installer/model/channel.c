/* SPDX-License-Identifier: Apache-2.0
 * Channel files: reading, writing, and where they lie in a repository. */
#include "model/channel.h"

#include "base/version.h"
#include "model/member.h"
#include "model/text-rule.h"

#include <string.h>

#define CHANNEL_FORMAT 1
#define ARCH_MAX       32

static const struct ce_json_context channel_context = {CE_TRUST_FORMAT, "channel file"};

void ce_channel_free(struct ce_channel *channel) {
  if (!channel) {
    return;
  }
  free(channel->name);
  free(channel->arch);
  free(channel->version);
  free(channel->package);
  free(channel);
}

bool ce_channel_name_is_valid(const char *name) {
  return strlen(name) <= CE_CHANNEL_NAME_MAX && !ce_text_identifier_problem(name);
}

char *ce_channel_target_path(const char *name, const char *arch) {
  return ce_text_format("channels/%s/%s.json", name, arch);
}

static const char *version_problem(const char *text) {
  return ce_version_is_valid(text) ? NULL : "is not a version";
}

static enum ce_code read_channel(const json_t *json, struct ce_channel *channel, struct ce_error *err) {
  enum ce_code code = ce_member_checked_text(&channel_context, json, "channel", CE_CHANNEL_NAME_MAX,
                                             ce_text_identifier_problem, &channel->name, err);
  if (code == CE_OK) {
    code = ce_member_checked_text(&channel_context, json, "arch", ARCH_MAX, ce_text_arch_problem,
                                  &channel->arch, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&channel_context, json, "version", CE_VERSION_MAX, version_problem,
                                  &channel->version, err);
  }
  return code == CE_OK ? ce_member_relpath(&channel_context, json, "package", &channel->package, err) : code;
}

enum ce_code ce_channel_parse(const void *bytes, size_t size, struct ce_channel **ret, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *json = NULL;
  enum ce_code code = ce_json_parse(&channel_context, bytes, size, CE_CHANNEL_BYTES_MAX, &json, err);
  if (code == CE_OK) {
    code = ce_member_format(&channel_context, json, CHANNEL_FORMAT, CE_PACKAGE_FORMAT, err);
  }
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_channel) struct ce_channel *channel = calloc(1, sizeof *channel);
  if (!channel) {
    return ce_fail_memory(err, channel_context.document);
  }
  code = read_channel(json, channel, err);
  if (code == CE_OK) {
    *ret = ce_take(&channel);
  }
  return code;
}

enum ce_code ce_channel_write(const struct ce_channel *channel, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *object = json_object();
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  int failed = json_object_set_new(object, "format", json_integer(CHANNEL_FORMAT));
  failed |= ce_member_set_text(object, "channel", channel->name);
  failed |= ce_member_set_text(object, "arch", channel->arch);
  failed |= ce_member_set_text(object, "version", channel->version);
  failed |= ce_member_set_text(object, "package", channel->package);
  if (failed) {
    return ce_fail_memory(err, channel_context.document);
  }
  enum ce_code code = ce_json_write(object, true, &blob, err);
  if (code == CE_OK) {
    code = ce_blob_append(&blob, "\n", 1, err);
  }
  return code == CE_OK ? ce_blob_append(ret, blob.data, blob.size, err) : code;
}
