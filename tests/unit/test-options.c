/* SPDX-License-Identifier: Apache-2.0
 * Tests of the command line: its parser, the nearest names, --help and the manual page. */
#include "base/nearest.h"
#include "cli/help.h"
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MANUAL CE_TEST_DATA "/../../docs/man/certenv.1"

static struct ce_error err;

/* Reads a command line that is given as one string with spaces. */
static enum ce_code read_line(const char *line, enum ce_command default_command, struct ce_options *ret) {
  static char text[512];
  static char *argv[32];
  int argc = 0;
  snprintf(text, sizeof text, "certenv %s", line);
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
    argv[argc++] = word;
  }
  argv[argc] = NULL;
  err = (struct ce_error){0};
  return ce_options_read(argc, argv, default_command, ce_language_by_name("en"), ret, &err);
}

static void expect(const char *line, enum ce_command command) {
  struct ce_options options;
  assert_int_equal(read_line(line, CE_COMMAND_COUNT, &options), CE_OK);
  assert_int_equal(options.command, command);
}

/* The line is refused; subject and detail name what is wrong. */
static void refuse(const char *line, enum ce_code code, const char *subject, const char *detail) {
  struct ce_options options = {.command = CE_COMMAND_PLAN};
  assert_int_equal(read_line(line, CE_COMMAND_COUNT, &options), code);
  assert_int_equal(options.command, CE_COMMAND_PLAN); /* untouched */
  assert_string_equal(err.subject, subject);
  if (!strstr(err.detail, detail)) {
    fail_msg("'%s' does not say '%s'", err.detail, detail);
  }
}

static void finds_the_command_before_and_after_options(void **state) {
  (void)state;
  expect("install", CE_COMMAND_INSTALL);
  expect("--root /x uninstall --purge", CE_COMMAND_UNINSTALL);
  expect("status --deep --root=/x", CE_COMMAND_STATUS);
  expect("--help", CE_COMMAND_COUNT);
  expect("", CE_COMMAND_COUNT);
}

static void falls_back_on_the_default_command(void **state) {
  (void)state;
  struct ce_options options;
  assert_int_equal(read_line("--silent", CE_COMMAND_INSTALL, &options), CE_OK);
  assert_int_equal(options.command, CE_COMMAND_INSTALL);
  assert_false(options.named);
  assert_int_equal(read_line("status", CE_COMMAND_INSTALL, &options), CE_OK);
  assert_int_equal(options.command, CE_COMMAND_STATUS);
  assert_true(options.named);
}

static void takes_values_in_both_forms_and_the_last_one(void **state) {
  (void)state;
  struct ce_options options;
  assert_int_equal(read_line("install --root /a --root=/b=c --source dir", CE_COMMAND_COUNT, &options),
                   CE_OK);
  assert_string_equal(options.values[CE_OPTION_ROOT], "/b=c");
  assert_string_equal(options.values[CE_OPTION_SOURCE], "dir");
  assert_null(options.values[CE_OPTION_LOG]);
}

static void takes_short_forms(void **state) {
  (void)state;
  struct ce_options options;
  assert_int_equal(read_line("install -y", CE_COMMAND_COUNT, &options), CE_OK);
  assert_true(ce_options_has(&options, CE_OPTION_YES));
  assert_int_equal(read_line("-h", CE_COMMAND_COUNT, &options), CE_OK);
  assert_true(ce_options_has(&options, CE_OPTION_HELP));
}

static void plans_any_of_the_four_verbs(void **state) {
  (void)state;
  struct ce_options options;
  assert_int_equal(read_line("plan uninstall --purge", CE_COMMAND_COUNT, &options), CE_OK);
  assert_int_equal(options.planned, CE_COMMAND_UNINSTALL);
  assert_int_equal(read_line("plan", CE_COMMAND_COUNT, &options), CE_OK);
  assert_int_equal(options.planned, CE_COMMAND_COUNT);
  refuse("plan status", CE_USAGE, "status", "install|repair|update|uninstall");
  refuse("plan repair update", CE_USAGE, "update", "too many");
}

static void names_the_nearest_option(void **state) {
  (void)state;
  refuse("install --slient", CE_USAGE, "--slient", "--silent");
  refuse("install --silnet", CE_USAGE, "--silnet", "--silent");
  refuse("install --dryrun", CE_USAGE, "--dryrun", "--dry-run");
  refuse("install --skip", CE_USAGE, "--skip", "--skip-prerequisites");
  refuse("install --sorce=/x", CE_USAGE, "--sorce=/x", "--source");
  refuse("install -x", CE_USAGE, "-x", "no such option");
  refuse("install -yy", CE_USAGE, "-yy", "no such option");
}

static void names_the_nearest_command(void **state) {
  (void)state;
  refuse("instal", CE_USAGE, "instal", "install");
  refuse("remove", CE_USAGE, "remove", "repair");
  refuse("uninstal --yes", CE_USAGE, "uninstal", "uninstall");
  refuse("-- --yes", CE_USAGE, "--yes", "no such command");
}

static void refuses_what_a_command_does_not_take(void **state) {
  (void)state;
  refuse("install --purge", CE_USAGE, "--purge", "not an option of install");
  refuse("status --yes", CE_USAGE, "--yes", "not an option of status");
  refuse("uninstall --source x", CE_USAGE, "--source", "not an option of uninstall");
  refuse("plan install --purge", CE_USAGE, "--purge", "not an option of install");
  refuse("plan uninstall --deep", CE_USAGE, "--deep", "not an option of plan");
  refuse("install now", CE_USAGE, "now", "too many");
  refuse("--silent", CE_USAGE, "--silent", "name a command");
}

static void refuses_abbreviated_names(void **state) {
  (void)state;
  refuse("install --sil", CE_USAGE, "--sil", "--silent");
  refuse("inst", CE_USAGE, "inst", "install");
}

static void refuses_missing_and_empty_values(void **state) {
  (void)state;
  refuse("install --root", CE_USAGE, "--root", "a value is missing");
  refuse("install --root --yes", CE_USAGE, "--root", "--root DIR");
  refuse("install --root=", CE_USAGE, "--root ", "empty");
  refuse("install --yes=no", CE_USAGE, "--yes=no", "takes no value");
  char *argv[] = {"certenv", "install", "--root", "", NULL};
  struct ce_options options;
  assert_int_equal(ce_options_read(4, argv, CE_COMMAND_COUNT, ce_language_by_name("en"), &options, &err),
                   CE_USAGE);
}

static void says_what_values_may_be(void **state) {
  (void)state;
  refuse("install --lang fr", CE_USAGE, "--lang fr", "zh_CN or en");
  refuse("install --channel ../x", CE_USAGE, "--channel ../x", "small letters");
  refuse("install --channel abcdefghijabcdefghijabcdefghijabc", CE_USAGE,
         "--channel abcdefghijabcdefghijabcdefghijabc", "32");
  refuse("install --source ftp://example.org/r", CE_SOURCE_UNUSABLE, "--source ftp://example.org/r",
         "https://");
  refuse("install --source https://", CE_SOURCE_UNUSABLE, "--source https://", "directory");
  refuse("install --source file://host/r", CE_SOURCE_UNUSABLE, "--source file://host/r", "file:///");
  refuse("install --proxy ftp://proxy", CE_USAGE, "--proxy ftp://proxy", "socks5h://");
  expect("install --source https://example.org/r --proxy none --ca-file ca.pem", CE_COMMAND_INSTALL);
  expect("update --proxy http://joe:secret@proxy:3128", CE_COMMAND_UPDATE);
  expect("install --source file:///srv/repository", CE_COMMAND_INSTALL);
  expect("install --source ./repository --channel beta-2", CE_COMMAND_INSTALL);
}

static void peeks_at_options_of_a_wrong_command_line(void **state) {
  (void)state;
  char *argv[] = {"certenv", "--nonsense", "--lang", "zh_CN", "--json", "--", "--silent", NULL};
  assert_string_equal(ce_options_peek(7, argv, CE_OPTION_LANG), "zh_CN");
  assert_string_equal(ce_options_peek(7, argv, CE_OPTION_JSON), "");
  assert_null(ce_options_peek(7, argv, CE_OPTION_SILENT));
  char *attached[] = {"certenv", "--lang=en", "--language", NULL};
  assert_string_equal(ce_options_peek(3, attached, CE_OPTION_LANG), "en");
  char *cut[] = {"certenv", "--lang", NULL};
  assert_null(ce_options_peek(2, cut, CE_OPTION_LANG));
}

static void tells_mistakes_in_the_language(void **state) {
  (void)state;
  char *argv[] = {"certenv", "install", "--slient", NULL};
  struct ce_options options;
  assert_int_equal(ce_options_read(3, argv, CE_COMMAND_COUNT, ce_language_by_name("zh_CN"), &options, &err),
                   CE_USAGE);
  assert_non_null(strstr(err.detail, "--silent"));
  assert_null(strstr(err.detail, "nearest"));
}

static size_t distance(const char *text, const char *word) {
  return ce_nearest_distance(text, strlen(text), word);
}

static void measures_edit_distances(void **state) {
  (void)state;
  assert_int_equal(distance("kitten", "sitting"), 3);
  assert_int_equal(distance("slient", "silent"), 1);
  assert_int_equal(distance("", "yes"), 3);
  assert_int_equal(distance("yes", "yes"), 0);
  assert_int_equal(distance("instal", "install"), 0); /* the beginning of a word */
  assert_int_equal(distance("ab", "ba"), 1);
  char text[2048];
  memset(text, 'x', sizeof text);
  assert_int_equal(ce_nearest_distance(text, sizeof text, "yes"), CE_NEAREST_WORD_MAX);
}

/* The whole of a file; free() it. */
static char *read_file(const char *path) {
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  char *text = calloc(1, 1u << 20);
  assert_non_null(text);
  fread(text, 1, (1u << 20) - 1, file);
  fclose(file);
  return text;
}

static bool has_line(const char *text, const char *line) {
  size_t length = strlen(line);
  for (const char *at = text; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
    if (strncmp(at, line, length) == 0 && (at[length] == '\n' || !at[length])) {
      return true;
    }
  }
  return false;
}

static void expect_line(const char *text, const char *line) {
  if (!has_line(text, line)) {
    fail_msg("%s has no line '%s'", MANUAL, line);
  }
}

static void documents_every_option_and_command_in_the_manual(void **state) {
  (void)state;
  char *manual = read_file(MANUAL);
  char line[128];
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    const struct ce_option_row *row = &ce_grammar_options[option];
    char letter[] = {' ', 'F', 'l', ' ', row->letter, ' ', ',', '\0'};
    snprintf(line, sizeof line, ".It%s Fl Fl %s%s%s", row->letter ? letter : "", row->name,
             row->value ? " Ar " : "", row->value ? row->value : "");
    expect_line(manual, line);
  }
  for (enum ce_command command = 0; command < CE_COMMAND_COUNT; command++) {
    const struct ce_command_row *row = &ce_grammar_commands[command];
    snprintf(line, sizeof line, ".It Cm %s%s%s", row->name, row->argument ? " Op Ar " : "",
             row->argument ? row->argument : "");
    expect_line(manual, line);
  }
  free(manual);
}

static void documents_no_option_that_does_not_exist(void **state) {
  (void)state;
  char *manual = read_file(MANUAL);
  size_t count = 0;
  for (const char *at = manual; (at = strstr(at, "\n.It Fl ")); at += 8) {
    count++;
  }
  assert_int_equal(count, CE_OPTION_COUNT);
  free(manual);
}

/* The part of the manual between the heading of an exit status and the next one. */
static char *exit_status_part(const char *manual, int status) {
  char head[32];
  snprintf(head, sizeof head, "\n.It %d\n", status);
  const char *section = strstr(manual, "\n.Sh EXIT STATUS\n");
  const char *begin = section ? strstr(section, head) : NULL;
  if (!begin) {
    fail_msg("%s has no exit status %d", MANUAL, status);
    return NULL;
  }
  const char *end = strstr(begin + 1, "\n.It ");
  const char *list_end = strstr(begin + 1, "\n.El");
  return strndup(begin, (size_t)((end && end < list_end ? end : list_end) - begin));
}

static void documents_every_outcome_under_its_exit_status(void **state) {
  (void)state;
  char *manual = read_file(MANUAL);
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    char *part = exit_status_part(manual, ce_code_exit_status(code));
    if (!strstr(part, ce_code_id(code))) {
      fail_msg("%s does not name %s under exit status %d", MANUAL, ce_code_id(code),
               ce_code_exit_status(code));
    }
    free(part);
  }
  free(manual);
}

static void lists_exactly_the_exit_statuses_of_the_outcomes_in_help(void **state) {
  (void)state;
  bool documented[256] = {false};
  bool used[256] = {false};
  int last = -1;
  for (const struct ce_help_exit_row *row = ce_help_exit_rows; row->summary; row++) {
    assert_true(row->status > last && row->status < 256);
    last = row->status;
    documented[row->status] = true;
  }
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    used[ce_code_exit_status(code)] = true;
  }
  assert_memory_equal(documented, used, sizeof used);
}

static char *help_text(const char *language, enum ce_command command, enum ce_command default_command) {
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  struct ce_face face = {.language = ce_language_by_name(language), .out = stream};
  ce_help_print(&face, "certenv-setup", command, default_command);
  fclose(stream);
  return text;
}

static void helps_with_the_options_of_one_command_only(void **state) {
  (void)state;
  char *text = help_text("en", CE_COMMAND_STATUS, CE_COMMAND_COUNT);
  assert_non_null(strstr(text, "Usage: certenv-setup status [options]\n"));
  assert_non_null(strstr(text, "--deep"));
  assert_null(strstr(text, "--purge"));
  free(text);
  text = help_text("en", CE_COMMAND_PLAN, CE_COMMAND_COUNT);
  assert_non_null(strstr(text, "plan [install|repair|update|uninstall] [options]\n"));
  free(text);
}

static void knows_which_options_a_command_takes(void **state) {
  (void)state;
  assert_true(ce_grammar_accepts(CE_COMMAND_INSTALL, "--source=/srv/packages"));
  assert_true(ce_grammar_accepts(CE_COMMAND_PLAN, "--offline"));
  assert_true(ce_grammar_accepts(CE_COMMAND_UNINSTALL, "--root=/srv/image"));
  assert_false(ce_grammar_accepts(CE_COMMAND_UNINSTALL, "--source=/srv/packages"));
  assert_false(ce_grammar_accepts(CE_COMMAND_DOCTOR, "--root=/srv/image"));
  assert_false(ce_grammar_accepts(CE_COMMAND_KEYS, "--root=/srv/image"));
  assert_false(ce_grammar_accepts(CE_COMMAND_STATUS, "--sourc"));
  assert_false(ce_grammar_accepts(CE_COMMAND_COUNT, "--root=/srv/image"));
}

static void helps_in_both_languages(void **state) {
  (void)state;
  char *english = help_text("en", CE_COMMAND_COUNT, CE_COMMAND_INSTALL);
  char *chinese = help_text("zh_CN", CE_COMMAND_COUNT, CE_COMMAND_INSTALL);
  assert_non_null(strstr(english, "Commands:"));
  assert_null(strstr(chinese, "Commands:"));
  assert_non_null(strstr(chinese, "--skip-prerequisites"));
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    assert_non_null(strstr(english, ce_grammar_options[option].summary));
    assert_null(strstr(chinese, ce_grammar_options[option].summary));
  }
  free(english);
  free(chinese);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_the_command_before_and_after_options),
      cmocka_unit_test(falls_back_on_the_default_command),
      cmocka_unit_test(takes_values_in_both_forms_and_the_last_one),
      cmocka_unit_test(takes_short_forms),
      cmocka_unit_test(plans_any_of_the_four_verbs),
      cmocka_unit_test(names_the_nearest_option),
      cmocka_unit_test(names_the_nearest_command),
      cmocka_unit_test(refuses_what_a_command_does_not_take),
      cmocka_unit_test(refuses_abbreviated_names),
      cmocka_unit_test(refuses_missing_and_empty_values),
      cmocka_unit_test(says_what_values_may_be),
      cmocka_unit_test(peeks_at_options_of_a_wrong_command_line),
      cmocka_unit_test(tells_mistakes_in_the_language),
      cmocka_unit_test(measures_edit_distances),
      cmocka_unit_test(documents_every_option_and_command_in_the_manual),
      cmocka_unit_test(documents_no_option_that_does_not_exist),
      cmocka_unit_test(documents_every_outcome_under_its_exit_status),
      cmocka_unit_test(lists_exactly_the_exit_statuses_of_the_outcomes_in_help),
      cmocka_unit_test(helps_with_the_options_of_one_command_only),
      cmocka_unit_test(knows_which_options_a_command_takes),
      cmocka_unit_test(helps_in_both_languages),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
