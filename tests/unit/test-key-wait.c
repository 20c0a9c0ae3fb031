/* SPDX-License-Identifier: Apache-2.0
 * Tests of what a wait for a key waits for; the wait itself is tested with a key (tests/device/prompt). */
#include "engine/key-wait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void is_content_with_a_ready_key(void **state) {
  (void)state;
  for (enum ce_key_reason reason = 0; reason < CE_KEY_REASON_COUNT; reason++) {
    bool ready = ce_key_reason_state(reason) == CE_KEY_STATE_READY;
    assert_int_equal(ce_key_goal_is_met(CE_KEY_GOAL_READY, reason), ready);
  }
}

static void begins_with_a_key_that_the_install_may_mend(void **state) {
  (void)state;
  static const enum ce_key_reason there[] = {
      CE_KEY_REASON_READY,     CE_KEY_REASON_NO_ACCESS, CE_KEY_REASON_NO_PCSCD_SOCKET,
      CE_KEY_REASON_NO_DRIVER, CE_KEY_REASON_HELD,      CE_KEY_REASON_DENIED};
  for (size_t i = 0; i < sizeof there / sizeof there[0]; i++) {
    assert_true(ce_key_goal_is_met(CE_KEY_GOAL_PRESENT, there[i]));
  }
}

static void waits_on_for_what_no_install_mends(void **state) {
  (void)state;
  static const enum ce_key_reason absent[] = {CE_KEY_REASON_NONE, CE_KEY_REASON_BLOCKED,
                                              CE_KEY_REASON_BLOCKED_REJECTED, CE_KEY_REASON_UNKNOWN,
                                              CE_KEY_REASON_NO_CARD};
  for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
    assert_false(ce_key_goal_is_met(CE_KEY_GOAL_PRESENT, absent[i]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(is_content_with_a_ready_key),
      cmocka_unit_test(begins_with_a_key_that_the_install_may_mend),
      cmocka_unit_test(waits_on_for_what_no_install_mends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
