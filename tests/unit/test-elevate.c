/* SPDX-License-Identifier: Apache-2.0
 * Tests of how administrator rights are asked for. */
#include "cli/elevate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

/* What came of a tool that ended with that status and said that. */
static enum ce_code outcome(enum ce_elevation_way way, int status, const char *said, bool was_ended,
                            const char **ret_reason) {
  struct ce_elevation_end end = {.status = status, .was_ended = was_ended};
  bool told = true;
  snprintf(end.said, sizeof end.said, "%s", said);
  enum ce_code code = ce_elevation_outcome(way, &end, &told, ret_reason);
  assert_false(told);
  return code;
}

static void understands_what_the_tools_answer(void **state) {
  (void)state;
  const char *reason = NULL;
  assert_int_equal(outcome(CE_ELEVATION_PKEXEC, 126, "", false, &reason), CE_CANCELLED);
  assert_non_null(strstr(reason, "dismissed"));
  assert_int_equal(outcome(CE_ELEVATION_PKEXEC, 127, "", false, &reason), CE_PERMISSION);
  assert_string_equal(reason, "");
  assert_int_equal(outcome(CE_ELEVATION_SUDO, 1, "", false, &reason), CE_PERMISSION);
  assert_int_equal(outcome(CE_ELEVATION_SUDO, 137, "", false, &reason), CE_CHILD);
}

/* The words are those of pkexec 105 to 126. */
static void tells_the_ways_to_be_refused_apart(void **state) {
  (void)state;
  static const struct {
    const char *said, *reason;
  } rows[] = {
      {"Error executing command as another user: Not authorized\n\nThis incident has been reported.\n",
       "password was wrong"},
      {"Error executing command as another user: No authentication agent found.\n", "polkit agent"},
      {"Error creating textual authentication agent: Error opening current controlling terminal\n",
       "polkit agent"},
      {"Error getting authority: Error initializing authority: Could not connect: No such file\n",
       "does not answer"},
      {"pkexec must be setuid root\n", "cannot give rights"},
      {"Error executing /mnt/certenv-setup.run: Permission denied\n", "/var/tmp"},
      {"Error accessing /home/u/certenv-setup.run: Permission denied\n", "/var/tmp"},
      {"something new\n", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *reason = NULL;
    assert_int_equal(outcome(CE_ELEVATION_PKEXEC, 127, rows[i].said, false, &reason), CE_PERMISSION);
    if (!strstr(reason, rows[i].reason) || !rows[i].reason[0] != !reason[0]) {
      fail_msg("'%s' is explained as '%s'", rows[i].said, reason);
    }
  }
}

static void takes_a_tool_that_was_ended_for_a_cancel(void **state) {
  (void)state;
  const char *reason = NULL;
  assert_int_equal(outcome(CE_ELEVATION_PKEXEC, 143, "", true, &reason), CE_CANCELLED);
  assert_int_equal(outcome(CE_ELEVATION_PKEXEC, 143, "", false, &reason), CE_CHILD);
  assert_int_equal(outcome(CE_ELEVATION_PKEXEC, 127, "", true, &reason), CE_PERMISSION);
}

static void hands_the_second_runs_exit_status_on(void **state) {
  (void)state;
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    const struct ce_elevation_end end = {.status = ce_code_exit_status(code)};
    bool told = false;
    const char *reason = NULL;
    enum ce_code got = ce_elevation_outcome(CE_ELEVATION_PKEXEC, &end, &told, &reason);
    assert_int_equal(ce_code_exit_status(got), end.status);
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
      cmocka_unit_test(tells_the_ways_to_be_refused_apart),
      cmocka_unit_test(takes_a_tool_that_was_ended_for_a_cancel),
      cmocka_unit_test(hands_the_second_runs_exit_status_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
