/* SPDX-License-Identifier: Apache-2.0
 * Tests of how administrator rights are asked for. */
#include "cli/elevate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PROGRAM "/home/u/Downloads/certenv setup.run"

static struct ce_error err;

static struct ce_elevation_facts session_facts(void) {
  return (struct ce_elevation_facts){.graphical = true,
                                     .terminal = true,
                                     .pkexec = (char *)"/usr/bin/pkexec",
                                     .sudo = (char *)"/usr/bin/sudo",
                                     .program = (char *)PROGRAM,
                                     .directory = (char *)"/home/u"};
}

static char **arguments_for(const struct ce_elevation_facts *facts, const struct ce_options *options,
                            const char *language) {
  char **arguments = NULL;
  assert_int_equal(ce_elevation_arguments(facts, options, ce_language_by_name(language), &arguments, &err),
                   CE_OK);
  return arguments;
}

static void expect_arguments(char **arguments, const char *const *expected) {
  for (size_t i = 0; expected[i]; i++) {
    assert_non_null(arguments[i]);
    assert_string_equal(arguments[i], expected[i]);
  }
  size_t count = 0;
  while (expected[count]) {
    count++;
  }
  assert_null(arguments[count]);
  ce_arguments_free(arguments);
}

static void asks_through_pkexec_in_a_graphical_session(void **state) {
  (void)state;
  struct ce_elevation_facts facts = session_facts();
  const struct ce_options options = {.command = CE_COMMAND_INSTALL, .planned = CE_COMMAND_COUNT};
  assert_int_equal(ce_elevation_choose(&facts), CE_ELEVATION_PKEXEC);
  expect_arguments(arguments_for(&facts, &options, "zh_CN"),
                   (const char *[]){"/usr/bin/pkexec", PROGRAM, "install", "--lang=zh_CN", NULL});
}

static void asks_through_sudo_in_a_terminal(void **state) {
  (void)state;
  struct ce_elevation_facts facts = session_facts();
  facts.graphical = false;
  const struct ce_options options = {.command = CE_COMMAND_REPAIR,
                                     .planned = CE_COMMAND_COUNT,
                                     .values = {[CE_OPTION_YES] = "", [CE_OPTION_LANG] = "en"}};
  expect_arguments(arguments_for(&facts, &options, "en"),
                   (const char *[]){"/usr/bin/sudo", "--", PROGRAM, "repair", "--yes", "--lang=en", NULL});
  facts.graphical = true;
  facts.pkexec = NULL;
  assert_int_equal(ce_elevation_choose(&facts), CE_ELEVATION_SUDO);
}

static void asks_nobody_where_nobody_can_answer(void **state) {
  (void)state;
  struct ce_elevation_facts facts = session_facts();
  facts.silent = true;
  assert_int_equal(ce_elevation_choose(&facts), CE_ELEVATION_NONE);
  facts = session_facts();
  facts.graphical = facts.terminal = false;
  assert_int_equal(ce_elevation_choose(&facts), CE_ELEVATION_NONE);
  facts = session_facts();
  facts.pkexec = facts.sudo = NULL;
  assert_int_equal(ce_elevation_choose(&facts), CE_ELEVATION_NONE);
}

static void passes_every_option_and_makes_paths_absolute(void **state) {
  (void)state;
  struct ce_elevation_facts facts = session_facts();
  struct ce_options options = {.command = CE_COMMAND_PLAN,
                               .planned = CE_COMMAND_UPDATE,
                               .values = {[CE_OPTION_ROOT] = "image",
                                          [CE_OPTION_JSON] = "",
                                          [CE_OPTION_LOG] = "/tmp/log",
                                          [CE_OPTION_SOURCE] = "../repository",
                                          [CE_OPTION_CHANNEL] = "beta"}};
  expect_arguments(arguments_for(&facts, &options, "en"),
                   (const char *[]){"/usr/bin/pkexec", PROGRAM, "plan", "update", "--root=/home/u/image",
                                    "--json", "--log=/tmp/log", "--source=/home/u/../repository",
                                    "--channel=beta", "--lang=en", NULL});
  options.values[CE_OPTION_SOURCE] = "file:///srv/repository";
  char **arguments = arguments_for(&facts, &options, "en");
  assert_string_equal(arguments[7], "--source=file:///srv/repository");
  ce_arguments_free(arguments);
}

static void has_room_for_all_options_at_once(void **state) {
  (void)state;
  struct ce_elevation_facts facts = session_facts();
  facts.graphical = false;
  struct ce_options options = {.command = CE_COMMAND_PLAN, .planned = CE_COMMAND_UPDATE};
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    options.values[option] = ce_grammar_options[option].value ? "x" : "";
  }
  size_t count = 0;
  char **arguments = arguments_for(&facts, &options, "en");
  while (arguments[count]) {
    count++;
  }
  assert_int_equal(count, 5 + CE_OPTION_COUNT);
  ce_arguments_free(arguments);
}

static void shows_a_line_that_a_shell_understands(void **state) {
  (void)state;
  struct ce_elevation_facts facts = session_facts();
  facts.silent = true;
  const struct ce_options options = {.command = CE_COMMAND_INSTALL,
                                     .planned = CE_COMMAND_COUNT,
                                     .values = {[CE_OPTION_SILENT] = "", [CE_OPTION_SOURCE] = "/it's here"}};
  CE_AUTO(ce_arguments) char **arguments = arguments_for(&facts, &options, "en");
  CE_AUTO(ce_free) char *line = NULL;
  assert_int_equal(ce_arguments_line(arguments, &line, &err), CE_OK);
  assert_string_equal(line, "sudo '/home/u/Downloads/certenv setup.run' install --silent "
                            "'--source=/it'\\''s here' --lang=en");
}

static void understands_what_the_tools_answer(void **state) {
  (void)state;
  bool told = true;
  assert_int_equal(ce_elevation_outcome(CE_ELEVATION_PKEXEC, 126, &told), CE_CANCELLED);
  assert_false(told);
  assert_int_equal(ce_elevation_outcome(CE_ELEVATION_PKEXEC, 127, &told), CE_PERMISSION);
  assert_int_equal(ce_elevation_outcome(CE_ELEVATION_SUDO, 1, &told), CE_PERMISSION);
  assert_int_equal(ce_elevation_outcome(CE_ELEVATION_SUDO, 137, &told), CE_CHILD);
  assert_false(told);
}

static void hands_the_second_runs_exit_status_on(void **state) {
  (void)state;
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    bool told = false;
    int status = ce_code_exit_status(code);
    assert_int_equal(ce_code_exit_status(ce_elevation_outcome(CE_ELEVATION_PKEXEC, status, &told)), status);
    assert_true(told);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(asks_through_pkexec_in_a_graphical_session),
      cmocka_unit_test(asks_through_sudo_in_a_terminal),
      cmocka_unit_test(asks_nobody_where_nobody_can_answer),
      cmocka_unit_test(passes_every_option_and_makes_paths_absolute),
      cmocka_unit_test(has_room_for_all_options_at_once),
      cmocka_unit_test(shows_a_line_that_a_shell_understands),
      cmocka_unit_test(understands_what_the_tools_answer),
      cmocka_unit_test(hands_the_second_runs_exit_status_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
