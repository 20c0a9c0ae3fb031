/* SPDX-License-Identifier: Apache-2.0
 * certenv and certenv-setup: the same program, which differ in their name and in what they do without a
 * command (CE_PROGRAM_NAME, CE_PROGRAM_COMMAND). */
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/entrance.h"
#include "cli/help.h"
#include "cli/self.h"
#include "cli/terminal-window.h"
#include "gtk/wizard.h"

#include <locale.h>
#include <signal.h>
#include <unistd.h>

#define WORDS 2 /* program and command, in front of the options */

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

static bool is_set(const char *variable) {
  const char *value = getenv(variable);
  return value && value[0];
}

static struct ce_entrance_facts look_around(const struct ce_session *session) {
  struct ce_entrance_facts facts = ce_entrance_facts(&session->options, CE_PROGRAM_COMMAND);
  facts.root = geteuid() == 0;
  facts.terminal = isatty(STDIN_FILENO);
  facts.display = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
  if (ce_entrance_wants_window(&facts)) {
    CE_AUTO(ce_free) char *emulator = ce_terminal_find(&(const struct ce_terminal_row *){NULL});
    facts.emulators = emulator != NULL;
    facts.toolkit = !facts.root && ce_wizard_can_open();
  }
  return facts;
}

static bool accepts(const char *command, const char *option) {
  return ce_grammar_accepts(ce_command_by_name(command), option);
}

/* Both windows tell the outcome themselves. */
static enum ce_code open_window(struct ce_session *session, enum ce_entrance entrance, struct ce_error *err) {
  CE_AUTO(ce_self) struct ce_self self = {0};
  CE_AUTO(ce_arguments) char **arguments = NULL;
  const struct ce_language *language = session->face.language;
  enum ce_code code = ce_self_find(&self, err);
  if (code == CE_OK) {
    code = ce_self_arguments(&self, CE_COMMAND_INSTALL, &session->options, language, &arguments, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (entrance == CE_ENTRANCE_TERMINAL_WINDOW) {
    return ce_terminal_open(arguments, ce_translate(language, N_("Press Enter to close this window.")), err);
  }
  const struct ce_wizard_request request = {.program = self.program,
                                            .language = language,
                                            .options = (const char *const *)arguments + WORDS,
                                            .accepts = accepts};
  return ce_wizard_run(&request, err);
}

/* True when a window did all. A toolkit that turns out not to open is as good as none. */
static bool meet_in_window(struct ce_session *session, enum ce_code *ret, struct ce_error *err) {
  struct ce_entrance_facts facts = look_around(session);
  enum ce_entrance entrance = ce_entrance_choose(&facts);
  if (entrance == CE_ENTRANCE_WINDOW) {
    *ret = open_window(session, entrance, err);
    if (*ret != CE_NO_DISPLAY) {
      session->told_people = session->told_programs = true;
      return true;
    }
    facts.toolkit = false;
    entrance = ce_entrance_choose(&facts);
  }
  if (entrance == CE_ENTRANCE_TERMINAL_WINDOW) {
    *ret = open_window(session, entrance, err);
    session->told_people = session->told_programs = *ret == CE_OK;
  } else if (entrance == CE_ENTRANCE_NOWHERE) {
    *ret = ce_fail(err, CE_NO_DISPLAY, "open", "", "%s", "");
  }
  return entrance != CE_ENTRANCE_COMMAND;
}

static enum ce_code run_command(struct ce_session *session, struct ce_error *err) {
  static enum ce_code (*const commands[CE_COMMAND_COUNT])(struct ce_session *, struct ce_error *) = {
      [CE_COMMAND_INSTALL] = ce_command_install, [CE_COMMAND_REPAIR] = ce_command_repair,
      [CE_COMMAND_UPDATE] = ce_command_update,   [CE_COMMAND_UNINSTALL] = ce_command_uninstall,
      [CE_COMMAND_STATUS] = ce_command_status,   [CE_COMMAND_PLAN] = ce_command_plan,
      [CE_COMMAND_KEYS] = ce_command_keys,       [CE_COMMAND_DOCTOR] = ce_command_doctor,
  };
  return commands[session->options.command](session, err);
}

static enum ce_code run(struct ce_session *session, struct ce_error *err) {
  const struct ce_options *options = &session->options;
  if (ce_options_has(options, CE_OPTION_VERSION)) {
    return show_version(session);
  }
  if (ce_options_has(options, CE_OPTION_HELP) || options->command == CE_COMMAND_COUNT) {
    return show_help(session, options->named ? options->command : CE_COMMAND_COUNT);
  }
  enum ce_code code = CE_OK;
  if (meet_in_window(session, &code, err)) {
    return code;
  }
  if (options->command == CE_COMMAND_WIZARD) {
    session->options.command = CE_PROGRAM_COMMAND; /* the same as text */
  }
  return run_command(session, err);
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
