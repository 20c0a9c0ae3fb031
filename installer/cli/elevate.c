/* SPDX-License-Identifier: Apache-2.0
 * What to run for administrator rights, decided from facts. */
#include "cli/elevate.h"

#include "base/blob.h"

#include <stdlib.h>
#include <string.h>

/* tool, --, program, command, what is planned, the options, NULL */
#define ARGUMENTS_MAX (7 + CE_OPTION_COUNT)

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

void ce_elevation_free(char **arguments) {
  for (size_t i = 0; arguments && arguments[i]; i++) {
    free(arguments[i]);
  }
  free(arguments);
}

static bool is_path(enum ce_option option, const char *value) {
  bool takes_path = option == CE_OPTION_ROOT || option == CE_OPTION_LOG || option == CE_OPTION_SOURCE ||
                    option == CE_OPTION_CA_FILE;
  return takes_path && !strstr(value, "://");
}

static char *option_argument(enum ce_option option, const char *value, const char *directory) {
  const struct ce_option_row *row = &ce_grammar_options[option];
  if (!row->value) {
    return ce_text_format("--%s", row->name);
  }
  bool relative = is_path(option, value) && value[0] != '/';
  return ce_text_format("--%s=%s%s%s", row->name, relative ? directory : "", relative ? "/" : "", value);
}

/* Takes text; false when memory is out. */
static bool push(char **arguments, size_t *count, char *text) {
  if (!text) {
    return false;
  }
  arguments[(*count)++] = text;
  return true;
}

static bool push_tool(const struct ce_elevation_facts *facts, char **arguments, size_t *count) {
  switch (ce_elevation_choose(facts)) {
  case CE_ELEVATION_PKEXEC:
    return push(arguments, count, strdup(facts->pkexec));
  case CE_ELEVATION_SUDO:
    return push(arguments, count, strdup(facts->sudo)) && push(arguments, count, strdup("--"));
  default:
    return push(arguments, count, strdup("sudo"));
  }
}

static bool push_options(const struct ce_elevation_facts *facts, const struct ce_options *options,
                         const struct ce_language *language, char **arguments, size_t *count) {
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    const char *value = options->values[option];
    if (value && option != CE_OPTION_LANG &&
        !push(arguments, count, option_argument(option, value, facts->directory))) {
      return false;
    }
  }
  bool reads_network = ce_grammar_commands[options->command].options & 1u << CE_OPTION_PROXY;
  if (facts->proxy && reads_network && !options->values[CE_OPTION_PROXY] &&
      !push(arguments, count, option_argument(CE_OPTION_PROXY, facts->proxy, ""))) {
    return false;
  }
  return push(arguments, count, option_argument(CE_OPTION_LANG, ce_language_name(language), ""));
}

enum ce_code ce_elevation_arguments(const struct ce_elevation_facts *facts, const struct ce_options *options,
                                    const struct ce_language *language, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_elevation) char **arguments = calloc(ARGUMENTS_MAX + 1, sizeof *arguments);
  size_t count = 0;
  bool complete = arguments && push_tool(facts, arguments, &count) &&
                  push(arguments, &count, strdup(facts->program)) &&
                  push(arguments, &count, strdup(ce_grammar_commands[options->command].name));
  if (complete && options->planned != CE_COMMAND_COUNT) {
    complete = push(arguments, &count, strdup(ce_grammar_commands[options->planned].name));
  }
  if (!complete || !push_options(facts, options, language, arguments, &count)) {
    return ce_fail_memory(err, "command line");
  }
  *ret = ce_take(&arguments);
  return CE_OK;
}

static enum ce_code append_quoted(struct ce_blob *line, const char *argument, struct ce_error *err) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,+@%";
  if (argument[0] && strspn(argument, plain) == strlen(argument)) {
    return ce_blob_printf(line, err, "%s", argument);
  }
  enum ce_code code = ce_blob_append(line, "'", 1, err);
  for (const char *at = argument; code == CE_OK && *at; at++) {
    code = *at == '\'' ? ce_blob_append(line, "'\\''", 4, err) : ce_blob_append(line, at, 1, err);
  }
  return code == CE_OK ? ce_blob_append(line, "'", 1, err) : code;
}

enum ce_code ce_elevation_line(char *const *arguments, char **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && arguments[i]; i++) {
    code = i > 0 ? ce_blob_append(&line, " ", 1, err) : CE_OK;
    if (code == CE_OK) {
      code = append_quoted(&line, arguments[i], err);
    }
  }
  if (code != CE_OK) {
    return code;
  }
  char *text = ce_blob_take_text(&line);
  if (!text) {
    return ce_fail_memory(err, "command line");
  }
  *ret = text;
  return CE_OK;
}

enum ce_code ce_elevation_outcome(enum ce_elevation_way way, int exit_status, bool *ret_told) {
  /* pkexec(1): 126 when the dialog was dismissed, 127 when rights were refused. sudo(8): 1 when it could not
   * run the command; the programs have no outcome with any of these. */
  *ret_told = false;
  if (way == CE_ELEVATION_PKEXEC && exit_status == 126) {
    return CE_CANCELLED;
  }
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    if (ce_code_exit_status(code) == exit_status) {
      *ret_told = true;
      return code;
    }
  }
  return exit_status == 1 || exit_status == 126 || exit_status == 127 ? CE_PERMISSION : CE_CHILD;
}
