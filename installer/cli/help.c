/* SPDX-License-Identifier: Apache-2.0
 * The text of --help. */
#include "cli/help.h"

#include <string.h>

#define NAME_COLUMNS 24

const struct ce_help_exit_row ce_help_exit_rows[] = {
    {0, N_("done, or nothing had to be done")},
    {2, N_("the command line or the source cannot be used")},
    {3, N_("no key was inserted in time")},
    {4, N_("the package could not be fetched")},
    {5, N_("the package or its signature was refused")},
    {6, N_("something that the environment needs is missing")},
    {7, N_("security software stopped it")},
    {8, N_("administrator rights are needed")},
    {9, N_("another run is at work")},
    {10, N_("it failed, and the state before it is back")},
    {11, N_("the environment needs attention or is not installed")},
    {12, N_("there is not enough space")},
    {13, N_("this machine is not supported")},
    {130, N_("cancelled")},
    {0, NULL},
};

static void print_row(const struct ce_face *face, const char *name, const char *summary) {
  fprintf(face->out, "  %-*s %s\n", NAME_COLUMNS, name, ce_translate(face->language, summary));
}

static void print_commands(const struct ce_face *face) {
  ce_face_print(face, face->out, N_("\nCommands:\n"));
  for (enum ce_command command = 0; command < CE_COMMAND_COUNT; command++) {
    print_row(face, ce_grammar_commands[command].name, ce_grammar_commands[command].summary);
  }
}

static void print_option(const struct ce_face *face, const struct ce_option_row *row) {
  char name[64];
  char letter[] = {'-', row->letter, ',', ' ', '\0'};
  snprintf(name, sizeof name, "%s--%s%s%s", row->letter ? letter : "", row->name, row->value ? " " : "",
           row->value ? row->value : "");
  print_row(face, name, row->summary);
}

static void print_options(const struct ce_face *face, unsigned accepted) {
  ce_face_print(face, face->out, N_("\nOptions:\n"));
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    if (accepted & 1u << option) {
      print_option(face, &ce_grammar_options[option]);
    }
  }
}

static void print_exit_statuses(const struct ce_face *face) {
  ce_face_print(face, face->out, N_("\nExit status:\n"));
  for (const struct ce_help_exit_row *row = ce_help_exit_rows; row->summary; row++) {
    char number[16];
    snprintf(number, sizeof number, "%d", row->status);
    print_row(face, number, row->summary);
  }
}

static unsigned all_options(void) {
  unsigned all = 0;
  for (enum ce_command command = 0; command < CE_COMMAND_COUNT; command++) {
    all |= ce_grammar_commands[command].options;
  }
  return all;
}

static void print_for_command(const struct ce_face *face, const char *program_name,
                              const struct ce_command_row *row) {
  ce_face_print(face, face->out, N_("Usage: %s %s%s%s%s [options]\n"), program_name, row->name,
                row->argument ? " [" : "", row->argument ? row->argument : "", row->argument ? "]" : "");
  fprintf(face->out, "  %s\n", ce_translate(face->language, row->summary));
  print_options(face, row->options);
}

static void print_for_program(const struct ce_face *face, const char *program_name,
                              enum ce_command default_command) {
  bool has_default = default_command != CE_COMMAND_COUNT;
  ce_face_print(face, face->out,
                has_default ? N_("Usage: %s [command] [options]\n") : N_("Usage: %s command [options]\n"),
                program_name);
  ce_face_print(
      face, face->out,
      N_("Prepares this machine for digital-certificate keys, and repairs, updates and removes what it put "
         "there.\n"));
  print_commands(face);
  print_options(face, all_options());
  if (has_default) {
    ce_face_print(face, face->out, N_("\nWithout a command: %s.\n"),
                  ce_grammar_commands[default_command].name);
  }
}

void ce_help_print(const struct ce_face *face, const char *program_name, enum ce_command command,
                   enum ce_command default_command) {
  if (command == CE_COMMAND_COUNT) {
    print_for_program(face, program_name, default_command);
  } else {
    print_for_command(face, program_name, &ce_grammar_commands[command]);
  }
  print_exit_statuses(face);
  ce_face_print(face, face->out, N_("\nSee certenv(1) for the whole story.\n"));
  fflush(face->out);
}
