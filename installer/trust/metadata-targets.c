/* SPDX-License-Identifier: Apache-2.0
 * Parsing of targets metadata, of the top level and of delegated roles. */
#include "trust/metadata.h"

#include "trust/metadata-field.h"

#include <string.h>

void ce_tuf_targets_free(struct ce_tuf_targets *targets) {
  if (!targets) {
    return;
  }
  for (size_t i = 0; i < targets->target_count; i++) {
    free(targets->targets[i].path);
  }
  free(targets->targets);
  ce_tuf_delegations_clear(&targets->delegations);
  free(targets);
}

static int compare_targets(const void *a, const void *b) {
  return strcmp(((const struct ce_tuf_target *)a)->path, ((const struct ce_tuf_target *)b)->path);
}

const struct ce_tuf_target *ce_tuf_targets_find(const struct ce_tuf_targets *targets, const char *path) {
  struct ce_tuf_target wanted = {.path = (char *)path};
  return bsearch(&wanted, targets->targets, targets->target_count, sizeof wanted, compare_targets);
}

enum ce_code ce_tuf_target_take(const struct ce_tuf_target *target, const struct ce_target **ret,
                                struct ce_error *err) {
  if (!target->target.has_sha256 && !target->target.has_sha512) {
    return ce_fail(err, CE_TRUST_FORMAT, "find", target->path, "it is listed with neither sha256 nor sha512");
  }
  *ret = &target->target;
  return CE_OK;
}

static enum ce_code parse_target(const struct ce_json_context *context, const char *path,
                                 const json_t *object, struct ce_tuf_target *ret, struct ce_error *err) {
  struct ce_tuf_target target = {0};
  struct ce_tuf_hashes hashes = {0};
  int64_t length = 0;
  if (strlen(path) > CE_TUF_TARGET_PATH_MAX) {
    return ce_json_refuse(context, err, "targets", "a path is longer than %d bytes", CE_TUF_TARGET_PATH_MAX);
  }
  enum ce_code code = ce_json_get_integer(context, object, "length", 0, CE_JSON_INTEGER_MAX, &length, err);
  if (code == CE_OK) {
    code = ce_tuf_hashes_parse(context, object, true, &hashes, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "target %.200s", path);
    return code;
  }
  target.path = strdup(path);
  if (!target.path) {
    return ce_fail_memory(err, context->document);
  }
  target.target = (struct ce_target){.path = target.path,
                                     .length_bytes = (uint64_t)length,
                                     .has_sha256 = hashes.has_sha256,
                                     .has_sha512 = hashes.has_sha512,
                                     .sha256 = hashes.sha256};
  memcpy(target.target.sha512, hashes.sha512, sizeof hashes.sha512);
  *ret = target;
  return CE_OK;
}

static enum ce_code parse_targets(const struct ce_json_context *context, const json_t *body,
                                  struct ce_tuf_targets *targets, struct ce_error *err) {
  json_t *list = NULL;
  enum ce_code code = ce_json_get_object(context, body, "targets", &list, err);
  if (code != CE_OK) {
    return code;
  }
  size_t count = json_object_size(list);
  if (count > CE_TUF_TARGETS_MAX) {
    return ce_json_refuse(context, err, "targets", "has %zu entries; at most %d are allowed", count,
                          CE_TUF_TARGETS_MAX);
  }
  targets->targets = calloc(count + 1, sizeof *targets->targets);
  if (!targets->targets) {
    return ce_fail_memory(err, context->document);
  }
  const char *path;
  json_t *target;
  json_object_foreach(list, path, target) {
    code = parse_target(context, path, target, &targets->targets[targets->target_count], err);
    if (code != CE_OK) {
      return code;
    }
    targets->target_count++;
  }
  qsort(targets->targets, targets->target_count, sizeof *targets->targets, compare_targets);
  return CE_OK;
}

enum ce_code ce_tuf_targets_parse(const struct ce_envelope *envelope, const char *role,
                                  struct ce_tuf_targets **ret, struct ce_error *err) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, role};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = calloc(1, sizeof *targets);
  if (!targets) {
    return ce_fail_memory(err, role);
  }
  enum ce_code code = ce_tuf_head_parse(&context, envelope, "targets", &targets->head, err);
  if (code == CE_OK) {
    code = parse_targets(&context, envelope->body, targets, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_delegations_parse(&context, envelope->body, &targets->delegations, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&targets);
  }
  return code;
}
