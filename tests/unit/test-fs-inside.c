/* SPDX-License-Identifier: Apache-2.0
 * The real file system: no symbolic link, and no swap of one while a call runs, leads a call outside its
 * root. */
#include "ports/fs-root.h"
#include "ports/fs.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/sysmacros.h>
#include <time.h>

#include <cmocka.h>

static enum ce_fs_root_means means;

/* base/root is the root; base/outside, with a file `secret` and a directory `d`, must never change. */
struct fixture {
  char *base;
  char root[PATH_MAX], outside[PATH_MAX];
  struct ce_fs *fs;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->base = temp_make();
  temp_directory(f->base, "root");
  temp_directory(f->base, "outside");
  temp_directory(f->base, "outside/d");
  temp_write(f->base, "outside/secret", "secret", 0640);
  snprintf(f->root, sizeof f->root, "%s/root", f->base);
  snprintf(f->outside, sizeof f->outside, "%s/outside", f->base);
  temp_directory(f->root, "real");
  temp_write(f->root, "real/file", "inside", 0644);
  temp_write(f->root, "mine", "mine", 0644);
  assert_int_equal(ce_fs_root_open(f->root, means, &f->fs, &f->err), CE_OK);
  alarm(60); /* a call that waits for a fifo would wait for ever */
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  alarm(0);
  ce_fs_free(f->fs);
  temp_remove(f->base);
  free(f);
  return 0;
}

static void assert_outside_is_untouched(const struct fixture *f) {
  static const char *const names[] = {"outside", "outside/d", "outside/secret"};
  static const nlink_t links[] = {3, 2, 1};
  static const mode_t modes[] = {0755, 0755, 0640};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    struct stat found;
    assert_int_equal(lstat(temp_path(f->base, names[i]), &found), 0);
    assert_int_equal(found.st_mode & 07777, modes[i]);
    assert_int_equal(found.st_nlink, links[i]);
    assert_int_equal(found.st_uid, geteuid());
  }
  assert_string_equal(temp_read(f->base, "outside/secret"), "secret");
  char command[PATH_MAX + 64];
  snprintf(command, sizeof command, "test $(find '%s' | wc -l) = 3", f->outside);
  assert_int_equal(system(command), 0);
}

/* Every call on `path`, which lies behind a hostile link; each must fail. */
static void try_every_call(struct fixture *f, const char *path) {
  struct ce_fs_stat found;
  struct ce_fs_names names = {0};
  struct ce_fs_file *file = NULL;
  struct ce_reader *reader = NULL;
  char *target = NULL;
  char below[PATH_MAX];
  snprintf(below, sizeof below, "%s/x", path);
  assert_int_not_equal(ce_fs_inspect(f->fs, path, &found, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_read_link(f->fs, path, &target, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_list(f->fs, path, &names, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_make_directory(f->fs, path, 0755, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_make_directories(f->fs, below, 0755, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_make_link(f->fs, "x", path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_remove_directory(f->fs, path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_remove_file(f->fs, path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_rename(f->fs, path, "stolen", &f->err), CE_OK);
  assert_int_not_equal(ce_fs_rename(f->fs, "mine", path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_set_mode(f->fs, path, 0777, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_set_owner(f->fs, path, 1, 1, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_copy_file(f->fs, path, "stolen", &f->err), CE_OK);
  assert_int_not_equal(ce_fs_copy_file(f->fs, "mine", path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_sync_directory(f->fs, path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_sync_filesystem(f->fs, path, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_open(f->fs, path, CE_FS_READ, 0, &file, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_open(f->fs, path, CE_FS_APPEND, 0, &file, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_open(f->fs, path, CE_FS_CREATE, 0644, &file, &f->err), CE_OK);
  assert_int_not_equal(ce_fs_open_reader(f->fs, path, &reader, &f->err), CE_OK);
  assert_false(temp_exists(f->root, "stolen"));
  assert_string_equal(temp_read(f->root, "mine"), "mine");
  assert_outside_is_untouched(f);
}

/* Removing what is not there is fine; it must not remove what is outside. */
static void try_removal(struct fixture *f, const char *path) {
  struct ce_error err;
  enum ce_code code = ce_fs_remove_tree(f->fs, path, &err);
  assert_true(code == CE_OK || err.sys_errno == ELOOP);
  code = ce_fs_remove_if_present(f->fs, path, &err);
  assert_true(code == CE_OK || err.sys_errno == ELOOP);
  assert_outside_is_untouched(f);
}

static void no_call_follows_a_link_outside(void **state) {
  struct fixture *f = *state;
  char deep[PATH_MAX];
  snprintf(deep, sizeof deep, "real/../../..%s", f->outside);
  const char *const targets[] = {f->outside,    "../outside",       "real/../../outside",
                                 "/../outside", "./.././outside/.", deep};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    temp_link(f->root, "evil", targets[i]);
    static const char *const paths[] = {"evil/secret", "evil/d", "evil/new", "evil/outside/secret"};
    for (size_t p = 0; p < sizeof paths / sizeof paths[0]; p++) {
      try_every_call(f, paths[p]);
      try_removal(f, paths[p]);
    }
    assert_int_equal(unlink(temp_path(f->root, "evil")), 0);
  }
}

static void link_loops_end(void **state) {
  struct fixture *f = *state;
  temp_link(f->root, "self", "self");
  temp_link(f->root, "ping", "pong/x");
  temp_link(f->root, "pong", "ping/x");
  temp_link(f->root, "grow", "grow/grow");
  static const char *const paths[] = {"self/x", "ping/x", "grow/x"};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    struct ce_fs_stat found;
    assert_int_equal(ce_fs_inspect(f->fs, paths[i], &found, &f->err), CE_IO);
    assert_int_equal(f->err.sys_errno, ELOOP);
    try_every_call(f, paths[i]);
    try_removal(f, paths[i]);
  }
}

static void follows_forty_links_and_no_more(void **state) {
  struct fixture *f = *state;
  temp_link(f->root, "l1", "real");
  for (int i = 2; i <= 41; i++) {
    char name[16];
    char target[16];
    snprintf(name, sizeof name, "l%d", i);
    snprintf(target, sizeof target, "l%d", i - 1);
    temp_link(f->root, name, target);
  }
  struct ce_fs_stat found;
  assert_int_equal(ce_fs_inspect(f->fs, "l40/file", &found, &f->err), CE_OK);
  assert_int_equal(ce_fs_inspect(f->fs, "l41/file", &found, &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, ELOOP);
}

static void follows_links_inside_as_chroot_would(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "real/deeper");
  static const char *const targets[] = {"real",
                                        "/real",
                                        "../../real",
                                        "/../real/",
                                        "real/deeper/..",
                                        "//real/./",
                                        "./real/.",
                                        "real/deeper/../../real",
                                        "/real/deeper/../../../real"};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    temp_link(f->root, "link", targets[i]);
    struct ce_fs_file *file = NULL;
    assert_int_equal(ce_fs_open(f->fs, "link/made", CE_FS_CREATE, 0644, &file, &f->err), CE_OK);
    ce_fs_file_discard(file);
    assert_true(temp_exists(f->root, "real/made"));
    assert_int_equal(ce_fs_remove_file(f->fs, "link/made", &f->err), CE_OK);
    assert_int_equal(ce_fs_remove_file(f->fs, "link", &f->err), CE_OK);
  }
}

static void tells_what_is_wrong_with_a_path(void **state) {
  struct fixture *f = *state;
  temp_link(f->root, "dangling", "nothing");
  temp_link(f->root, "to-file", "mine");
  temp_link(f->root, "to-file-slash", "mine/");
  temp_link(f->root, "through-file", "mine/..");
  static const struct {
    const char *path;
    int sys_errno;
  } cases[] = {
      {"dangling/x", ENOENT}, {"to-file/x", ENOTDIR},      {"to-file-slash/x", ENOTDIR},
      {"mine/x", ENOTDIR},    {"through-file/x", ENOTDIR}, {"nothing/x", ENOENT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct ce_fs_stat found;
    assert_int_not_equal(ce_fs_inspect(f->fs, cases[i].path, &found, &f->err), CE_OK);
    assert_int_equal(f->err.sys_errno, cases[i].sys_errno);
  }
}

static void assert_fails(struct fixture *f, enum ce_code code, int sys_errno) {
  assert_int_not_equal(code, CE_OK);
  assert_int_equal(f->err.sys_errno, sys_errno);
}

static void never_follows_the_last_component(void **state) {
  struct fixture *f = *state;
  char secret[PATH_MAX + 8];
  snprintf(secret, sizeof secret, "%s/secret", f->outside);
  const char *const targets[] = {secret, "../outside/secret", "mine"};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    temp_link(f->root, "last", targets[i]);
    struct ce_fs_file *file = NULL;
    assert_fails(f, ce_fs_open(f->fs, "last", CE_FS_READ, 0, &file, &f->err), ELOOP);
    assert_fails(f, ce_fs_open(f->fs, "last", CE_FS_APPEND, 0, &file, &f->err), ELOOP);
    assert_fails(f, ce_fs_open(f->fs, "last", CE_FS_CREATE, 0644, &file, &f->err), EEXIST);
    assert_fails(f, ce_fs_set_mode(f->fs, "last", 0777, &f->err), ELOOP);
    assert_fails(f, ce_fs_copy_file(f->fs, "last", "copy", &f->err), ELOOP);
    assert_fails(f, ce_fs_copy_file(f->fs, "mine", "last", &f->err), EEXIST);
    assert_fails(f, ce_fs_list(f->fs, "last", &(struct ce_fs_names){0}, &f->err), ENOTDIR);
    assert_fails(f, ce_fs_sync_directory(f->fs, "last", &f->err), ENOTDIR);
    CE_AUTO(ce_free) char *target = NULL;
    assert_int_equal(ce_fs_read_link(f->fs, "last", &target, &f->err), CE_OK);
    assert_string_equal(target, targets[i]);
    assert_int_equal(ce_fs_remove_tree(f->fs, "last", &f->err), CE_OK);
    assert_string_equal(temp_read(f->root, "mine"), "mine");
    assert_outside_is_untouched(f);
  }
}

static void removes_links_to_directories_not_the_directories(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "tree");
  temp_link(f->root, "tree/out", f->outside);
  temp_link(f->root, "tree/up", "../../outside");
  temp_link(f->root, "tree/in", "../real");
  assert_int_equal(ce_fs_remove_tree(f->fs, "tree", &f->err), CE_OK);
  assert_false(temp_exists(f->root, "tree"));
  assert_string_equal(temp_read(f->root, "real/file"), "inside");
  assert_outside_is_untouched(f);
}

static void renaming_onto_a_link_replaces_the_link(void **state) {
  struct fixture *f = *state;
  char secret[PATH_MAX + 8];
  snprintf(secret, sizeof secret, "%s/secret", f->outside);
  temp_link(f->root, "last", secret);
  assert_int_equal(ce_fs_rename(f->fs, "mine", "last", &f->err), CE_OK);
  assert_string_equal(temp_read(f->root, "last"), "mine");
  assert_outside_is_untouched(f);
}

static void opens_regular_files_only(void **state) {
  struct fixture *f = *state;
  assert_int_equal(mkfifo(temp_path(f->root, "fifo"), 0666), 0);
  bool device = geteuid() == 0 && mknod(temp_path(f->root, "device"), S_IFCHR | 0666, makedev(1, 3)) == 0;
  const char *const paths[] = {"real", "fifo", "device"};
  const int errnos[] = {EISDIR, EINVAL, EINVAL};
  for (size_t i = 0; i < (device ? 3 : 2); i++) {
    struct ce_fs_file *file = NULL;
    assert_fails(f, ce_fs_open(f->fs, paths[i], CE_FS_READ, 0, &file, &f->err), errnos[i]);
    assert_fails(f, ce_fs_open(f->fs, paths[i], CE_FS_APPEND, 0, &file, &f->err), errnos[i]);
    assert_fails(f, ce_fs_copy_file(f->fs, paths[i], "copy", &f->err), errnos[i]);
    struct ce_reader *reader = NULL;
    assert_fails(f, ce_fs_open_reader(f->fs, paths[i], &reader, &f->err), errnos[i]);
  }
}

static void does_not_use_magic_links(void **state) {
  struct fixture *f = *state;
  int fd = open(f->outside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  assert_int_equal(ce_fs_root_open("/proc", means, &fs, &f->err), CE_OK);
  char path[64];
  snprintf(path, sizeof path, "self/fd/%d/secret", fd);
  struct ce_fs_stat found;
  assert_int_not_equal(ce_fs_inspect(fs, path, &found, &f->err), CE_OK);
  close(fd);
}

/* Swaps root/swap, a directory, with root/swapped, a link outside, until it is killed. */
static void swap_for_ever(const struct fixture *f) {
  const char *a = temp_path(f->root, "swap");
  const char *b = temp_path(f->root, "swapped");
  for (;;) {
    renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
  }
}

static void try_once_while_swapped(const char *root) {
  struct ce_error err;
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  assert_int_equal(ce_fs_root_open(root, means, &fs, &err), CE_OK);
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  CE_AUTO(ce_fs_file) struct ce_fs_file *secret = NULL;
  unsigned ignored = ce_fs_open(fs, "swap/deep/new", CE_FS_CREATE, 0644, &file, &err);
  ignored += ce_fs_make_directory(fs, "swap/deep/directory", 0755, &err);
  ignored += ce_fs_remove_file(fs, "swap/secret", &err);
  ignored += ce_fs_set_mode(fs, "swap/secret", 0777, &err);
  ignored += ce_fs_remove_directory(fs, "swap/d", &err);
  ignored += ce_fs_remove_file(fs, "swap/deep/new", &err);
  (void)ignored;
  assert_int_not_equal(ce_fs_open(fs, "swap/secret", CE_FS_READ, 0, &secret, &err), CE_OK);
}

static void a_swap_during_a_call_leads_nowhere(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "swap");
  temp_directory(f->root, "swap/deep");
  temp_link(f->root, "swapped", "../outside");
  pid_t swapper = fork();
  if (swapper == 0) {
    swap_for_ever(f);
  }
  time_t until = time(NULL) + 2;
  while (time(NULL) < until) {
    try_once_while_swapped(f->root);
  }
  kill(swapper, SIGKILL);
  assert_int_equal(waitpid(swapper, NULL, 0), swapper);
  assert_outside_is_untouched(f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(no_call_follows_a_link_outside),
      TEST(link_loops_end),
      TEST(follows_forty_links_and_no_more),
      TEST(follows_links_inside_as_chroot_would),
      TEST(tells_what_is_wrong_with_a_path),
      TEST(never_follows_the_last_component),
      TEST(removes_links_to_directories_not_the_directories),
      TEST(renaming_onto_a_link_replaces_the_link),
      TEST(opens_regular_files_only),
      TEST(does_not_use_magic_links),
      TEST(a_swap_during_a_call_leads_nowhere),
  };
  int failed = 0;
  for (means = CE_FS_ROOT_KERNEL; means <= CE_FS_ROOT_WALK; means++) {
    failed += cmocka_run_group_tests_name(means == CE_FS_ROOT_KERNEL ? "openat2" : "walk", tests, NULL, NULL);
  }
  return failed;
}
