/* SPDX-License-Identifier: Apache-2.0
 * Finding the desktop folder as xdg-user-dir(1) does. */
#include "launcher/folder.h"

#include "base/blob.h"
#include "launcher/user-dirs.h"
#include "ports/fs-document.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define USER_DIRS   "user-dirs.dirs"
#define FOLDER_MODE 0755

void ce_folder_clear(struct ce_folder *folder) {
  ce_fd_auto(&folder->fd);
  free(folder->path);
  *folder = (struct ce_folder){.state = CE_FOLDER_NONE, .fd = -1};
}

static bool is_absent(int number) {
  return number == ENOENT || number == ENOTDIR || number == ELOOP;
}

enum ce_code ce_folder_open(const char *path, struct ce_folder *ret, struct ce_error *err) {
  CE_AUTO(ce_folder) struct ce_folder folder = {.state = CE_FOLDER_NONE, .fd = -1, .path = strdup(path)};
  if (!folder.path) {
    return ce_fail_memory(err, path);
  }
  folder.fd = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
  struct stat found;
  if (folder.fd >= 0) {
    if (fstat(folder.fd, &found) != 0) {
      return ce_fail_sys(err, errno, "look at", path);
    }
    folder.state = found.st_uid == geteuid() ? CE_FOLDER_FOUND : CE_FOLDER_FOREIGN;
  } else if (errno == EACCES || (errno == ENOTDIR && lstat(path, &found) == 0)) {
    folder.state = CE_FOLDER_FOREIGN;
  } else if (!is_absent(errno)) {
    return ce_fail_sys(err, errno, "open", path);
  }
  if (folder.state != CE_FOLDER_FOUND && folder.fd >= 0) {
    close(ce_take_fd(&folder.fd));
  }
  ce_folder_clear(ret);
  *ret = folder;
  folder = (struct ce_folder){.fd = -1};
  return CE_OK;
}

/* UNSET where there is no such file, or none that can be read. */
static enum ce_code read_user_dirs(const struct ce_folder_request *request, struct ce_user_dirs *ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error ignored;
  if (ce_fs_open_root(request->config_home, &fs, &ignored) ||
      ce_fs_document_read(fs, USER_DIRS, CE_USER_DIRS_BYTES_MAX, &bytes, &ignored)) {
    return ignored.code == CE_MEMORY ? ce_fail_memory(err, USER_DIRS) : CE_OK;
  }
  return ce_user_dirs_parse(bytes.data, bytes.size, request->home, ret, err);
}

static enum ce_code open_named(const char *path, bool make, struct ce_folder *ret, struct ce_error *err) {
  enum ce_code code = ce_folder_open(path, ret, err);
  if (code || ret->state != CE_FOLDER_NONE || !make) {
    return code;
  }
  if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST) {
    return is_absent(errno) ? CE_OK : ce_fail_sys(err, errno, "make", path);
  }
  return ce_folder_open(path, ret, err);
}

static enum ce_code open_usual(const char *home, struct ce_folder *ret, struct ce_error *err) {
  static const char *const names[] = {"桌面", "Desktop"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", home, names[i]);
    if (!path) {
      return ce_fail_memory(err, home);
    }
    enum ce_code code = ce_folder_open(path, ret, err);
    if (code || ret->state != CE_FOLDER_NONE) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_folder_find(const struct ce_folder_request *request, struct ce_folder *ret,
                            struct ce_error *err) {
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  enum ce_code code = read_user_dirs(request, &dirs, err);
  if (code) {
    return code;
  }
  switch (dirs.desktop) {
  case CE_USER_DIRS_DISABLED:
    ce_folder_clear(ret);
    ret->state = CE_FOLDER_DISABLED;
    return CE_OK;
  case CE_USER_DIRS_NAMED:
    return open_named(dirs.path, request->make, ret, err);
  default:
    return open_usual(request->home, ret, err);
  }
}
