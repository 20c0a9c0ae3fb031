/* SPDX-License-Identifier: Apache-2.0
 * Tests of txn/lock. */
#include "fakes/disk.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "temp-tree.h"
#include "txn/lock.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* A clock that stands still but for its sleeps, and does something at the third of them. */
struct fake_clock {
  struct ce_clock clock;
  int64_t now_ms;
  unsigned sleeps;
  void (*at_third)(struct fake_clock *clock);
  struct ce_fs *fs;
  struct ce_lock *held;
};

static int64_t read_s(void *context) {
  return ((struct fake_clock *)context)->now_ms / 1000;
}

static int64_t read_ms(void *context) {
  return ((struct fake_clock *)context)->now_ms;
}

static void sleep_ms(void *context, int64_t ms) {
  struct fake_clock *clock = context;
  clock->now_ms += ms;
  if (++clock->sleeps == 3 && clock->at_third) {
    clock->at_third(clock);
  }
}

struct scene {
  struct ce_disk *disk;
  struct ce_fs *fs;
  struct fake_clock time;
  struct ce_error err;
};

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  scene->disk = ce_disk_new();
  scene->fs = ce_disk_fs(scene->disk);
  scene->time = (struct fake_clock){.clock = {read_s, read_ms, sleep_ms, &scene->time}, .fs = scene->fs};
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_disk_free(scene->disk);
  free(scene);
  return 0;
}

static struct ce_lock *take(struct scene *scene) {
  struct ce_lock *lock = NULL;
  assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 10000, NULL, &lock, &scene->err), CE_OK);
  assert_non_null(lock);
  return lock;
}

static char *read_lock(struct scene *scene) {
  struct ce_blob text = {0};
  assert_int_equal(ce_fs_document_read(scene->fs, CE_LOCK, 100, &text, &scene->err), CE_OK);
  return ce_blob_take_text(&text);
}

static void writes_the_holders_pid_and_takes_it_back(void **state) {
  struct scene *scene = *state;
  char expected[32];
  snprintf(expected, sizeof expected, "%ld\n", (long)getpid());
  struct ce_lock *lock = take(scene);
  CE_AUTO(ce_free) char *held = read_lock(scene);
  assert_string_equal(held, expected);
  ce_lock_free(lock);
  CE_AUTO(ce_free) char *released = read_lock(scene);
  assert_string_equal(released, "");
}

static void can_be_taken_again_after_it_was_released(void **state) {
  struct scene *scene = *state;
  ce_lock_free(take(scene));
  ce_lock_free(take(scene));
  assert_int_equal(scene->time.sleeps, 0);
}

static void makes_the_state_directory_durable(void **state) {
  struct scene *scene = *state;
  struct ce_lock *lock = take(scene);
  CE_AUTO(ce_disk) struct ce_disk *left = ce_disk_crash(scene->disk, 0);
  bool exists = false;
  assert_int_equal(ce_fs_exists(ce_disk_fs(left), CE_STATE, &exists, NULL, &scene->err), CE_OK);
  assert_true(exists);
  ce_lock_free(lock);
}

static void names_the_holder_after_waiting(void **state) {
  struct scene *scene = *state;
  char expected[64];
  snprintf(expected, sizeof expected, "held by process %ld", (long)getpid());
  struct ce_lock *held = take(scene);
  struct ce_lock *second = NULL;
  assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 10000, NULL, &second, &scene->err), CE_LOCKED);
  assert_null(second);
  assert_int_equal(scene->err.code, CE_LOCKED);
  assert_string_equal(scene->err.detail, expected);
  assert_int_equal(scene->time.now_ms, 10000);
  assert_int_equal(scene->time.sleeps, 100);
  ce_lock_free(held);
}

static volatile sig_atomic_t cancelled;

static void cancel(struct fake_clock *clock) {
  (void)clock;
  cancelled = 1;
}

static void hears_a_cancel_while_it_waits(void **state) {
  struct scene *scene = *state;
  struct ce_lock *held = take(scene);
  struct ce_lock *second = NULL;
  scene->time.at_third = cancel;
  assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 10000, &cancelled, &second, &scene->err),
                   CE_CANCELLED);
  assert_null(second);
  assert_int_equal(scene->time.sleeps, 3);
  ce_lock_free(held);
}

static void does_not_sleep_when_told_not_to_wait(void **state) {
  struct scene *scene = *state;
  struct ce_lock *held = take(scene);
  struct ce_lock *second = NULL;
  assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 0, NULL, &second, &scene->err), CE_LOCKED);
  assert_int_equal(scene->time.sleeps, 0);
  ce_lock_free(held);
}

static void release(struct fake_clock *clock) {
  ce_lock_free(ce_take(&clock->held));
}

static void waits_until_the_holder_lets_go(void **state) {
  struct scene *scene = *state;
  scene->time.held = take(scene);
  scene->time.at_third = release;
  ce_lock_free(take(scene));
  assert_int_equal(scene->time.sleeps, 3);
}

/* As the end of a purge does. */
static void purge(struct fake_clock *clock) {
  struct ce_error err;
  assert_int_equal(ce_fs_remove_file(clock->fs, CE_BUSY, &err), CE_OK);
  assert_int_equal(ce_fs_remove_file(clock->fs, CE_LOCK, &err), CE_OK);
  assert_int_equal(ce_fs_remove_directory(clock->fs, CE_STATE, &err), CE_OK);
  ce_lock_free(ce_take(&clock->held));
}

static void is_made_anew_after_a_purge(void **state) {
  struct scene *scene = *state;
  scene->time.held = take(scene);
  scene->time.at_third = purge;
  struct ce_lock *lock = take(scene);
  CE_AUTO(ce_free) char *text = read_lock(scene);
  assert_string_not_equal(text, "");
  ce_lock_free(lock);
}

static void says_what_is_wrong_with_the_state_directory(void **state) {
  struct scene *scene = *state;
  struct ce_lock *lock = NULL;
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_make_directories(scene->fs, "var/lib", 0755, &scene->err), CE_OK);
  assert_int_equal(ce_fs_open(scene->fs, CE_STATE, CE_FS_CREATE, 0644, &file, &scene->err), CE_OK);
  ce_fs_file_discard(file);
  assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 0, NULL, &lock, &scene->err), CE_CONFLICT);
}

static void a_read_only_machine_cannot_be_locked(void **state) {
  struct scene *scene = *state;
  struct ce_lock *lock = NULL;
  ce_disk_set_read_only(scene->disk, "", true);
  assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 0, NULL, &lock, &scene->err), CE_READ_ONLY);
}

/* Holds the lock in another process until a byte comes. */
static pid_t hold_elsewhere(const char *root, int ready_fd, int release_fd) {
  pid_t child = fork();
  if (child == 0) {
    struct ce_fs *fs = NULL;
    struct ce_lock *lock = NULL;
    struct ce_error err;
    char byte = 'x';
    bool held = ce_fs_open_root(root, &fs, &err) == CE_OK &&
                ce_lock_take(fs, ce_clock_system(), 0, NULL, &lock, &err) == CE_OK;
    bool told = held && write(ready_fd, &byte, 1) == 1 && read(release_fd, &byte, 1) >= 0;
    _exit(told ? 0 : 1);
  }
  return child;
}

static void holds_between_processes_and_ends_with_them(void **state) {
  struct scene *scene = *state;
  char *root = temp_make();
  int ready[2];
  int released[2];
  assert_int_equal(pipe(ready), 0);
  assert_int_equal(pipe(released), 0);
  pid_t child = hold_elsewhere(root, ready[1], released[0]);
  char byte = 0;
  char expected[64];
  snprintf(expected, sizeof expected, "held by process %ld", (long)child);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_lock *lock = NULL;
  assert_int_equal(ce_fs_open_root(root, &fs, &scene->err), CE_OK);
  assert_int_equal(ce_lock_take(fs, ce_clock_system(), 0, NULL, &lock, &scene->err), CE_LOCKED);
  assert_string_equal(scene->err.detail, expected);
  assert_int_equal(write(released[1], &byte, 1), 1);
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_int_equal(ce_lock_take(fs, ce_clock_system(), 0, NULL, &lock, &scene->err), CE_OK);
  ce_lock_free(lock);
  for (size_t i = 0; i < 2; i++) {
    close(ready[i]);
    close(released[i]);
  }
  temp_remove(root);
}

static void assert_held(struct ce_fs *fs, bool expected) {
  struct ce_error err;
  bool held = !expected;
  assert_int_equal(ce_lock_is_held(fs, &held, &err), CE_OK);
  assert_int_equal(held, expected);
}

static void is_seen_without_being_taken(void **state) {
  struct scene *scene = *state;
  assert_held(scene->fs, false);
  struct ce_lock *lock = take(scene);
  assert_held(scene->fs, true);
  ce_lock_free(lock);
  assert_held(scene->fs, false);
}

static void is_seen_in_another_process_until_that_ends(void **state) {
  struct scene *scene = *state;
  char *root = temp_make();
  int ready[2];
  int released[2];
  char byte = 0;
  assert_int_equal(pipe(ready), 0);
  assert_int_equal(pipe(released), 0);
  pid_t child = hold_elsewhere(root, ready[1], released[0]);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  assert_int_equal(ce_fs_open_root(root, &fs, &scene->err), CE_OK);
  assert_held(fs, true);
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_held(fs, false);
  for (size_t i = 0; i < 2; i++) {
    close(ready[i]);
    close(released[i]);
  }
  temp_remove(root);
}

/* The last calls of a run that takes the lock: the old file goes, a new one comes, is locked, is shown. */
static void is_taken_where_it_cannot_be_shown(void **state) {
  struct scene *scene = *state;
  ce_lock_free(take(scene));
  size_t before = ce_disk_calls(scene->disk);
  struct ce_lock *lock = take(scene);
  size_t calls = ce_disk_calls(scene->disk) - before;
  ce_lock_free(lock);
  for (size_t i = 0; i < 4; i++) {
    struct ce_lock *second = NULL;
    struct ce_disk_fault fault = {.call = ce_disk_calls(scene->disk) + calls - i, .sys_errno = EIO};
    ce_disk_set_fault(scene->disk, fault);
    lock = take(scene);
    ce_disk_set_fault(scene->disk, (struct ce_disk_fault){0});
    assert_held(scene->fs, false);
    assert_int_equal(ce_lock_take(scene->fs, &scene->time.clock, 0, NULL, &second, &scene->err), CE_LOCKED);
    ce_lock_free(lock);
  }
  lock = take(scene);
  assert_held(scene->fs, true);
  ce_lock_free(lock);
}

static void assert_mode(struct scene *scene, const char *path, uint32_t expected) {
  struct ce_fs_stat stat;
  assert_int_equal(ce_fs_inspect(scene->fs, path, &stat, &scene->err), CE_OK);
  assert_int_equal(stat.mode, expected);
}

static void closes_the_lock_file_of_an_older_version_to_others(void **state) {
  struct scene *scene = *state;
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_make_directories(scene->fs, CE_STATE, 0755, &scene->err), CE_OK);
  assert_int_equal(ce_fs_open(scene->fs, CE_LOCK, CE_FS_CREATE, 0644, &file, &scene->err), CE_OK);
  ce_fs_file_discard(file);
  struct ce_lock *lock = take(scene);
  assert_mode(scene, CE_LOCK, 0600);
  assert_mode(scene, CE_BUSY, 0644);
  ce_lock_free(lock);
}

/* Holds a read lock on every file of the state directory that it can open; returns their count. */
static char squat(DIR *directory) {
  char count = 0;
  for (const struct dirent *entry; (entry = readdir(directory));) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    int fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    count = (char)(count + (entry->d_name[0] != '.' && fd >= 0 && fcntl(fd, F_OFD_SETLK, &lock) == 0));
  }
  return count;
}

struct stranger {
  const char *root;
  int told_fd, asked_fd;
};

/* Somebody without rights: squats, and then tells whether a run is at work as often as he is asked. */
static int be_stranger(void *context) {
  const struct stranger *stranger = context;
  struct ce_fs *fs = NULL;
  struct ce_error err;
  DIR *directory = opendir(temp_path(stranger->root, CE_STATE));
  TEMP_CHECK(directory && ce_fs_open_root(stranger->root, &fs, &err) == CE_OK);
  TEMP_CHECK(setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0);
  char byte = squat(directory);
  TEMP_CHECK(write(stranger->told_fd, &byte, 1) == 1);
  while (read(stranger->asked_fd, &byte, 1) == 1) {
    bool held = false;
    TEMP_CHECK(ce_lock_is_held(fs, &held, &err) == CE_OK);
    byte = held ? 'h' : 'f';
    TEMP_CHECK(write(stranger->told_fd, &byte, 1) == 1);
  }
  return 0;
}

static char hear(int told_fd) {
  char byte = 0;
  assert_int_equal(read(told_fd, &byte, 1), 1);
  return byte;
}

static char ask(int asked_fd, int told_fd) {
  assert_int_equal(write(asked_fd, "?", 1), 1);
  return hear(told_fd);
}

static void strangers_see_a_run_and_cannot_keep_it_out(void **state) {
  struct scene *scene = *state;
  if (getuid() != 0) {
    skip();
  }
  char *root = temp_make();
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_lock *lock = NULL;
  assert_int_equal(ce_fs_open_root(root, &fs, &scene->err), CE_OK);
  assert_int_equal(ce_lock_take(fs, ce_clock_system(), 0, NULL, &lock, &scene->err), CE_OK);
  ce_lock_free(ce_take(&lock));
  int told[2];
  int asked[2];
  assert_int_equal(pipe2(told, O_CLOEXEC), 0);
  assert_int_equal(pipe2(asked, O_CLOEXEC), 0);
  struct stranger stranger = {root, told[1], asked[0]};
  pid_t child = fork();
  if (child == 0) {
    close(asked[1]);
    _exit(be_stranger(&stranger));
  }
  assert_int_equal(hear(told[0]), 1); /* CE_BUSY only */
  assert_held(fs, false);
  assert_int_equal(ask(asked[1], told[0]), 'f');
  assert_int_equal(ce_lock_take(fs, ce_clock_system(), 0, NULL, &lock, &scene->err), CE_OK);
  assert_held(fs, true);
  assert_int_equal(ask(asked[1], told[0]), 'h');
  ce_lock_free(ce_take(&lock));
  assert_held(fs, false);
  assert_int_equal(ask(asked[1], told[0]), 'f');
  close(asked[1]);
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  close(asked[0]);
  close(told[0]);
  close(told[1]);
  temp_remove(root);
}

/* Between the two calls that make it and show it, or after a crash there. */
static void a_file_that_is_not_shown_yet_is_no_failure(void **state) {
  struct scene *scene = *state;
  if (getuid() != 0) {
    skip();
  }
  char *root = temp_make();
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  assert_int_equal(ce_fs_open_root(root, &fs, &scene->err), CE_OK);
  assert_int_equal(ce_fs_make_directories(fs, CE_STATE, 0755, &scene->err), CE_OK);
  temp_write(root, CE_BUSY, "", 0600);
  int told[2];
  int asked[2];
  assert_int_equal(pipe2(told, O_CLOEXEC), 0);
  assert_int_equal(pipe2(asked, O_CLOEXEC), 0);
  assert_int_equal(write(asked[1], "?", 1), 1);
  close(asked[1]);
  struct stranger stranger = {root, told[1], asked[0]};
  assert_int_equal(temp_in_child(be_stranger, &stranger), 0);
  assert_int_equal(hear(told[0]), 0);
  assert_int_equal(hear(told[0]), 'f');
  close(asked[0]);
  close(told[0]);
  close(told[1]);
  temp_remove(root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(writes_the_holders_pid_and_takes_it_back, set_up, tear_down),
      cmocka_unit_test_setup_teardown(can_be_taken_again_after_it_was_released, set_up, tear_down),
      cmocka_unit_test_setup_teardown(makes_the_state_directory_durable, set_up, tear_down),
      cmocka_unit_test_setup_teardown(names_the_holder_after_waiting, set_up, tear_down),
      cmocka_unit_test_setup_teardown(hears_a_cancel_while_it_waits, set_up, tear_down),
      cmocka_unit_test_setup_teardown(does_not_sleep_when_told_not_to_wait, set_up, tear_down),
      cmocka_unit_test_setup_teardown(waits_until_the_holder_lets_go, set_up, tear_down),
      cmocka_unit_test_setup_teardown(is_made_anew_after_a_purge, set_up, tear_down),
      cmocka_unit_test_setup_teardown(says_what_is_wrong_with_the_state_directory, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_read_only_machine_cannot_be_locked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(holds_between_processes_and_ends_with_them, set_up, tear_down),
      cmocka_unit_test_setup_teardown(is_seen_without_being_taken, set_up, tear_down),
      cmocka_unit_test_setup_teardown(is_seen_in_another_process_until_that_ends, set_up, tear_down),
      cmocka_unit_test_setup_teardown(is_taken_where_it_cannot_be_shown, set_up, tear_down),
      cmocka_unit_test_setup_teardown(closes_the_lock_file_of_an_older_version_to_others, set_up, tear_down),
      cmocka_unit_test_setup_teardown(strangers_see_a_run_and_cannot_keep_it_out, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_file_that_is_not_shown_yet_is_no_failure, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
