/* SPDX-License-Identifier: Apache-2.0
 * Labels by a policy of the test's own. That the kernel keeps them is tried where it does (root, any file
 * system with security attributes). */
#include "ports/selinux.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/xattr.h>

#include <cmocka.h>

#define LABEL "system_u:object_r:bin_t:s0"

static char asked_path[PATH_MAX];
static int asked_mode, opened, closed, freed;
static int lookup_errno;

static void *open_labels(unsigned backend, const void *options, unsigned option_count) {
  assert_int_equal(backend, 0);
  assert_null(options);
  assert_int_equal(option_count, 0);
  opened++;
  return &opened;
}

static void *open_no_labels(unsigned backend, const void *options, unsigned option_count) {
  (void)backend;
  (void)options;
  (void)option_count;
  errno = EIO;
  return NULL;
}

static int look_up(void *labels, char **ret_context, const char *path, int mode) {
  assert_ptr_equal(labels, &opened);
  snprintf(asked_path, sizeof asked_path, "%s", path);
  asked_mode = mode;
  if (lookup_errno) {
    errno = lookup_errno;
    return -1;
  }
  *ret_context = strdup(LABEL);
  return 0;
}

static void free_context(char *context) {
  free(context);
  freed++;
}

static void close_labels(void *labels) {
  assert_ptr_equal(labels, &opened);
  closed++;
}

static const struct ce_selinux_calls calls = {open_labels, look_up, free_context, close_labels};

struct fixture {
  char *root;
  int fd;
  struct ce_selinux *selinux;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->root = temp_make();
  temp_write(f->root, "file", "x", 0644);
  temp_link(f->root, "link", "file");
  f->fd = open(f->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  opened = closed = freed = lookup_errno = 0;
  assert_int_equal(ce_selinux_new(&calls, &f->selinux, &f->err), CE_OK);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  ce_selinux_free(f->selinux);
  assert_int_equal(opened, closed);
  close(f->fd);
  temp_remove(f->root);
  free(f);
  return 0;
}

static void asks_for_the_real_path(void **state) {
  struct fixture *f = *state;
  lookup_errno = ENOENT;
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, "file", S_IFREG | 0644, &f->err), CE_OK);
  char expected[PATH_MAX];
  assert_non_null(realpath(temp_path(f->root, "file"), expected));
  assert_string_equal(asked_path, expected);
  assert_int_equal(asked_mode, S_IFREG | 0644);
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, ".", S_IFDIR | 0755, &f->err), CE_OK);
  assert_non_null(realpath(f->root, expected));
  assert_string_equal(asked_path, expected);
  int slash = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  assert_int_equal(ce_selinux_relabel(f->selinux, slash, "etc", S_IFDIR | 0755, &f->err), CE_OK);
  assert_string_equal(asked_path, "/etc");
  assert_int_equal(ce_selinux_relabel(f->selinux, slash, ".", S_IFDIR | 0755, &f->err), CE_OK);
  assert_string_equal(asked_path, "/");
  close(slash);
}

static void sets_the_label_of_files_and_links_themselves(void **state) {
  struct fixture *f = *state;
  if (lsetxattr(temp_path(f->root, "link"), "security.selinux", "probe", 6, 0) != 0) {
    skip();
  }
  char label[128];
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, "link", S_IFLNK | 0777, &f->err), CE_OK);
  assert_int_equal(lgetxattr(temp_path(f->root, "link"), "security.selinux", label, sizeof label),
                   sizeof LABEL);
  assert_string_equal(label, LABEL);
  assert_true(lgetxattr(temp_path(f->root, "file"), "security.selinux", label, sizeof label) < 0);
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, "file", S_IFREG | 0644, &f->err), CE_OK);
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, "file", S_IFREG | 0644, &f->err), CE_OK);
  assert_int_equal(lgetxattr(temp_path(f->root, "file"), "security.selinux", label, sizeof label),
                   sizeof LABEL);
  assert_string_equal(label, LABEL);
  assert_int_equal(freed, 3);
}

static bool fits(struct fixture *f, const char *label) {
  bool found = false;
  assert_int_equal(lsetxattr(temp_path(f->root, "file"), "security.selinux", label, strlen(label) + 1, 0), 0);
  assert_int_equal(ce_selinux_fits(f->selinux, f->fd, "file", S_IFREG | 0644, &found, &f->err), CE_OK);
  return found;
}

static void compares_the_type_alone(void **state) {
  struct fixture *f = *state;
  bool found = false;
  assert_int_equal(ce_selinux_fits(f->selinux, f->fd, "file", S_IFREG | 0644, &found, &f->err), CE_OK);
  assert_true(found); /* it has no label at all */
  if (lsetxattr(temp_path(f->root, "file"), "security.selinux", "probe", 6, 0) != 0) {
    skip();
  }
  assert_true(fits(f, LABEL));
  assert_true(fits(f, "unconfined_u:object_r:bin_t:s0:c1"));
  assert_false(fits(f, "system_u:object_r:user_home_t:s0"));
  assert_false(fits(f, "bin_t"));
  lookup_errno = ENOENT; /* the policy has nothing to say */
  assert_true(fits(f, "system_u:object_r:user_home_t:s0"));
  assert_int_equal(freed, 5);
}

static void reports_what_fails(void **state) {
  struct fixture *f = *state;
  lookup_errno = EINVAL;
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, "file", S_IFREG | 0644, &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, EINVAL);
  lookup_errno = 0;
  assert_int_equal(ce_selinux_relabel(f->selinux, f->fd, "absent", S_IFREG | 0644, &f->err), CE_NOT_FOUND);
  assert_int_equal(freed, 1);
  struct ce_selinux_calls without_policy = calls;
  without_policy.open = open_no_labels;
  struct ce_selinux *none = NULL;
  assert_int_equal(ce_selinux_new(&without_policy, &none, &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, EIO);
  assert_null(none);
}

static void is_absent_where_no_selinuxfs_is_mounted(void **state) {
  struct fixture *f = *state;
  if (access("/sys/fs/selinux/enforce", F_OK) == 0) {
    skip();
  }
  struct ce_selinux *none = f->selinux;
  assert_int_equal(ce_selinux_load(&none, &f->err), CE_OK);
  assert_null(none);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(asks_for_the_real_path),
      TEST(sets_the_label_of_files_and_links_themselves),
      TEST(compares_the_type_alone),
      TEST(reports_what_fails),
      TEST(is_absent_where_no_selinuxfs_is_mounted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
