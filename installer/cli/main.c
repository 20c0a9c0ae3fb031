/* SPDX-License-Identifier: Apache-2.0
 * certenv and certenv-setup: the same program, which differ in their name and in what they do without a
 * command (CE_PROGRAM_NAME, CE_PROGRAM_COMMAND). */
#include "cli/command.h"
#include "cli/help.h"

#include <locale.h>
#include <signal.h>

static volatile sig_atomic_t cancelled;

static void ask_to_end(int signal_number) {
  (void)signal_number;
  cancelled = 1;
}

/* A signal never ends the program in the middle of a commit: the engine looks at the flag where it can stop.
 * System calls are interrupted, so that a question does not wait for ever. */
static void watch_signals(void) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction action = {.sa_handler = ask_to_end};
  struct sigaction ignored = {.sa_handler = SIG_IGN};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    sigaction(numbers[i], &action, NULL);
  }
  sigaction(SIGPIPE, &ignored, NULL);
}

static enum ce_code show_help(struct ce_session *session, enum ce_command command) {
  ce_help_print(&session->face, session->program_name, command, CE_PROGRAM_COMMAND);
  session->told_people = session->told_programs = true;
  return CE_OK;
}

static enum ce_code show_version(struct ce_session *session) {
  fprintf(session->face.out, "%s %s\n", session->program_name, CERTENV_VERSION);
  session->told_people = session->told_programs = true;
  return CE_OK;
}

static enum ce_code run(struct ce_session *session, struct ce_error *err) {
  static enum ce_code (*const commands[CE_COMMAND_COUNT])(struct ce_session *, struct ce_error *) = {
      [CE_COMMAND_INSTALL] = ce_command_install, [CE_COMMAND_REPAIR] = ce_command_repair,
      [CE_COMMAND_UPDATE] = ce_command_update,   [CE_COMMAND_UNINSTALL] = ce_command_uninstall,
      [CE_COMMAND_STATUS] = ce_command_status,   [CE_COMMAND_PLAN] = ce_command_plan,
      [CE_COMMAND_KEYS] = ce_command_keys,
  };
  enum ce_command command = session->options.command;
  if (ce_options_has(&session->options, CE_OPTION_VERSION)) {
    return show_version(session);
  }
  if (ce_options_has(&session->options, CE_OPTION_HELP) || command == CE_COMMAND_COUNT) {
    return show_help(session, session->options.named ? command : CE_COMMAND_COUNT);
  }
  return commands[command](session, err);
}

int main(int argc, char *argv[]) {
  /* Names in packages are UTF-8 and so is all output, whatever the user's locale; the language is chosen
   * apart. */
  setlocale(LC_CTYPE, "C.UTF-8");
  watch_signals();
  struct ce_session session;
  struct ce_error err = {0};
  ce_session_open(&session, argc, argv, CE_PROGRAM_NAME, &cancelled);
  enum ce_code code =
      ce_options_read(argc, argv, CE_PROGRAM_COMMAND, session.face.language, &session.options, &err);
  if (code == CE_OK) {
    code = run(&session, &err);
  }
  ce_session_close(&session, code, &err);
  return ce_code_exit_status(code);
}
