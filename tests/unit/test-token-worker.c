/* SPDX-License-Identifier: Apache-2.0
 * Tests of the worker's client: against scripts that answer anything, and with the real worker on a module
 * that crashes, hangs and loses its token when it is told to. */
#include "device/token.h"
#include "temp-tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#define PIN "Zq7#kP2x"
/* In a script: the call and the PIN behind it. One that ends before it has read both has crashed. */
#define TAKE_CALL "read line; head -c 8 >/dev/null; "
#define SHORT     400  /* ms, for what hangs */
#define AMPLE     4000 /* ms, for what hangs and then has to answer, on a busy machine too */

struct scene {
  char *directory;
  char orders[PATH_MAX + 32]; /* the environment's entry for the module */
  const char *environment[2];
  struct ce_token_worker *worker;
  volatile sig_atomic_t cancelled;
};

static const struct ce_token_place place = {7, "0042"};

static void order(const struct scene *scene, const char *text) {
  temp_write(scene->directory, "orders", text, 0600);
}

static void open_worker(struct scene *scene, const char *program, int64_t limit_ms) {
  struct ce_error err;
  const struct ce_token_worker_request request = {
      .program = program,
      .module = CE_TEST_PKCS11,
      .environment = scene->environment,
      .cancelled = &scene->cancelled,
      .limit_ms = limit_ms,
  };
  ce_token_worker_close(scene->worker);
  assert_int_equal(ce_token_worker_open(&request, &scene->worker, &err), CE_OK);
}

/* The program is a script with this text. */
static void open_script(struct scene *scene, const char *text, int64_t limit_ms) {
  char script[8192];
  snprintf(script, sizeof script, "#!/bin/sh\n%s\n", text);
  temp_write(scene->directory, "script", script, 0755);
  char *program = strdup(temp_path(scene->directory, "script"));
  open_worker(scene, program, limit_ms);
  free(program);
}

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  scene->directory = temp_make();
  snprintf(scene->orders, sizeof scene->orders, "CE_FAKE_TOKEN=%s", temp_path(scene->directory, "orders"));
  scene->environment[0] = scene->orders;
  order(scene, "");
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_token_worker_close(scene->worker);
  temp_remove(scene->directory);
  free(scene);
  return 0;
}

static enum ce_code login(struct scene *scene, const char *text, struct ce_token_answer *ret,
                          struct ce_error *err) {
  CE_AUTO(ce_secret) struct ce_secret pin = {0};
  assert_int_equal(ce_secret_set(&pin, text, strlen(text), err), CE_OK);
  return ce_token_worker_login(scene->worker, &place, &pin, ret, err);
}

static enum ce_token_result login_result(struct scene *scene, const char *text) {
  struct ce_token_answer answer;
  struct ce_error err;
  if (login(scene, text, &answer, &err) != CE_OK) {
    fail_msg("%s: %s", err.op, err.detail);
  }
  return answer.result;
}

static size_t listed(struct scene *scene) {
  struct ce_error err;
  CE_AUTO(ce_json) json_t *report = NULL;
  size_t count = 0;
  if (ce_token_worker_list(scene->worker, -1, &report, &err) != CE_OK) {
    fail_msg("%s: %s", err.op, err.detail);
  }
  const json_t *slots = json_object_get(report, "slots");
  for (size_t i = 0; i < json_array_size(slots); i++) {
    count += json_object_get(json_array_get(slots, i), "token") != NULL;
  }
  return count;
}

/* The worker's process, or 0. */
static pid_t find_child(void) {
  pid_t found = 0;
  DIR *all = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(all));) {
    char path[300], line[512];
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    FILE *file = fopen(path, "r");
    if (file && fgets(line, sizeof line, file) && strrchr(line, ')') &&
        sscanf(strrchr(line, ')'), ") %*c %d", &parent) == 1 && parent == getpid()) {
      found = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    if (file) {
      fclose(file);
    }
  }
  closedir(all);
  return found;
}

static void believes_no_answer_that_breaks_a_rule(void **state) {
  struct scene *scene = *state;
  static const char *const scripts[] = {
      "read line; echo nonsense",
      "read line; echo '{\"id\":99,\"result\":\"ok\"}'",
      "read line; echo '{\"id\":1,\"result\":\"very good\"}'",
      "read line; echo '{\"id\":1,\"result\":\"ok\",\"signature\":\"zz\"}'",
      "read line; printf '{\"id\":1,\"result\":\"ok\"}\\n{\"id\":2,\"result\":\"ok\"}\\n'",
      "read line; head -c 5000000 /dev/zero | tr '\\0' ' '",
      "read line; yes",
  };
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    struct ce_error err = {0};
    struct ce_token_answer answer;
    open_script(scene, scripts[i], 5000);
    if (login(scene, PIN, &answer, &err) != CE_CHILD) {
      fail_msg("believed: %s", scripts[i]);
    }
    assert_int_equal(find_child(), 0);
  }
}

static void an_answer_without_a_report_is_no_list(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  json_t *report = NULL;
  open_script(scene, "read line; echo '{\"id\":1,\"result\":\"ok\"}'; read line", 5000);
  assert_int_equal(ce_token_worker_list(scene->worker, -1, &report, &err), CE_CHILD);
  assert_null(report);
}

static void a_program_that_is_not_there_is_told(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  struct ce_token_answer answer;
  open_worker(scene, "/nonexistent/certenv-probe", 0);
  assert_int_equal(login(scene, PIN, &answer, &err), CE_NOT_FOUND);
}

static void a_child_that_ended_between_calls_is_replaced(void **state) {
  struct scene *scene = *state;
  open_script(scene,
              TAKE_CALL "id=${line##*\\\"id\\\":}; echo \"{\\\"id\\\":${id%%,*},\\\"result\\\":\\\"ok\\\"}\"",
              5000);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(login_result(scene, PIN), CE_TOKEN_OK);
    poll(NULL, 0, 50);
  }
}

static void the_child_gets_the_environment_and_no_descriptor(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  struct ce_token_answer answer;
  CE_AUTO(ce_fd) int leak = fcntl(STDERR_FILENO, F_DUPFD, 77);
  assert_int_equal(leak, 77);
  open_script(scene,
              "fds=$(cd /proc/$$/fd && echo [0-9]*)\n" TAKE_CALL
              "echo \"{\\\"id\\\":1,\\\"result\\\":\\\"failed\\\",\\\"error\\\":{\\\"stage\\\":\\\"x\\\","
              "\\\"rv\\\":null,\\\"message\\\":\\\"$# $1 $3 $CE_FAKE_TOKEN $fds\\\"}}\"",
              5000);
  assert_int_equal(login(scene, PIN, &answer, &err), CE_OK);
  char expected[2 * PATH_MAX];
  snprintf(expected, sizeof expected, "3 --serve %s %s 0 1 ", CE_TEST_PKCS11, strchr(scene->orders, '=') + 1);
  assert_memory_equal(answer.message, expected, strlen(expected));
  assert_null(strstr(answer.message, " 77"));
}

static void the_child_of_root_becomes_the_user(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  CE_AUTO(ce_access_user) struct ce_access_user user = {0};
  if (geteuid() != 0 || ce_access_user_load(65534, &user, &err) != CE_OK) {
    skip();
  }
  temp_write(scene->directory, "script",
             "#!/bin/sh\nread line\necho \"{\\\"id\\\":1,\\\"result\\\":\\\"ok\\\",\\\"report\\\":"
             "{\\\"uid\\\":$(id -u),\\\"gid\\\":$(id -g)}}\"\n",
             0755);
  assert_int_equal(chmod(scene->directory, 0755), 0);
  char *program = strdup(temp_path(scene->directory, "script"));
  const struct ce_token_worker_request request = {.program = program, .module = "m.so", .user = &user};
  CE_AUTO(ce_json) json_t *report = NULL;
  if (ce_token_list_once(&request, -1, &report, &err) != CE_OK) {
    fail_msg("%s: %s", err.op, err.detail);
  }
  assert_int_equal(json_integer_value(json_object_get(report, "uid")), user.uid);
  assert_int_equal(json_integer_value(json_object_get(report, "gid")), user.gid);
  free(program);
}

static void cancelling_ends_the_child(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  struct ce_token_answer answer;
  open_script(scene, "sleep 100", 50000);
  scene->cancelled = 1;
  assert_int_equal(login(scene, PIN, &answer, &err), CE_CANCELLED);
  assert_int_equal(find_child(), 0);
}

static void lists_and_logs_in(void **state) {
  struct scene *scene = *state;
  struct ce_token_answer answer;
  struct ce_error err;
  open_worker(scene, CE_TEST_PROBE, 0);
  assert_int_equal(listed(scene), 1);
  pid_t child = find_child();
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_OK);
  assert_int_equal(login_result(scene, "wrong"), CE_TOKEN_PIN_INCORRECT);
  assert_int_equal(login_result(scene, "wrong"), CE_TOKEN_PIN_FINAL_TRY);
  assert_int_equal(login(scene, "wrong", &answer, &err), CE_OK);
  assert_int_equal(answer.result, CE_TOKEN_PIN_LOCKED);
  assert_int_equal(ce_token_pin_tries_left(&answer.pin), 0);
  assert_int_equal(find_child(), child);
}

static void a_token_that_goes_with_the_child_is_removed(void **state) {
  struct scene *scene = *state;
  open_worker(scene, CE_TEST_PROBE, 0);
  order(scene, "gone:C_Login");
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_REMOVED);
  assert_int_equal(listed(scene), 0);
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_REMOVED);
  order(scene, "");
  assert_int_equal(listed(scene), 1);
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_OK);
}

static void a_crash_with_the_token_still_there_is_a_crash(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  struct ce_token_answer answer;
  open_worker(scene, CE_TEST_PROBE, 0);
  order(scene, "crash:C_Login");
  assert_int_equal(login(scene, PIN, &answer, &err), CE_CHILD);
  assert_string_equal(err.op, "login");
  assert_string_equal(err.detail, "the PKCS#11 module crashed (signal 6)");
  order(scene, "");
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_OK);
}

static void a_list_survives_a_module_that_crashes_once(void **state) {
  struct scene *scene = *state;
  open_worker(scene, CE_TEST_PROBE, 0);
  order(scene, "gone:C_FindObjectsInit");
  assert_int_equal(listed(scene), 0);
  order(scene, "");
  assert_int_equal(listed(scene), 1);
}

static void a_hang_ends_at_the_deadline(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  struct ce_token_answer answer;
  open_worker(scene, CE_TEST_PROBE, 0);
  assert_int_equal(listed(scene), 1);
  open_worker(scene, CE_TEST_PROBE, AMPLE);
  order(scene, "hang:C_Login");
  assert_int_equal(login(scene, PIN, &answer, &err), CE_CHILD);
  assert_string_equal(err.op, "login");
  assert_non_null(strstr(err.detail, "did not answer within"));
  order(scene, "");
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_OK);
}

static void a_module_that_always_hangs_is_told(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  json_t *report = NULL;
  open_worker(scene, CE_TEST_PROBE, SHORT);
  order(scene, "hang:C_Initialize");
  assert_int_equal(ce_token_worker_list(scene->worker, -1, &report, &err), CE_CHILD);
  assert_string_equal(err.op, "list");
  assert_int_equal(find_child(), 0);
}

static void waits_until_a_removal_is_noticed(void **state) {
  struct scene *scene = *state;
  open_worker(scene, CE_TEST_PROBE, 0);
  order(scene, "stale:C_Login");
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_REMOVED);
  order(scene, "stale:C_FindObjectsInit");
  assert_int_equal(listed(scene), 0);
  order(scene, "stale:C_GenerateRandom");
  assert_int_equal(listed(scene), 0);
}

/* How often the bytes lie in the process's writable memory. */
static size_t count_in_memory(pid_t pid, const char *text) {
  char path[64], line[512];
  size_t found = 0, size = strlen(text);
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  CE_AUTO(ce_fd) int memory = open(path, O_RDONLY | O_CLOEXEC);
  assert_non_null(maps);
  assert_true(memory >= 0);
  while (fgets(line, sizeof line, maps)) {
    unsigned long begin = 0, end = 0;
    char access[5] = "";
    if (sscanf(line, "%lx-%lx %4s", &begin, &end, access) != 3 || access[1] != 'w' ||
        end - begin > 64ul << 20) {
      continue; /* the sanitizer's shadow is larger; it holds no bytes of ours */
    }
    char *bytes = malloc(end - begin);
    ssize_t got = pread(memory, bytes, end - begin, (off_t)begin);
    for (ssize_t at = 0; got > (ssize_t)size && at <= got - (ssize_t)size; at++) {
      found += memcmp(bytes + at, text, size) == 0;
    }
    free(bytes);
  }
  fclose(maps);
  return found;
}

static bool file_has(pid_t pid, const char *name, const char *text) {
  char path[64];
  static char bytes[1 << 20];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  CE_AUTO(ce_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
  assert_true(got > 0);
  return memmem(bytes, (size_t)got, text, strlen(text)) != NULL;
}

static void nothing_is_left_of_a_pin(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_secret) struct ce_secret pin = {0}, new_pin = {0};
  struct ce_token_answer answer;
  struct ce_error err;
  open_worker(scene, CE_TEST_PROBE, 0);
  assert_int_equal(login_result(scene, PIN), CE_TOKEN_OK);
  assert_int_equal(ce_secret_set(&pin, PIN, strlen(PIN), &err), CE_OK);
  assert_int_equal(ce_secret_set(&new_pin, "Other#9pin", 10, &err), CE_OK);
  assert_int_equal(ce_token_worker_change_pin(scene->worker, &place, &pin, &new_pin, &answer, &err), CE_OK);
  assert_int_equal(answer.result, CE_TOKEN_OK);
  pid_t child = find_child();
  assert_true(child > 0);
  assert_true(count_in_memory(child, "CE_FAKE_TOKEN=") > 0); /* the search finds what is there */
  assert_int_equal(count_in_memory(child, PIN), 0);
  assert_int_equal(count_in_memory(child, "Other#9pin"), 0);
  assert_false(file_has(child, "cmdline", PIN));
  assert_false(file_has(child, "environ", PIN));
  assert_true(file_has(child, "environ", "CE_FAKE_TOKEN="));
}

/* While a module works with the PIN, it is where no dump and no forked child gets it. That it is locked is
 * for tests/device/token: the address sanitizer takes mlock() away. */
static void a_pin_at_work_is_kept_apart(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  struct ce_token_answer answer;
  char line[256];
  int found = 0;
  open_worker(scene, CE_TEST_PROBE, AMPLE);
  assert_int_equal(listed(scene), 1);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/smaps", find_child());
  order(scene, "hang:C_Login");
  pid_t pid = fork();
  if (pid == 0) {
    /* The worker is at work for the parent meanwhile. */
    poll(NULL, 0, 1000);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
      found += strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " dd") && strstr(line, " wf");
    }
    _exit(found > 0 ? 0 : 1);
  }
  assert_int_equal(login(scene, PIN, &answer, &err), CE_CHILD);
  int status = -1;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
}

static void the_child_ends_with_its_parent(void **state) {
  struct scene *scene = *state;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  pid_t pid = fork();
  if (pid == 0) {
    open_worker(scene, CE_TEST_PROBE, 0);
    listed(scene);
    pid_t child = find_child();
    ssize_t written = write(ends[1], &child, sizeof child);
    _exit(written == sizeof child ? 0 : 1);
  }
  pid_t child = 0;
  assert_int_equal(read(ends[0], &child, sizeof child), sizeof child);
  waitpid(pid, NULL, 0);
  bool gone = false;
  for (int i = 0; i < 100 && !gone; i++) {
    gone = kill(child, 0) != 0;
    poll(NULL, 0, 20);
  }
  assert_true(gone);
  close(ends[0]);
  close(ends[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(believes_no_answer_that_breaks_a_rule),
      TEST(an_answer_without_a_report_is_no_list),
      TEST(a_program_that_is_not_there_is_told),
      TEST(a_child_that_ended_between_calls_is_replaced),
      TEST(the_child_gets_the_environment_and_no_descriptor),
      TEST(the_child_of_root_becomes_the_user),
      TEST(cancelling_ends_the_child),
      TEST(lists_and_logs_in),
      TEST(a_token_that_goes_with_the_child_is_removed),
      TEST(a_crash_with_the_token_still_there_is_a_crash),
      TEST(a_list_survives_a_module_that_crashes_once),
      TEST(a_hang_ends_at_the_deadline),
      TEST(a_module_that_always_hangs_is_told),
      TEST(waits_until_a_removal_is_noticed),
      TEST(nothing_is_left_of_a_pin),
      TEST(a_pin_at_work_is_kept_apart),
      TEST(the_child_ends_with_its_parent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
