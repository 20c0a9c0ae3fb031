/* SPDX-License-Identifier: Apache-2.0
 * Watch lists for inotify. */
#include "monitor/watch-list.h"

#include "base/blob.h"
#include "base/relpath.h"

#include <string.h>
#include <sys/inotify.h>

#define ITSELF  (IN_DELETE_SELF | IN_MOVE_SELF)
#define ENTRIES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB)
#define RETURN  (IN_CREATE | IN_MOVED_TO)

void ce_watch_list_clear(struct ce_watch_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].directory);
  }
  free(list->items);
  *list = (struct ce_watch_list){0};
}

static enum ce_code want(struct ce_watch_list *list, const char *directory, uint32_t mask,
                         struct ce_error *err) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->items[i].directory, directory) == 0) {
      list->items[i].mask |= mask;
      return CE_OK;
    }
  }
  struct ce_watch *items = reallocarray(list->items, list->count + 1, sizeof *items);
  if (!items) {
    return ce_fail_memory(err, directory);
  }
  list->items = items;
  char *copy = strdup(directory);
  if (!copy) {
    return ce_fail_memory(err, directory);
  }
  list->items[list->count++] = (struct ce_watch){copy, mask};
  return CE_OK;
}

/* The next longer directory on the way to path, "" first; false at the end. *length counts its bytes. */
static bool next_directory(const char *path, bool first, size_t *length) {
  if (first) {
    *length = 0;
    return true;
  }
  const char *slash = strchr(path + *length + (*length > 0), '/');
  if (!slash) {
    return false;
  }
  *length = (size_t)(slash - path);
  return true;
}

enum ce_code ce_watch_list_add(struct ce_watch_list *list, const char *path, ce_watch_exists *exists,
                               void *context, struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = strdup(path), *parent = strdup("");
  if (!directory || !parent) {
    return ce_fail_memory(err, path);
  }
  size_t length = 0;
  for (bool first = true; next_directory(path, first, &length); first = false) {
    memcpy(directory, path, length);
    directory[length] = '\0';
    if (!first && !exists(context, directory)) {
      return want(list, parent, RETURN, err);
    }
    enum ce_code code = want(list, directory, ITSELF, err);
    if (code) {
      return code;
    }
    free(parent);
    parent = strdup(directory);
    if (!parent) {
      return ce_fail_memory(err, path);
    }
  }
  return want(list, parent, ENTRIES, err);
}

enum ce_watch_meaning ce_watch_meaning(const char *directory, uint32_t mask, const char *name,
                                       const char *path) {
  bool beneath = ce_relpath_is_beneath(path, directory);
  if (mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) {
    return CE_WATCH_DIRECTORIES;
  }
  if (mask & (ITSELF | IN_IGNORED)) {
    return beneath ? CE_WATCH_DIRECTORIES : CE_WATCH_NOTHING;
  }
  const char *rest = path + (*directory ? strlen(directory) + 1 : 0);
  if (!*name) {
    return strcmp(path, directory) == 0 ? CE_WATCH_PATH : CE_WATCH_NOTHING;
  }
  size_t size = strlen(name);
  if (!beneath || strncmp(rest, name, size) != 0) {
    return CE_WATCH_NOTHING;
  }
  if (!rest[size]) {
    return CE_WATCH_PATH;
  }
  return rest[size] == '/' && mask & RETURN ? CE_WATCH_DIRECTORIES : CE_WATCH_NOTHING;
}
