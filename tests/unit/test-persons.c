/* SPDX-License-Identifier: Apache-2.0
 * Tests of who is a person among a machine's accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/persons.h"

#include <stdio.h>
#include <string.h>

static const struct ce_uid_range usual = {1000, 60000};

/* The names of those who come out, with a comma behind each. */
static const char *names_of(const char *passwd, const struct ce_uid_range *range) {
  static char names[1024];
  CE_AUTO(ce_persons) struct ce_persons persons = {0};
  struct ce_error err;
  assert_int_equal(ce_persons_parse(passwd, range, &persons, &err), CE_OK);
  names[0] = '\0';
  for (size_t i = 0; i < persons.count; i++) {
    strncat(names, persons.items[i].name, sizeof names - strlen(names) - 2);
    strcat(names, ",");
  }
  return names;
}

static void takes_people_and_leaves_daemons(void **state) {
  (void)state;
  assert_string_equal(names_of("root:x:0:0:root:/root:/bin/bash\n"
                               "www-data:x:33:33::/var/www:/bin/sh\n"
                               "zhang:x:1000:1000:张三,,,:/home/zhang:/bin/bash\n"
                               "plain:x:1001:1001::/home/plain:\n"
                               "mail:x:1002:1002::/home/mail:/usr/sbin/nologin\n"
                               "false:x:1003:1003::/home/false:/bin/false\n"
                               "nobody:x:65534:65534::/nonexistent:/bin/sh\n"
                               "last:x:60000:1::/home/last:/bin/zsh",
                               &usual),
                      "zhang,plain,last,");
}

static void passes_over_lines_that_it_does_not_understand(void **state) {
  (void)state;
  assert_string_equal(names_of("\n+::::::\n# note\na:x:1000:1::/h\nb:x:1000:1::/h:/bin/sh:more\n"
                               "c:x:4294968296:1::/h:/bin/sh\nd:x:-1:1::/h:/bin/sh\ne:x: 1000:1::/h:/bin/sh\n"
                               ":x:1000:1::/h:/bin/sh\nf:x:1000:1::h:/bin/sh\ng:x:1000:1::/:/bin/sh\n"
                               "good:x:1000:1::/h:/bin/sh\nagain:x:1000:1::/h2:/bin/sh\n",
                               &usual),
                      "good,");
}

static void takes_the_range_from_login_defs(void **state) {
  (void)state;
  struct ce_uid_range range =
      ce_uid_range_parse("# UID_MIN 1\nUID_MIN\t\t 500\nSYS_UID_MAX 3\n  UID_MAX 700 # x\n");
  assert_int_equal(range.min, 500);
  assert_int_equal(range.max, 700);
  range = ce_uid_range_parse("UID_MIN 0x10\nUID_MAX\nUID_MINIMUM 3\n");
  assert_int_equal(range.min, 1000);
  assert_int_equal(range.max, 60000);
}

static void never_takes_root_or_nobody_and_stops_at_the_limit(void **state) {
  (void)state;
  const struct ce_uid_range all = {0, UINT32_MAX};
  assert_string_equal(names_of("r:x:0:0::/root:/bin/sh\nn:x:65534:1::/n:/bin/sh\n", &all), "");
  CE_AUTO(ce_persons) struct ce_persons persons = {0};
  struct ce_error err;
  for (uint32_t i = 0; i < CE_PERSONS_MAX + 3; i++) {
    assert_int_equal(ce_persons_add(&persons, "p", 1000 + i, "/home/p", "/bin/sh", &err), CE_OK);
  }
  assert_int_equal(persons.count, CE_PERSONS_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_people_and_leaves_daemons),
      cmocka_unit_test(passes_over_lines_that_it_does_not_understand),
      cmocka_unit_test(takes_the_range_from_login_defs),
      cmocka_unit_test(never_takes_root_or_nobody_and_stops_at_the_limit),
  };
  return cmocka_run_group_tests_name("persons", tests, NULL, NULL);
}
