/* SPDX-License-Identifier: Apache-2.0
 * Open files of the real file system. */
#include "ports/descriptor.h"
#include "ports/fs-root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

static int fd_of(const struct ce_fs_file *file) {
  return ((const struct ce_fs_root_file *)file)->fd;
}

static const char *path_of(const struct ce_fs_file *file) {
  return ((const struct ce_fs_root_file *)file)->path;
}

/* 0 for a regular file, otherwise the errno that says what it is. */
static int irregularity(mode_t mode) {
  if (S_ISREG(mode)) {
    return 0;
  }
  if (S_ISLNK(mode)) {
    return ELOOP;
  }
  return S_ISDIR(mode) ? EISDIR : EINVAL;
}

static enum ce_code refuse(struct ce_error *err, int failed, const char *path) {
  enum ce_code code = ce_fail_sys(err, failed, "open", path);
  ce_error_context(err, "not a regular file");
  return code;
}

enum ce_code ce_fs_root_open_regular(const char *path, const struct ce_fs_root_place *place, int flags,
                                     int *ret_fd, struct stat *ret_stat, struct ce_error *err) {
  /* Looked at before it is opened, since opening alone can set a device going; and again after, since it may
   * have been swapped. O_NONBLOCK, so that a fifo that came in between does not block. */
  struct stat found;
  if (fstatat(place->fd, place->name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    return ce_fail_sys(err, errno, "open", path);
  }
  int irregular = irregularity(found.st_mode);
  if (irregular) {
    return refuse(err, irregular, path);
  }
  CE_AUTO(ce_fd)
  int fd = (int)TEMP_FAILURE_RETRY(
      openat(place->fd, place->name, flags | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC));
  if (fd < 0 || fstat(fd, &found) != 0) {
    return ce_fail_sys(err, errno, "open", path);
  }
  irregular = irregularity(found.st_mode);
  if (irregular) {
    return refuse(err, irregular, path);
  }
  *ret_fd = ce_take_fd(&fd);
  *ret_stat = found;
  return CE_OK;
}

/* The umask takes bits away and a default ACL of the directory may add some. */
static int make_mode_exact(int fd, uint32_t mode) {
  struct stat made;
  if (fstat(fd, &made) != 0) {
    return errno;
  }
  if ((made.st_mode & 07777) == mode) {
    return 0;
  }
  return fchmod(fd, mode) == 0 ? 0 : errno;
}

static enum ce_code create(const char *path, const struct ce_fs_root_place *place, uint32_t mode, int *ret_fd,
                           struct ce_error *err) {
  CE_AUTO(ce_fd)
  int fd = (int)TEMP_FAILURE_RETRY(
      openat(place->fd, place->name, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (fd < 0) {
    return ce_fail_sys(err, errno, "create", path);
  }
  int failed = make_mode_exact(fd, mode);
  if (failed) {
    unlinkat(place->fd, place->name, 0);
    return ce_fail_sys(err, failed, "create", path);
  }
  *ret_fd = ce_take_fd(&fd);
  return CE_OK;
}

static enum ce_code new_file(struct ce_fs *fs, const char *path, struct ce_fs_root_file **ret,
                             struct ce_error *err) {
  struct ce_fs_root_file *file = calloc(1, sizeof *file);
  char *copy = strdup(path);
  if (!file || !copy) {
    free(file);
    free(copy);
    return ce_fail_memory(err, path);
  }
  *file = (struct ce_fs_root_file){.base = {.fs = fs}, .fd = -1, .path = copy};
  *ret = file;
  return CE_OK;
}

enum ce_code ce_fs_root_open_file(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                                  struct ce_fs_file **ret, struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, how == CE_FS_CREATE ? "create" : "open", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_fs_root_file *file = NULL;
  code = new_file(fs, path, &file, err);
  if (code != CE_OK) {
    return code;
  }
  struct stat found;
  if (how == CE_FS_CREATE) {
    code = create(path, &place, mode, &file->fd, err);
  } else {
    /* Readable too, so that a lock's holder can be read from the file that is locked. */
    int flags = how == CE_FS_APPEND ? O_RDWR | O_APPEND : O_RDONLY;
    code = ce_fs_root_open_regular(path, &place, flags, &file->fd, &found, err);
    if (code == CE_OK && how == CE_FS_READ) {
      file->known = true;
      ce_fs_root_fill_stat(&found, &file->stat);
    }
  }
  if (code != CE_OK) {
    free(file->path);
    free(file);
    return code;
  }
  *ret = &file->base;
  return CE_OK;
}

enum ce_code ce_fs_root_inspect_open(struct ce_fs_file *base, struct ce_fs_stat *ret, struct ce_error *err) {
  const struct ce_fs_root_file *file = (const struct ce_fs_root_file *)base;
  if (!file->known) {
    return ce_fail(err, CE_UNSUPPORTED, "inspect", file->path, "it is open for writing");
  }
  *ret = file->stat;
  return CE_OK;
}

enum ce_code ce_fs_root_read_at(struct ce_fs_file *file, uint64_t offset, void *buffer, size_t size,
                                size_t *ret_read, struct ce_error *err) {
  const struct ce_fs_root_file *known = (const struct ce_fs_root_file *)file;
  size_t done = 0;
  while (done < size && offset + done <= INT64_MAX) {
    ssize_t got = pread(fd_of(file), (char *)buffer + done, size - done, (off_t)(offset + done));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return ce_fail_sys(err, errno, "read", path_of(file));
    }
    if (got == 0) {
      break;
    }
    done += (size_t)got;
    if (known->known && offset + done == known->stat.size_bytes) {
      break; /* a call saved for every file */
    }
  }
  *ret_read = done;
  return CE_OK;
}

enum ce_code ce_fs_root_write(struct ce_fs_file *file, const void *bytes, size_t size, struct ce_error *err) {
  int failed = ce_descriptor_write(fd_of(file), bytes, size);
  return failed ? ce_fail_sys(err, failed, "write", path_of(file)) : CE_OK;
}

enum ce_code ce_fs_root_truncate(struct ce_fs_file *file, uint64_t size_bytes, struct ce_error *err) {
  if (size_bytes > INT64_MAX) {
    return ce_fail_sys(err, EFBIG, "truncate", path_of(file));
  }
  if (TEMP_FAILURE_RETRY(ftruncate(fd_of(file), (off_t)size_bytes)) != 0) {
    return ce_fail_sys(err, errno, "truncate", path_of(file));
  }
  return CE_OK;
}

enum ce_code ce_fs_root_sync(struct ce_fs_file *file, struct ce_error *err) {
  return fsync(fd_of(file)) == 0 ? CE_OK : ce_fail_sys(err, errno, "sync", path_of(file));
}

void ce_fs_root_start_writing(struct ce_fs_file *file) {
  /* A failure shows when the file system is synced. */
  (void)sync_file_range(fd_of(file), 0, 0, SYNC_FILE_RANGE_WRITE);
}

/* An open-file-description lock: a classic one would vanish as soon as any other descriptor of the file is
 * closed in this process, by a mere read of it, say. Its price: the kernel names no process for it, so the
 * holder's pid is told only when the holder used a classic lock. Who locks writes his pid into the file. */
enum ce_code ce_fs_root_try_lock(struct ce_fs_file *file, int64_t *ret_holder_pid, struct ce_error *err) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(fd_of(file), F_OFD_SETLK, &lock) == 0) {
    return CE_OK;
  }
  if (errno != EAGAIN && errno != EACCES) {
    return ce_fail_sys(err, errno, "lock", path_of(file));
  }
  int refused = errno;
  struct flock holder = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  bool told = fcntl(fd_of(file), F_OFD_GETLK, &holder) == 0 && holder.l_type != F_UNLCK && holder.l_pid > 0;
  *ret_holder_pid = told ? holder.l_pid : 0;
  ce_fail(err, CE_LOCKED, "lock", path_of(file), "another process holds the lock");
  err->sys_errno = refused;
  return CE_LOCKED;
}

/* Asked as a reader: a read lock, which everybody can hold who may read the file, is none. */
enum ce_code ce_fs_root_is_locked(struct ce_fs_file *file, bool *ret, struct ce_error *err) {
  struct flock holder = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
  if (fcntl(fd_of(file), F_OFD_GETLK, &holder) != 0) {
    return ce_fail_sys(err, errno, "look at the lock of", path_of(file));
  }
  *ret = holder.l_type != F_UNLCK;
  return CE_OK;
}

enum ce_code ce_fs_root_close(struct ce_fs_file *base, struct ce_error *err) {
  struct ce_fs_root_file *file = (struct ce_fs_root_file *)base;
  enum ce_code code = CE_OK;
  /* Never again after a failure: the descriptor is gone in any case. */
  if (close(file->fd) != 0) {
    code = ce_fail_sys(err, errno, "close", file->path);
  }
  free(file->path);
  free(file);
  return code;
}
