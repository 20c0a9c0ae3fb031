/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish: for the organisation that issues keys. Looks a command up, runs it, tells how it ended. */
#include "ports/clock.h"
#include "publish/command.h"

#include <stdlib.h>
#include <string.h>

static const struct ce_language *choose_language(void) {
  struct ce_language_environment environment = {.language = getenv("LANGUAGE"),
                                                .lc_all = getenv("LC_ALL"),
                                                .lc_messages = getenv("LC_MESSAGES"),
                                                .lang = getenv("LANG")};
  return ce_language_choose(NULL, &environment);
}

static int complain(const struct ce_language *language, const struct ce_error *err) {
  if (err->detail[0]) {
    /* The outcomes' own sentences speak to who installs: "administrator rights" is no word for a wrong PIN.
     */
    fprintf(stderr, "certenv-publish: %s %s: %s [%s]\n", err->op, err->subject, err->detail,
            ce_code_id(err->code));
  } else {
    fprintf(stderr, "certenv-publish: %s [%s]\n", ce_translate(language, ce_code_sentence(err->code)),
            ce_code_id(err->code));
  }
  return ce_code_exit_status(err->code);
}

static int run_command(const struct ce_language *language, const struct ce_publish_command *command, int argc,
                       char *const argv[]) {
  struct ce_error err = {0};
  const struct ce_clock *clock = ce_clock_system();
  struct ce_publish_arguments arguments = {
      .now_s = clock->now_s(clock->context), .out = stdout, .language = language};
  if (ce_publish_arguments_parse(command, argc, argv, &arguments, &err) != CE_OK) {
    return complain(language, &err);
  }
  if (arguments.help) {
    ce_publish_command_print_help(stdout, language, command);
    return EXIT_SUCCESS;
  }
  return command->run(&arguments, &err) == CE_OK ? EXIT_SUCCESS : complain(language, &err);
}

/* A report that nobody could read must not look like success. */
static int flush_report(int status) {
  if (fflush(stdout) != 0 && status == EXIT_SUCCESS) {
    perror("certenv-publish");
    return ce_code_exit_status(CE_IO);
  }
  return status;
}

int main(int argc, char **argv) {
  const struct ce_language *language = choose_language();
  const char *word = argc >= 2 ? argv[1] : "";
  if (strcmp(word, "--help") == 0) {
    ce_publish_print_help(stdout, language);
    return flush_report(EXIT_SUCCESS);
  }
  if (strcmp(word, "--version") == 0) {
    puts("certenv-publish " CERTENV_VERSION);
    return flush_report(EXIT_SUCCESS);
  }
  int words = 0;
  const struct ce_publish_command *command = ce_publish_command_match(argc - 1, argv + 1, &words);
  if (command) {
    return flush_report(run_command(language, command, argc - 1 - words, argv + 1 + words));
  }
  if (ce_publish_command_is_group(word)) {
    bool asked = argc == 3 && strcmp(argv[2], "--help") == 0;
    ce_publish_group_print_help(asked ? stdout : stderr, language, word);
    return asked ? flush_report(EXIT_SUCCESS) : ce_code_exit_status(CE_USAGE);
  }
  ce_publish_print_help(stderr, language);
  return ce_code_exit_status(CE_USAGE);
}
