/* SPDX-License-Identifier: Apache-2.0
 * How the program meets who started it: as the command line says, in a window of its own, or as text in a
 * terminal window that is opened for it. A double-click names no command and comes with no terminal. */
#ifndef CE_CLI_ENTRANCE_H
#define CE_CLI_ENTRANCE_H

#include "cli/options.h"

enum ce_entrance {
  CE_ENTRANCE_COMMAND,         /* here: the command that was named, or the default one */
  CE_ENTRANCE_WINDOW,          /* the wizard */
  CE_ENTRANCE_TERMINAL_WINDOW, /* the default command in a terminal window */
  CE_ENTRANCE_NOWHERE,         /* a window was asked for in so many words, and there is no way to open one */
};

struct ce_entrance_facts {
  bool asked;     /* the command is wizard */
  bool bare;      /* no command, and no option that the wizard does not take, too */
  bool installs;  /* without a command the program installs (certenv-setup) */
  bool root;      /* no toolkit gets administrator rights */
  bool terminal;  /* standard input is one */
  bool display;   /* DISPLAY or WAYLAND_DISPLAY */
  bool toolkit;   /* GTK can be opened; only looked at where ce_entrance_wants_window() */
  bool emulators; /* there is a program that opens a terminal window; looked at like toolkit */
};

/* What the command line says of it; the rest is the caller's to find out. */
struct ce_entrance_facts ce_entrance_facts(const struct ce_options *options, enum ce_command default_command);
/* Whether a window is wanted, and a display is there. */
bool ce_entrance_wants_window(const struct ce_entrance_facts *facts);
enum ce_entrance ce_entrance_choose(const struct ce_entrance_facts *facts);

#endif
