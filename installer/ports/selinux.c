/* SPDX-License-Identifier: Apache-2.0
 * Labels through libselinux.so.1, which only a host with SELinux has. */
#include "ports/selinux.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#define LABEL_ATTRIBUTE  "security.selinux"
#define LABEL_SIZE_MAX   4096
#define SELABEL_CTX_FILE 0 /* selinux/label.h */

struct ce_selinux {
  struct ce_selinux_calls calls;
  void *library; /* NULL for calls that a test gave */
  void *labels;
};

static void close_library(void *library) {
  dlclose(library);
}
CE_DEFINE_AUTO(library, void *, close_library);

/* dlsym() gives an object pointer for a function; POSIX wants this way of storing it. */
static bool find_call(void *library, const char *name, void *ret_call) {
  void *found = dlsym(library, name);
  memcpy(ret_call, &found, sizeof found);
  return found != NULL;
}

static bool find_calls(void *library, struct ce_selinux_calls *ret) {
  return find_call(library, "selabel_open", &ret->open) &&
         find_call(library, "selabel_lookup_raw", &ret->lookup) &&
         find_call(library, "freecon", &ret->free_context) &&
         find_call(library, "selabel_close", &ret->close);
}

static bool is_enabled(void *library) {
  int (*enabled)(void) = NULL;
  return find_call(library, "is_selinux_enabled", &enabled) && enabled() > 0;
}

static bool selinuxfs_is_mounted(void) {
  struct statfs found;
  return statfs("/sys/fs/selinux", &found) == 0 && found.f_type == SELINUX_MAGIC;
}

enum ce_code ce_selinux_new(const struct ce_selinux_calls *calls, struct ce_selinux **ret,
                            struct ce_error *err) {
  void *labels = calls->open(SELABEL_CTX_FILE, NULL, 0);
  if (!labels) {
    return ce_fail_sys(err, errno, "read the SELinux policy's labels", "");
  }
  struct ce_selinux *selinux = calloc(1, sizeof *selinux);
  if (!selinux) {
    calls->close(labels);
    return ce_fail_memory(err, "SELinux labels");
  }
  selinux->calls = *calls;
  selinux->labels = labels;
  *ret = selinux;
  return CE_OK;
}

enum ce_code ce_selinux_load(struct ce_selinux **ret, struct ce_error *err) {
  CE_AUTO(library)
  void *library = selinuxfs_is_mounted() ? dlopen("libselinux.so.1", RTLD_NOW | RTLD_LOCAL) : NULL;
  struct ce_selinux_calls calls;
  if (!library || !is_enabled(library) || !find_calls(library, &calls)) {
    *ret = NULL;
    return CE_OK;
  }
  struct ce_selinux *selinux = NULL;
  enum ce_code code = ce_selinux_new(&calls, &selinux, err);
  if (code == CE_OK) {
    selinux->library = ce_take(&library);
    *ret = selinux;
  }
  return code;
}

void ce_selinux_free(struct ce_selinux *selinux) {
  if (!selinux) {
    return;
  }
  selinux->calls.close(selinux->labels);
  if (selinux->library) {
    dlclose(selinux->library);
  }
  free(selinux);
}

/* The policy speaks of real paths, and the directory may have been reached through links. */
static int real_path(int directory_fd, const char *name, char ret[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", directory_fd);
  ssize_t length = readlink(link, ret, PATH_MAX);
  if (length < 0) {
    return errno;
  }
  size_t end = length == 1 ? 0 : (size_t)length;
  if (strcmp(name, ".") == 0) {
    ret[length] = '\0';
    return 0;
  }
  int written = end < PATH_MAX ? snprintf(ret + end, PATH_MAX - end, "/%s", name) : PATH_MAX;
  return end + (size_t)written < PATH_MAX ? 0 : ENAMETOOLONG;
}

/* The label that it has; false where there is none. */
static bool read_label(const char *path, char ret[LABEL_SIZE_MAX]) {
  ssize_t size = lgetxattr(path, LABEL_ATTRIBUTE, ret, LABEL_SIZE_MAX - 1);
  ret[size < 0 ? 0 : size] = '\0';
  return size >= 0;
}

static int set_label(int directory_fd, const char *name, const char *context) {
  char path[64 + NAME_MAX];
  char present[LABEL_SIZE_MAX];
  snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory_fd, name);
  if (read_label(path, present) && strcmp(present, context) == 0) {
    return 0;
  }
  if (lsetxattr(path, LABEL_ATTRIBUTE, context, strlen(context) + 1, 0) == 0 || errno == EOPNOTSUPP) {
    return 0;
  }
  return errno;
}

/* What the policy says of the path; *ret is NULL where it says nothing. */
static enum ce_code look_up(struct ce_selinux *selinux, const char *act, int directory_fd, const char *name,
                            mode_t mode, char **ret, struct ce_error *err) {
  char path[PATH_MAX];
  int failed = real_path(directory_fd, name, path);
  if (failed) {
    return ce_fail_sys(err, failed, act, name);
  }
  *ret = NULL;
  return selinux->calls.lookup(selinux->labels, ret, path, (int)mode) == 0 || errno == ENOENT
             ? CE_OK
             : ce_fail_sys(err, errno, act, path);
}

enum ce_code ce_selinux_relabel(struct ce_selinux *selinux, int directory_fd, const char *name, mode_t mode,
                                struct ce_error *err) {
  char *context = NULL;
  enum ce_code code = look_up(selinux, "relabel", directory_fd, name, mode, &context, err);
  if (code != CE_OK || !context) {
    return code;
  }
  int failed = set_label(directory_fd, name, context);
  selinux->calls.free_context(context);
  return failed ? ce_fail_sys(err, failed, "relabel", name) : CE_OK;
}

/* user:role:TYPE:level */
static bool same_type(const char *a, const char *b) {
  for (int colons = 0; colons < 2; colons++) {
    a += strcspn(a, ":");
    b += strcspn(b, ":");
    a += *a == ':';
    b += *b == ':';
  }
  size_t length = strcspn(a, ":");
  return length == strcspn(b, ":") && strncmp(a, b, length) == 0;
}

enum ce_code ce_selinux_fits(struct ce_selinux *selinux, int directory_fd, const char *name, mode_t mode,
                             bool *ret_fits, struct ce_error *err) {
  char path[64 + NAME_MAX];
  char present[LABEL_SIZE_MAX];
  char *context = NULL;
  enum ce_code code = look_up(selinux, "look at the label", directory_fd, name, mode, &context, err);
  if (code != CE_OK) {
    return code;
  }
  snprintf(path, sizeof path, "/proc/self/fd/%d/%s", directory_fd, name);
  *ret_fits = !context || !read_label(path, present) || same_type(present, context);
  if (context) {
    selinux->calls.free_context(context);
  }
  return CE_OK;
}
