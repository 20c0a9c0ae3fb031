/* SPDX-License-Identifier: Apache-2.0
 * Long options of the payload's programs: one table each, from which --help is printed too.
 *
 * The table's rows name the option without its dashes; values come back in an array with one place a row. */
#ifndef CE_PAYLOAD_SWITCHES_H
#define CE_PAYLOAD_SWITCHES_H

#include "base/error.h"
#include "base/event.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct ce_switch {
  const char *name;     /* "timeout" */
  const char *argument; /* "SECONDS"; NULL when the option takes none */
  const char *help;     /* msgid */
};

/* The rows that every program has. */
#define CE_SWITCH_HELP                                                                                       \
  { "help", NULL, N_("print this help and exit") }
#define CE_SWITCH_VERSION                                                                                    \
  { "version", NULL, N_("print the version and exit") }

struct ce_switch_table {
  const char *synopsis; /* msgid: "certenv-probe [options] MODULE" */
  const char *summary;  /* msgid: one sentence */
  const struct ce_switch *options;
  size_t count;
};

/* What was given: values[i] belongs to options[i] and is NULL when it was not given, "" for an option
 * without argument. The strings are argv's. */
struct ce_switch_values {
  const char **values; /* room for the table's count */
  const char **operands;
  size_t operand_count; /* in: room in operands; out: how many were given */
};

/* Both --name VALUE and --name=VALUE; "--" ends the options; an option given twice keeps its last value.
 * USAGE, naming the nearest option for an unknown one; *ret then holds what came before the fault. */
CE_MUST_USE enum ce_code ce_switches_parse(const struct ce_switch_table *table, int argc, char *const argv[],
                                           struct ce_switch_values *ret, struct ce_error *err);
/* The value of the option with this name, which is in the table. */
const char *ce_switches_value(const struct ce_switch_table *table, const struct ce_switch_values *values,
                              const char *name);
/* A decimal number in min..max. USAGE. */
CE_MUST_USE enum ce_code ce_switches_number(const char *name, const char *text, int64_t min, int64_t max,
                                            int64_t *ret, struct ce_error *err);
/* Seconds since 1970 of "YYYY-MM-DD" or "YYYY-MM-DDThh:mm:ssZ", both UTC. USAGE. */
CE_MUST_USE enum ce_code ce_switches_time(const char *name, const char *text, int64_t *ret,
                                          struct ce_error *err);
/* translate(context, msgid) gives the text to show; NULL leaves the msgids as they are. */
void ce_switches_print_help(FILE *out, const struct ce_switch_table *table,
                            const char *(*translate)(const void *context, const char *msgid),
                            const void *context);

#endif
