/* SPDX-License-Identifier: Apache-2.0
 * The walk against the kernel: on trees full of links both find the same thing, or fail for the same reason.
 */
#include "base/cleanup.h"
#include "ports/resolve.h"

#include "refused-call.h"
#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include <cmocka.h>

#define TREES          40
#define PATHS_PER_TREE 400

static uint32_t seed;
static unsigned found_count, linked_count, refused_count; /* so that agreeing means something */

static uint32_t random_below(uint32_t limit) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % limit;
}

/* A path of up to five names, among them "..", "." and doubled slashes. */
static void random_path(char *ret, size_t size, bool may_be_absolute) {
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "..", ".", "", "a", "b", "c"};
  size_t used = 0;
  ret[0] = '\0';
  if (may_be_absolute && random_below(4) == 0) {
    used += (size_t)snprintf(ret + used, size - used, "/");
  }
  for (uint32_t count = 1 + random_below(5); count > 0; count--) {
    const char *name = names[random_below(sizeof names / sizeof names[0])];
    used +=
        (size_t)snprintf(ret + used, size - used, "%s%s", name, count > 1 || random_below(6) == 0 ? "/" : "");
  }
}

/* Directories, files and links at a..f and below; what is taken or has no directory is left out. */
static void grow_tree(const char *root) {
  for (int i = 0; i < 60; i++) {
    char path[256];
    char target[128];
    char *end = path + snprintf(path, sizeof path, "%s/", root);
    random_path(end, 64, false);
    random_path(target, sizeof target, true);
    if (strstr(end, "..")) {
      continue;
    }
    switch (i < 12 ? 1 : random_below(4)) {
    case 0:
      close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644));
      break;
    case 1:
      mkdir(path, 0755);
      break;
    default:
      if (target[0] && symlink(target, path) != 0) {
        assert_true(errno == EEXIST || errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
      }
    }
  }
}

static void assert_same(struct ce_resolve *kernel, struct ce_resolve *walk, const char *path, int flags) {
  bool kernel_linked = false;
  bool walk_linked = false;
  CE_AUTO(ce_fd) int by_kernel = ce_resolve_open(kernel, path, flags, &kernel_linked);
  CE_AUTO(ce_fd) int by_walk = ce_resolve_open(walk, path, flags, &walk_linked);
  if (by_kernel < 0 || by_walk < 0) {
    if (by_kernel != by_walk) {
      fail_msg("%s: the kernel gives %d, the walk %d (flags %x)", path, by_kernel, by_walk, (unsigned)flags);
    }
    refused_count += by_kernel == -ELOOP || by_kernel == -EXDEV;
    return;
  }
  struct stat a;
  struct stat b;
  assert_int_equal(fstat(by_kernel, &a), 0);
  assert_int_equal(fstat(by_walk, &b), 0);
  assert_int_equal(a.st_ino, b.st_ino);
  assert_int_equal(kernel_linked, walk_linked);
  found_count++;
  linked_count += kernel_linked;
  assert_int_equal(fcntl(by_walk, F_GETFD), FD_CLOEXEC);
}

static void compare_on(const char *root, enum ce_resolve_border border) {
  CE_AUTO(ce_fd) int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct ce_resolve kernel = {.root_fd = fd, .border = border};
  struct ce_resolve walk = {.root_fd = fd, .border = border, .walk = true};
  static const int flags[] = {O_PATH, O_PATH | O_DIRECTORY, O_RDONLY | O_NONBLOCK};
  for (int i = 0; i < PATHS_PER_TREE; i++) {
    char path[64];
    random_path(path, sizeof path, false);
    if (path[0] != '/') {
      assert_same(&kernel, &walk, path, flags[random_below(3)]);
    }
  }
  assert_false(kernel.walk);
}

static bool kernel_resolves(void) {
  struct ce_resolve resolve = {.root_fd = AT_FDCWD};
  bool linked;
  CE_AUTO(ce_fd) int fd = ce_resolve_open(&resolve, "", O_PATH | O_DIRECTORY, &linked);
  return fd >= 0 && !resolve.walk;
}

static void the_walk_agrees_with_the_kernel(void **state) {
  (void)state;
  if (!kernel_resolves()) {
    skip();
  }
  for (seed = 1; seed <= TREES; seed++) {
    uint32_t tree = seed;
    char *root = temp_make();
    grow_tree(root);
    compare_on(root, CE_RESOLVE_IN_ROOT);
    compare_on(root, CE_RESOLVE_BENEATH);
    temp_remove(root);
    seed = tree;
  }
  assert_true(found_count > 1000 && linked_count > 200 && refused_count > 1000);
}

static void long_names_and_paths_are_refused(void **state) {
  (void)state;
  char *root = temp_make();
  char name[NAME_MAX + 2];
  char path[PATH_MAX + 16];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  memset(path, '/', sizeof path - 1);
  path[0] = 'a';
  path[sizeof path - 1] = '\0';
  CE_AUTO(ce_fd) int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (int walk = 0; walk <= 1; walk++) {
    struct ce_resolve resolve = {.root_fd = fd, .walk = walk};
    bool linked;
    assert_int_equal(ce_resolve_open(&resolve, name, O_PATH, &linked), -ENAMETOOLONG);
    assert_int_equal(ce_resolve_open(&resolve, path, O_PATH, &linked), -ENAMETOOLONG);
  }
  temp_remove(root);
}

/* errno by which openat2 is refused -> whether the walk is kept from then on. */
static int resolve_without_openat2(void *context) {
  int refusal = *(const int *)context;
  if (!refuse_call(SYS_openat2, refusal)) {
    return TEMP_SKIPPED;
  }
  CE_AUTO(ce_fd) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct ce_resolve resolve = {.root_fd = root};
  bool linked = true;
  CE_AUTO(ce_fd) int found = ce_resolve_open(&resolve, "etc/../proc/1/../self/status", O_RDONLY, &linked);
  TEMP_CHECK(found >= 0 && linked);
  TEMP_CHECK(ce_resolve_open(&resolve, "proc/no-such-thing", O_PATH, &linked) == -ENOENT);
  TEMP_CHECK(resolve.walk == (refusal == ENOSYS));
  return 0;
}

static void walks_where_the_kernel_refuses(void **state) {
  (void)state;
  static const int refusals[] = {ENOSYS, EPERM};
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    int refusal = refusals[i];
    int result = temp_in_child(resolve_without_openat2, &refusal);
    if (result == TEMP_SKIPPED) {
      skip();
    }
    assert_int_equal(result, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_walk_agrees_with_the_kernel),
      cmocka_unit_test(walks_where_the_kernel_refuses),
      cmocka_unit_test(long_names_and_paths_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
