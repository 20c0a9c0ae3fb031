/* SPDX-License-Identifier: Apache-2.0
 * The beginning of a program that speaks the person's language: options, --lang, --help and --version. */
#ifndef CE_PAYLOAD_SPOKEN_H
#define CE_PAYLOAD_SPOKEN_H

#include "po/translate.h"
#include "switches/switches.h"

#include <stdbool.h>

/* Parses as ce_switches_parse() and chooses the language by --lang, else the environment; *ret_language is
 * set in any case. --help and --version, with `name` before the version, are answered on standard output:
 * *ret_answered, and nothing is left to do. The table has the rows lang, help and version. USAGE. */
CE_MUST_USE enum ce_code ce_spoken_begin(const struct ce_switch_table *table, const char *name, int argc,
                                         char *const argv[], struct ce_switch_values *values,
                                         const struct ce_language **ret_language, bool *ret_answered,
                                         struct ce_error *err);

#endif
