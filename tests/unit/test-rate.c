/* SPDX-License-Identifier: Apache-2.0
 * The speed of a transfer. */
#include "base/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void knows_nothing_at_the_start(void **state) {
  (void)state;
  struct ce_rate rate = {0};
  ce_rate_update(&rate, 1000, 5000);
  ce_rate_update(&rate, 1000 + CE_RATE_STEP_MS - 1, 9000);
  assert_true(rate.bytes_per_s == 0);
  assert_int_equal(ce_rate_left_s(&rate, 100), 0);
}

static void counts_only_what_came_since_the_start(void **state) {
  (void)state;
  struct ce_rate rate = {0};
  ce_rate_update(&rate, 0, 1000000);
  ce_rate_update(&rate, 1000, 1002000);
  assert_true(rate.bytes_per_s == 2000);
  assert_int_equal(ce_rate_left_s(&rate, 4000), 3);
}

static void follows_a_change_within_seconds(void **state) {
  (void)state;
  struct ce_rate rate = {0};
  uint64_t done = 0;
  for (int64_t now = 0; now <= 10000; now += 250) {
    ce_rate_update(&rate, now, done);
    done += 250;
  }
  assert_true(rate.bytes_per_s > 990 && rate.bytes_per_s < 1010);
  for (int64_t now = 10250; now <= 30000; now += 250) {
    ce_rate_update(&rate, now, done);
    done += 2500;
  }
  assert_true(rate.bytes_per_s > 9900 && rate.bytes_per_s < 10010);
}

static void starts_again_when_bytes_were_thrown_away(void **state) {
  (void)state;
  struct ce_rate rate = {0};
  ce_rate_update(&rate, 0, 0);
  ce_rate_update(&rate, 1000, 1000);
  ce_rate_update(&rate, 2000, 10);
  assert_true(rate.bytes_per_s == 0);
}

static void has_an_end_to_its_patience(void **state) {
  (void)state;
  struct ce_rate rate = {.started = true, .bytes_per_s = 1};
  assert_int_equal(ce_rate_left_s(&rate, UINT64_MAX), 100 * 3600);
}

int main(void) {
  static const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_nothing_at_the_start),
      cmocka_unit_test(counts_only_what_came_since_the_start),
      cmocka_unit_test(follows_a_change_within_seconds),
      cmocka_unit_test(starts_again_when_bytes_were_thrown_away),
      cmocka_unit_test(has_an_end_to_its_patience),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
