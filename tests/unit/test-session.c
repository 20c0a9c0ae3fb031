/* SPDX-License-Identifier: Apache-2.0
 * Tests of where a person sits. */
#include "device/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct ce_access_user person = {.uid = 1000, .gid = 1000};

static struct ce_key_session look(const char *login) {
  if (login) {
    setenv("CERTENV_FAKE_LOGIN", login, 1);
  } else {
    unsetenv("CERTENV_FAKE_LOGIN");
  }
  return ce_session_look(CE_TEST_LOGIN, &person);
}

static void knows_nobody_without_a_person(void **state) {
  (void)state;
  setenv("CERTENV_FAKE_LOGIN", "active", 1);
  struct ce_key_session session = ce_session_look(CE_TEST_LOGIN, NULL);
  assert_false(session.known || session.active || session.remote || session.rules_installed);
}

static void tells_who_sits_at_the_screen(void **state) {
  (void)state;
  struct ce_key_session session = look("active");
  assert_true(session.known && session.active);
  assert_false(session.remote);
}

static void tells_who_does_not(void **state) {
  (void)state;
  assert_false(look("online").active);
  assert_false(look("lingering").active);
  struct ce_key_session session = look("online+remote");
  assert_true(session.known && session.remote);
  assert_false(session.active);
  /* At the screen and through the network at once: nodes are opened, polkit judges this session. */
  session = look("active+remote");
  assert_true(session.active && session.remote);
}

static void takes_everybody_for_present_where_nobody_counts_sessions(void **state) {
  (void)state;
  struct ce_key_session session = look(NULL);
  assert_true(session.known && session.active);
  assert_false(session.remote);
  session = ce_session_look("libcertenv-no-such.so.0", &person);
  assert_true(session.known && session.active);
  /* A library without these functions. */
  assert_true(ce_session_look("libm.so.6", &person).active);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_nobody_without_a_person),
      cmocka_unit_test(tells_who_sits_at_the_screen),
      cmocka_unit_test(tells_who_does_not),
      cmocka_unit_test(takes_everybody_for_present_where_nobody_counts_sessions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
