/* SPDX-License-Identifier: Apache-2.0
 * Finding the profile inside a repository. */
#include "publish/site-profile.h"

#include "bundle/package.h"
#include "publish/place.h"
#include "publish/site-channel.h"

#include <string.h>

enum ce_code ce_site_profile_read(const char *path, struct ce_profile **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_place_read(path, CE_PROFILE_BYTES_MAX, &bytes, err);
  return code == CE_OK ? ce_profile_parse(bytes.data, bytes.size, ret, err) : code;
}

static enum ce_code find_package(struct ce_client *client, const struct ce_target **ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  enum ce_code code = ce_site_channel_choose(client, NULL, &channel, err);
  return code == CE_OK ? ce_client_find(client, channel->package, ret, err) : code;
}

static enum ce_code begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                          struct ce_error *err) {
  (void)context;
  *ret_wanted = strcmp(file->path, CE_SITE_PROFILE_MEMBER) == 0;
  if (*ret_wanted && file->size_bytes > CE_PROFILE_BYTES_MAX) {
    return ce_fail(err, CE_PACKAGE_INVALID, "read profile", file->path, "it is larger than %u bytes",
                   CE_PROFILE_BYTES_MAX);
  }
  return CE_OK;
}

static enum ce_code take(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

static enum ce_code finish(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  (void)context, (void)file, (void)err;
  return CE_OK;
}

enum ce_code ce_site_profile_fetch(struct ce_client *client, struct ce_profile **ret, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_package_visitor visitor = {.begin = begin, .data = take, .end = finish, .context = &bytes};
  const struct ce_target *target = NULL;
  enum ce_code code = find_package(client, &target, err);
  if (code == CE_OK) {
    code = ce_client_fetch(client, target, &reader, err);
  }
  if (code == CE_OK) {
    code = ce_package_open(reader, &package, err);
  }
  if (code == CE_OK) {
    code = ce_package_walk(package, &visitor, err);
  }
  if (code == CE_OK && bytes.size == 0) {
    return ce_fail(err, CE_NOT_FOUND, "read profile", target->path,
                   "the package has no " CE_SITE_PROFILE_MEMBER "; give one with --profile");
  }
  return code == CE_OK ? ce_profile_parse(bytes.data, bytes.size, ret, err) : code;
}
