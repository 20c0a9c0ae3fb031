/* SPDX-License-Identifier: Apache-2.0
 * One small document in a directory that is its own lock. */
#include "launcher/record-store.h"

#include "ports/clock.h"
#include "ports/fs-document.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define DIRECTORY      "certenv"
#define RECORD         DIRECTORY "/launcher.json"
#define RECORD_MODE    0600
#define DIRECTORY_MODE 0700
#define LOCK_TRIES     100
#define LOCK_PAUSE_MS  20

void ce_record_store_clear(struct ce_record_store *store) {
  ce_fs_free(store->fs);
  ce_fd_auto(&store->lock_fd);
  *store = (struct ce_record_store){.lock_fd = -1};
}

enum ce_code ce_record_store_open(const char *state_home, struct ce_record_store *ret, struct ce_error *err) {
  struct ce_fs *fs = NULL;
  struct ce_error problem;
  enum ce_code code = ce_fs_open_root(state_home, &fs, &problem);
  if (code && code != CE_NOT_FOUND) {
    *err = problem;
    return code;
  }
  ce_record_store_clear(ret);
  ret->fs = fs;
  return CE_OK;
}

static enum ce_code make_directories(const char *path, struct ce_error *err) {
  CE_AUTO(ce_free) char *copy = strdup(path);
  if (!copy) {
    return ce_fail_memory(err, path);
  }
  for (char *slash = strchr(copy + 1, '/');; slash = strchr(slash + 1, '/')) {
    if (slash) {
      *slash = '\0';
    }
    if (mkdir(copy, DIRECTORY_MODE) != 0 && errno != EEXIST) {
      return ce_fail_sys(err, errno, "make", copy);
    }
    if (!slash) {
      return CE_OK;
    }
    *slash = '/';
  }
}

static enum ce_code take_lock(int fd, const char *path, struct ce_error *err) {
  for (int i = 0; i < LOCK_TRIES; i++) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
      return CE_OK;
    }
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return CE_OK; /* a file system without locks: hardly ever two runs meet */
    }
    ce_clock_system()->sleep_ms(NULL, LOCK_PAUSE_MS);
  }
  return ce_fail(err, CE_LOCKED, "lock", path, "another certenv-launcher is at work for this person");
}

enum ce_code ce_record_store_enter(const char *state_home, struct ce_record_store *ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_record_store) struct ce_record_store store = {.lock_fd = -1};
  CE_AUTO(ce_free) char *directory = ce_text_format("%s/" DIRECTORY, state_home);
  if (!directory) {
    return ce_fail_memory(err, state_home);
  }
  enum ce_code code = make_directories(directory, err);
  if (!code) {
    code = ce_fs_open_root(state_home, &store.fs, err);
  }
  if (code) {
    return code;
  }
  store.lock_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (store.lock_fd < 0) {
    return ce_fail_sys(err, errno, "open", directory);
  }
  code = take_lock(store.lock_fd, directory, err);
  if (code) {
    return code;
  }
  ce_record_store_clear(ret);
  *ret = store;
  store = (struct ce_record_store){.lock_fd = -1};
  return CE_OK;
}

enum ce_code ce_record_store_read(const struct ce_record_store *store, struct ce_launcher_record **ret,
                                  struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error problem;
  bool exists = false;
  enum ce_code code = store->fs ? ce_fs_exists(store->fs, RECORD, &exists, NULL, &problem) : CE_OK;
  if (!code && exists) {
    code = ce_fs_document_read(store->fs, RECORD, CE_LAUNCHER_RECORD_BYTES_MAX, &bytes, &problem);
  }
  if (code && code != CE_NOT_FOUND) {
    *err = problem;
    return code;
  }
  return exists && !code ? ce_launcher_record_parse(ce_blob_text(&bytes), bytes.size, ret, err) : CE_OK;
}

enum ce_code ce_record_store_write(const struct ce_record_store *store,
                                   const struct ce_launcher_record *record, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_launcher_record_write(record, &bytes, err);
  return code ? code : ce_fs_document_replace(store->fs, RECORD, bytes.data, bytes.size, RECORD_MODE, err);
}

enum ce_code ce_record_store_forget(const struct ce_record_store *store, struct ce_error *err) {
  struct ce_error ignored;
  enum ce_code code = ce_fs_remove_if_present(store->fs, RECORD, err);
  if (!code && ce_fs_remove_directory(store->fs, DIRECTORY, &ignored)) {
    /* Something else is in it. */
  }
  return code;
}
