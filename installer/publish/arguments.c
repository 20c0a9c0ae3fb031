/* SPDX-License-Identifier: Apache-2.0
 * A command line against a command's table of options. */
#include "publish/command.h"

#include "base/nearest.h"

#include <stdlib.h>
#include <string.h>

struct parse {
  struct ce_publish_arguments found;
  int argc, next;
  char *const *argv;
};

static bool names(const struct ce_publish_option *option, const char *word, size_t length) {
  return strlen(option->name) == length && strncmp(option->name, word, length) == 0;
}

static const struct ce_publish_option *find_option(const struct ce_publish_command *command, const char *word,
                                                   size_t length) {
  for (size_t i = 0; i < command->option_count; i++) {
    if (names(&command->options[i], word, length)) {
      return &command->options[i];
    }
  }
  return NULL;
}

static enum ce_code fail_unknown(const struct ce_publish_command *command, const char *word, const char *name,
                                 size_t length, struct ce_error *err) {
  const char *nearest = "help";
  size_t best = ce_nearest_distance(name, length, nearest);
  for (size_t i = 0; i < command->option_count; i++) {
    size_t here = ce_nearest_distance(name, length, command->options[i].name);
    if (here < best) {
      best = here;
      nearest = command->options[i].name;
    }
  }
  if (best <= 3 && nearest[1]) {
    return ce_fail(err, CE_USAGE, "read options", word, "unknown option; did you mean --%s?", nearest);
  }
  return ce_fail(err, CE_USAGE, "read options", word, "unknown option");
}

static enum ce_code take_option(struct parse *parse, const char *word, struct ce_error *err) {
  const char *name = word + (word[1] == '-' ? 2 : 1);
  size_t length = strcspn(name, "=");
  if (length == 4 && strncmp(name, "help", 4) == 0) {
    parse->found.help = true;
    return CE_OK;
  }
  const struct ce_publish_option *option = find_option(parse->found.command, name, length);
  if (!option || (word[1] == '-') != (option->name[1] != '\0')) {
    return fail_unknown(parse->found.command, word, name, length, err);
  }
  const char *value = name[length] == '=' ? name + length + 1 : NULL;
  if (!option->argument && value) {
    return ce_fail(err, CE_USAGE, "read options", word, "it takes no value");
  }
  if (option->argument && !value) {
    if (parse->next == parse->argc) {
      return ce_fail(err, CE_USAGE, "read options", word, "it needs a value: %s", option->argument);
    }
    value = parse->argv[parse->next++];
  }
  if (parse->found.given_count == CE_PUBLISH_OPTIONS_MAX) {
    return ce_fail(err, CE_USAGE, "read options", word, "more than %d options", CE_PUBLISH_OPTIONS_MAX);
  }
  size_t place = parse->found.given_count++;
  parse->found.given[place].option = option;
  parse->found.given[place].value = value ? value : "";
  return CE_OK;
}

static enum ce_code take_operand(struct parse *parse, const char *word, struct ce_error *err) {
  if (parse->found.command->operand && !parse->found.operand) {
    parse->found.operand = word;
    return CE_OK;
  }
  if (parse->found.command->operand2 && !parse->found.operand2) {
    parse->found.operand2 = word;
    return CE_OK;
  }
  return ce_fail(err, CE_USAGE, "read options", word, "one word too many");
}

static enum ce_code check_complete(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  const struct ce_publish_command *command = arguments->command;
  if (command->operand && command->operand[0] != '[' && !arguments->operand) {
    return ce_fail(err, CE_USAGE, "read options", command->name, "%s is missing", command->operand);
  }
  if (command->operand2 && command->operand2[0] != '[' && !arguments->operand2) {
    return ce_fail(err, CE_USAGE, "read options", command->name, "%s is missing", command->operand2);
  }
  for (size_t i = 0; i < command->option_count; i++) {
    const struct ce_publish_option *option = &command->options[i];
    if (option->required && !ce_publish_arguments_value(arguments, option->name)) {
      return ce_fail(err, CE_USAGE, "read options", command->name, "%s%s %s is missing",
                     option->name[1] ? "--" : "-", option->name, option->argument);
    }
  }
  return CE_OK;
}

enum ce_code ce_publish_arguments_parse(const struct ce_publish_command *command, int argc,
                                        char *const argv[], struct ce_publish_arguments *ret,
                                        struct ce_error *err) {
  struct parse parse = {.found = *ret, .argc = argc, .argv = argv};
  parse.found.command = command;
  parse.found.help = false;
  parse.found.operand = NULL;
  parse.found.operand2 = NULL;
  parse.found.given_count = 0;
  bool options_ended = false;
  while (parse.next < argc) {
    const char *word = argv[parse.next++];
    enum ce_code code = CE_OK;
    if (!options_ended && strcmp(word, "--") == 0) {
      options_ended = true;
    } else if (!options_ended && word[0] == '-' && word[1] != '\0') {
      code = take_option(&parse, word, err);
    } else {
      code = take_operand(&parse, word, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  enum ce_code code = parse.found.help ? CE_OK : check_complete(&parse.found, err);
  if (code == CE_OK) {
    *ret = parse.found;
  }
  return code;
}

const char *ce_publish_arguments_value(const struct ce_publish_arguments *arguments, const char *name) {
  for (size_t i = arguments->given_count; i > 0; i--) {
    if (strcmp(arguments->given[i - 1].option->name, name) == 0) {
      return arguments->given[i - 1].value;
    }
  }
  return NULL;
}

enum ce_code ce_publish_number_parse(const char *option, const char *text, int64_t min, int64_t max,
                                     int64_t *ret, struct ce_error *err) {
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length > 18 || text[length] != '\0') {
    return ce_fail(err, CE_USAGE, "read options", option, "'%s' is not a number", text);
  }
  int64_t value = strtoll(text, NULL, 10);
  if (value < min || value > max) {
    return ce_fail(err, CE_USAGE, "read options", option, "%s is not in %lld..%lld", text, (long long)min,
                   (long long)max);
  }
  *ret = value;
  return CE_OK;
}
