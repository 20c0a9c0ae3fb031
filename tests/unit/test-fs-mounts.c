/* SPDX-License-Identifier: Apache-2.0
 * The real file system: full, read-only and nested mounts, each in a mount namespace of its own (needs root),
 * and the space that is told of them. */
#include "ports/fs-document.h"
#include "ports/fs.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
  char *root;
  struct ce_fs *fs;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->root = temp_make();
  temp_directory(f->root, "mount");
  assert_int_equal(ce_fs_open_root(f->root, &f->fs, &f->err), CE_OK);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  ce_fs_free(f->fs);
  temp_remove(f->root);
  free(f);
  return 0;
}

static void run_mounted(struct fixture *f, int (*body)(void *context)) {
  int result = temp_in_child(body, f);
  if (result == TEMP_SKIPPED) {
    skip();
  }
  assert_int_equal(result, 0);
}

/* Mounts, and opens the root again: the one that is open belongs to the machine's own mounts. */
static bool mount_for(struct fixture *f, const char *name, const char *options) {
  struct ce_error err;
  return temp_mount(temp_path(f->root, name), options) && ce_fs_open_root(f->root, &f->fs, &err) == CE_OK;
}

static enum ce_code fill(struct ce_fs *fs, const char *path, struct ce_error *err) {
  static const char block[4096];
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  enum ce_code code = ce_fs_open(fs, path, CE_FS_CREATE, 0644, &file, err);
  while (code == CE_OK) {
    code = ce_fs_file_write(file, block, sizeof block, err);
  }
  return code;
}

static int fill_a_disk(void *context) {
  struct fixture *f = context;
  if (!mount_for(f, "mount", "size=64k,mode=755")) {
    return TEMP_SKIPPED;
  }
  struct ce_error err;
  struct ce_fs_space space;
  temp_write(f->root, "big", "", 0644);
  TEMP_CHECK(truncate(temp_path(f->root, "big"), 1 << 20) == 0);
  TEMP_CHECK(ce_fs_document_replace(f->fs, "mount/state", "old", 3, 0600, &err) == CE_OK);
  TEMP_CHECK(ce_fs_copy_file(f->fs, "big", "mount/copy", &err) == CE_NO_SPACE);
  TEMP_CHECK(err.sys_errno == ENOSPC);
  TEMP_CHECK(!temp_exists(f->root, "mount/copy"));
  TEMP_CHECK(fill(f->fs, "mount/full", &err) == CE_NO_SPACE);
  TEMP_CHECK(err.sys_errno == ENOSPC);
  TEMP_CHECK(ce_fs_space(f->fs, "mount/x/y", &space, &err) == CE_OK);
  TEMP_CHECK(space.free_bytes == 0 && !space.read_only);
  TEMP_CHECK(ce_fs_document_replace(f->fs, "mount/state", "newer", 5, 0600, &err) == CE_NO_SPACE);
  TEMP_CHECK(strcmp(temp_read(f->root, "mount/state"), "old") == 0);
  TEMP_CHECK(!temp_exists(f->root, "mount/state.new"));
  return 0;
}

static void a_full_disk_leaves_what_was_there(void **state) {
  run_mounted(*state, fill_a_disk);
}

static int use_all_inodes(void *context) {
  struct fixture *f = context;
  if (!mount_for(f, "mount", "size=1m,nr_inodes=3,mode=755")) {
    return TEMP_SKIPPED;
  }
  struct ce_error err;
  struct ce_fs_space space;
  TEMP_CHECK(ce_fs_space(f->fs, "mount", &space, &err) == CE_OK && space.free_inodes == 2);
  TEMP_CHECK(ce_fs_make_directories(f->fs, "mount/a/b", 0755, &err) == CE_OK);
  TEMP_CHECK(ce_fs_make_directory(f->fs, "mount/c", 0755, &err) == CE_NO_SPACE);
  TEMP_CHECK(ce_fs_space(f->fs, "mount/c", &space, &err) == CE_OK && space.free_inodes == 0);
  return 0;
}

static void tells_when_inodes_are_used_up(void **state) {
  run_mounted(*state, use_all_inodes);
}

static int write_to_read_only(void *context) {
  struct fixture *f = context;
  if (!mount_for(f, "mount", "size=64k,mode=755")) {
    return TEMP_SKIPPED;
  }
  struct ce_error err;
  struct ce_fs_space space;
  struct ce_fs_file *file = NULL;
  temp_write(f->root, "mount/file", "x", 0644);
  TEMP_CHECK(mount(NULL, temp_path(f->root, "mount"), NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
  TEMP_CHECK(ce_fs_open(f->fs, "mount/new", CE_FS_CREATE, 0644, &file, &err) == CE_READ_ONLY);
  TEMP_CHECK(err.sys_errno == EROFS);
  TEMP_CHECK(ce_fs_open(f->fs, "mount/file", CE_FS_APPEND, 0, &file, &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_make_directory(f->fs, "mount/d", 0755, &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_make_link(f->fs, "x", "mount/l", &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_remove_file(f->fs, "mount/file", &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_rename(f->fs, "mount/file", "mount/other", &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_set_mode(f->fs, "mount/file", 0600, &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_set_owner(f->fs, "mount/file", 1, 1, &err) == CE_READ_ONLY);
  TEMP_CHECK(ce_fs_make_directories(f->fs, "mount", 0755, &err) == CE_OK);
  TEMP_CHECK(ce_fs_space(f->fs, "mount/new/thing", &space, &err) == CE_OK && space.read_only);
  return 0;
}

static void read_only_mounts_are_told(void **state) {
  run_mounted(*state, write_to_read_only);
}

static int remove_around_a_mount(void *context) {
  struct fixture *f = context;
  temp_directory(f->root, "tree");
  temp_directory(f->root, "tree/mount");
  if (!mount_for(f, "tree/mount", "size=64k,mode=755")) {
    return TEMP_SKIPPED;
  }
  struct ce_error err;
  temp_write(f->root, "tree/mount/file", "theirs", 0644);
  TEMP_CHECK(ce_fs_remove_tree(f->fs, "tree", &err) == CE_IO);
  TEMP_CHECK(err.sys_errno == EXDEV);
  TEMP_CHECK(strcmp(temp_read(f->root, "tree/mount/file"), "theirs") == 0);
  struct ce_fs_space inside;
  struct ce_fs_space outside;
  TEMP_CHECK(ce_fs_space(f->fs, "tree/mount", &inside, &err) == CE_OK);
  TEMP_CHECK(ce_fs_space(f->fs, "tree", &outside, &err) == CE_OK);
  TEMP_CHECK(inside.device != outside.device);
  TEMP_CHECK(ce_fs_rename(f->fs, "tree/mount/file", "tree/file", &err) == CE_IO && err.sys_errno == EXDEV);
  TEMP_CHECK(ce_fs_copy_file(f->fs, "tree/mount/file", "tree/file", &err) == CE_OK);
  TEMP_CHECK(strcmp(temp_read(f->root, "tree/file"), "theirs") == 0);
  return 0;
}

static void removing_a_tree_stops_at_a_mount(void **state) {
  run_mounted(*state, remove_around_a_mount);
}

/* The lower layer is the test's directory, the upper one a tmpfs: files have another device than directories.
 */
static int remove_from_an_overlay(void *context) {
  struct fixture *f = context;
  struct ce_error err;
  struct stat directory, file;
  char options[3 * PATH_MAX];
  temp_directory(f->root, "lower");
  temp_directory(f->root, "lower/tree");
  temp_write(f->root, "lower/tree/file", "x", 0644);
  if (!mount_for(f, "mount", "size=64k,mode=755")) {
    return TEMP_SKIPPED;
  }
  temp_directory(f->root, "mount/upper");
  temp_directory(f->root, "mount/work");
  temp_directory(f->root, "both");
  snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", temp_path(f->root, "lower"),
           temp_path(f->root, "mount/upper"), temp_path(f->root, "mount/work"));
  if (mount("overlay", temp_path(f->root, "both"), "overlay", 0, options) != 0) {
    return TEMP_SKIPPED;
  }
  temp_directory(f->root, "both/new");
  temp_write(f->root, "both/new/file", "x", 0644);
  TEMP_CHECK(stat(temp_path(f->root, "both/new"), &directory) == 0);
  TEMP_CHECK(stat(temp_path(f->root, "both/new/file"), &file) == 0);
  if (directory.st_dev == file.st_dev) {
    return TEMP_SKIPPED;
  }
  TEMP_CHECK(ce_fs_remove_tree(f->fs, "both/new", &err) == CE_OK);
  TEMP_CHECK(!temp_exists(f->root, "both/new"));
  TEMP_CHECK(ce_fs_remove_tree(f->fs, "both/tree", &err) == CE_OK);
  TEMP_CHECK(!temp_exists(f->root, "both/tree"));
  TEMP_CHECK(temp_exists(f->root, "lower/tree/file"));
  return 0;
}

static void removes_trees_from_both_layers_of_an_overlay(void **state) {
  run_mounted(*state, remove_from_an_overlay);
}

static void tells_the_space_of_what_will_be_made(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "file", "x", 0644);
  temp_link(f->root, "link", "/mount");
  temp_link(f->root, "dangling", "/nothing");
  static const char *const paths[] = {"",           "mount",      "file",     "link",
                                      "absent/a/b", "file/below", "link/a/b", "dangling/a"};
  struct ce_fs_space root;
  assert_int_equal(ce_fs_space(f->fs, "", &root, &f->err), CE_OK);
  assert_true(root.free_bytes > 0 && root.free_inodes > 0);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    struct ce_fs_space space;
    assert_int_equal(ce_fs_space(f->fs, paths[i], &space, &f->err), CE_OK);
    assert_int_equal(space.device, root.device);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_full_disk_leaves_what_was_there),
      TEST(tells_when_inodes_are_used_up),
      TEST(read_only_mounts_are_told),
      TEST(removing_a_tree_stops_at_a_mount),
      TEST(removes_trees_from_both_layers_of_an_overlay),
      TEST(tells_the_space_of_what_will_be_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
