/* SPDX-License-Identifier: Apache-2.0
 * Copying a file of the real file system with all that belongs to it. */
#include "ports/descriptor.h"
#include "ports/fs-root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

#define COPY_CHUNK ((size_t)1 << 17)
#define RANGE_MAX  ((size_t)1 << 30)

#define ACL_ATTRIBUTE "system.posix_acl_access"

struct copy {
  int from, to;
  const char *from_path, *to_path;
  struct stat stat; /* of the original */
};

/* The kernel's copy first: it shares blocks where the file system can. Where it stops, for the end or for any
 * reason, reading and writing goes on at the same offsets and finds out which it was. */
static enum ce_code copy_bytes(const struct copy *copy, struct ce_error *err) {
  while (copy_file_range(copy->from, NULL, copy->to, NULL, RANGE_MAX, 0) > 0) {
  }
  CE_AUTO(ce_free) char *buffer = malloc(COPY_CHUNK);
  if (!buffer) {
    return ce_fail_memory(err, copy->to_path);
  }
  for (;;) {
    ssize_t got = TEMP_FAILURE_RETRY(read(copy->from, buffer, COPY_CHUNK));
    if (got <= 0) {
      return got == 0 ? CE_OK : ce_fail_sys(err, errno, "copy", copy->from_path);
    }
    int failed = ce_descriptor_write(copy->to, buffer, (size_t)got);
    if (failed) {
      return ce_fail_sys(err, failed, "copy", copy->to_path);
    }
  }
}

static enum ce_code copy_owner(const struct copy *copy, struct ce_error *err) {
  struct stat made;
  if (fstat(copy->to, &made) != 0) {
    return ce_fail_sys(err, errno, "copy owner", copy->to_path);
  }
  if (made.st_uid == copy->stat.st_uid && made.st_gid == copy->stat.st_gid) {
    return CE_OK;
  }
  if (fchown(copy->to, copy->stat.st_uid, copy->stat.st_gid) != 0) {
    return ce_fail_sys(err, errno, "copy owner", copy->to_path);
  }
  return CE_OK;
}

/* Errors by which a file system, a security module or a missing privilege refuses an attribute. ENODATA: it
 * went away while we looked. */
static bool is_refusal(int failed) {
  return failed == EOPNOTSUPP || failed == EPERM || failed == EACCES || failed == EINVAL || failed == ENODATA;
}

static enum ce_code copy_attribute(const struct copy *copy, const char *name, char *value,
                                   struct ce_error *err) {
  ssize_t size = fgetxattr(copy->from, name, value, XATTR_SIZE_MAX);
  if (size < 0) {
    return is_refusal(errno) ? CE_OK : ce_fail_sys(err, errno, "copy attribute", copy->from_path);
  }
  if (fsetxattr(copy->to, name, value, (size_t)size, 0) != 0 && !is_refusal(errno)) {
    return ce_fail_sys(err, errno, "copy attribute", copy->to_path);
  }
  return CE_OK;
}

/* An ACL that the copy got from its new directory's default is not the original's. */
static void drop_inherited_acl(const struct copy *copy) {
  if (fgetxattr(copy->from, ACL_ATTRIBUTE, NULL, 0) < 0 && errno == ENODATA) {
    fremovexattr(copy->to, ACL_ATTRIBUTE);
  }
}

static enum ce_code copy_attributes(const struct copy *copy, struct ce_error *err) {
  drop_inherited_acl(copy);
  ssize_t needed = flistxattr(copy->from, NULL, 0);
  if (needed <= 0) {
    return needed == 0 || is_refusal(errno) ? CE_OK
                                            : ce_fail_sys(err, errno, "copy attributes", copy->from_path);
  }
  CE_AUTO(ce_free) char *names = malloc(XATTR_LIST_MAX);
  CE_AUTO(ce_free) char *value = malloc(XATTR_SIZE_MAX);
  if (!names || !value) {
    return ce_fail_memory(err, copy->to_path);
  }
  ssize_t size = flistxattr(copy->from, names, XATTR_LIST_MAX);
  if (size < 0) {
    return ce_fail_sys(err, errno, "copy attributes", copy->from_path);
  }
  for (const char *name = names; name < names + size; name += strlen(name) + 1) {
    enum ce_code code = copy_attribute(copy, name, value, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

/* Changing the owner clears setuid bits and capabilities, and an ACL changes the mode: hence this order. */
static enum ce_code copy_all(const struct copy *copy, struct ce_error *err) {
  enum ce_code code = copy_bytes(copy, err);
  if (code == CE_OK) {
    code = copy_owner(copy, err);
  }
  if (code == CE_OK) {
    code = copy_attributes(copy, err);
  }
  if (code == CE_OK && fchmod(copy->to, copy->stat.st_mode & 07777) != 0) {
    code = ce_fail_sys(err, errno, "copy mode", copy->to_path);
  }
  const struct timespec times[2] = {copy->stat.st_atim, copy->stat.st_mtim};
  if (code == CE_OK && futimens(copy->to, times) != 0) {
    code = ce_fail_sys(err, errno, "copy times", copy->to_path);
  }
  return code;
}

static enum ce_code copy_to(struct copy *copy, const struct ce_fs_root_place *place, struct ce_error *err) {
  copy->to = (int)TEMP_FAILURE_RETRY(
      openat(place->fd, place->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (copy->to < 0) {
    return ce_fail_sys(err, errno, "create", copy->to_path);
  }
  enum ce_code code = copy_all(copy, err);
  if (close(copy->to) != 0 && code == CE_OK) {
    code = ce_fail_sys(err, errno, "close", copy->to_path);
  }
  if (code != CE_OK) {
    unlinkat(place->fd, place->name, 0);
  }
  return code;
}

enum ce_code ce_fs_root_copy_file(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err) {
  struct ce_fs_root_place from_place;
  struct ce_fs_root_place to_place;
  enum ce_code code = ce_fs_root_find(fs, "copy", from, &from_place, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_fd) int from_fd = -1;
  struct copy copy = {.to = -1, .from_path = from, .to_path = to};
  code = ce_fs_root_open_regular(from, &from_place, O_RDONLY, &from_fd, &copy.stat, err);
  if (code != CE_OK) {
    return code;
  }
  copy.from = from_fd;
  code = ce_fs_root_find(fs, "copy", to, &to_place, err);
  return code == CE_OK ? copy_to(&copy, &to_place, err) : code;
}
