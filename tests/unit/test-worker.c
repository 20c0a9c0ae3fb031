/* SPDX-License-Identifier: Apache-2.0
 * Tests of what a child of our own is cut off from. */
#include "device/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CUT_OFF 'c'
#define REACHES 'r'

static void say_what_it_reaches(const void *context, int fd) {
  (void)context;
  bool cut_off = getsid(0) == getpid() && open("/dev/tty", O_RDWR | O_CLOEXEC) < 0 && errno == ENXIO;
  send(fd, (char[]){cut_off ? CUT_OFF : REACHES}, 1, 0);
}

static bool is_cut_off(ce_worker_live *live, const struct ce_access_user *user) {
  struct ce_worker worker = {.fd = -1};
  struct ce_error err;
  char answer = 0;
  if (ce_worker_start(live, NULL, user, &worker, &err) != CE_OK) {
    return false;
  }
  struct pollfd look = {.fd = worker.fd, .events = POLLIN};
  bool cut_off = poll(&look, 1, 10000) == 1 && recv(worker.fd, &answer, 1, 0) == 1 && answer == CUT_OFF;
  ce_worker_stop(&worker);
  return cut_off;
}

/* In a process that has a terminal, as that of an administrator has. */
static int ask_worker(void) {
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
  bool cut_off = terminal >= 0 && is_cut_off(say_what_it_reaches, NULL);
  close(terminal);
  return cut_off ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void has_no_way_to_the_terminal(void **state) {
  (void)state;
  int terminal = -1;
  int status = -1;
  pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
  assert_true(pid >= 0);
  if (pid == 0) {
    _exit(ask_worker());
  }
  assert_int_equal(waitpid(pid, &status, 0), pid);
  close(terminal);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), EXIT_SUCCESS);
}

static void say_whether_it_can_be_traced(const void *context, int fd) {
  (void)context;
  send(fd, (char[]){prctl(PR_GET_DUMPABLE) == 0 ? CUT_OFF : REACHES}, 1, 0);
}

static void cannot_be_traced(void **state) {
  (void)state;
  const struct ce_access_user nobody = {.uid = 65534, .gid = 65534};
  assert_true(is_cut_off(say_whether_it_can_be_traced, NULL));
  assert_true(is_cut_off(say_whether_it_can_be_traced, &nobody));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(has_no_way_to_the_terminal),
                                     cmocka_unit_test(cannot_be_traced)};
  return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
