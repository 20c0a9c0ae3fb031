/* SPDX-License-Identifier: Apache-2.0
 * Command lines of certenv-publish, and the man page against the tables of options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/command.h"
#include "publish/role.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 200

struct parsed {
  struct ce_publish_arguments arguments;
  struct ce_error err;
  enum ce_code code;
};

static struct parsed parse(const char *command, const char *const *words) {
  static char *argv[WORDS_MAX];
  struct parsed parsed = {0};
  int argc = 0;
  for (; words[argc]; argc++) {
    argv[argc] = (char *)(uintptr_t)words[argc];
  }
  parsed.code = ce_publish_arguments_parse(ce_publish_command_find(command), argc, argv, &parsed.arguments,
                                           &parsed.err);
  return parsed;
}

#define PARSE(command, ...) parse(command, (const char *const[]){__VA_ARGS__, NULL})

static void takes_values_behind_a_space_or_an_equals_sign(void **state) {
  (void)state;
  struct parsed parsed = PARSE("bundle", "repo", "--program=setup", "-o", "out", "--allow-expired");
  assert_int_equal(parsed.code, CE_OK);
  assert_string_equal(parsed.arguments.operand, "repo");
  assert_string_equal(ce_publish_arguments_value(&parsed.arguments, "program"), "setup");
  assert_string_equal(ce_publish_arguments_value(&parsed.arguments, "o"), "out");
  assert_string_equal(ce_publish_arguments_value(&parsed.arguments, "allow-expired"), "");
  parsed = PARSE("verify", "--", "--odd");
  assert_int_equal(parsed.code, CE_OK);
  assert_string_equal(parsed.arguments.operand, "--odd");
  assert_null(ce_publish_arguments_value(&parsed.arguments, "root"));
}

static void takes_a_second_operand_where_there_is_one(void **state) {
  (void)state;
  struct parsed parsed = PARSE("channel", "repo", "--list", "beta");
  assert_int_equal(parsed.code, CE_OK);
  assert_string_equal(parsed.arguments.operand, "repo");
  assert_string_equal(parsed.arguments.operand2, "beta");
  parsed = PARSE("channel", "repo", "--list");
  assert_int_equal(parsed.code, CE_OK);
  assert_null(parsed.arguments.operand2);
  assert_int_equal(PARSE("channel", "repo", "beta", "more").code, CE_USAGE);
}

static const struct ce_publish_command *match(const char *first, const char *second, int *ret_words) {
  char *argv[] = {(char *)(uintptr_t)first, (char *)(uintptr_t)second, NULL};
  *ret_words = 0;
  return ce_publish_command_match(second ? 2 : 1, argv, ret_words);
}

static void finds_commands_of_one_word_and_of_two(void **state) {
  (void)state;
  int words = 0;
  assert_ptr_equal(match("add", "repo", &words), &ce_publish_add);
  assert_int_equal(words, 1);
  assert_ptr_equal(match("key", "rotate", &words), &ce_publish_key_rotate);
  assert_int_equal(words, 2);
  assert_null(match("key", NULL, &words));
  assert_null(match("key", "rot", &words));
  assert_null(match("key rotate", "repo", &words));
  assert_null(match("rotate", "repo", &words));
  assert_null(match("", "", &words));
  assert_true(ce_publish_command_is_group("key"));
  assert_false(ce_publish_command_is_group("add"));
  assert_false(ce_publish_command_is_group("ke"));
  assert_false(ce_publish_command_is_group(""));
}

static void leaves_an_operand_out_where_it_may_be(void **state) {
  (void)state;
  struct parsed parsed = PARSE("key list", "--keys", "k");
  assert_int_equal(parsed.code, CE_OK);
  assert_null(parsed.arguments.operand);
  assert_int_equal(PARSE("key list", "repo").code, CE_OK);
  assert_int_equal(PARSE("key list", "repo", "more").code, CE_USAGE);
  assert_int_equal(PARSE("key make", "repo", "--keys", "k", "--role", "r").code, CE_USAGE);
}

static void names_the_nearest_option_for_an_unknown_one(void **state) {
  (void)state;
  struct parsed parsed = PARSE("add", "repo", "--chanel", "stable");
  assert_int_equal(parsed.code, CE_USAGE);
  assert_string_equal(parsed.err.subject, "--chanel");
  assert_non_null(strstr(parsed.err.detail, "did you mean --channel?"));
  parsed = PARSE("add", "repo", "--completely-different");
  assert_int_equal(parsed.code, CE_USAGE);
  assert_string_equal(parsed.err.detail, "unknown option");
}

static void refuses_incomplete_and_overfull_command_lines(void **state) {
  (void)state;
  const char *many[WORDS_MAX] = {NULL};
  for (size_t i = 0; i < 130; i++) {
    many[i] = i % 2 == 0 ? "--threshold" : "root=1";
  }
  assert_int_equal(PARSE("add", "repo", "--keys", "k").code, CE_USAGE);
  assert_int_equal(PARSE("verify", "--root", "r").code, CE_USAGE);
  assert_int_equal(PARSE("verify", "a", "b").code, CE_USAGE);
  assert_int_equal(PARSE("pack", "operand").code, CE_USAGE);
  assert_int_equal(PARSE("verify", "a", "--root").code, CE_USAGE);
  assert_int_equal(PARSE("verify", "a", "--allow-expired=yes").code, CE_USAGE);
  assert_int_equal(PARSE("bundle", "repo", "--o", "x").code, CE_USAGE);
  assert_int_equal(PARSE("bundle", "repo", "-program", "x").code, CE_USAGE);
  assert_int_equal(parse("init", many).code, CE_USAGE);
}

static void needs_nothing_else_with_help(void **state) {
  (void)state;
  struct parsed parsed = PARSE("add", "--help");
  assert_int_equal(parsed.code, CE_OK);
  assert_true(parsed.arguments.help);
}

static void reads_numbers_in_their_range_only(void **state) {
  (void)state;
  struct ce_error err;
  int64_t number = -1;
  static const char *const wrong[] = {"", "x", "1x", "-1", "21", "+1", " 1", "9999999999999999999", "0x1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(ce_publish_number_parse("n", wrong[i], 0, 20, &number, &err), CE_USAGE);
  }
  assert_int_equal(number, -1);
  assert_int_equal(ce_publish_number_parse("n", "020", 0, 20, &number, &err), CE_OK);
  assert_int_equal(number, 20);
}

static void reads_settings_of_roles(void **state) {
  (void)state;
  struct ce_error err;
  struct ce_role_settings settings[CE_ROLE_COUNT];
  struct parsed parsed =
      PARSE("init", "repo", "--keys", "k", "--threshold", "root=2", "--root-keys", "5", "--threshold",
            "targets=3", "--expires", "timestamp=0", "--expires", "root=10");
  assert_int_equal(ce_role_settings_read(&parsed.arguments, settings, &err), CE_OK);
  assert_int_equal(settings[CE_ROLE_ROOT].threshold, 2);
  assert_int_equal(settings[CE_ROLE_ROOT].key_count, 5);
  assert_int_equal(settings[CE_ROLE_ROOT].expires_days, 10);
  assert_int_equal(settings[CE_ROLE_TARGETS].threshold, 3);
  assert_int_equal(settings[CE_ROLE_TARGETS].key_count, 3);
  assert_int_equal(settings[CE_ROLE_TIMESTAMP].expires_days, 0);
  assert_int_equal(settings[CE_ROLE_SNAPSHOT].threshold, 1);
}

static void refuses_settings_that_make_no_sense(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"--threshold", "root"},   {"--threshold", "root=0"}, {"--threshold", "root=21"},
      {"--threshold", "boss=1"}, {"--threshold", "roo=1"},  {"--expires", "root=36501"},
      {"--expires", "root=-1"},  {"--expires", "=1"},       {"--root-keys", "0"},
      {"--root-keys", "many"},   {"--threshold", "root="},  {"--expires", "root=1d"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct ce_error err;
    struct ce_role_settings settings[CE_ROLE_COUNT];
    struct parsed parsed = PARSE("init", "repo", "--keys", "k", wrong[i][0], wrong[i][1]);
    assert_int_equal(parsed.code, CE_OK);
    assert_int_equal(ce_role_settings_read(&parsed.arguments, settings, &err), CE_USAGE);
  }
}

static char *help_of(const struct ce_publish_command *command) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_non_null(out);
  if (command) {
    ce_publish_command_print_help(out, ce_language_by_name("en"), command);
  } else {
    ce_publish_print_help(out, ce_language_by_name("en"));
  }
  fclose(out);
  return text;
}

static void lists_every_command_and_option_in_its_help(void **state) {
  (void)state;
  char *all = help_of(NULL);
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    assert_non_null(strstr(all, (*command)->name));
    char *help = help_of(*command);
    for (size_t i = 0; i < (*command)->option_count; i++) {
      char option[64];
      const char *name = (*command)->options[i].name;
      snprintf(option, sizeof option, "\n  %s%s", name[1] ? "--" : "-", name);
      assert_non_null(strstr(help, option));
    }
    free(help);
  }
  free(all);
}

static bool has_option(const struct ce_publish_command *command, const char *name) {
  for (size_t i = 0; i < command->option_count; i++) {
    if (strcmp(command->options[i].name, name) == 0) {
      return true;
    }
  }
  return false;
}

/* The name in ".It Fl Fl name ..." or ".It Fl o ...". False for other lines. */
static bool described_option(const char *line, char name[64]) {
  if (sscanf(line, ".It Fl Fl %63[a-z0-9-]", name) == 1) {
    return true;
  }
  return sscanf(line, ".It Fl %63[a-z]", name) == 1;
}

static void describes_exactly_these_options_in_the_man_page(void **state) {
  (void)state;
  FILE *page = fopen(CE_TEST_DATA "/../../docs/man/certenv-publish.1", "r");
  assert_non_null(page);
  const struct ce_publish_command *command = NULL;
  size_t described = 0, expected = 0;
  char line[512];
  while (fgets(line, sizeof line, page)) {
    char name[64];
    if (strncmp(line, ".Sh ", 4) == 0 || strncmp(line, ".Ss ", 4) == 0) {
      assert_int_equal(described, expected);
      line[strcspn(line, "\n")] = '\0';
      command = strncmp(line, ".Ss ", 4) == 0 ? ce_publish_command_find(line + 4) : NULL;
      described = 0;
      expected = command ? command->option_count : 0;
    } else if (described_option(line, name)) {
      described++;
      if (!command || !has_option(command, name)) {
        fail_msg("the man page has --%s, which is no option of %s", name,
                 command ? command->name : "a command");
      }
    }
  }
  assert_true(feof(page));
  fclose(page);
}

static void has_a_section_for_every_command_in_the_man_page(void **state) {
  (void)state;
  for (const struct ce_publish_command *const *command = ce_publish_commands(); *command; command++) {
    FILE *page = fopen(CE_TEST_DATA "/../../docs/man/certenv-publish.1", "r");
    assert_non_null(page);
    char line[512], heading[64];
    bool found = false;
    snprintf(heading, sizeof heading, ".Ss %s\n", (*command)->name);
    while (!found && fgets(line, sizeof line, page)) {
      found = strcmp(line, heading) == 0;
    }
    fclose(page);
    assert_true(found);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_values_behind_a_space_or_an_equals_sign),
      cmocka_unit_test(takes_a_second_operand_where_there_is_one),
      cmocka_unit_test(finds_commands_of_one_word_and_of_two),
      cmocka_unit_test(leaves_an_operand_out_where_it_may_be),
      cmocka_unit_test(names_the_nearest_option_for_an_unknown_one),
      cmocka_unit_test(refuses_incomplete_and_overfull_command_lines),
      cmocka_unit_test(needs_nothing_else_with_help),
      cmocka_unit_test(reads_numbers_in_their_range_only),
      cmocka_unit_test(reads_settings_of_roles),
      cmocka_unit_test(refuses_settings_that_make_no_sense),
      cmocka_unit_test(lists_every_command_and_option_in_its_help),
      cmocka_unit_test(describes_exactly_these_options_in_the_man_page),
      cmocka_unit_test(has_a_section_for_every_command_in_the_man_page),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
