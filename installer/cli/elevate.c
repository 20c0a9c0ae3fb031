/* SPDX-License-Identifier: Apache-2.0
 * What to run for administrator rights, decided from facts. */
#include "cli/elevate.h"

#include <stdlib.h>
#include <string.h>

void ce_elevation_facts_clear(struct ce_elevation_facts *facts) {
  free(facts->pkexec);
  free(facts->sudo);
  free(facts->proxy);
  free(facts->program);
  free(facts->directory);
  *facts = (struct ce_elevation_facts){0};
}

enum ce_elevation_way ce_elevation_choose(const struct ce_elevation_facts *facts) {
  if (facts->silent) {
    return CE_ELEVATION_NONE;
  }
  if (facts->graphical && facts->pkexec) {
    return CE_ELEVATION_PKEXEC;
  }
  return facts->terminal && facts->sudo ? CE_ELEVATION_SUDO : CE_ELEVATION_NONE;
}

static bool push_tool(const struct ce_elevation_facts *facts, char **arguments) {
  switch (ce_elevation_choose(facts)) {
  case CE_ELEVATION_PKEXEC:
    return ce_arguments_push(arguments, strdup(facts->pkexec));
  case CE_ELEVATION_SUDO:
    return ce_arguments_push(arguments, strdup(facts->sudo)) && ce_arguments_push(arguments, strdup("--"));
  default:
    return ce_arguments_push(arguments, strdup("sudo"));
  }
}

/* pkexec and sudo clear the environment. */
static bool push_environment(const struct ce_elevation_facts *facts, const struct ce_options *options,
                             const struct ce_language *language, char **arguments) {
  bool reads_network = ce_grammar_commands[options->command].options & 1u << CE_OPTION_PROXY;
  if (facts->proxy && reads_network && !options->values[CE_OPTION_PROXY] &&
      !ce_arguments_push_option(arguments, CE_OPTION_PROXY, facts->proxy, "")) {
    return false;
  }
  return ce_arguments_push_option(arguments, CE_OPTION_LANG, ce_language_name(language), "");
}

enum ce_code ce_elevation_arguments(const struct ce_elevation_facts *facts, const struct ce_options *options,
                                    const struct ce_language *language, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_arguments) char **arguments = ce_arguments_new();
  bool complete = arguments && push_tool(facts, arguments) &&
                  ce_arguments_push(arguments, strdup(facts->program)) &&
                  ce_arguments_push(arguments, strdup(ce_grammar_commands[options->command].name));
  if (complete && options->planned != CE_COMMAND_COUNT) {
    complete = ce_arguments_push(arguments, strdup(ce_grammar_commands[options->planned].name));
  }
  if (!complete || !ce_arguments_push_options(arguments, options, facts->directory) ||
      !push_environment(facts, options, language, arguments)) {
    return ce_fail_memory(err, "command line");
  }
  *ret = ce_take(&arguments);
  return CE_OK;
}

/* pkexec has one exit status for everything but a dismissed dialog; what it says is never translated. */
static const char *reason_of(const char *said) {
  static const struct {
    const char *words, *reason;
  } rows[] = {
      {"No authentication agent found", N_("no program of this session asks for passwords (polkit agent)")},
      {"textual authentication agent", N_("no program of this session asks for passwords (polkit agent)")},
      {"Error getting authority", N_("the service that grants rights (polkit) does not answer")},
      {"Error checking for authorization", N_("the service that grants rights (polkit) does not answer")},
      {"Error executing command as another user: Not authorized",
       N_("the rights were refused: the password was wrong, or this user may not do it")},
      {"must be setuid root", N_("pkexec on this machine cannot give rights")},
      {"Error executing ",
       N_("the administrator cannot run the program where it lies: copy it to a directory "
          "of the local disk such as /var/tmp")},
      {"Error accessing ",
       N_("the administrator cannot run the program where it lies: copy it to a directory "
          "of the local disk such as /var/tmp")},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strstr(said, rows[i].words)) {
      return rows[i].reason;
    }
  }
  return "";
}

enum ce_code ce_elevation_outcome(enum ce_elevation_way way, const struct ce_elevation_end *end,
                                  bool *ret_told, const char **ret_reason) {
  /* pkexec(1): 126 when the dialog was dismissed, 127 when rights were refused. sudo(8): 1 when it could not
   * run the command; the programs have no outcome with any of these. */
  *ret_told = false;
  *ret_reason = "";
  if (way == CE_ELEVATION_PKEXEC && end->status == 126) {
    *ret_reason = N_("the request for the password was dismissed");
    return CE_CANCELLED;
  }
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    if (ce_code_exit_status(code) == end->status) {
      *ret_told = true;
      return code;
    }
  }
  if (end->was_ended && end->status >= 128) {
    return CE_CANCELLED;
  }
  if (way == CE_ELEVATION_PKEXEC) {
    *ret_reason = reason_of(end->said);
  }
  return end->status == 1 || end->status == 126 || end->status == 127 ? CE_PERMISSION : CE_CHILD;
}
