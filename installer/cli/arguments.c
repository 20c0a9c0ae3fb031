/* SPDX-License-Identifier: Apache-2.0
 * Command lines for further runs. */
#include "cli/arguments.h"

#include "base/blob.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

char **ce_arguments_new(void) {
  return calloc(CE_ARGUMENTS_MAX, sizeof(char *));
}

void ce_arguments_free(char **arguments) {
  for (size_t i = 0; arguments && arguments[i]; i++) {
    free(arguments[i]);
  }
  free(arguments);
}

bool ce_arguments_push(char **arguments, char *text) {
  size_t count = 0;
  while (arguments[count]) {
    count++;
  }
  assert(count + 1 < CE_ARGUMENTS_MAX);
  arguments[count] = text;
  return text != NULL;
}

static bool is_path(enum ce_option option, const char *value) {
  bool takes_path = option == CE_OPTION_ROOT || option == CE_OPTION_LOG || option == CE_OPTION_SOURCE ||
                    option == CE_OPTION_CA_FILE;
  return takes_path && !strstr(value, "://");
}

bool ce_arguments_push_option(char **arguments, enum ce_option option, const char *value,
                              const char *directory) {
  const struct ce_option_row *row = &ce_grammar_options[option];
  if (!row->value) {
    return ce_arguments_push(arguments, ce_text_format("--%s", row->name));
  }
  bool relative = is_path(option, value) && value[0] != '/';
  return ce_arguments_push(arguments, ce_text_format("--%s=%s%s%s", row->name, relative ? directory : "",
                                                     relative ? "/" : "", value));
}

bool ce_arguments_push_options(char **arguments, const struct ce_options *options, const char *directory) {
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    const char *value = options->values[option];
    if (value && option != CE_OPTION_LANG && !ce_arguments_push_option(arguments, option, value, directory)) {
      return false;
    }
  }
  return true;
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

enum ce_code ce_arguments_line(char *const *arguments, char **ret, struct ce_error *err) {
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
