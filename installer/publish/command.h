/* SPDX-License-Identifier: Apache-2.0
 * The commands of certenv-publish as data: what each accepts, what --help says of it, and what runs it. The
 * man page docs/man/certenv-publish.1 is held against these tables by a test. */
#ifndef CE_PUBLISH_COMMAND_H
#define CE_PUBLISH_COMMAND_H

#include "base/error.h"
#include "po/translate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CE_PUBLISH_OPTIONS_MAX 64 /* options given on one command line */

struct ce_publish_option {
  const char *name;     /* without its dashes; one letter makes a short option */
  const char *argument; /* "KEYDIR"; NULL for an option that takes none */
  const char *help;     /* msgid */
  bool required;
};

struct ce_publish_arguments;

struct ce_publish_command {
  const char *name;     /* one word, or two for a command of a group: "key make" */
  const char *operand;  /* "DIR", or NULL; "[DIR]" may be left out */
  const char *operand2; /* a second one, or NULL; "[NAME]" may be left out */
  const char *summary;  /* msgid */
  const struct ce_publish_option *options;
  size_t option_count;
  enum ce_code (*run)(const struct ce_publish_arguments *arguments, struct ce_error *err);
};

/* A command line understood. The strings are argv's. */
struct ce_publish_arguments {
  const struct ce_publish_command *command;
  bool help;
  const char *operand;
  const char *operand2; /* NULL when it was left out */
  struct {
    const struct ce_publish_option *option;
    const char *value;
  } given[CE_PUBLISH_OPTIONS_MAX];
  size_t given_count;
  /* Set by the caller: */
  int64_t now_s;                      /* the moment of the run */
  FILE *out;                          /* where reports for people go */
  const struct ce_language *language; /* what they are written in */
};

extern const struct ce_publish_command ce_publish_init, ce_publish_pack, ce_publish_add, ce_publish_bundle,
    ce_publish_verify, ce_publish_site, ce_publish_remove, ce_publish_channel, ce_publish_delegate,
    ce_publish_timestamp, ce_publish_key_make, ce_publish_key_list, ce_publish_key_rotate,
    ce_publish_key_revoke, ce_publish_key_renew, ce_publish_sign, ce_publish_accept;

/* All commands, in the order in which they are used; the list ends with NULL. */
const struct ce_publish_command *const *ce_publish_commands(void);
const struct ce_publish_command *ce_publish_command_find(const char *name);
/* The command that the words begin with, of which *ret_words are its name; NULL when there is none. */
const struct ce_publish_command *ce_publish_command_match(int argc, char *const argv[], int *ret_words);
/* Whether commands have names that begin with this word and go on. */
bool ce_publish_command_is_group(const char *word);

/* Leaves what the caller sets. Fills command, help, operand and given from the words behind the command's
 * name. USAGE, naming the nearest option for one that is unknown. With --help nothing else is checked. */
CE_MUST_USE enum ce_code ce_publish_arguments_parse(const struct ce_publish_command *command, int argc,
                                                    char *const argv[], struct ce_publish_arguments *ret,
                                                    struct ce_error *err);
/* The last value given for the option, "" for one without argument, or NULL. */
const char *ce_publish_arguments_value(const struct ce_publish_arguments *arguments, const char *name);
/* A whole decimal number in min..max. USAGE. */
CE_MUST_USE enum ce_code ce_publish_number_parse(const char *option, const char *text, int64_t min,
                                                 int64_t max, int64_t *ret, struct ce_error *err);

/* One line of report: format is a msgid. */
void ce_publish_report(const struct ce_publish_arguments *arguments, const char *format, ...) CE_PRINTF(2, 3);

/* Usage and options of one command; the list of commands. */
void ce_publish_command_print_help(FILE *out, const struct ce_language *language,
                                   const struct ce_publish_command *command);
void ce_publish_print_help(FILE *out, const struct ce_language *language);
void ce_publish_group_print_help(FILE *out, const struct ce_language *language, const char *group);

#endif
