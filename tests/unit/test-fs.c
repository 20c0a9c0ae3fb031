/* SPDX-License-Identifier: Apache-2.0
 * The real file system: what each call promises, on real files. */
#include "fs-scene.h"

#include <errno.h>

static void write_file(struct fixture *f, const char *path, const char *text, uint32_t mode) {
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_open(f->fs, path, CE_FS_CREATE, mode, &file, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_write(file, text, strlen(text), &f->err), CE_OK);
  assert_int_equal(ce_fs_file_close(file, &f->err), CE_OK);
}

static void assert_fails_with(const struct fixture *f, enum ce_code code, enum ce_code expected,
                              int sys_errno) {
  assert_int_equal(code, expected);
  assert_int_equal(f->err.code, expected);
  assert_int_equal(f->err.sys_errno, sys_errno);
}

static void gives_exact_modes_under_any_umask(void **state) {
  struct fixture *f = *state;
  static const mode_t umasks[] = {0, 022, 077, 0777};
  static const uint32_t modes[] = {0644, 0755, 0600, 0444, 0777, 0000, 04755, 02750};
  for (size_t u = 0; u < sizeof umasks / sizeof umasks[0]; u++) {
    umask(umasks[u]);
    for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
      write_file(f, "file", "", modes[m]); /* a write without privilege would clear setuid */
      assert_int_equal(temp_mode(f->root, "file"), modes[m]);
      assert_int_equal(ce_fs_remove_file(f->fs, "file", &f->err), CE_OK);
      assert_int_equal(ce_fs_make_directory(f->fs, "directory", modes[m], &f->err), CE_OK);
      assert_int_equal(temp_mode(f->root, "directory"), modes[m]);
      assert_int_equal(ce_fs_remove_directory(f->fs, "directory", &f->err), CE_OK);
    }
    assert_int_equal(umask(umasks[u]), umasks[u]);
  }
}

static void does_not_inherit_the_setgid_bit(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "shared");
  assert_int_equal(chmod(temp_path(f->root, "shared"), 02775), 0);
  assert_int_equal(ce_fs_make_directory(f->fs, "shared/own", 0755, &f->err), CE_OK);
  assert_int_equal(temp_mode(f->root, "shared/own"), 0755);
}

static void sets_modes_of_files_and_directories_but_not_of_links(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "x", 0);
  temp_link(f->root, "link", "file");
  temp_directory(f->root, "directory");
  assert_int_equal(ce_fs_set_mode(f->fs, "file", 0640, &f->err), CE_OK);
  assert_int_equal(ce_fs_set_mode(f->fs, "directory", 01777, &f->err), CE_OK);
  assert_int_equal(temp_mode(f->root, "file"), 0640);
  assert_int_equal(temp_mode(f->root, "directory"), 01777);
  assert_fails_with(f, ce_fs_set_mode(f->fs, "link", 0777, &f->err), CE_IO, ELOOP);
  assert_int_equal(temp_mode(f->root, "file"), 0640);
}

static void inspects_every_type(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "12345", 0644);
  temp_link(f->root, "link", "nowhere");
  assert_int_equal(mkfifo(temp_path(f->root, "fifo"), 0600), 0);
  struct ce_fs_stat found;
  assert_int_equal(ce_fs_inspect(f->fs, "file", &found, &f->err), CE_OK);
  assert_int_equal(found.type, CE_FS_FILE);
  assert_int_equal(found.mode, 0644);
  assert_int_equal(found.size_bytes, 5);
  assert_int_equal(found.uid, geteuid());
  assert_int_equal(ce_fs_inspect(f->fs, "link", &found, &f->err), CE_OK);
  assert_int_equal(found.type, CE_FS_LINK);
  assert_int_equal(ce_fs_inspect(f->fs, "fifo", &found, &f->err), CE_OK);
  assert_int_equal(found.type, CE_FS_OTHER);
  assert_int_equal(ce_fs_inspect(f->fs, "", &found, &f->err), CE_OK);
  assert_int_equal(found.type, CE_FS_DIRECTORY);
  assert_fails_with(f, ce_fs_inspect(f->fs, "nothing", &found, &f->err), CE_NOT_FOUND, ENOENT);
}

static void tells_absence_apart_from_failure(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "x", 0644);
  temp_link(f->root, "loop", "loop");
  bool exists = true;
  assert_int_equal(ce_fs_exists(f->fs, "file/below", &exists, NULL, &f->err), CE_OK);
  assert_false(exists);
  exists = true;
  assert_int_equal(ce_fs_exists(f->fs, "no/such/thing", &exists, NULL, &f->err), CE_OK);
  assert_false(exists);
  struct ce_fs_stat found;
  assert_int_equal(ce_fs_exists(f->fs, "loop", &exists, &found, &f->err), CE_OK);
  assert_true(exists);
  assert_int_equal(found.type, CE_FS_LINK);
  assert_fails_with(f, ce_fs_exists(f->fs, "loop/x", &exists, NULL, &f->err), CE_IO, ELOOP);
}

static void lists_names_sorted_by_bytes(void **state) {
  struct fixture *f = *state;
  static const char *const names[] = {"B", "a", "a-", "a.b", "ab", "z", "\303\244"};
  temp_directory(f->root, "d");
  for (size_t i = sizeof names / sizeof names[0]; i > 0; i--) {
    char name[16];
    snprintf(name, sizeof name, "d/%s", names[i - 1]);
    temp_write(f->root, name, "", 0644);
  }
  CE_AUTO(ce_fs_names) struct ce_fs_names found = {0};
  assert_int_equal(ce_fs_list(f->fs, "d", &found, &f->err), CE_OK);
  assert_int_equal(found.count, sizeof names / sizeof names[0]);
  for (size_t i = 0; i < found.count; i++) {
    assert_string_equal(found.items[i], names[i]);
  }
  CE_AUTO(ce_fs_names) struct ce_fs_names root = {0};
  assert_int_equal(ce_fs_list(f->fs, "", &root, &f->err), CE_OK);
  assert_int_equal(root.count, 1);
  assert_fails_with(f, ce_fs_list(f->fs, "d/a", &found, &f->err), CE_IO, ENOTDIR);
}

static void makes_nothing_where_something_is(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "old", 0644);
  temp_link(f->root, "dangling", "nowhere");
  static const char *const taken[] = {"file", "dangling", ""};
  struct ce_fs_file *file = NULL;
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
    assert_fails_with(f, ce_fs_open(f->fs, taken[i], CE_FS_CREATE, 0644, &file, &f->err), CE_IO, EEXIST);
    assert_fails_with(f, ce_fs_make_directory(f->fs, taken[i], 0755, &f->err), CE_IO, EEXIST);
    assert_fails_with(f, ce_fs_make_link(f->fs, "x", taken[i], &f->err), CE_IO, EEXIST);
  }
  assert_null(file);
  assert_false(temp_exists(f->root, "nowhere"));
  assert_string_equal(temp_read(f->root, "file"), "old");
}

static void makes_missing_directories_only(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "a");
  assert_int_equal(chmod(temp_path(f->root, "a"), 0700), 0);
  temp_directory(f->root, "elsewhere");
  temp_link(f->root, "a/link", "/elsewhere");
  write_file(f, "file", "x", 0644);
  assert_int_equal(ce_fs_make_directories(f->fs, "a/b/c", 0755, &f->err), CE_OK);
  assert_int_equal(ce_fs_make_directories(f->fs, "a/b/c", 0700, &f->err), CE_OK);
  assert_int_equal(temp_mode(f->root, "a"), 0700);
  assert_int_equal(temp_mode(f->root, "a/b/c"), 0755);
  assert_int_equal(ce_fs_make_directories(f->fs, "a/link/d/e", 0755, &f->err), CE_OK);
  assert_true(temp_exists(f->root, "elsewhere/d/e"));
  assert_int_equal(ce_fs_make_directories(f->fs, "", 0755, &f->err), CE_OK);
  assert_fails_with(f, ce_fs_make_directories(f->fs, "a/link", 0755, &f->err), CE_IO, ENOTDIR);
  assert_fails_with(f, ce_fs_make_directories(f->fs, "file", 0755, &f->err), CE_IO, ENOTDIR);
  assert_fails_with(f, ce_fs_make_directories(f->fs, "file/x", 0755, &f->err), CE_IO, ENOTDIR);
}

static void removes_what_it_is_told_to(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "d");
  write_file(f, "d/file", "x", 0644);
  assert_fails_with(f, ce_fs_remove_directory(f->fs, "d", &f->err), CE_IO, ENOTEMPTY);
  assert_fails_with(f, ce_fs_remove_file(f->fs, "d", &f->err), CE_IO, EISDIR);
  assert_fails_with(f, ce_fs_remove_directory(f->fs, "d/file", &f->err), CE_IO, ENOTDIR);
  assert_int_equal(ce_fs_remove_if_present(f->fs, "d/file", &f->err), CE_OK);
  assert_int_equal(ce_fs_remove_if_present(f->fs, "d/file", &f->err), CE_OK);
  assert_fails_with(f, ce_fs_remove_if_present(f->fs, "d", &f->err), CE_IO, EISDIR);
  assert_fails_with(f, ce_fs_remove_file(f->fs, "d/file", &f->err), CE_NOT_FOUND, ENOENT);
  assert_int_equal(ce_fs_remove_directory(f->fs, "d", &f->err), CE_OK);
}

static void removes_trees_with_any_names(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "t");
  temp_directory(f->root, "t/ back\\slash\n");
  temp_write(f->root, "t/ back\\slash\n/\377\376", "x", 0);
  temp_directory(f->root, "t/d");
  temp_link(f->root, "t/d/link", "/keep");
  assert_int_equal(mkfifo(temp_path(f->root, "t/d/fifo"), 0600), 0);
  temp_directory(f->root, "keep");
  temp_write(f->root, "keep/file", "kept", 0644);
  assert_int_equal(ce_fs_remove_tree(f->fs, "t", &f->err), CE_OK);
  assert_false(temp_exists(f->root, "t"));
  assert_string_equal(temp_read(f->root, "keep/file"), "kept");
  assert_int_equal(ce_fs_remove_tree(f->fs, "t", &f->err), CE_OK);
}

static void refuses_paths_that_are_not_relpaths(void **state) {
  struct fixture *f = *state;
  static const char *const paths[] = {"/etc", "..", ".", "a/..", "../a", "a//b", "a/", "./a", "a/./b", "/"};
  struct ce_fs_stat found;
  struct ce_fs_space space;
  struct ce_fs_file *file = NULL;
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    assert_fails_with(f, ce_fs_inspect(f->fs, paths[i], &found, &f->err), CE_IO, EINVAL);
    assert_fails_with(f, ce_fs_rename(f->fs, "a", paths[i], &f->err), CE_IO, EINVAL);
    assert_fails_with(f, ce_fs_copy_file(f->fs, "a", paths[i], &f->err), CE_IO, EINVAL);
    assert_fails_with(f, ce_fs_open(f->fs, paths[i], CE_FS_CREATE, 0644, &file, &f->err), CE_IO, EINVAL);
    assert_fails_with(f, ce_fs_remove_tree(f->fs, paths[i], &f->err), CE_IO, EINVAL);
    assert_fails_with(f, ce_fs_make_directories(f->fs, paths[i], 0755, &f->err), CE_IO, EINVAL);
    assert_fails_with(f, ce_fs_space(f->fs, paths[i], &space, &f->err), CE_IO, EINVAL);
  }
}

static void appends_and_truncates(void **state) {
  struct fixture *f = *state;
  write_file(f, "journal", "0123456789", 0600);
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_open(f->fs, "journal", CE_FS_APPEND, 0, &file, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_write(file, "ab", 2, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_truncate(file, 4, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_write(file, "cd", 2, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_sync(file, &f->err), CE_OK);
  char text[16];
  size_t got = 0;
  assert_int_equal(ce_fs_file_read_at(file, 2, text, sizeof text, &got, &f->err), CE_OK);
  assert_int_equal(got, 4);
  assert_memory_equal(text, "23cd", 4);
  assert_int_equal(ce_fs_file_read_at(file, UINT64_MAX - 2, text, sizeof text, &got, &f->err), CE_OK);
  assert_int_equal(got, 0);
  assert_fails_with(f, ce_fs_file_truncate(file, UINT64_MAX, &f->err), CE_IO, EFBIG);
  assert_fails_with(f, ce_fs_open(f->fs, "absent", CE_FS_APPEND, 0, &file, &f->err), CE_NOT_FOUND, ENOENT);
}

static void reads_a_file_as_a_reader(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "0123456789", 0600);
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  assert_int_equal(ce_fs_open_reader(f->fs, "file", &reader, &f->err), CE_OK);
  assert_int_equal(reader->size_bytes, 10);
  char text[16];
  size_t got = 0;
  assert_int_equal(ce_reader_read_at(reader, 7, text, sizeof text, &got, &f->err), CE_OK);
  assert_int_equal(got, 3);
  assert_memory_equal(text, "789", 3);
}

/* The directories of paths are remembered; every change by which they could become others must be noticed. */
static void forgets_directories_that_moved(void **state) {
  struct fixture *f = *state;
  assert_int_equal(ce_fs_make_directories(f->fs, "v/1.partial/lib", 0755, &f->err), CE_OK);
  write_file(f, "v/1.partial/lib/one", "1", 0644);
  assert_int_equal(ce_fs_rename(f->fs, "v/1.partial", "v/1", &f->err), CE_OK);
  struct ce_fs_file *file = NULL;
  assert_fails_with(f, ce_fs_open(f->fs, "v/1.partial/lib/two", CE_FS_CREATE, 0644, &file, &f->err),
                    CE_NOT_FOUND, ENOENT);
  write_file(f, "v/1/lib/two", "2", 0644);
  assert_int_equal(ce_fs_remove_tree(f->fs, "v/1/lib", &f->err), CE_OK);
  assert_int_equal(ce_fs_make_directory(f->fs, "v/1/lib", 0755, &f->err), CE_OK);
  write_file(f, "v/1/lib/three", "3", 0644);
  assert_string_equal(temp_read(f->root, "v/1/lib/three"), "3");
}

static void forgets_directories_behind_links_that_changed(void **state) {
  struct fixture *f = *state;
  assert_int_equal(ce_fs_make_directories(f->fs, "v/1", 0755, &f->err), CE_OK);
  assert_int_equal(ce_fs_make_directories(f->fs, "v/2", 0755, &f->err), CE_OK);
  assert_int_equal(ce_fs_make_link(f->fs, "v/1", "current", &f->err), CE_OK);
  write_file(f, "current/a", "", 0644);
  assert_int_equal(ce_fs_make_link(f->fs, "v/2", "current.new", &f->err), CE_OK);
  assert_int_equal(ce_fs_rename(f->fs, "current.new", "current", &f->err), CE_OK);
  write_file(f, "current/b", "", 0644);
  assert_int_equal(ce_fs_remove_file(f->fs, "current", &f->err), CE_OK);
  assert_int_equal(ce_fs_make_link(f->fs, "v/1", "current", &f->err), CE_OK);
  write_file(f, "current/c", "", 0644);
  assert_true(temp_exists(f->root, "v/1/a"));
  assert_true(temp_exists(f->root, "v/2/b"));
  assert_true(temp_exists(f->root, "v/1/c"));
}

static void renames_between_many_directories(void **state) {
  struct fixture *f = *state;
  char from[16];
  char to[16];
  for (int i = 0; i < 12; i++) {
    snprintf(from, sizeof from, "d%d", i);
    assert_int_equal(ce_fs_make_directory(f->fs, from, 0755, &f->err), CE_OK);
  }
  write_file(f, "d0/x", "moved", 0644);
  for (int i = 0; i < 11; i++) {
    snprintf(from, sizeof from, "d%d/x", i);
    snprintf(to, sizeof to, "d%d/x", i + 1);
    assert_int_equal(ce_fs_rename(f->fs, from, to, &f->err), CE_OK);
  }
  assert_string_equal(temp_read(f->root, "d11/x"), "moved");
  assert_fails_with(f, ce_fs_rename(f->fs, "d0/x", "d1/x", &f->err), CE_NOT_FOUND, ENOENT);
}

static void changes_owners_with_privilege_only(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "x", 0644);
  assert_int_equal(ce_fs_set_owner(f->fs, "file", geteuid(), getegid(), &f->err), CE_OK);
  assert_fails_with(f, ce_fs_set_owner(f->fs, "file", UINT32_MAX, 0, &f->err), CE_IO, EINVAL);
  if (geteuid() != 0) {
    assert_fails_with(f, ce_fs_set_owner(f->fs, "file", 0, 0, &f->err), CE_PERMISSION, EPERM);
    return;
  }
  temp_link(f->root, "link", "file");
  assert_int_equal(ce_fs_set_owner(f->fs, "link", 12, 34, &f->err), CE_OK);
  struct ce_fs_stat found;
  assert_int_equal(ce_fs_inspect(f->fs, "link", &found, &f->err), CE_OK);
  assert_int_equal(found.uid, 12);
  assert_int_equal(found.gid, 34);
  assert_int_equal(ce_fs_inspect(f->fs, "file", &found, &f->err), CE_OK);
  assert_int_equal(found.uid, 0);
}

static void syncs_directories_and_file_systems(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "x", 0644);
  temp_link(f->root, "link", "file");
  assert_int_equal(mkfifo(temp_path(f->root, "fifo"), 0600), 0);
  assert_int_equal(ce_fs_sync_directory(f->fs, "", &f->err), CE_OK);
  assert_fails_with(f, ce_fs_sync_directory(f->fs, "file", &f->err), CE_IO, ENOTDIR);
  static const char *const paths[] = {"", "file", "link", "fifo"};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    assert_int_equal(ce_fs_sync_filesystem(f->fs, paths[i], &f->err), CE_OK);
  }
  assert_fails_with(f, ce_fs_sync_filesystem(f->fs, "absent", &f->err), CE_NOT_FOUND, ENOENT);
}

static void relabels_nothing_in_an_image(void **state) {
  struct fixture *f = *state;
  assert_int_equal(ce_fs_relabel(f->fs, "absent", &f->err), CE_OK);
}

static void fails_on_a_root_that_is_no_directory(void **state) {
  struct fixture *f = *state;
  write_file(f, "file", "x", 0644);
  struct ce_fs *fs = NULL;
  assert_fails_with(f, ce_fs_open_root(temp_path(f->root, "absent"), &fs, &f->err), CE_NOT_FOUND, ENOENT);
  assert_fails_with(f, ce_fs_open_root(temp_path(f->root, "file"), &fs, &f->err), CE_IO, ENOTDIR);
  assert_null(fs);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(gives_exact_modes_under_any_umask),
      TEST(does_not_inherit_the_setgid_bit),
      TEST(sets_modes_of_files_and_directories_but_not_of_links),
      TEST(inspects_every_type),
      TEST(tells_absence_apart_from_failure),
      TEST(lists_names_sorted_by_bytes),
      TEST(makes_nothing_where_something_is),
      TEST(makes_missing_directories_only),
      TEST(removes_what_it_is_told_to),
      TEST(removes_trees_with_any_names),
      TEST(refuses_paths_that_are_not_relpaths),
      TEST(appends_and_truncates),
      TEST(reads_a_file_as_a_reader),
      TEST(forgets_directories_that_moved),
      TEST(forgets_directories_behind_links_that_changed),
      TEST(renames_between_many_directories),
      TEST(changes_owners_with_privilege_only),
      TEST(syncs_directories_and_file_systems),
      TEST(relabels_nothing_in_an_image),
      TEST(fails_on_a_root_that_is_no_directory),
  };
  int failed = 0;
  for (means = CE_FS_ROOT_KERNEL; means <= CE_FS_ROOT_WALK; means++) {
    failed += cmocka_run_group_tests_name(means == CE_FS_ROOT_KERNEL ? "openat2" : "walk", tests, NULL, NULL);
  }
  return failed;
}
