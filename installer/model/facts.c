/* SPDX-License-Identifier: Apache-2.0
 * Facts as a value: freeing, sorting, looking up, and their JSON. */
#include "model/facts.h"

#include "model/member.h"
#include "model/strings.h"

#include <string.h>

#define OS_TEXT_MAX 256

void ce_facts_free(struct ce_facts *facts) {
  if (!facts) {
    return;
  }
  free(facts->arch);
  free(facts->os_id);
  free(facts->os_like);
  free(facts->os_version);
  for (size_t i = 0; i < facts->path_count; i++) {
    free(facts->paths[i].path);
    ce_path_state_clear(&facts->paths[i].state);
  }
  free(facts->paths);
  ce_strings_free(facts->tree_extras);
  free(facts);
}

const struct ce_path_fact *ce_facts_find(const struct ce_facts *facts, const char *path) {
  size_t low = 0;
  size_t high = facts->path_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(path, facts->paths[middle].path);
    if (order == 0) {
      return &facts->paths[middle];
    }
    *(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
  }
  return NULL;
}

static bool is_sorted(const struct ce_facts *facts) {
  for (size_t i = 1; i < facts->path_count; i++) {
    if (strcmp(facts->paths[i - 1].path, facts->paths[i].path) > 0) {
      return false;
    }
  }
  return true;
}

struct ranked_fact {
  struct ce_path_fact fact;
  size_t rank;
};

static int compare_ranked(const void *a, const void *b) {
  const struct ranked_fact *left = a;
  const struct ranked_fact *right = b;
  int order = strcmp(left->fact.path, right->fact.path);
  return order != 0 ? order : (left->rank > right->rank) - (left->rank < right->rank);
}

/* Stable, in place, slow: for machines that have no memory left. */
static void sort_by_insertion(struct ce_facts *facts) {
  for (size_t i = 1; i < facts->path_count; i++) {
    struct ce_path_fact fact = facts->paths[i];
    size_t at = i;
    for (; at > 0 && strcmp(facts->paths[at - 1].path, fact.path) > 0; at--) {
      facts->paths[at] = facts->paths[at - 1];
    }
    facts->paths[at] = fact;
  }
}

static void sort_stably(struct ce_facts *facts) {
  CE_AUTO(ce_free) struct ranked_fact *ranked = reallocarray(NULL, facts->path_count, sizeof *ranked);
  if (!ranked) {
    sort_by_insertion(facts);
    return;
  }
  for (size_t i = 0; i < facts->path_count; i++) {
    ranked[i] = (struct ranked_fact){facts->paths[i], i};
  }
  qsort(ranked, facts->path_count, sizeof *ranked, compare_ranked);
  for (size_t i = 0; i < facts->path_count; i++) {
    facts->paths[i] = ranked[i].fact;
  }
}

void ce_facts_sort(struct ce_facts *facts) {
  if (facts->path_count == 0) {
    return;
  }
  if (!is_sorted(facts)) {
    sort_stably(facts);
  }
  size_t kept = 0;
  for (size_t i = 1; i < facts->path_count; i++) {
    if (strcmp(facts->paths[kept].path, facts->paths[i].path) == 0) {
      free(facts->paths[i].path);
      ce_path_state_clear(&facts->paths[i].state);
    } else {
      facts->paths[++kept] = facts->paths[i];
    }
  }
  facts->path_count = kept + 1;
}

static enum ce_code read_fact(const struct ce_json_context *context, const json_t *entry,
                              struct ce_path_fact *fact, struct ce_error *err) {
  enum ce_code code = ce_member_relpath(context, entry, "path", &fact->path, err);
  if (code == CE_OK) {
    code = ce_member_optional_boolean(context, entry, "read_only", &fact->read_only, err);
  }
  if (code == CE_OK) {
    code = ce_path_state_from_json(entry, context, &fact->state, err);
  }
  return code;
}

static enum ce_code read_paths(const struct ce_json_context *context, const json_t *json,
                               struct ce_facts *facts, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code = ce_json_get_array(context, json, "paths", CE_FACTS_PATHS_MAX, &array, err);
  if (code != CE_OK) {
    return code;
  }
  facts->paths = calloc(json_array_size(array) + 1, sizeof *facts->paths);
  if (!facts->paths) {
    return ce_fail_memory(err, "paths");
  }
  for (size_t i = 0; i < json_array_size(array); i++) {
    code = read_fact(context, json_array_get(array, i), &facts->paths[i], err);
    facts->path_count = i + 1;
    if (code != CE_OK) {
      ce_error_context(err, "paths[%zu]", i);
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code read_flags(const struct ce_json_context *context, const json_t *json,
                               struct ce_facts *facts, struct ce_error *err) {
  const struct {
    const char *key;
    bool *flag;
  } flags[] = {{"live", &facts->live},
               {"systemd_running", &facts->systemd_running},
               {"udev_running", &facts->udev_running},
               {"display", &facts->display}};
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
    enum ce_code code = ce_json_get_boolean(context, json, flags[i].key, flags[i].flag, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code read_host(const struct ce_json_context *context, const json_t *json,
                              struct ce_facts *facts, struct ce_error *err) {
  const struct {
    const char *key;
    char **text;
  } texts[] = {{"arch", &facts->arch},
               {"os_id", &facts->os_id},
               {"os_like", &facts->os_like},
               {"os_version", &facts->os_version}};
  enum ce_code code = ce_member_uint32(context, json, "owner_uid", &facts->owner_uid, err);
  if (code == CE_OK) {
    code = ce_member_uint32(context, json, "owner_gid", &facts->owner_gid, err);
  }
  if (code == CE_OK) {
    code = ce_member_size(context, json, "free_bytes", UINT64_MAX, &facts->free_bytes, err);
  }
  for (size_t i = 0; code == CE_OK && i < sizeof texts / sizeof texts[0]; i++) {
    code = ce_member_text(context, json, texts[i].key, OS_TEXT_MAX, texts[i].text, err);
  }
  return code == CE_OK ? read_flags(context, json, facts, err) : code;
}

enum ce_code ce_facts_from_json(const json_t *json, struct ce_facts **ret, struct ce_error *err) {
  static const struct ce_json_context context = {CE_IO, "facts"};
  CE_AUTO(ce_facts) struct ce_facts *facts = calloc(1, sizeof *facts);
  if (!facts) {
    return ce_fail_memory(err, context.document);
  }
  enum ce_code code = read_host(&context, json, facts, err);
  if (code == CE_OK) {
    code = read_paths(&context, json, facts, err);
  }
  if (code == CE_OK) {
    code = ce_strings_from_json(&context, json, "tree_extras", CE_FACTS_PATHS_MAX, CE_LINK_TARGET_MAX, NULL,
                                &facts->tree_extras, err);
  }
  if (code == CE_OK) {
    ce_facts_sort(facts);
    *ret = ce_take(&facts);
  }
  return code;
}

static json_t *paths_to_json(const struct ce_facts *facts) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < facts->path_count; i++) {
    CE_AUTO(ce_json) json_t *entry = ce_path_state_to_json(&facts->paths[i].state);
    int failed = ce_member_set_text(entry, "path", facts->paths[i].path);
    if (facts->paths[i].read_only) {
      failed |= json_object_set_new(entry, "read_only", json_true());
    }
    if (failed || json_array_append_new(array, ce_take(&entry)) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

/* Names of files that somebody else made can hold any bytes. */
static json_t *extras_to_json(const struct ce_facts *facts) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && facts->tree_extras && facts->tree_extras[i]; i++) {
    if (json_array_append_new(array, ce_member_readable(facts->tree_extras[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

json_t *ce_facts_to_json(const struct ce_facts *facts) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = json_object_set_new(object, "live", json_boolean(facts->live));
  failed |= json_object_set_new(object, "owner_uid", json_integer(facts->owner_uid));
  failed |= json_object_set_new(object, "owner_gid", json_integer(facts->owner_gid));
  failed |= json_object_set_new(object, "arch", ce_member_readable(facts->arch));
  failed |= json_object_set_new(object, "os_id", ce_member_readable(facts->os_id));
  failed |= json_object_set_new(object, "os_like", ce_member_readable(facts->os_like));
  failed |= json_object_set_new(object, "os_version", ce_member_readable(facts->os_version));
  failed |= json_object_set_new(object, "systemd_running", json_boolean(facts->systemd_running));
  failed |= json_object_set_new(object, "udev_running", json_boolean(facts->udev_running));
  failed |= json_object_set_new(object, "display", json_boolean(facts->display));
  failed |= ce_member_set_size(object, "free_bytes", facts->free_bytes);
  failed |= json_object_set_new(object, "paths", paths_to_json(facts));
  failed |= json_object_set_new(object, "tree_extras", extras_to_json(facts));
  return failed ? NULL : ce_take(&object);
}
