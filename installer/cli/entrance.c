/* SPDX-License-Identifier: Apache-2.0
 * Choosing between window, terminal window and command. */
#include "cli/entrance.h"

static bool has_only_wizard_options(const struct ce_options *options) {
  unsigned accepted = ce_grammar_commands[CE_COMMAND_WIZARD].options;
  bool only = !ce_options_has(options, CE_OPTION_HELP) && !ce_options_has(options, CE_OPTION_VERSION);
  for (enum ce_option option = 0; only && option < CE_OPTION_COUNT; option++) {
    only = !options->values[option] || accepted & 1u << option;
  }
  return only;
}

struct ce_entrance_facts ce_entrance_facts(const struct ce_options *options,
                                           enum ce_command default_command) {
  return (struct ce_entrance_facts){.asked = options->command == CE_COMMAND_WIZARD,
                                    .bare = !options->named && has_only_wizard_options(options),
                                    .installs = default_command == CE_COMMAND_INSTALL};
}

static bool is_double_click(const struct ce_entrance_facts *facts) {
  return facts->installs && facts->bare && !facts->terminal;
}

bool ce_entrance_wants_window(const struct ce_entrance_facts *facts) {
  return facts->display && (facts->asked || is_double_click(facts));
}

enum ce_entrance ce_entrance_choose(const struct ce_entrance_facts *facts) {
  if (!facts->asked && !is_double_click(facts)) {
    return CE_ENTRANCE_COMMAND;
  }
  if (facts->display && facts->toolkit && !facts->root) {
    return CE_ENTRANCE_WINDOW;
  }
  if (facts->asked && !facts->installs) {
    return CE_ENTRANCE_NOWHERE;
  }
  if (facts->terminal) {
    return CE_ENTRANCE_COMMAND;
  }
  if (facts->display && facts->emulators) {
    return CE_ENTRANCE_TERMINAL_WINDOW;
  }
  return facts->asked ? CE_ENTRANCE_NOWHERE : CE_ENTRANCE_COMMAND;
}
