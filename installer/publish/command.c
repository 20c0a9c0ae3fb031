/* SPDX-License-Identifier: Apache-2.0
 * The list of commands and the words that --help prints. */
#include "publish/command.h"

#include <stdarg.h>
#include <string.h>

const struct ce_publish_command *const *ce_publish_commands(void) {
  static const struct ce_publish_command *const commands[] = {
      &ce_publish_init,       &ce_publish_pack,       &ce_publish_add,
      &ce_publish_remove,     &ce_publish_channel,    &ce_publish_delegate,
      &ce_publish_timestamp,  &ce_publish_bundle,     &ce_publish_verify,
      &ce_publish_site,       &ce_publish_key_make,   &ce_publish_key_list,
      &ce_publish_key_rotate, &ce_publish_key_revoke, &ce_publish_key_renew,
      &ce_publish_sign,       &ce_publish_accept,     NULL};
  return commands;
}

const struct ce_publish_command *ce_publish_command_find(const char *name) {
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    if (strcmp((*command)->name, name) == 0) {
      return *command;
    }
  }
  return NULL;
}

/* The length of the first word, when that is not all of the name. */
static size_t group_length(const struct ce_publish_command *command) {
  const char *space = strchr(command->name, ' ');
  return space ? (size_t)(space - command->name) : 0;
}

static bool is_in_group(const struct ce_publish_command *command, const char *word) {
  size_t length = group_length(command);
  return length > 0 && strlen(word) == length && strncmp(command->name, word, length) == 0;
}

bool ce_publish_command_is_group(const char *word) {
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    if (is_in_group(*command, word)) {
      return true;
    }
  }
  return false;
}

const struct ce_publish_command *ce_publish_command_match(int argc, char *const argv[], int *ret_words) {
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    int words = group_length(*command) > 0 ? 2 : 1;
    if (argc >= words &&
        (words == 1 ? strcmp((*command)->name, argv[0]) == 0
                    : is_in_group(*command, argv[0]) &&
                          strcmp((*command)->name + group_length(*command) + 1, argv[1]) == 0)) {
      *ret_words = words;
      return *command;
    }
  }
  return NULL;
}

static void print_option(FILE *out, const struct ce_language *language,
                         const struct ce_publish_option *option) {
  char left[64];
  snprintf(left, sizeof left, "%s%s%s%s", option->name[1] ? "--" : "-", option->name,
           option->argument ? " " : "", option->argument ? option->argument : "");
  fprintf(out, "  %-26s %s\n", left, ce_translate(language, option->help));
}

void ce_publish_command_print_help(FILE *out, const struct ce_language *language,
                                   const struct ce_publish_command *command) {
  char operands[64];
  snprintf(operands, sizeof operands, "%s%s%s", command->operand ? command->operand : "",
           command->operand2 ? " " : "", command->operand2 ? command->operand2 : "");
  fprintf(out, ce_translate(language, N_("Usage: certenv-publish %s%s%s [options]\n")), command->name,
          operands[0] ? " " : "", operands);
  fprintf(out, "\n%s\n\n%s\n", ce_translate(language, command->summary),
          ce_translate(language, N_("Options:")));
  for (size_t i = 0; i < command->option_count; i++) {
    print_option(out, language, &command->options[i]);
  }
  static const struct ce_publish_option help = {"help", NULL, N_("print this help and exit"), false};
  print_option(out, language, &help);
}

void ce_publish_print_help(FILE *out, const struct ce_language *language) {
  fputs(ce_translate(language, N_("Usage: certenv-publish COMMAND [options]\n")), out);
  fprintf(out, "\n%s\n\n%s\n",
          ce_translate(language,
                       N_("Makes environment packages and keeps the signed repository they come from.")),
          ce_translate(language, N_("Commands:")));
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    fprintf(out, "  %-11s %s\n", (*command)->name, ce_translate(language, (*command)->summary));
  }
  fprintf(out, "\n%s\n",
          ce_translate(language,
                       N_("certenv-publish COMMAND --help tells a command's options; certenv-publish(1) "
                          "tells all.")));
}

void ce_publish_group_print_help(FILE *out, const struct ce_language *language, const char *group) {
  fprintf(out, ce_translate(language, N_("Usage: certenv-publish %s COMMAND [options]\n")), group);
  fprintf(out, "\n%s\n", ce_translate(language, N_("Commands:")));
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    if (is_in_group(*command, group)) {
      fprintf(out, "  %-11s %s\n", (*command)->name, ce_translate(language, (*command)->summary));
    }
  }
}

void ce_publish_report(const struct ce_publish_arguments *arguments, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(arguments->out, ce_translate(arguments->language, format), args);
  va_end(args);
  fputc('\n', arguments->out);
}
