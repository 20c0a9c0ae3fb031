/* SPDX-License-Identifier: Apache-2.0
 * Locks on files of the real file system, between processes. */
#include "fs-scene.h"

struct holder {
  const char *root;
  pid_t child;
  int held[2], release[2];
};

/* In the child: says that it holds the lock, and holds it until it is told to end. */
static int hold_on(const struct holder *holder) {
  char byte;
  TEMP_CHECK(write(holder->held[1], "h", 1) == 1);
  TEMP_CHECK(read(holder->release[0], &byte, 1) == 1);
  return 0;
}

static int hold_lock(const struct holder *holder) {
  struct ce_error err;
  struct ce_fs *fs = NULL;
  struct ce_fs_file *file = NULL;
  int64_t pid = -1;
  TEMP_CHECK(ce_fs_open_root(holder->root, &fs, &err) == CE_OK);
  TEMP_CHECK(ce_fs_open(fs, "lock", CE_FS_CREATE, 0644, &file, &err) == CE_OK);
  TEMP_CHECK(ce_fs_file_try_lock(file, &pid, &err) == CE_OK);
  /* Reading it elsewhere in the holder must not lose it. */
  struct ce_fs_file *other = NULL;
  TEMP_CHECK(ce_fs_open(fs, "lock", CE_FS_READ, 0, &other, &err) == CE_OK);
  ce_fs_file_discard(other);
  return hold_on(holder);
}

static int hold_classic_lock(const struct holder *holder) {
  int fd = open(temp_path(holder->root, "lock"), O_RDWR | O_CLOEXEC);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  TEMP_CHECK(fcntl(fd, F_SETLK, &lock) == 0);
  return hold_on(holder);
}

static void holder_start(struct holder *holder, const char *root, int (*hold)(const struct holder *holder)) {
  char byte;
  holder->root = root;
  assert_int_equal(pipe2(holder->held, O_CLOEXEC), 0);
  assert_int_equal(pipe2(holder->release, O_CLOEXEC), 0);
  holder->child = fork();
  if (holder->child == 0) {
    _exit(hold(holder));
  }
  assert_int_equal(read(holder->held[0], &byte, 1), 1);
}

static void holder_end(struct holder *holder) {
  int status = -1;
  assert_int_equal(write(holder->release[1], "r", 1), 1);
  assert_int_equal(waitpid(holder->child, &status, 0), holder->child);
  assert_int_equal(status, 0);
  for (int i = 0; i < 2; i++) {
    close(holder->held[i]);
    close(holder->release[i]);
  }
}

static void locks_between_two_processes(void **state) {
  struct fixture *f = *state;
  struct holder holder;
  holder_start(&holder, f->root, hold_lock);
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  int64_t pid = -1;
  assert_int_equal(ce_fs_open(f->fs, "lock", CE_FS_APPEND, 0, &file, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_try_lock(file, &pid, &f->err), CE_LOCKED);
  assert_int_equal(pid, 0);
  holder_end(&holder);
  assert_int_equal(ce_fs_file_try_lock(file, &pid, &f->err), CE_OK);
}

static void names_the_holder_of_a_classic_lock(void **state) {
  struct fixture *f = *state;
  struct holder holder;
  temp_write(f->root, "lock", "", 0644);
  holder_start(&holder, f->root, hold_classic_lock);
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  int64_t pid = -1;
  assert_int_equal(ce_fs_open(f->fs, "lock", CE_FS_APPEND, 0, &file, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_try_lock(file, &pid, &f->err), CE_LOCKED);
  assert_int_equal(pid, holder.child);
  holder_end(&holder);
}

static bool is_locked_beside(struct fixture *f, int flags, short type) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
  int fd = open(temp_path(f->root, "lock"), flags | O_CLOEXEC);
  assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  bool locked = false;
  assert_int_equal(ce_fs_open(f->fs, "lock", CE_FS_READ, 0, &file, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_is_locked(file, &locked, &f->err), CE_OK);
  close(fd);
  return locked;
}

static void takes_no_readers_lock_for_one(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "lock", "", 0644);
  assert_true(is_locked_beside(f, O_RDWR, F_WRLCK));
  assert_false(is_locked_beside(f, O_RDONLY, F_RDLCK));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(locks_between_two_processes),
      TEST(names_the_holder_of_a_classic_lock),
      TEST(takes_no_readers_lock_for_one),
  };
  int failed = 0;
  for (means = CE_FS_ROOT_KERNEL; means <= CE_FS_ROOT_WALK; means++) {
    failed += cmocka_run_group_tests_name(means == CE_FS_ROOT_KERNEL ? "openat2" : "walk", tests, NULL, NULL);
  }
  return failed;
}
