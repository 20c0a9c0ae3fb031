/* SPDX-License-Identifier: Apache-2.0
 * A repository in a directory of the running machine as a source of files. */
#include "ports/fetch.h"
#include "ports/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define READ_CHUNK ((size_t)128 << 10)

struct directory_fetch {
  struct ce_fetch base;
  struct ce_resolve resolve; /* owns root_fd here */
};

static enum ce_code missing(const struct ce_fetch *fetch, const char *path, const char *why,
                            struct ce_error *err) {
  return ce_fail(err, CE_NOT_FOUND, "fetch", path, "%s in %s", why, fetch->name);
}

/* A path that leads out, in a circle, or through a file is a path to nothing in this repository. */
static enum ce_code fail_open(const struct ce_fetch *fetch, const char *path, int failed,
                              struct ce_error *err) {
  enum ce_code code = CE_OK;
  if (failed == ENOENT || failed == ENOTDIR) {
    code = missing(fetch, path, "there is no such file", err);
  } else if (failed == EXDEV || failed == ELOOP) {
    code = missing(fetch, path, "a link leads out of the repository or in a circle", err);
  } else {
    return ce_fail_sys(err, failed, "fetch", path);
  }
  err->sys_errno = failed;
  return code;
}

/* Looked at before it is opened for reading, since opening alone can set a device going; and again after. */
static enum ce_code open_file(struct directory_fetch *fetch, const char *path, int *ret_fd,
                              struct stat *ret_stat, struct ce_error *err) {
  static const int flags[] = {O_PATH, O_RDONLY | O_NONBLOCK | O_NOCTTY};
  CE_AUTO(ce_fd) int fd = -1;
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
    ce_fd_auto(&fd);
    bool linked = false;
    fd = ce_resolve_open(&fetch->resolve, path, flags[i], &linked);
    if (fd < 0) {
      return fail_open(&fetch->base, path, -fd, err);
    }
    if (fstat(fd, ret_stat) != 0) {
      return ce_fail_sys(err, errno, "fetch", path);
    }
    if (!S_ISREG(ret_stat->st_mode)) {
      return missing(&fetch->base, path, "it is not a regular file", err);
    }
  }
  *ret_fd = ce_take_fd(&fd);
  return CE_OK;
}

static enum ce_code stream(int fd, const char *path, ce_fetch_receive *receive, void *context,
                           struct ce_error *err) {
  CE_AUTO(ce_free) char *buffer = malloc(READ_CHUNK);
  if (!buffer) {
    return ce_fail_memory(err, path);
  }
  for (;;) {
    ssize_t got = TEMP_FAILURE_RETRY(read(fd, buffer, READ_CHUNK));
    if (got <= 0) {
      return got == 0 ? CE_OK : ce_fail_sys(err, errno, "fetch", path);
    }
    enum ce_code code = receive(context, buffer, (size_t)got, err);
    if (code != CE_OK) {
      return code;
    }
  }
}

static enum ce_code get(struct ce_fetch *base, const char *path, uint64_t offset_bytes, uint64_t limit_bytes,
                        ce_fetch_receive *receive, void *context, struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = -1;
  struct stat found;
  enum ce_code code = open_file((struct directory_fetch *)base, path, &fd, &found, err);
  if (code != CE_OK) {
    return code;
  }
  if ((uint64_t)found.st_size > limit_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "fetch", path, "it is %llu bytes long and %llu are allowed",
                   (unsigned long long)found.st_size, (unsigned long long)limit_bytes);
  }
  if (lseek(fd, (off_t)offset_bytes, SEEK_SET) < 0) {
    return ce_fail_sys(err, errno, "fetch", path);
  }
  return stream(fd, path, receive, context, err);
}

static void free_directory_fetch(struct ce_fetch *base) {
  struct directory_fetch *fetch = (struct directory_fetch *)base;
  close(fetch->resolve.root_fd);
  free(base->name);
  free(fetch);
}

static const struct ce_fetch_ops directory_ops = {.get = get, .free = free_directory_fetch};

static enum ce_code unusable(const char *directory, int failed, const char *what, struct ce_error *err) {
  enum ce_code code = ce_fail(err, CE_SOURCE_UNUSABLE, "open source", directory, "%s: %s", what,
                              failed == ENOENT ? "there is none" : strerrordesc_np(failed));
  err->sys_errno = failed;
  return code;
}

/* Takes over root_fd on success. */
static enum ce_code new_directory_fetch(const char *directory, const struct ce_resolve *resolve,
                                        struct ce_fetch **ret, struct ce_error *err) {
  struct directory_fetch *fetch = calloc(1, sizeof *fetch);
  char *name = strdup(directory);
  if (!fetch || !name) {
    free(fetch);
    free(name);
    return ce_fail_memory(err, directory);
  }
  *fetch = (struct directory_fetch){.base = {.ops = &directory_ops, .name = name}, .resolve = *resolve};
  *ret = &fetch->base;
  return CE_OK;
}

enum ce_code ce_fetch_open_directory(const char *directory, struct ce_fetch **ret, struct ce_error *err) {
  CE_AUTO(ce_fd) int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) {
    return unusable(directory, errno, "the directory", err);
  }
  struct ce_resolve resolve = {.root_fd = root, .border = CE_RESOLVE_BENEATH};
  bool linked = false;
  CE_AUTO(ce_fd) int metadata = ce_resolve_open(&resolve, "metadata", O_PATH | O_DIRECTORY, &linked);
  if (metadata < 0) {
    return unusable(directory, -metadata, "its directory metadata/", err);
  }
  enum ce_code code = new_directory_fetch(directory, &resolve, ret, err);
  if (code == CE_OK) {
    ce_take_fd(&root);
  }
  return code;
}
