/* SPDX-License-Identifier: Apache-2.0
 * Tests of the one number for the wizard's bar. */
#include "gtk/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void never_goes_back(void **state) {
  (void)state;
  static const char *const phases[] = {"trust", "fetch",  "probe",   "prerequisites", "probe",
                                       "stage", "commit", "trigger", "verify",        "no-such-phase"};
  struct ce_progress progress;
  double before = 0;
  ce_progress_begin(&progress, 20);
  for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
    ce_progress_phase(&progress, phases[i]);
    for (uint64_t done = 0; done <= 100; done += 10) {
      ce_progress_bytes(&progress, phases[i], done, 100);
      ce_progress_step(&progress);
      assert_true(progress.fraction >= before && progress.fraction <= 1);
      before = progress.fraction;
    }
  }
  assert_true(before > 0.97);
}

static void follows_the_bytes_within_a_phase(void **state) {
  (void)state;
  struct ce_progress progress;
  ce_progress_begin(&progress, 0);
  ce_progress_bytes(&progress, "stage", 0, 1000);
  double begin = progress.fraction;
  ce_progress_bytes(&progress, "stage", 500, 1000);
  double middle = progress.fraction;
  ce_progress_bytes(&progress, "stage", 5000, 1000);
  assert_true(begin < middle && middle < progress.fraction);
  double half = begin + (progress.fraction - begin) / 2;
  assert_true(middle > half - 0.001 && middle < half + 0.001);
}

static void follows_steps_where_there_are_no_bytes(void **state) {
  (void)state;
  struct ce_progress planned;
  struct ce_progress unknown;
  ce_progress_begin(&planned, 2);
  ce_progress_begin(&unknown, 0);
  ce_progress_phase(&planned, "commit");
  ce_progress_phase(&unknown, "commit");
  double begin = planned.fraction;
  ce_progress_step(&planned);
  ce_progress_step(&unknown);
  assert_true(planned.fraction > begin && unknown.fraction > begin);
  ce_progress_step(&planned);
  ce_progress_step(&planned);
  for (int i = 0; i < 10000; i++) {
    ce_progress_step(&unknown);
  }
  assert_true(unknown.fraction < planned.fraction + 0.0001);
}

static void knows_when_a_run_goes_back(void **state) {
  (void)state;
  struct ce_progress progress;
  ce_progress_begin(&progress, 0);
  ce_progress_phase(&progress, "commit");
  assert_false(progress.reverting);
  ce_progress_phase(&progress, "revert");
  ce_progress_phase(&progress, "trigger");
  assert_true(progress.reverting);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(never_goes_back),
      cmocka_unit_test(follows_the_bytes_within_a_phase),
      cmocka_unit_test(follows_steps_where_there_are_no_bytes),
      cmocka_unit_test(knows_when_a_run_goes_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
