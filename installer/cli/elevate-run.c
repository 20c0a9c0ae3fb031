/* SPDX-License-Identifier: Apache-2.0
 * Looking for pkexec and sudo, and running this program through one of them. */
#include "cli/elevate.h"

#include "cli/search-path.h"
#include "cli/self.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

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

static enum ce_code probe(const struct ce_options *options, struct ce_elevation_facts *ret,
                          struct ce_error *err) {
  struct ce_self self;
  enum ce_code code = ce_self_find(&self, err);
  if (code != CE_OK) {
    return code;
  }
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

/* The tool asks on the same terminal and its child gets the same signals, so there is nothing to do but wait.
 */
static enum ce_code run(char **arguments, int *ret_status, struct ce_error *err) {
  pid_t child;
  int status;
  int failed = posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ);
  if (failed) {
    return ce_fail_sys(err, failed, "start", arguments[0]);
  }
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return ce_fail_sys(err, errno, "wait for", arguments[0]);
    }
  }
  *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return CE_OK;
}

static enum ce_code tell_command(const struct ce_language *language, char *const *arguments,
                                 struct ce_error *err) {
  CE_AUTO(ce_free) char *line = NULL;
  enum ce_code code = ce_arguments_line(arguments, &line, err);
  return code == CE_OK ? ce_fail(err, CE_PERMISSION, "elevate", "",
                                 ce_translate(language, N_("the command is: %s")), line)
                       : code;
}

enum ce_code ce_elevate(const struct ce_options *options, const struct ce_language *language, bool *ret_told,
                        struct ce_error *err) {
  CE_AUTO(ce_elevation_facts) struct ce_elevation_facts facts = {0};
  CE_AUTO(ce_arguments) char **arguments = NULL;
  int status = 0;
  enum ce_code code = probe(options, &facts, err);
  if (code == CE_OK) {
    code = ce_elevation_arguments(&facts, options, language, &arguments, err);
  }
  if (code != CE_OK) {
    return code;
  }
  enum ce_elevation_way way = ce_elevation_choose(&facts);
  if (way == CE_ELEVATION_NONE) {
    return tell_command(language, arguments, err);
  }
  code = run(arguments, &status, err);
  if (code != CE_OK) {
    return code;
  }
  code = ce_elevation_outcome(way, status, ret_told);
  if (code != CE_OK && !*ret_told) {
    return ce_fail(err, code, "elevate", arguments[0], "exit status %d", status);
  }
  return code;
}
