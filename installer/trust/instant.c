/* SPDX-License-Identifier: Apache-2.0
 * TUF's date-times. */
#include "trust/instant.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define YEAR_0_S    INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define YEAR_9999_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static bool has_shape(const char *text) {
  static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
  if (strlen(text) != sizeof shape - 1) {
    return false;
  }
  for (size_t i = 0; shape[i]; i++) {
    bool fits = shape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
    if (!fits) {
      return false;
    }
  }
  return true;
}

static int number(const char *digits, size_t count) {
  int value = 0;
  for (size_t i = 0; i < count; i++) {
    value = value * 10 + (digits[i] - '0');
  }
  return value;
}

bool ce_instant_parse(const char *text, int64_t *ret_s) {
  if (!has_shape(text)) {
    return false;
  }
  struct tm wanted = {.tm_year = number(text, 4) - 1900,
                      .tm_mon = number(text + 5, 2) - 1,
                      .tm_mday = number(text + 8, 2),
                      .tm_hour = number(text + 11, 2),
                      .tm_min = number(text + 14, 2),
                      .tm_sec = number(text + 17, 2)};
  struct tm real = wanted;
  time_t moment = timegm(&real);
  /* timegm() turns 30 February into a day in March: a date that does not exist comes back changed. */
  if (real.tm_year != wanted.tm_year || real.tm_mon != wanted.tm_mon || real.tm_mday != wanted.tm_mday ||
      real.tm_hour != wanted.tm_hour || real.tm_min != wanted.tm_min || real.tm_sec != wanted.tm_sec) {
    return false;
  }
  *ret_s = moment;
  return true;
}

void ce_instant_format(int64_t moment_s, char ret[CE_INSTANT_SIZE]) {
  time_t moment = moment_s < YEAR_0_S ? YEAR_0_S : moment_s > YEAR_9999_S ? YEAR_9999_S : moment_s;
  struct tm parts;
  gmtime_r(&moment, &parts);
  snprintf(ret, CE_INSTANT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
           parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}
