/* SPDX-License-Identifier: Apache-2.0
 * Watching directories with inotify(7). */
#include "monitor/watcher.h"

#include "base/blob.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define EVENTS_BYTES 4096

void ce_watcher_clear(struct ce_watcher *watcher) {
  ce_fd_auto(&watcher->fd);
  ce_watch_list_clear(&watcher->list);
  free(watcher->descriptors);
  *watcher = (struct ce_watcher){.root = watcher->root, .fd = -1};
}

static char *full_path(const struct ce_watcher *watcher, const char *directory) {
  return ce_text_format("%s/%s", strcmp(watcher->root, "/") == 0 ? "" : watcher->root, directory);
}

static bool is_directory(void *context, const char *directory) {
  CE_AUTO(ce_free) char *path = full_path(context, directory);
  struct stat status;
  return path && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static enum ce_code watch_all(struct ce_watcher *watcher, struct ce_error *err) {
  for (size_t i = 0; i < watcher->list.count; i++) {
    const struct ce_watch *watch = &watcher->list.items[i];
    CE_AUTO(ce_free) char *path = full_path(watcher, watch->directory);
    if (!path) {
      return ce_fail_memory(err, watch->directory);
    }
    /* Two names may lead to one directory, through a link: each adds its events. */
    watcher->descriptors[i] = inotify_add_watch(watcher->fd, path, watch->mask | IN_MASK_ADD | IN_ONLYDIR);
    if (watcher->descriptors[i] >= 0) {
      continue;
    }
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
      return ce_fail_sys(err, errno, "watch", path);
    }
    watcher->incomplete |= errno != EACCES;
  }
  return CE_OK;
}

enum ce_code ce_watcher_renew(struct ce_watcher *watcher, const char *const paths[], size_t count,
                              struct ce_error *err) {
  CE_AUTO(ce_watcher)
  struct ce_watcher fresh = {.root = watcher->root, .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
  if (fresh.fd < 0) {
    return ce_fail_sys(err, errno, "watch", "inotify");
  }
  enum ce_code code = CE_OK;
  for (size_t i = 0; !code && i < count; i++) {
    code = ce_watch_list_add(&fresh.list, paths[i], is_directory, &fresh, err);
  }
  if (code) {
    return code;
  }
  fresh.descriptors = calloc(fresh.list.count + 1, sizeof *fresh.descriptors);
  if (!fresh.descriptors) {
    return ce_fail_memory(err, "watch list");
  }
  code = watch_all(&fresh, err);
  if (code) {
    return code;
  }
  struct ce_watcher old = *watcher;
  *watcher = fresh;
  fresh = old;
  return CE_OK;
}

static void hand_on(const struct ce_watcher *watcher, const struct inotify_event *got,
                    ce_watcher_event *event, void *context) {
  const char *name = got->len ? got->name : "";
  if (got->mask & IN_Q_OVERFLOW) {
    event(context, "", got->mask, name);
  }
  for (size_t i = 0; i < watcher->list.count; i++) {
    if (watcher->descriptors[i] == got->wd && got->wd >= 0) {
      event(context, watcher->list.items[i].directory, got->mask, name);
    }
  }
}

enum ce_code ce_watcher_read(struct ce_watcher *watcher, ce_watcher_event *event, void *context,
                             struct ce_error *err) {
  _Alignas(struct inotify_event) char buffer[EVENTS_BYTES];
  for (;;) {
    ssize_t size = read(watcher->fd, buffer, sizeof buffer);
    if (size < 0 && errno == EAGAIN) {
      return CE_OK;
    }
    if (size < 0) {
      return ce_fail_sys(err, errno, "read", "inotify");
    }
    for (const char *at = buffer; at < buffer + size;) {
      const struct inotify_event *got = (const struct inotify_event *)(const void *)at;
      hand_on(watcher, got, event, context);
      at += sizeof *got + got->len;
    }
  }
}
