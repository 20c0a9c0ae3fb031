/* SPDX-License-Identifier: Apache-2.0
 * Hands each request to the source that its directory belongs to. */
#include "route.h"

#include <string.h>

struct route {
  struct ce_fetch base;
  struct ce_fetch *metadata, *targets;
};

static enum ce_code get(struct ce_fetch *base, const char *path, uint64_t offset_bytes, uint64_t limit_bytes,
                        ce_fetch_receive *receive, void *context, struct ce_error *err) {
  struct route *route = (struct route *)base;
  const char *slash = strchr(path, '/');
  struct ce_fetch *source = strncmp(path, "metadata/", 9) == 0 ? route->metadata : route->targets;
  if (!slash || !source) {
    return ce_fail(err, CE_NOT_FOUND, "fetch", path, "no server was given for it");
  }
  enum ce_code code = ce_fetch_get(source, slash + 1, offset_bytes, limit_bytes, receive, context, err);
  if (source->server_time_s > base->server_time_s) {
    base->server_time_s = source->server_time_s;
  }
  return code;
}

static void free_route(struct ce_fetch *base) {
  struct route *route = (struct route *)base;
  ce_fetch_free(route->metadata);
  ce_fetch_free(route->targets);
  free(base->name);
  free(route);
}

enum ce_code route_open(const char *metadata_url, const char *targets_url,
                        const struct ce_http_settings *settings, struct ce_fetch **ret,
                        struct ce_error *err) {
  static const struct ce_fetch_ops ops = {.get = get, .free = free_route};
  struct route *route = calloc(1, sizeof *route);
  if (!route) {
    return ce_fail_memory(err, metadata_url);
  }
  route->base.ops = &ops;
  CE_AUTO(ce_fetch) struct ce_fetch *owner = &route->base;
  route->base.name = strdup(metadata_url);
  if (!route->base.name) {
    return ce_fail_memory(err, metadata_url);
  }
  enum ce_code code = ce_http_open(metadata_url, settings, &route->metadata, err);
  if (code == CE_OK && targets_url) {
    code = ce_http_open(targets_url, settings, &route->targets, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&owner);
  }
  return code;
}
