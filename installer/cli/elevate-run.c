/* SPDX-License-Identifier: Apache-2.0
 * Looking for pkexec and sudo, and running this program through one of them. */
#include "cli/elevate.h"

#include "base/blob.h"
#include "cli/search-path.h"
#include "cli/self.h"
#include "model/layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTALLED "/" CE_CURRENT "/bin/certenv"

static bool is_set(const char *variable) {
  const char *value = getenv(variable);
  return value && value[0];
}

/* The proxy that curl(1) would take for https. A password in it must not be seen in the list of processes. */
static char *proxy_of_environment(void) {
  static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const char *value = getenv(names[i]);
    if (value && value[0]) {
      bool usable = strstr(value, "://") && !strchr(value, '@');
      return usable ? strdup(value) : NULL;
    }
  }
  return NULL;
}

/* The installed program has an action of its own by this path, whatever its version. */
static void use_lasting_path(struct ce_self *self) {
  struct stat here;
  struct stat there;
  bool is_installed = stat(self->program, &here) == 0 && stat(INSTALLED, &there) == 0 &&
                      here.st_dev == there.st_dev && here.st_ino == there.st_ino;
  char *path = is_installed ? strdup(INSTALLED) : NULL;
  if (path) {
    free(self->program);
    self->program = path;
  }
}

static enum ce_code probe(const struct ce_options *options, struct ce_elevation_facts *ret,
                          struct ce_error *err) {
  struct ce_self self;
  enum ce_code code = ce_self_find(&self, err);
  if (code != CE_OK) {
    return code;
  }
  use_lasting_path(&self);
  *ret = (struct ce_elevation_facts){.graphical = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"),
                                     .terminal = isatty(STDIN_FILENO),
                                     .silent = ce_options_has(options, CE_OPTION_SILENT),
                                     .pkexec = ce_search_path_find("pkexec"),
                                     .sudo = ce_search_path_find("sudo"),
                                     .proxy = proxy_of_environment(),
                                     .program = self.program,
                                     .directory = self.directory};
  return CE_OK;
}

/* For a person at a terminal. */
static enum ce_code write_command(struct ce_elevation_facts facts, const struct ce_options *options,
                                  const struct ce_language *language, char **ret, struct ce_error *err) {
  CE_AUTO(ce_arguments) char **arguments = NULL;
  struct ce_options shown = *options;
  facts.graphical = facts.terminal = false;
  shown.values[CE_OPTION_JSON] = shown.values[CE_OPTION_ATTENDED] = NULL;
  enum ce_code code = ce_elevation_arguments(&facts, &shown, language, &arguments, err);
  return code == CE_OK ? ce_arguments_line(arguments, ret, err) : code;
}

static enum ce_code refuse(const struct ce_elevation_facts *facts, const struct ce_options *options,
                           const struct ce_language *language, const char *reason, struct ce_error *err) {
  CE_AUTO(ce_free) char *line = NULL;
  CE_AUTO(ce_free) char *command = NULL;
  enum ce_code code = write_command(*facts, options, language, &line, err);
  if (code != CE_OK) {
    return code;
  }
  command = ce_text_format(ce_translate(language, N_("the command is: %s")), line);
  if (!command) {
    return ce_fail_memory(err, "command line");
  }
  return ce_fail(err, CE_PERMISSION, "elevate", "", "%s%s%s", ce_translate(language, reason),
                 reason[0] ? "; " : "", command);
}

static enum ce_code run(const struct ce_elevation_facts *facts, const struct ce_options *options,
                        const struct ce_language *language, bool *ret_told, struct ce_error *err) {
  CE_AUTO(ce_arguments) char **arguments = NULL;
  struct ce_elevation_end end = {0};
  const char *reason = NULL;
  enum ce_elevation_way way = ce_elevation_choose(facts);
  enum ce_code code = ce_elevation_arguments(facts, options, language, &arguments, err);
  if (code == CE_OK) {
    code = ce_elevation_child_run(arguments, ce_options_has(options, CE_OPTION_ATTENDED),
                                  way == CE_ELEVATION_PKEXEC, &end, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_elevation_outcome(way, &end, ret_told, &reason);
  if (code == CE_OK || *ret_told) {
    return code;
  }
  if (code == CE_PERMISSION) {
    return refuse(facts, options, language, reason, err);
  }
  return code == CE_CANCELLED ? ce_fail(err, code, "elevate", "", "%s", ce_translate(language, reason))
                              : ce_fail(err, code, "elevate", arguments[0], "exit status %d", end.status);
}

enum ce_code ce_elevate(const struct ce_options *options, const struct ce_language *language, bool *ret_told,
                        struct ce_error *err) {
  CE_AUTO(ce_elevation_facts) struct ce_elevation_facts facts = {0};
  enum ce_code code = probe(options, &facts, err);
  if (code != CE_OK) {
    return code;
  }
  if (ce_elevation_choose(&facts) == CE_ELEVATION_NONE) {
    return refuse(&facts, options, language, "", err);
  }
  return run(&facts, options, language, ret_told, err);
}
