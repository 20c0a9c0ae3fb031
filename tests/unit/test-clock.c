/* SPDX-License-Identifier: Apache-2.0
 * The system's clocks. */
#include "ports/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

static const struct ce_clock *sys;

static void tells_the_time_of_day(void **state) {
  (void)state;
  int64_t before = time(NULL);
  int64_t now = sys->now_s(sys->context);
  assert_in_range(now, before - 1, before + 5);
}

static void never_goes_back(void **state) {
  (void)state;
  int64_t last = sys->monotonic_ms(sys->context);
  for (int i = 0; i < 10000; i++) {
    int64_t now = sys->monotonic_ms(sys->context);
    assert_true(now >= last);
    last = now;
  }
}

static void interrupt(int number) {
  (void)number;
}

static void sleeps_its_time_in_spite_of_signals(void **state) {
  (void)state;
  struct sigaction action = {.sa_handler = interrupt};
  const struct itimerval every_10_ms = {{0, 10000}, {0, 10000}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &every_10_ms, NULL);
  int64_t start = sys->monotonic_ms(sys->context);
  sys->sleep_ms(sys->context, 120);
  int64_t slept = sys->monotonic_ms(sys->context) - start;
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  assert_in_range(slept, 119, 5000);
}

static void does_not_sleep_for_nothing(void **state) {
  (void)state;
  int64_t start = sys->monotonic_ms(sys->context);
  sys->sleep_ms(sys->context, 0);
  sys->sleep_ms(sys->context, -5000);
  assert_true(sys->monotonic_ms(sys->context) - start < 2000);
}

int main(void) {
  sys = ce_clock_system();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_the_time_of_day),
      cmocka_unit_test(never_goes_back),
      cmocka_unit_test(sleeps_its_time_in_spite_of_signals),
      cmocka_unit_test(does_not_sleep_for_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
