/* SPDX-License-Identifier: Apache-2.0
 * Long options by table: reading them, suggesting the nearest, printing the help. */
#include "switches/switches.h"

#include "base/nearest.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NEAR_ENOUGH 3
#define HELP_COLUMN 22

static const struct ce_switch *nearest(const struct ce_switch_table *table, const char *name, size_t size) {
  const struct ce_switch *best = NULL;
  size_t least = NEAR_ENOUGH + 1;
  for (size_t i = 0; i < table->count; i++) {
    size_t d = ce_nearest_distance(name, size, table->options[i].name);
    if (d < least) {
      least = d;
      best = &table->options[i];
    }
  }
  return best;
}

static size_t find(const struct ce_switch_table *table, const char *name, size_t size) {
  for (size_t i = 0; i < table->count; i++) {
    if (strlen(table->options[i].name) == size && memcmp(table->options[i].name, name, size) == 0) {
      return i;
    }
  }
  return table->count;
}

static enum ce_code refuse_unknown(const struct ce_switch_table *table, const char *given, size_t name_size,
                                   struct ce_error *err) {
  const struct ce_switch *near = nearest(table, given + 2, name_size);
  if (near) {
    return ce_fail(err, CE_USAGE, "options", given, "there is no such option; the nearest is --%s",
                   near->name);
  }
  return ce_fail(err, CE_USAGE, "options", given, "there is no such option");
}

/* Takes argv[*at], an option, and its value; leaves *at on the last argument taken. */
static enum ce_code take_option(const struct ce_switch_table *table, int argc, char *const argv[], int *at,
                                struct ce_switch_values *values, struct ce_error *err) {
  const char *given = argv[*at];
  const char *equals = strchr(given, '=');
  size_t name_size = equals ? (size_t)(equals - given) - 2 : strlen(given) - 2;
  size_t i = find(table, given + 2, name_size);
  if (i == table->count) {
    return refuse_unknown(table, given, name_size, err);
  }
  if (!table->options[i].argument) {
    if (equals) {
      return ce_fail(err, CE_USAGE, "options", given, "the option takes no value");
    }
    values->values[i] = "";
    return CE_OK;
  }
  if (!equals && *at + 1 == argc) {
    return ce_fail(err, CE_USAGE, "options", given, "the option needs a value: %s",
                   table->options[i].argument);
  }
  values->values[i] = equals ? equals + 1 : argv[++*at];
  return CE_OK;
}

enum ce_code ce_switches_parse(const struct ce_switch_table *table, int argc, char *const argv[],
                               struct ce_switch_values *ret, struct ce_error *err) {
  size_t room = ret->operand_count;
  bool only_operands = false;
  ret->operand_count = 0;
  memset(ret->values, 0, table->count * sizeof *ret->values);
  for (int at = 1; at < argc; at++) {
    if (!only_operands && strcmp(argv[at], "--") == 0) {
      only_operands = true;
    } else if (!only_operands && strncmp(argv[at], "--", 2) == 0) {
      enum ce_code code = take_option(table, argc, argv, &at, ret, err);
      if (code) {
        return code;
      }
    } else if (!only_operands && argv[at][0] == '-' && argv[at][1]) {
      return ce_fail(err, CE_USAGE, "options", argv[at],
                     "there is no such option; options start with two dashes");
    } else if (ret->operand_count == room) {
      return ce_fail(err, CE_USAGE, "options", argv[at], "there is one argument too many");
    } else {
      ret->operands[ret->operand_count++] = argv[at];
    }
  }
  return CE_OK;
}

const char *ce_switches_value(const struct ce_switch_table *table, const struct ce_switch_values *values,
                              const char *name) {
  size_t i = find(table, name, strlen(name));
  assert(i < table->count);
  return values->values[i];
}

enum ce_code ce_switches_number(const char *name, const char *text, int64_t min, int64_t max, int64_t *ret,
                                struct ce_error *err) {
  char *end = NULL;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  bool digits = text[0] == '-' ? text[1] >= '0' && text[1] <= '9' : text[0] >= '0' && text[0] <= '9';
  if (!digits || errno || *end || value < min || value > max) {
    return ce_fail(err, CE_USAGE, "options", name, "'%s' is not a number from %lld to %lld", text,
                   (long long)min, (long long)max);
  }
  *ret = value;
  return CE_OK;
}

enum ce_code ce_switches_time(const char *name, const char *text, int64_t *ret, struct ce_error *err) {
  static const char *const forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    struct tm broken_down = {0};
    const char *end = strptime(text, forms[i], &broken_down);
    if (end && !*end) {
      *ret = (int64_t)timegm(&broken_down);
      return CE_OK;
    }
  }
  return ce_fail(err, CE_USAGE, "options", name,
                 "'%s' is not a time such as 2026-11-22 or 2026-11-22T08:00:00Z", text);
}

static const char *as_it_is(const void *context, const char *msgid) {
  (void)context;
  return msgid;
}

void ce_switches_print_help(FILE *out, const struct ce_switch_table *table,
                            const char *(*translate)(const void *context, const char *msgid),
                            const void *context) {
  translate = translate ? translate : as_it_is;
  fprintf(out, "%s\n\n%s\n\n", translate(context, table->synopsis), translate(context, table->summary));
  for (size_t i = 0; i < table->count; i++) {
    const struct ce_switch *option = &table->options[i];
    int used = fprintf(out, "  --%s%s%s", option->name, option->argument ? " " : "",
                       option->argument ? option->argument : "");
    fprintf(out, "%*s%s\n", used < HELP_COLUMN ? HELP_COLUMN - used : 1, "",
            translate(context, option->help));
  }
}
