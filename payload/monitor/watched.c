/* SPDX-License-Identifier: Apache-2.0
 * From a receipt to what is looked after, and from a change of state to a line of the log. */
#include "monitor/watched.h"

#include "base/relpath.h"
#include "model/layout.h"

#include <string.h>

void ce_watched_list_free(struct ce_watched_list *list) {
  if (!list) {
    return;
  }
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].path);
    ce_path_state_clear(&list->items[i].expected);
  }
  free(list->items);
  free(list->version);
  free(list);
}

/* Takes over path and the link target in expected; the list has room. */
static enum ce_code add(struct ce_watched_list *list, char *path, struct ce_path_state expected,
                        struct ce_error *err) {
  bool whole = path && (expected.type != CE_PATH_LINK || expected.link_target);
  if (!whole) {
    free(path);
    free(expected.link_target);
    return ce_fail_memory(err, "watch list");
  }
  list->items[list->count++] = (struct ce_watched){.path = path, .expected = expected, .due = true};
  return CE_OK;
}

static enum ce_code add_path(struct ce_watched_list *list, const struct ce_receipt_path *path,
                             struct ce_error *err) {
  struct ce_path_state expected = {
      .type = path->type,
      .mode = path->mode,
      .size_bytes = path->size_bytes,
      .digest_known = path->type == CE_PATH_FILE,
      .sha256 = path->sha256,
      .link_target = path->type == CE_PATH_LINK ? strdup(path->link_target) : NULL,
  };
  return add(list, strdup(path->path), expected, err);
}

static enum ce_code add_tree_file(struct ce_watched_list *list, const struct ce_manifest_file *file,
                                  struct ce_error *err) {
  bool is_link = file->type == CE_MANIFEST_LINK;
  struct ce_path_state expected = {
      .type = is_link ? CE_PATH_LINK : CE_PATH_FILE,
      .mode = file->mode,
      .size_bytes = file->size_bytes,
      .digest_known = !is_link,
      .sha256 = file->sha256,
      .link_target = is_link ? strdup(file->link_target) : NULL,
  };
  return add(list, ce_text_format("%s/%s/%s", CE_VERSIONS, list->version, file->path), expected, err);
}

static enum ce_code add_current(struct ce_watched_list *list, struct ce_error *err) {
  struct ce_path_state expected = {.type = CE_PATH_LINK,
                                   .link_target = ce_text_format("versions/%s", list->version)};
  return add(list, strdup(CE_CURRENT), expected, err);
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const struct ce_watched *)a)->path, ((const struct ce_watched *)b)->path);
}

static struct ce_watched *find(const struct ce_watched_list *list, const char *path) {
  const struct ce_watched key = {.path = (char *)(uintptr_t)path};
  return list->count ? bsearch(&key, list->items, list->count, sizeof key, by_path) : NULL;
}

static enum ce_code fill(struct ce_watched_list *list, const struct ce_receipt *receipt,
                         struct ce_error *err) {
  const struct ce_manifest *manifest = receipt->manifest;
  enum ce_code code = CE_OK;
  for (size_t i = 0; !code && i < receipt->path_count; i++) {
    code = add_path(list, &receipt->paths[i], err);
  }
  for (size_t i = 0; !code && i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    if (ce_relpath_is_beneath(file->path, "bin") || ce_relpath_is_beneath(file->path, "lib/pkcs11")) {
      code = add_tree_file(list, file, err);
    }
  }
  if (!code && !ce_receipt_find(receipt, CE_CURRENT)) {
    code = add_current(list, err);
  }
  qsort(list->items, list->count, sizeof *list->items, by_path);
  return code;
}

enum ce_code ce_watched_list_make(const struct ce_receipt *receipt, struct ce_watched_list **ret,
                                  struct ce_error *err) {
  bool installed = receipt && receipt->installed && receipt->manifest;
  CE_AUTO(ce_watched_list) struct ce_watched_list *list = calloc(1, sizeof *list);
  if (!list) {
    return ce_fail_memory(err, "watch list");
  }
  size_t room = installed ? receipt->path_count + receipt->manifest->file_count + 1 : 1;
  list->items = calloc(room, sizeof *list->items);
  list->version = strdup(installed ? receipt->manifest->version : "");
  if (!list->items || !list->version) {
    return ce_fail_memory(err, "watch list");
  }
  enum ce_code code = installed ? fill(list, receipt, err) : CE_OK;
  if (code) {
    return code;
  }
  *ret = ce_take(&list);
  return CE_OK;
}

void ce_watched_list_take_states(struct ce_watched_list *list, const struct ce_watched_list *older) {
  for (size_t i = 0; i < list->count; i++) {
    const struct ce_watched *before = find(older, list->items[i].path);
    if (before) {
      list->items[i].state = before->state;
    }
  }
}

enum ce_watched_state ce_watched_judge(const struct ce_path_state *expected,
                                       const struct ce_path_state *actual) {
  if (actual->type == CE_PATH_ABSENT) {
    return CE_WATCHED_MISSING;
  }
  if (actual->type != expected->type) {
    return CE_WATCHED_CHANGED;
  }
  if (expected->type == CE_PATH_LINK) {
    return strcmp(actual->link_target, expected->link_target) == 0 ? CE_WATCHED_IN_PLACE : CE_WATCHED_CHANGED;
  }
  bool same = actual->mode == expected->mode;
  if (expected->type == CE_PATH_FILE) {
    same = same && actual->size_bytes == expected->size_bytes &&
           (!actual->digest_known || ce_digest_equal(&actual->sha256, &expected->sha256));
  }
  return same ? CE_WATCHED_IN_PLACE : CE_WATCHED_CHANGED;
}

enum ce_code ce_watched_message(const char *path, enum ce_watched_state from, enum ce_watched_state to,
                                char **ret, struct ce_error *err) {
  static const struct {
    int priority;
    const char *phrase;
  } news[] = {
      [CE_WATCHED_IN_PLACE] = {5, "is in place again"},
      [CE_WATCHED_MISSING] = {4, "is missing; 'certenv repair' puts it back"},
      [CE_WATCHED_CHANGED] = {4, "is not what was installed; 'certenv repair' puts it back"},
      [CE_WATCHED_UNREADABLE] = {4, "cannot be looked at"},
  };
  if (from == to) {
    *ret = NULL;
    return CE_OK;
  }
  char *text = ce_text_format("<%d>/%s %s", news[to].priority, path, news[to].phrase);
  if (!text) {
    return ce_fail_memory(err, path);
  }
  *ret = text;
  return CE_OK;
}
