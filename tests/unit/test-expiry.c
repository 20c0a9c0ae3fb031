/* SPDX-License-Identifier: Apache-2.0
 * Tests of telling expired metadata from a wrong clock. */
#include "trust/expiry.h"

#include "trust/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t at(const char *text) {
  int64_t moment_s = 0;
  if (text) {
    assert_true(ce_instant_parse(text, &moment_s));
  }
  return moment_s;
}

struct row {
  const char *expires, *now, *build, *server;
  enum ce_code expected;
  const char *says[3];
};

static const struct row rows[] = {
    /* nothing but this machine's clock */
    {"2030-01-01T00:00:00Z", "2029-12-31T23:59:59Z", NULL, NULL, CE_OK, {0}},
    {"2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", NULL, NULL, CE_TRUST_EXPIRED, {"2030-01-01T00:00:00Z"}},
    {"2030-01-01T00:00:00Z",
     "2031-05-01T12:00:00Z",
     NULL,
     NULL,
     CE_TRUST_EXPIRED,
     {"expired at 2030-01-01T00:00:00Z", "2031-05-01T12:00:00Z"}},
    /* the server's clock agrees, or is not a day away */
    {"2030-01-01T00:00:00Z",
     "2031-05-01T12:00:00Z",
     NULL,
     "2031-05-01T12:00:07Z",
     CE_TRUST_EXPIRED,
     {"2031-05-01T12:00:00Z"}},
    {"2030-01-01T00:00:00Z",
     "2030-01-01T12:00:00Z",
     NULL,
     "2029-12-31T20:00:00Z",
     CE_TRUST_EXPIRED,
     {"2030-01-01T12:00:00Z"}},
    /* by the server's clock it has not expired: ours is ahead */
    {"2030-01-01T00:00:00Z",
     "2031-05-01T12:00:00Z",
     NULL,
     "2029-06-01T00:00:00Z",
     CE_CLOCK,
     {"2031-05-01T12:00:00Z", "2029-06-01T00:00:00Z"}},
    /* a server whose clock is behind cannot make expired metadata good, nor one ahead make good metadata
       bad */
    {"2030-01-01T00:00:00Z", "2029-06-01T00:00:00Z", NULL, "2035-01-01T00:00:00Z", CE_OK, {0}},
    {"2030-01-01T00:00:00Z",
     "2031-01-01T00:00:00Z",
     NULL,
     "2032-01-01T00:00:00Z",
     CE_TRUST_EXPIRED,
     {"2031-01-01T00:00:00Z"}},
    /* ours stands before the moment when this program was built */
    {"2030-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2029-01-01T00:00:00Z", NULL, CE_OK, {0}},
    {"2030-01-01T00:00:00Z",
     "1970-01-01T00:00:00Z",
     "2030-06-01T00:00:00Z",
     NULL,
     CE_CLOCK,
     {"1970-01-01T00:00:00Z", "2030-06-01T00:00:00Z", "2030-01-01T00:00:00Z"}},
    {"2030-01-01T00:00:00Z",
     "2030-07-01T00:00:00Z",
     "2029-06-01T00:00:00Z",
     NULL,
     CE_TRUST_EXPIRED,
     {"2030-07-01T00:00:00Z"}},
};

static void tells_expiry_from_a_wrong_clock(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct row *row = &rows[i];
    const struct ce_expiry_clock clock = {at(row->now), at(row->build), at(row->server)};
    struct ce_error err = {0};
    enum ce_code code = ce_expiry_check("timestamp", at(row->expires), &clock, &err);
    if (code != row->expected) {
      fail_msg("row %zu: %s where %s was expected", i, ce_code_id(code), ce_code_id(row->expected));
    }
    for (size_t s = 0; s < 3 && row->says[s]; s++) {
      if (!strstr(err.detail, row->says[s])) {
        fail_msg("row %zu: '%s' does not say '%s'", i, err.detail, row->says[s]);
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(tells_expiry_from_a_wrong_clock)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
