/* SPDX-License-Identifier: Apache-2.0
 * System calls relative to the folder's descriptor. */
#include "launcher/launcher-file.h"

#include "base/relpath.h"
#include "ports/descriptor.h"
#include "ports/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#define HIDDEN        "." CE_LAUNCHER_NAME ".new"
#define LAUNCHER_MODE 0755
#define READ_CHUNK    4096

/* False when it cannot be read, or is larger than a launcher is. */
static bool read_digest(int fd, struct ce_digest *ret) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  char chunk[READ_CHUNK];
  struct ce_error ignored;
  ssize_t got;
  while ((got = TEMP_FAILURE_RETRY(read(fd, chunk, sizeof chunk))) > 0) {
    if (bytes.size + (size_t)got > CE_LAUNCHER_BYTES_MAX ||
        ce_blob_append(&bytes, chunk, (size_t)got, &ignored)) {
      return false;
    }
  }
  if (got == 0) {
    ce_hash_bytes(bytes.data, bytes.size, ret);
  }
  return got == 0;
}

struct ce_launcher_file ce_launcher_file_look(int folder_fd, const char *name) {
  struct ce_launcher_file file = {.kind = CE_LAUNCHER_FILE_OTHER};
  struct stat found;
  if (fstatat(folder_fd, name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    file.kind = errno == ENOENT ? CE_LAUNCHER_FILE_ABSENT : CE_LAUNCHER_FILE_OTHER;
    return file;
  }
  CE_AUTO(ce_fd) int fd = -1;
  if (S_ISREG(found.st_mode)) {
    fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  }
  if (fd >= 0 && fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && read_digest(fd, &file.sha256)) {
    file.kind = CE_LAUNCHER_FILE_READ;
  }
  return file;
}

/* Returns 0 or the errno. */
static int write_hidden(int folder_fd, const struct ce_blob *bytes) {
  /* A run that was killed may have left one. */
  if (unlinkat(folder_fd, HIDDEN, 0) != 0 && errno != ENOENT) {
    return errno;
  }
  int fd = openat(folder_fd, HIDDEN, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) {
    return errno;
  }
  int failed = ce_descriptor_write(fd, bytes->data, bytes->size);
  if (!failed && (fchmod(fd, LAUNCHER_MODE) != 0 || fsync(fd) != 0)) {
    failed = errno;
  }
  if (close(fd) != 0 && !failed) {
    failed = errno;
  }
  return failed;
}

/* To a name that nothing has. Some file systems cannot rename like that; a second name does the same. */
static int rename_to_free(int folder_fd) {
  if (renameat2(folder_fd, HIDDEN, folder_fd, CE_LAUNCHER_NAME, RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return errno;
  }
  if (linkat(folder_fd, HIDDEN, folder_fd, CE_LAUNCHER_NAME, 0) != 0) {
    return errno;
  }
  return unlinkat(folder_fd, HIDDEN, 0) == 0 ? 0 : errno;
}

enum ce_code ce_launcher_file_put(int folder_fd, const char *path, const struct ce_blob *bytes, bool replace,
                                  bool *ret_taken, struct ce_error *err) {
  int failed = write_hidden(folder_fd, bytes);
  if (!failed && replace) {
    failed = renameat(folder_fd, HIDDEN, folder_fd, CE_LAUNCHER_NAME) == 0 ? 0 : errno;
  } else if (!failed) {
    failed = rename_to_free(folder_fd);
  }
  *ret_taken = failed == EEXIST && !replace;
  if (failed) {
    (void)unlinkat(folder_fd, HIDDEN, 0);
  }
  if (failed && !*ret_taken) {
    return ce_fail_sys(err, failed, "put", path);
  }
  return fsync(folder_fd) == 0 ? CE_OK : ce_fail_sys(err, errno, "sync", path);
}

enum ce_code ce_launcher_file_remove(int folder_fd, const char *path, struct ce_error *err) {
  if (unlinkat(folder_fd, ce_relpath_name(path), 0) != 0 && errno != ENOENT) {
    return ce_fail_sys(err, errno, "remove", path);
  }
  (void)unlinkat(folder_fd, HIDDEN, 0); /* what a run that was killed may have left */
  return CE_OK;
}

void ce_launcher_file_stir(int folder_fd, const char *name) {
  CE_AUTO(ce_fd) int fd = openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd >= 0) {
    (void)futimens(fd, NULL);
  }
}
