/* SPDX-License-Identifier: Apache-2.0
 * Tests of ports/descriptor. */
#include "ports/descriptor.h"
#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>

#include <cmocka.h>

#define SIZE 300000 /* a pipe takes less at once */

static volatile sig_atomic_t ticks;

static void tick(int signal_number) {
  (void)signal_number;
  ticks = ticks + 1;
}

/* Reads slowly at first, so that the writer waits and is interrupted. */
static int read_all(void *context) {
  char bytes[4096];
  size_t total = 0;
  ssize_t got;
  usleep(50000);
  while ((got = read(*(int *)context, bytes, sizeof bytes)) > 0) {
    for (ssize_t i = 0; i < got; i++) {
      TEMP_CHECK(bytes[i] == (char)(total + (size_t)i));
    }
    total += (size_t)got;
  }
  TEMP_CHECK(total == SIZE);
  return 0;
}

static void writes_all_of_it_though_it_is_interrupted(void **state) {
  (void)state;
  int ends[2];
  assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
  pid_t child = fork();
  if (child == 0) {
    close(ends[1]);
    _exit(read_all(&ends[0]));
  }
  close(ends[0]);
  char *bytes = malloc(SIZE);
  assert_non_null(bytes);
  for (size_t i = 0; i < SIZE; i++) {
    bytes[i] = (char)i;
  }
  struct sigaction action = {.sa_handler = tick}; /* without SA_RESTART */
  assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
  ualarm(5000, 5000);
  assert_int_equal(ce_descriptor_write(ends[1], bytes, SIZE), 0);
  ualarm(0, 0);
  close(ends[1]);
  int status = 1;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  assert_true(ticks > 0);
  free(bytes);
}

static void tells_why_it_cannot(void **state) {
  (void)state;
  int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
  assert_int_equal(ce_descriptor_write(fd, "x", 1), ENOSPC);
  assert_int_equal(ce_descriptor_write(fd, "", 0), 0);
  close(fd);
  assert_int_equal(ce_descriptor_write(-1, "x", 1), EBADF);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_all_of_it_though_it_is_interrupted),
      cmocka_unit_test(tells_why_it_cannot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
