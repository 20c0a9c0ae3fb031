/* SPDX-License-Identifier: Apache-2.0
 * Looking at the receipt's paths. */
#include "monitor/monitor.h"

#include "model/layout.h"
#include "ports/fs-document.h"
#include "ports/fs.h"

#include <malloc.h>

static enum ce_code read_receipt(struct ce_fs *fs, struct ce_receipt **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error why;
  enum ce_code code = ce_fs_document_read(fs, CE_RECEIPT, CE_RECEIPT_BYTES_MAX, &bytes, &why);
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code) {
    *err = why;
    return code;
  }
  return ce_receipt_parse(bytes.data, bytes.size, ret, err);
}

enum ce_code ce_monitor_load(struct ce_monitor *monitor, struct ce_error *err) {
  CE_AUTO(ce_watched_list) struct ce_watched_list *list = NULL;
  {
    CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
    CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
    enum ce_code code = ce_fs_open_root(monitor->root, &fs, err);
    if (!code) {
      code = read_receipt(fs, &receipt, err);
    }
    if (!code) {
      code = ce_watched_list_make(receipt, &list, err);
    }
    if (code) {
      return code;
    }
  }
  if (monitor->list) {
    ce_watched_list_take_states(list, monitor->list);
    ce_watched_list_free(monitor->list);
  }
  monitor->list = ce_take(&list);
  /* The parsed receipt was by far the largest thing in memory; the service lives on for weeks. */
  malloc_trim(0);
  return CE_OK;
}

static enum ce_path_type path_type(enum ce_fs_type type) {
  static const enum ce_path_type types[] = {
      [CE_FS_FILE] = CE_PATH_FILE,
      [CE_FS_LINK] = CE_PATH_LINK,
      [CE_FS_DIRECTORY] = CE_PATH_DIRECTORY,
      [CE_FS_OTHER] = CE_PATH_OTHER,
  };
  return types[type];
}

/* Fills *ret as far as ce_watched_judge() needs it for this item. */
static enum ce_code observe(struct ce_fs *fs, const struct ce_watched *item, struct ce_path_state *ret,
                            struct ce_error *err) {
  bool exists = false;
  struct ce_fs_stat stat = {0};
  enum ce_code code = ce_fs_exists(fs, item->path, &exists, &stat, err);
  if (code || !exists) {
    return code;
  }
  ret->type = path_type(stat.type);
  ret->mode = stat.mode;
  ret->size_bytes = stat.size_bytes;
  if (ret->type == CE_PATH_LINK) {
    return ce_fs_read_link(fs, item->path, &ret->link_target, err);
  }
  /* Reading is for what looks right so far. */
  if (ret->type == CE_PATH_FILE && ce_watched_judge(&item->expected, ret) == CE_WATCHED_IN_PLACE) {
    ret->digest_known = true;
    return ce_fs_document_digest(fs, item->path, &ret->sha256, NULL, err);
  }
  return CE_OK;
}

static enum ce_watched_state look(struct ce_fs *fs, const struct ce_watched *item) {
  struct ce_error err;
  struct ce_path_state actual = {.type = CE_PATH_ABSENT};
  enum ce_code code = observe(fs, item, &actual, &err);
  enum ce_watched_state state = ce_watched_judge(&item->expected, &actual);
  ce_path_state_clear(&actual);
  /* It may go while it is looked at. */
  return code == CE_NOT_FOUND ? CE_WATCHED_MISSING : code ? CE_WATCHED_UNREADABLE : state;
}

enum ce_code ce_monitor_check(struct ce_monitor *monitor, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  enum ce_code code = ce_fs_open_root(monitor->root, &fs, err);
  if (code) {
    return code;
  }
  for (size_t i = 0; i < monitor->list->count; i++) {
    struct ce_watched *item = &monitor->list->items[i];
    if (!item->due) {
      continue;
    }
    CE_AUTO(ce_free) char *line = NULL;
    enum ce_watched_state state = look(fs, item);
    code = ce_watched_message(item->path, item->state, state, &line, err);
    if (code) {
      return code;
    }
    if (line) {
      monitor->say(monitor->context, line);
    }
    item->state = state;
    item->due = false;
  }
  return CE_OK;
}

size_t ce_monitor_faults(const struct ce_monitor *monitor) {
  size_t faults = 0;
  for (size_t i = 0; i < monitor->list->count; i++) {
    faults += monitor->list->items[i].state != CE_WATCHED_IN_PLACE;
  }
  return faults;
}

bool ce_monitor_is_busy(const struct ce_monitor *monitor) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  bool exists = false;
  struct ce_error err;
  return ce_fs_open_root(monitor->root, &fs, &err) == CE_OK &&
         ce_fs_exists(fs, CE_JOURNAL, &exists, NULL, &err) == CE_OK && exists;
}
