/* SPDX-License-Identifier: Apache-2.0
 * What tests of sinks need: a clock that stands where it is put, and a stream whose text can be looked at. */
#ifndef CE_TESTS_SINK_FAKE_H
#define CE_TESTS_SINK_FAKE_H

#include "ports/clock.h"

#include <stdio.h>
#include <stdlib.h>

struct fake_clock {
  struct ce_clock clock;
  int64_t now_s, now_ms;
};

static inline int64_t fake_now_s(void *context) {
  return ((struct fake_clock *)context)->now_s;
}

static inline int64_t fake_monotonic_ms(void *context) {
  return ((struct fake_clock *)context)->now_ms;
}

static inline void fake_sleep_ms(void *context, int64_t ms) {
  ((struct fake_clock *)context)->now_ms += ms;
}

/* The context points to the struct itself, so it must not move. */
static inline void fake_clock_set(struct fake_clock *fake, int64_t now_s) {
  *fake = (struct fake_clock){.clock = {.now_s = fake_now_s,
                                        .monotonic_ms = fake_monotonic_ms,
                                        .sleep_ms = fake_sleep_ms,
                                        .context = fake},
                              .now_s = now_s};
}

struct fake_stream {
  FILE *file;
  char *text;
  size_t size, taken;
};

static inline void fake_stream_open(struct fake_stream *fake) {
  *fake = (struct fake_stream){0};
  fake->file = open_memstream(&fake->text, &fake->size);
  if (!fake->file) {
    abort();
  }
}

/* What was written since the last call, in a buffer that the next but one overwrites. */
static inline const char *fake_stream_take(struct fake_stream *fake) {
  static char taken[2][65536];
  static unsigned next;
  char *buffer = taken[next++ % 2];
  fflush(fake->file);
  snprintf(buffer, sizeof taken[0], "%s", fake->text + fake->taken);
  fake->taken = fake->size;
  return buffer;
}

static inline void fake_stream_close(struct fake_stream *fake) {
  fclose(fake->file);
  free(fake->text);
}

#endif
