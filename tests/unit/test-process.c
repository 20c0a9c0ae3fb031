/* SPDX-License-Identifier: Apache-2.0
 * Running programs: what they get, what comes back, and that nothing of them stays. */
#include "ports/process.h"

#include "refused-call.h"
#include "temp-tree.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#include <cmocka.h>

#define LONG_MS 60000

static enum ce_code run_for(int64_t timeout_ms, const char *const argv[], const char *const env[],
                            struct ce_process_result *ret, struct ce_error *err) {
  const struct ce_process *process = ce_process_system();
  return process->run(process->context, argv, env, timeout_ms, ret, err);
}

static enum ce_code run_shell(const char *script, struct ce_process_result *ret, struct ce_error *err) {
  const char *const argv[] = {"sh", "-c", script, NULL};
  return run_for(LONG_MS, argv, NULL, ret, err);
}

static void gives_both_streams_and_the_status(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  assert_int_equal(run_shell("echo out; echo err >&2; exit 7", &result, &err), CE_OK);
  assert_string_equal(ce_blob_text(&result.output), "out\n");
  assert_string_equal(ce_blob_text(&result.errors), "err\n");
  assert_int_equal(result.exit_status, 7);
  assert_int_equal(run_shell("kill -9 $$", &result, &err), CE_OK);
  assert_int_equal(result.exit_status, 128 + SIGKILL);
  assert_int_equal(result.output.size, 0);
}

static void tells_missing_from_forbidden(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {.exit_status = 5};
  const char *const missing[] = {"certenv-no-such-program", NULL};
  assert_int_equal(run_for(LONG_MS, missing, NULL, &result, &err), CE_NOT_FOUND);
  const char *const missing_path[] = {"/nonexistent/program", NULL};
  assert_int_equal(run_for(LONG_MS, missing_path, NULL, &result, &err), CE_NOT_FOUND);
  assert_int_equal(err.sys_errno, ENOENT);
  const char *const directory[] = {"/tmp", NULL};
  assert_int_equal(run_for(LONG_MS, directory, NULL, &result, &err), CE_PERMISSION);
  assert_int_equal(err.sys_errno, EACCES);
  assert_int_equal(result.exit_status, 5);
}

static void looks_in_absolute_directories_of_the_path_only(void **state) {
  (void)state;
  char *place = temp_make();
  char *old_path = strdup(getenv("PATH"));
  char *old_place = get_current_dir_name();
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  temp_write(place, "certenv-here", "#!/bin/sh\necho found\n", 0755);
  const char *const argv[] = {"certenv-here", NULL};
  assert_int_equal(chdir(place), 0);
  static const char *const relative[] = {".", "", ":/bin:", ".:/bin", "./.:"};
  for (size_t i = 0; i < sizeof relative / sizeof relative[0]; i++) {
    setenv("PATH", relative[i], 1);
    assert_int_equal(run_for(LONG_MS, argv, NULL, &result, &err), CE_NOT_FOUND);
  }
  char path[PATH_MAX];
  snprintf(path, sizeof path, "/nonexistent:/etc/hosts:%s", place);
  setenv("PATH", path, 1);
  assert_int_equal(run_for(LONG_MS, argv, NULL, &result, &err), CE_OK);
  assert_string_equal(ce_blob_text(&result.output), "found\n");
  assert_int_equal(chmod(temp_path(place, "certenv-here"), 0644), 0);
  assert_int_equal(run_for(LONG_MS, argv, NULL, &result, &err), CE_PERMISSION);
  assert_int_equal(chmod(place, 0), 0);
  assert_int_equal(run_for(LONG_MS, argv, NULL, &result, &err),
                   geteuid() == 0 ? CE_PERMISSION : CE_NOT_FOUND);
  assert_int_equal(chmod(place, 0755), 0);
  unsetenv("PATH");
  assert_int_equal(run_shell("exit 3", &result, &err), CE_OK);
  assert_int_equal(result.exit_status, 3);
  setenv("PATH", old_path, 1);
  assert_int_equal(chdir(old_place), 0);
  free(old_path);
  free(old_place);
  temp_remove(place);
}

static void adds_to_the_environment(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  setenv("CERTENV_A", "inherited", 1);
  setenv("CERTENV_B", "inherited", 1);
  const char *const argv[] = {"sh", "-c",
                              "echo $CERTENV_A $CERTENV_B $CERTENV_C; env | grep -c ^CERTENV_B=", NULL};
  const char *const env[] = {"CERTENV_B=given", "CERTENV_C=new", NULL};
  assert_int_equal(run_for(LONG_MS, argv, env, &result, &err), CE_OK);
  assert_string_equal(ce_blob_text(&result.output), "inherited given new\n1\n");
  unsetenv("CERTENV_A");
  unsetenv("CERTENV_B");
}

static void gives_nothing_to_read_and_no_terminal(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  assert_int_equal(run_shell("cat; if (: < /dev/tty) 2>/dev/null; then echo terminal; fi", &result, &err),
                   CE_OK);
  assert_string_equal(ce_blob_text(&result.output), "");
}

static void hands_on_no_descriptor_and_no_blocked_signal(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  int open_fd = open("/dev/null", O_RDONLY);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  signal(SIGPIPE, SIG_IGN);
  assert_int_equal(run_shell("ls /proc/$$/fd; kill -PIPE $$", &result, &err), CE_OK);
  assert_int_equal(result.exit_status, 128 + SIGPIPE);
  assert_string_equal(ce_blob_text(&result.output), "0\n1\n2\n");
  assert_int_equal(run_shell("kill -TERM $$", &result, &err), CE_OK);
  assert_int_equal(result.exit_status, 128 + SIGTERM);
  signal(SIGPIPE, SIG_DFL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(open_fd);
}

static size_t count_descriptors(void) {
  size_t n = 0;
  DIR *directory = opendir("/proc/self/fd");
  while (readdir(directory)) {
    n++;
  }
  closedir(directory);
  return n;
}

static void leaves_no_descriptor_and_no_zombie(void **state) {
  (void)state;
  struct ce_error err;
  size_t before = count_descriptors();
  const char *const missing[] = {"certenv-no-such-program", NULL};
  const char *const slow[] = {"sleep", "100", NULL};
  for (int i = 0; i < 20; i++) {
    CE_AUTO(ce_process_result) struct ce_process_result result = {0};
    assert_int_equal(run_shell("true", &result, &err), CE_OK);
    assert_int_equal(run_for(LONG_MS, missing, NULL, &result, &err), CE_NOT_FOUND);
    assert_int_equal(run_for(1, slow, NULL, &result, &err), CE_CHILD);
  }
  assert_int_equal(count_descriptors(), before);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
  assert_int_equal(errno, ECHILD);
}

static void keeps_output_up_to_its_limit(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  assert_int_equal(
      run_shell("head -c 10000000 /dev/zero; head -c 5000000 /dev/zero >&2; exit 4", &result, &err), CE_OK);
  assert_int_equal(result.output.size, CE_PROCESS_OUTPUT_MAX);
  assert_int_equal(result.errors.size, CE_PROCESS_OUTPUT_MAX);
  assert_int_equal(result.exit_status, 4);
  assert_int_equal(run_shell("head -c 4194304 /dev/zero", &result, &err), CE_OK);
  assert_int_equal(result.output.size, 4194304);
}

/* A zombie that nobody has waited for yet is gone too. */
static bool is_gone(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "%d/stat", (int)pid);
  const char *text = temp_read("/proc", path);
  const char *name_end = text ? strrchr(text, ')') : NULL;
  return !name_end || name_end[2] == 'Z' || name_end[2] == 'X';
}

static bool is_gone_soon(pid_t pid) {
  for (int i = 0; i < 500 && !is_gone(pid); i++) {
    nanosleep(&(struct timespec){0, 10000000}, NULL);
  }
  return is_gone(pid);
}

static void kills_grandchildren_after_the_timeout(void **state) {
  (void)state;
  char *place = temp_make();
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {.exit_status = 5};
  /* One that ends when asked, one that does not listen, and a parent that does not listen either. */
  static const char *const scripts[] = {
      "sleep 1000 & echo $! > \"$0/pid\"; wait",
      "(trap '' TERM; while :; do sleep 1; done) & echo $! > \"$0/pid\"; exec sleep 1000",
      "trap '' TERM; (while :; do sleep 1; done) & echo $! > \"$0/pid\"; while :; do sleep 1; done",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
    const char *const argv[] = {"sh", "-c", scripts[i], place, NULL};
    assert_int_equal(run_for(400, argv, NULL, &result, &err), CE_CHILD);
    const char *text = temp_read(place, "pid");
    assert_non_null(text);
    assert_true(is_gone_soon((pid_t)atoi(text)));
  }
  assert_int_equal(result.exit_status, 5);
  temp_remove(place);
}

static void an_endless_writer_is_stopped_in_time(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  const char *const argv[] = {"sh", "-c", "trap '' TERM; while :; do echo yes; done", NULL};
  time_t start = time(NULL);
  assert_int_equal(run_for(200, argv, NULL, &result, &err), CE_CHILD);
  assert_in_range(time(NULL) - start, 0, 30);
}

static void does_not_wait_for_what_a_program_leaves_behind(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  assert_int_equal(run_shell("sleep 1000 & echo $!", &result, &err), CE_OK);
  pid_t left = (pid_t)atoi(ce_blob_text(&result.output));
  assert_true(left > 0 && !is_gone(left));
  kill(left, SIGKILL);
}

static int run_without_standard_streams(void *context) {
  (void)context;
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
  for (int fd = 0; fd <= 2; fd++) {
    close(fd);
  }
  enum ce_code code = run_shell("echo out; echo err >&2", &result, &err);
  dup2(kept, STDERR_FILENO);
  TEMP_CHECK(code == CE_OK);
  TEMP_CHECK(strcmp(ce_blob_text(&result.output), "out\n") == 0);
  TEMP_CHECK(strcmp(ce_blob_text(&result.errors), "err\n") == 0);
  return 0;
}

static void works_when_our_own_streams_are_closed(void **state) {
  (void)state;
  assert_int_equal(temp_in_child(run_without_standard_streams, NULL), 0);
}

static int run_without_pid_descriptors(void *context) {
  (void)context;
  if (!refuse_call(SYS_pidfd_open, ENOSYS)) {
    return TEMP_SKIPPED;
  }
  struct ce_error err;
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  TEMP_CHECK(run_shell("exec >&- 2>&-; sleep 0.2; exit 6", &result, &err) == CE_OK);
  TEMP_CHECK(result.exit_status == 6);
  const char *const slow[] = {"sleep", "1000", NULL};
  TEMP_CHECK(run_for(100, slow, NULL, &result, &err) == CE_CHILD);
  return 0;
}

static void works_on_kernels_without_pid_descriptors(void **state) {
  (void)state;
  int result = temp_in_child(run_without_pid_descriptors, NULL);
  if (result == TEMP_SKIPPED) {
    skip();
  }
  assert_int_equal(result, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_both_streams_and_the_status),
      cmocka_unit_test(tells_missing_from_forbidden),
      cmocka_unit_test(looks_in_absolute_directories_of_the_path_only),
      cmocka_unit_test(adds_to_the_environment),
      cmocka_unit_test(gives_nothing_to_read_and_no_terminal),
      cmocka_unit_test(hands_on_no_descriptor_and_no_blocked_signal),
      cmocka_unit_test(leaves_no_descriptor_and_no_zombie),
      cmocka_unit_test(keeps_output_up_to_its_limit),
      cmocka_unit_test(kills_grandchildren_after_the_timeout),
      cmocka_unit_test(an_endless_writer_is_stopped_in_time),
      cmocka_unit_test(does_not_wait_for_what_a_program_leaves_behind),
      cmocka_unit_test(works_on_kernels_without_pid_descriptors),
      cmocka_unit_test(works_when_our_own_streams_are_closed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
