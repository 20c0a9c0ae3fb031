/* SPDX-License-Identifier: Apache-2.0
 * Items of a receipt against facts. */
#include "plan/compare.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "model/strings.h"
#include "plan/wanted.h"

#include <assert.h>
#include <string.h>

void ce_item_list_clear(struct ce_item_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].path);
  }
  free(list->items);
  *list = (struct ce_item_list){0};
}

const char *ce_item_state_name(enum ce_item_state state) {
  static const char *const names[] = {[CE_ITEM_OK] = "ok",
                                      [CE_ITEM_MISSING] = "missing",
                                      [CE_ITEM_CHANGED] = "changed",
                                      [CE_ITEM_MODE] = "changed",
                                      [CE_ITEM_FOREIGN] = "foreign"};
  assert((size_t)state < sizeof names / sizeof names[0]);
  return names[state];
}

static const struct ce_path_state *find_state(const struct ce_facts *facts, const char *path) {
  static const struct ce_path_state absent;
  const struct ce_path_fact *fact = ce_facts_find(facts, path);
  return fact ? &fact->state : &absent;
}

/* The list has room for it. path may be NULL: memory is out. */
static enum ce_code add(struct ce_item_list *list, char *path, enum ce_item_state state,
                        struct ce_error *err) {
  if (!path) {
    return ce_fail_memory(err, "items");
  }
  list->items[list->count++] = (struct ce_item){.path = path, .state = state};
  list->fault_count += state == CE_ITEM_MISSING || state == CE_ITEM_CHANGED || state == CE_ITEM_MODE;
  return CE_OK;
}

static enum ce_item_state judge(const struct ce_wanted *wanted, const struct ce_path_state *state) {
  if (state->type == CE_PATH_ABSENT) {
    return CE_ITEM_MISSING;
  }
  switch (ce_wanted_compare(wanted, state, true)) {
  case CE_LIKENESS_SAME:
    return CE_ITEM_OK;
  case CE_LIKENESS_MODE:
    return CE_ITEM_MODE;
  default:
    return CE_ITEM_CHANGED;
  }
}

/* A link is as good: somebody moved the directory to another disk. */
static enum ce_item_state judge_directory(const struct ce_path_state *state) {
  if (state->type == CE_PATH_ABSENT) {
    return CE_ITEM_MISSING;
  }
  bool holds = state->type == CE_PATH_DIRECTORY || state->type == CE_PATH_LINK;
  return holds ? CE_ITEM_OK : CE_ITEM_CHANGED;
}

static enum ce_code add_tree(struct ce_item_list *list, const struct ce_manifest *manifest,
                             const struct ce_facts *facts, struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = ce_relpath_join(CE_VERSIONS, manifest->version);
  enum ce_code code = directory ? CE_OK : ce_fail_memory(err, "items");
  for (size_t i = 0; code == CE_OK && i < manifest->file_count; i++) {
    char *path = ce_relpath_join(directory, manifest->files[i].path);
    struct ce_wanted wanted = ce_wanted_from_manifest(&manifest->files[i], facts);
    enum ce_item_state state = path ? judge(&wanted, find_state(facts, path)) : CE_ITEM_MISSING;
    code = add(list, path, state, err);
  }
  return code;
}

static enum ce_code add_current(struct ce_item_list *list, const struct ce_manifest *manifest,
                                const struct ce_facts *facts, struct ce_error *err) {
  CE_AUTO(ce_free) char *text = ce_text_format("versions/%s", manifest->version);
  if (!text) {
    return ce_fail_memory(err, CE_CURRENT);
  }
  struct ce_wanted wanted = ce_wanted_link(text, facts);
  return add(list, strdup(CE_CURRENT), judge(&wanted, find_state(facts, CE_CURRENT)), err);
}

static enum ce_code add_paths(struct ce_item_list *list, const struct ce_receipt *receipt,
                              const struct ce_facts *facts, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < receipt->path_count; i++) {
    const struct ce_receipt_path *path = &receipt->paths[i];
    const struct ce_path_state *state = find_state(facts, path->path);
    struct ce_wanted wanted = ce_wanted_from_receipt(path, facts);
    bool is_directory = path->type == CE_PATH_DIRECTORY;
    code = add(list, strdup(path->path), is_directory ? judge_directory(state) : judge(&wanted, state), err);
  }
  return code;
}

static enum ce_code add_extras(struct ce_item_list *list, const struct ce_facts *facts,
                               struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (char **extra = facts->tree_extras; code == CE_OK && extra && *extra; extra++) {
    code = add(list, strdup(*extra), CE_ITEM_FOREIGN, err);
  }
  return code;
}

static int compare_items(const void *a, const void *b) {
  return strcmp(((const struct ce_item *)a)->path, ((const struct ce_item *)b)->path);
}

enum ce_code ce_compare(const struct ce_receipt *receipt, const struct ce_facts *facts,
                        struct ce_item_list *ret, struct ce_error *err) {
  CE_AUTO(ce_item_list) struct ce_item_list list = {0};
  if (receipt->installed && receipt->manifest) {
    size_t count =
        receipt->manifest->file_count + 1 + receipt->path_count + ce_strings_count(facts->tree_extras);
    list.items = calloc(count, sizeof *list.items);
    enum ce_code code =
        list.items ? add_tree(&list, receipt->manifest, facts, err) : ce_fail_memory(err, "items");
    if (code == CE_OK) {
      code = add_current(&list, receipt->manifest, facts, err);
    }
    if (code == CE_OK) {
      code = add_paths(&list, receipt, facts, err);
    }
    if (code == CE_OK) {
      code = add_extras(&list, facts, err);
    }
    if (code != CE_OK) {
      return code;
    }
    qsort(list.items, list.count, sizeof *list.items, compare_items);
  }
  ce_item_list_clear(ret);
  *ret = list;
  list = (struct ce_item_list){0};
  return CE_OK;
}
