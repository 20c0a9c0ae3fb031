/* SPDX-License-Identifier: Apache-2.0
 * Tests of memory for secrets. */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void keeps_what_fits(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_secret) struct ce_secret secret = {0};
  char longest[CE_SECRET_MAX + 1];
  memset(longest, 'x', sizeof longest);
  assert_int_equal(ce_secret_set(&secret, "111111", 6, &err), CE_OK);
  assert_int_equal(secret.size, 6);
  assert_string_equal((const char *)secret.bytes, "111111");
  assert_int_equal(ce_secret_set(&secret, longest, CE_SECRET_MAX, &err), CE_OK);
  assert_int_equal(secret.bytes[CE_SECRET_MAX], 0);
  assert_int_equal(ce_secret_set(&secret, longest, CE_SECRET_MAX + 1, &err), CE_USAGE);
  assert_int_equal(secret.size, CE_SECRET_MAX);
  assert_int_equal(ce_secret_set(&secret, NULL, 0, &err), CE_OK);
  assert_int_equal(secret.size, 0);
}

static void a_forked_child_has_none(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_secret) struct ce_secret secret = {0};
  assert_int_equal(ce_secret_set(&secret, "111111", 6, &err), CE_OK);
  pid_t pid = fork();
  if (pid == 0) {
    _exit(secret.bytes[0]);
  }
  int status = -1;
  assert_int_equal(waitpid(pid, &status, 0), pid);
  assert_int_equal(status, 0);
  assert_string_equal((const char *)secret.bytes, "111111");
}

static void is_cleared_twice_without_harm(void **state) {
  (void)state;
  struct ce_error err;
  struct ce_secret secret = {0};
  assert_int_equal(ce_secret_allocate(&secret, &err), CE_OK);
  ce_secret_clear(&secret);
  assert_null(secret.bytes);
  ce_secret_clear(&secret);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_what_fits),
      cmocka_unit_test(a_forked_child_has_none),
      cmocka_unit_test(is_cleared_twice_without_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
