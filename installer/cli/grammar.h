/* SPDX-License-Identifier: Apache-2.0
 * What the command line accepts, as two tables: commands and options. The parser, --help and the check of the
 * man page read them; a row is the only place that names a command or an option. */
#ifndef CE_CLI_GRAMMAR_H
#define CE_CLI_GRAMMAR_H

#include "base/code.h"

#include <stdbool.h>
#include <stdint.h>

enum ce_command {
  CE_COMMAND_INSTALL,
  CE_COMMAND_REPAIR,
  CE_COMMAND_UPDATE,
  CE_COMMAND_UNINSTALL,
  CE_COMMAND_STATUS,
  CE_COMMAND_KEYS,
  CE_COMMAND_DOCTOR,
  CE_COMMAND_PLAN,
  CE_COMMAND_WIZARD,
  CE_COMMAND_COUNT, /* also: no command */
};

enum ce_option {
  CE_OPTION_ROOT,
  CE_OPTION_SILENT,
  CE_OPTION_YES,
  CE_OPTION_JSON,
  CE_OPTION_DRY_RUN,
  CE_OPTION_LOG,
  CE_OPTION_SOURCE,
  CE_OPTION_OFFLINE,
  CE_OPTION_CHANNEL,
  CE_OPTION_PROXY,
  CE_OPTION_CA_FILE,
  CE_OPTION_LANG,
  CE_OPTION_PURGE,
  CE_OPTION_DEEP,
  CE_OPTION_SKIP_PREREQUISITES,
  CE_OPTION_STRICT,
  CE_OPTION_KEY,
  CE_OPTION_KEY_TIMEOUT,
  CE_OPTION_ATTENDED,
  CE_OPTION_WATCH,
  CE_OPTION_FIX,
  CE_OPTION_HELP,
  CE_OPTION_VERSION,
  CE_OPTION_COUNT,
};

struct ce_command_row {
  const char *name;     /* "install" */
  const char *argument; /* what may follow, as --help shows it; NULL when nothing may */
  const char *summary;  /* msgid */
  unsigned options;     /* bits 1 << enum ce_option */
};

struct ce_option_row {
  const char *name;    /* without "--" */
  char letter;         /* its short form, or 0 */
  const char *value;   /* "DIR"; NULL for a switch */
  const char *summary; /* msgid */
  /* NULL when any value that is not empty will do. Otherwise OK, or the code to fail with and in *ret_remedy
   * a msgid that says what may be given. */
  enum ce_code (*check)(const char *value, const char **ret_remedy);
};

#define CE_KEY_TIMEOUT_MAX_S 86400
#define CE_PROXY_NONE        "none" /* --proxy none: whatever the environment and the desktop say */

/* The seconds of --key-timeout, which was checked; -1 when text is no such number. */
int64_t ce_grammar_seconds(const char *text);

extern const struct ce_command_row ce_grammar_commands[CE_COMMAND_COUNT];
extern const struct ce_option_row ce_grammar_options[CE_OPTION_COUNT];

/* CE_COMMAND_COUNT when there is no command of that name. */
enum ce_command ce_command_by_name(const char *name);
/* name has length bytes and no "--"; CE_OPTION_COUNT when there is no such option. */
enum ce_option ce_option_by_name(const char *name, unsigned long length);
enum ce_option ce_option_by_letter(char letter);

/* Whether the command takes the option, as it stands on a command line: "--source=DIR". */
bool ce_grammar_accepts(enum ce_command command, const char *word);

/* The names nearest to a mistyped one by edit distance; a name that begins with the text is nearest of all.
 */
enum ce_command ce_command_nearest(const char *text);
enum ce_option ce_option_nearest(const char *text, unsigned long length);

#endif
