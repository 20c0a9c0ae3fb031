/* SPDX-License-Identifier: Apache-2.0
 * Tests of how the program opens, and of the terminal window's command line. */
#include "cli/entrance.h"

#include "cli/terminal-window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "temp-tree.h"

/* Every situation of a person who asks for a window, and of a double-click. */
static const struct row {
  const char *situation; /* a: wizard was asked for, b: bare, i: installs, r: root, t: terminal, d: display,
                            g: GTK, e: an emulator */
  enum ce_entrance entrance;
} rows[] = {
    {"bi de g", CE_ENTRANCE_WINDOW},
    {"bi d g", CE_ENTRANCE_WINDOW},
    {"bi de", CE_ENTRANCE_TERMINAL_WINDOW},
    {"bi d", CE_ENTRANCE_COMMAND},
    {"bi r de g", CE_ENTRANCE_TERMINAL_WINDOW},
    {"bi r d g", CE_ENTRANCE_COMMAND},
    {"bi g e", CE_ENTRANCE_COMMAND},
    {"bi t de g", CE_ENTRANCE_COMMAND},
    {"bi t", CE_ENTRANCE_COMMAND},
    {"i de g", CE_ENTRANCE_COMMAND},
    {"b de g", CE_ENTRANCE_COMMAND},
    {"ai de g", CE_ENTRANCE_WINDOW},
    {"ai t de g", CE_ENTRANCE_WINDOW},
    {"ai t de", CE_ENTRANCE_COMMAND},
    {"ai t", CE_ENTRANCE_COMMAND},
    {"ai de", CE_ENTRANCE_TERMINAL_WINDOW},
    {"ai d", CE_ENTRANCE_NOWHERE},
    {"ai", CE_ENTRANCE_NOWHERE},
    {"ai r t de g", CE_ENTRANCE_COMMAND},
    {"ai r de g", CE_ENTRANCE_TERMINAL_WINDOW},
    {"a d g", CE_ENTRANCE_WINDOW},
    {"a t d g", CE_ENTRANCE_WINDOW},
    {"a de", CE_ENTRANCE_NOWHERE},
    {"a t de", CE_ENTRANCE_NOWHERE},
    {"a r d g", CE_ENTRANCE_NOWHERE},
};

static void opens_what_the_situation_calls_for(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *is = rows[i].situation;
    const struct ce_entrance_facts facts = {.asked = strchr(is, 'a'),
                                            .bare = strchr(is, 'b'),
                                            .installs = strchr(is, 'i'),
                                            .root = strchr(is, 'r'),
                                            .terminal = strchr(is, 't'),
                                            .display = strchr(is, 'd'),
                                            .toolkit = strchr(is, 'g'),
                                            .emulators = strchr(is, 'e')};
    if (ce_entrance_choose(&facts) != rows[i].entrance) {
      fail_msg("'%s' is %d, not %d", is, ce_entrance_choose(&facts), rows[i].entrance);
    }
  }
}

static void looks_for_a_toolkit_only_where_a_window_is_wanted(void **state) {
  (void)state;
  struct ce_entrance_facts facts = {.bare = true, .installs = true, .display = true};
  assert_true(ce_entrance_wants_window(&facts));
  facts.terminal = true;
  assert_false(ce_entrance_wants_window(&facts));
  facts.asked = true;
  assert_true(ce_entrance_wants_window(&facts));
  facts.display = false;
  assert_false(ce_entrance_wants_window(&facts));
}

static bool is_bare(bool named, enum ce_option given) {
  struct ce_options options = {.command = CE_COMMAND_INSTALL, .named = named};
  if (given < CE_OPTION_COUNT) {
    options.values[given] = "x";
  }
  return ce_entrance_facts(&options, CE_COMMAND_INSTALL).bare;
}

static void takes_options_that_ask_for_text_for_no_double_click(void **state) {
  (void)state;
  static const enum ce_option text[] = {CE_OPTION_JSON,    CE_OPTION_SILENT,   CE_OPTION_YES,
                                        CE_OPTION_DRY_RUN, CE_OPTION_ATTENDED, CE_OPTION_KEY,
                                        CE_OPTION_HELP,    CE_OPTION_VERSION,  CE_OPTION_LOG};
  for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
    assert_false(is_bare(false, text[i]));
  }
  assert_true(is_bare(false, CE_OPTION_COUNT));
  assert_true(is_bare(false, CE_OPTION_LANG));
  assert_true(is_bare(false, CE_OPTION_SOURCE));
  assert_true(is_bare(false, CE_OPTION_ROOT));
  assert_false(is_bare(true, CE_OPTION_COUNT));
}

static void offers_the_wizard_no_option_that_install_does_not_take(void **state) {
  (void)state;
  unsigned wizard = ce_grammar_commands[CE_COMMAND_WIZARD].options;
  assert_int_equal(wizard & ~ce_grammar_commands[CE_COMMAND_INSTALL].options, 0);
  assert_int_equal(wizard & ~ce_grammar_commands[CE_COMMAND_PLAN].options, 0);
}

static void runs_the_command_in_a_window_that_stays_open(void **state) {
  (void)state;
  const struct ce_terminal_row row = {"xterm", {"-fa", "Monospace", "-e"}};
  const struct ce_terminal_row plain = {"foot", {NULL}};
  char *const command[] = {(char *)"/home/u/my setup.run", (char *)"install", NULL};
  struct ce_error err;
  CE_AUTO(ce_arguments) char **arguments = NULL;
  CE_AUTO(ce_arguments) char **others = NULL;
  assert_int_equal(ce_terminal_arguments(&row, "/usr/bin/xterm", command, "Enter!", &arguments, &err), CE_OK);
  const char *const expected[] = {
      "/usr/bin/xterm",       "-fa",    "Monospace", "-e", "/bin/sh", "-c", NULL, "sh", "Enter!",
      "/home/u/my setup.run", "install"};
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
    assert_non_null(arguments[i]);
    if (expected[i]) {
      assert_string_equal(arguments[i], expected[i]);
    }
  }
  assert_null(arguments[sizeof expected / sizeof expected[0]]);
  assert_int_equal(ce_terminal_arguments(&plain, "/usr/bin/foot", command, "", &others, &err), CE_OK);
  assert_string_equal(others[1], "/bin/sh");
}

/* What is found where those are all the programs. */
static char *find_in(const char *directory, const char *display, const struct ce_terminal_row **ret_row) {
  char *before = strdup(getenv("PATH"));
  setenv("PATH", directory, 1);
  setenv("DISPLAY", display, 1);
  char *found = ce_terminal_find(ret_row);
  setenv("PATH", before, 1);
  free(before);
  return found;
}

static void finds_the_xterm_behind_the_choice_of_a_desktop(void **state) {
  (void)state;
  char *directory = temp_make();
  const struct ce_terminal_row *row = NULL;
  temp_write(directory, "lxterm", "#!/bin/sh\n", 0755);
  temp_link(directory, "x-terminal-emulator", "lxterm");
  CE_AUTO(ce_free) char *found = find_in(directory, ":0", &row);
  assert_string_equal(found, temp_path(directory, "x-terminal-emulator"));
  assert_string_equal(row->options[0], "-fa");
  temp_remove(directory);
}

static void passes_xterm_over_where_there_is_no_x_server(void **state) {
  (void)state;
  char *directory = temp_make();
  const struct ce_terminal_row *row = NULL;
  temp_write(directory, "xterm", "#!/bin/sh\n", 0755);
  temp_link(directory, "x-terminal-emulator", "xterm");
  assert_null(find_in(directory, "", &row));
  temp_write(directory, "foot", "#!/bin/sh\n", 0755);
  CE_AUTO(ce_free) char *found = find_in(directory, "", &row);
  assert_string_equal(found, temp_path(directory, "foot"));
  temp_remove(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(opens_what_the_situation_calls_for),
      cmocka_unit_test(looks_for_a_toolkit_only_where_a_window_is_wanted),
      cmocka_unit_test(takes_options_that_ask_for_text_for_no_double_click),
      cmocka_unit_test(offers_the_wizard_no_option_that_install_does_not_take),
      cmocka_unit_test(runs_the_command_in_a_window_that_stays_open),
      cmocka_unit_test(finds_the_xterm_behind_the_choice_of_a_desktop),
      cmocka_unit_test(passes_xterm_over_where_there_is_no_x_server),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
