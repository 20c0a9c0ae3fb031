/* SPDX-License-Identifier: Apache-2.0
 * The program's own path. */
#include "cli/self.h"

#include "cli/arguments.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum ce_code ce_self_find(struct ce_self *ret, struct ce_error *err) {
  char program[PATH_MAX];
  char directory[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length < 0) {
    return ce_fail_sys(err, errno, "read link", "/proc/self/exe");
  }
  program[length] = '\0';
  if (!getcwd(directory, sizeof directory)) {
    return ce_fail_sys(err, errno, "getcwd", ".");
  }
  CE_AUTO(ce_self) struct ce_self self = {.program = strdup(program), .directory = strdup(directory)};
  if (!self.program || !self.directory) {
    return ce_fail_memory(err, "command line");
  }
  *ret = self;
  self = (struct ce_self){0};
  return CE_OK;
}

void ce_self_clear(struct ce_self *self) {
  free(self->program);
  free(self->directory);
  *self = (struct ce_self){0};
}

enum ce_code ce_self_arguments(const struct ce_self *self, enum ce_command command,
                               const struct ce_options *options, const struct ce_language *language,
                               char ***ret, struct ce_error *err) {
  CE_AUTO(ce_arguments) char **arguments = ce_arguments_new();
  if (!arguments || !ce_arguments_push(arguments, strdup(self->program)) ||
      !ce_arguments_push(arguments, strdup(ce_grammar_commands[command].name)) ||
      !ce_arguments_push_options(arguments, options, self->directory) ||
      !ce_arguments_push_option(arguments, CE_OPTION_LANG, ce_language_name(language), "")) {
    return ce_fail_memory(err, "command line");
  }
  *ret = ce_take(&arguments);
  return CE_OK;
}
