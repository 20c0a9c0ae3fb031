/* SPDX-License-Identifier: Apache-2.0
 * Reading of argv by the tables. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

struct reader {
  int argc, next;
  char *const *argv;
  const struct ce_language *language;
  bool only_words; /* after "--" */
};

/* What certenv takes when no command is named. */
#define BARE (1u << CE_OPTION_HELP | 1u << CE_OPTION_VERSION | 1u << CE_OPTION_LANG)

#define _(msgid) ce_translate(reader->language, msgid)

bool ce_options_has(const struct ce_options *options, enum ce_option option) {
  return options->values[option] != NULL;
}

static enum ce_code take_word(struct reader *reader, const char *word, struct ce_options *options,
                              struct ce_error *err) {
  enum ce_command command = ce_command_by_name(word);
  if (!options->named && command == CE_COMMAND_COUNT) {
    return ce_fail(err, CE_USAGE, "parse", word, _(N_("there is no such command; the nearest one is %s")),
                   ce_grammar_commands[ce_command_nearest(word)].name);
  }
  if (!options->named) {
    options->named = true;
    options->command = command;
    return CE_OK;
  }
  const char *expected = ce_grammar_commands[options->command].argument;
  if (!expected || options->planned != CE_COMMAND_COUNT) {
    return ce_fail(err, CE_USAGE, "parse", word, _(N_("this is one word too many after %s")),
                   ce_grammar_commands[options->command].name);
  }
  if (command > CE_COMMAND_UNINSTALL) {
    return ce_fail(err, CE_USAGE, "parse", word, _(N_("%s takes one of %s")),
                   ce_grammar_commands[options->command].name, expected);
  }
  options->planned = command;
  return CE_OK;
}

static enum ce_code check_value(const struct reader *reader, const struct ce_option_row *row,
                                const char *value, struct ce_error *err) {
  char subject[sizeof err->subject];
  snprintf(subject, sizeof subject, "--%s %s", row->name, value);
  if (!value[0]) {
    return ce_fail(err, CE_USAGE, "parse", subject, _(N_("the value is empty; give --%s %s")), row->name,
                   row->value);
  }
  const char *remedy = NULL;
  enum ce_code code = row->check ? row->check(value, &remedy) : CE_OK;
  if (code != CE_OK) {
    return ce_fail(err, code, "parse", subject, "%s", _(remedy));
  }
  return CE_OK;
}

/* The value behind "=", or the next argument unless that is an option itself. */
static enum ce_code take_value(struct reader *reader, const char *argument, enum ce_option option,
                               const char *attached, struct ce_options *options, struct ce_error *err) {
  const struct ce_option_row *row = &ce_grammar_options[option];
  if (!row->value) {
    if (attached) {
      return ce_fail(err, CE_USAGE, "parse", argument, _(N_("--%s takes no value")), row->name);
    }
    options->values[option] = "";
    return CE_OK;
  }
  const char *value = attached;
  if (!value) {
    if (reader->next >= reader->argc || strncmp(reader->argv[reader->next], "--", 2) == 0) {
      return ce_fail(err, CE_USAGE, "parse", argument, _(N_("a value is missing; give --%s %s")), row->name,
                     row->value);
    }
    value = reader->argv[reader->next++];
  }
  enum ce_code code = check_value(reader, row, value, err);
  if (code == CE_OK) {
    options->values[option] = value;
  }
  return code;
}

static enum ce_code take_option(struct reader *reader, const char *argument, struct ce_options *options,
                                struct ce_error *err) {
  bool is_long = argument[1] == '-';
  const char *name = argument + (is_long ? 2 : 1);
  size_t length = strcspn(name, "=");
  enum ce_option option = is_long    ? ce_option_by_name(name, length)
                          : !name[1] ? ce_option_by_letter(name[0])
                                     : CE_OPTION_COUNT;
  if (option == CE_OPTION_COUNT) {
    return ce_fail(err, CE_USAGE, "parse", argument,
                   _(N_("there is no such option; the nearest one is --%s")),
                   ce_grammar_options[ce_option_nearest(name, length)].name);
  }
  return take_value(reader, argument, option, is_long && name[length] ? name + length + 1 : NULL, options,
                    err);
}

/* The command whose options count: what a plan is made for takes part in the decision. */
static enum ce_command deciding_command(const struct ce_options *options, unsigned *ret_accepted) {
  *ret_accepted = ce_grammar_commands[options->command].options;
  if (options->command != CE_COMMAND_PLAN) {
    return options->command;
  }
  enum ce_command planned = options->planned == CE_COMMAND_COUNT ? CE_COMMAND_INSTALL : options->planned;
  *ret_accepted &= ce_grammar_commands[planned].options;
  return planned;
}

static enum ce_code check_command(const struct reader *reader, const struct ce_options *options,
                                  struct ce_error *err) {
  bool bare = options->command == CE_COMMAND_COUNT;
  unsigned accepted = BARE;
  enum ce_command command = bare ? CE_COMMAND_COUNT : deciding_command(options, &accepted);
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    if (!options->values[option] || accepted & 1u << option) {
      continue;
    }
    char subject[sizeof err->subject];
    snprintf(subject, sizeof subject, "--%s", ce_grammar_options[option].name);
    if (bare) {
      return ce_fail(err, CE_USAGE, "parse", subject, "%s",
                     _(N_("name a command, such as status or repair")));
    }
    if (!(ce_grammar_commands[options->command].options & 1u << option)) {
      command = options->command;
    }
    return ce_fail(err, CE_USAGE, "parse", subject, _(N_("this is not an option of %s")),
                   ce_grammar_commands[command].name);
  }
  return CE_OK;
}

enum ce_code ce_options_read(int argc, char *const argv[], enum ce_command default_command,
                             const struct ce_language *language, struct ce_options *ret,
                             struct ce_error *err) {
  struct reader walk = {.argc = argc, .next = 1, .argv = argv, .language = language};
  struct reader *reader = &walk;
  struct ce_options options = {.command = default_command, .planned = CE_COMMAND_COUNT};
  enum ce_code code = CE_OK;
  while (code == CE_OK && reader->next < argc) {
    const char *argument = argv[reader->next++];
    if (reader->only_words || argument[0] != '-' || !argument[1]) {
      code = take_word(reader, argument, &options, err);
    } else if (strcmp(argument, "--") == 0) {
      reader->only_words = true;
    } else {
      code = take_option(reader, argument, &options, err);
    }
  }
  if (code == CE_OK) {
    code = check_command(reader, &options, err);
  }
  if (code == CE_OK) {
    *ret = options;
  }
  return code;
}

const char *ce_options_peek(int argc, char *const argv[], enum ce_option option) {
  const struct ce_option_row *row = &ce_grammar_options[option];
  size_t length = strlen(row->name);
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, row->name, length) != 0) {
      continue;
    }
    const char *rest = argv[i] + 2 + length;
    if (!rest[0]) {
      return !row->value ? "" : i + 1 < argc ? argv[i + 1] : NULL;
    }
    if (rest[0] == '=') {
      return rest + 1;
    }
  }
  return NULL;
}
