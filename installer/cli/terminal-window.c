/* SPDX-License-Identifier: Apache-2.0
 * Opening of a terminal window. */
#include "cli/terminal-window.h"

#include "cli/search-path.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>

extern char **environ;

/* Without a font of Xft's xterm has no Chinese. */
#define XTERM_ROW                                                                                            \
  {                                                                                                          \
    "xterm", {                                                                                               \
      "-fa", "Monospace", "-e"                                                                               \
    }                                                                                                        \
  }

static const struct ce_terminal_row xterm_row = XTERM_ROW;

const struct ce_terminal_row ce_terminal_rows[] = {
    {"x-terminal-emulator", {"-e"}},
    {"xdg-terminal-exec", {NULL}},
    {"deepin-terminal", {"-e"}},
    {"gnome-terminal", {"--"}},
    {"kgx", {"--"}},
    {"konsole", {"-e"}},
    {"xfce4-terminal", {"-x"}},
    {"mate-terminal", {"-x"}},
    {"ukui-terminal", {"-x"}},
    {"lxterminal", {"-e"}},
    {"qterminal", {"-e"}},
    {"foot", {NULL}},
    XTERM_ROW,
    {NULL, {NULL}},
};

/* The window would close over the last word. The prompt comes as an argument: a terminal's server hands no
 * environment on. */
static const char keep_open[] = "prompt=$1; shift; \"$@\"; status=$?; printf '\\n%s' \"$prompt\"; "
                                "read -r answer; exit $status";

/* Debian's choice is a chain of links. */
static bool is_xterm(const char *path) {
  CE_AUTO(ce_free) char *real = realpath(path, NULL);
  const char *name = real ? strrchr(real, '/') + 1 : "";
  return strcmp(name, "xterm") == 0 || strcmp(name, "uxterm") == 0 || strcmp(name, "lxterm") == 0;
}

/* Whether it can open a window: xterm knows nothing of Wayland. */
static bool is_usable(const char *path) {
  const char *display = getenv("DISPLAY");
  return (display && display[0]) || !is_xterm(path);
}

char *ce_terminal_find(const struct ce_terminal_row **ret_row) {
  for (const struct ce_terminal_row *row = ce_terminal_rows; row->name; row++) {
    CE_AUTO(ce_free) char *path = ce_search_path_find(row->name);
    if (path && is_usable(path)) {
      *ret_row = is_xterm(path) ? &xterm_row : row;
      return ce_take(&path);
    }
  }
  return NULL;
}

static bool push_all(char **arguments, const char *const *words) {
  for (size_t i = 0; words[i]; i++) {
    if (!ce_arguments_push(arguments, strdup(words[i]))) {
      return false;
    }
  }
  return true;
}

enum ce_code ce_terminal_arguments(const struct ce_terminal_row *row, const char *path, char *const *command,
                                   const char *prompt, char ***ret, struct ce_error *err) {
  const char *const runs[] = {"/bin/sh", "-c", keep_open, "sh", prompt, NULL};
  CE_AUTO(ce_arguments) char **arguments = ce_arguments_new();
  if (!arguments || !ce_arguments_push(arguments, strdup(path)) || !push_all(arguments, row->options) ||
      !push_all(arguments, runs) || !push_all(arguments, (const char *const *)command)) {
    return ce_fail_memory(err, "command line");
  }
  *ret = ce_take(&arguments);
  return CE_OK;
}

enum ce_code ce_terminal_open(char *const *command, const char *prompt, struct ce_error *err) {
  const struct ce_terminal_row *row = NULL;
  CE_AUTO(ce_free) char *path = ce_terminal_find(&row);
  CE_AUTO(ce_arguments) char **arguments = NULL;
  pid_t child;
  if (!path) {
    return ce_fail(err, CE_NOT_FOUND, "start", "terminal", "%s", "");
  }
  enum ce_code code = ce_terminal_arguments(row, path, command, prompt, &arguments, err);
  if (code != CE_OK) {
    return code;
  }
  posix_spawnattr_t attributes;
  sigset_t defaults; /* this program ignores it, and that would be inherited */
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  int failed = posix_spawn(&child, path, NULL, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  return failed ? ce_fail_sys(err, failed, "start", path) : CE_OK;
}
