/* SPDX-License-Identifier: Apache-2.0
 * The system's clocks. */
#include "ports/clock.h"

#include <errno.h>
#include <time.h>

static int64_t now_s(void *context) {
  (void)context;
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec;
}

static int64_t monotonic_ms(void *context) {
  (void)context;
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until a moment, not for a while: a signal in between does not make it longer. */
static void sleep_ms(void *context, int64_t ms) {
  (void)context;
  if (ms <= 0) {
    return;
  }
  struct timespec until = {0};
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_sec++;
    until.tv_nsec -= 1000000000;
  }
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
}

const struct ce_clock *ce_clock_system(void) {
  static const struct ce_clock clock = {.now_s = now_s, .monotonic_ms = monotonic_ms, .sleep_ms = sleep_ms};
  return &clock;
}
