/* SPDX-License-Identifier: Apache-2.0
 * Options and language. */
#include "switches/spoken.h"

#include <stdlib.h>

static const char *translate(const void *context, const char *msgid) {
  return ce_translate(context, msgid);
}

static const struct ce_language *choose_language(const char *option) {
  const struct ce_language_environment environment = {.language = getenv("LANGUAGE"),
                                                      .lc_all = getenv("LC_ALL"),
                                                      .lc_messages = getenv("LC_MESSAGES"),
                                                      .lang = getenv("LANG")};
  return ce_language_choose(option, &environment);
}

enum ce_code ce_spoken_begin(const struct ce_switch_table *table, const char *name, int argc,
                             char *const argv[], struct ce_switch_values *values,
                             const struct ce_language **ret_language, bool *ret_answered,
                             struct ce_error *err) {
  enum ce_code code = ce_switches_parse(table, argc, argv, values, err);
  const char *lang = code ? NULL : ce_switches_value(table, values, "lang");
  *ret_language = choose_language(lang);
  *ret_answered = true;
  if (!code && ce_switches_value(table, values, "help")) {
    ce_switches_print_help(stdout, table, translate, *ret_language);
    return CE_OK;
  }
  if (!code && ce_switches_value(table, values, "version")) {
    printf("%s " CERTENV_VERSION "\n", name);
    return CE_OK;
  }
  *ret_answered = false;
  if (!code && lang && !ce_language_by_name(lang)) {
    return ce_fail(err, CE_USAGE, "options", "--lang", "'%s' is none of: zh_CN, en", lang);
  }
  return code;
}
