/* SPDX-License-Identifier: Apache-2.0
 * GTK 3, opened at run time: the program must start on a machine that has none.
 *
 * gtk-calls.def lists the functions of GTK and of the libraries below it that the wizard calls, all of which
 * GTK 3.22 has. Their types are those of the headers. When the room is built, a header made from the list
 * (CE_GTK_REDIRECT) turns each name into a member of ce_gtk_calls, so that sources read as any GTK program
 * and a call that is not in the list is one that the linker cannot find. */
#ifndef CE_GTK_GTK_CALLS_H
#define CE_GTK_GTK_CALLS_H

#include <gio/gdesktopappinfo.h>
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <stdbool.h>

struct ce_gtk_calls {
#define CE_GTK_CALL(name)          __typeof__(&(name)) name;
#define CE_GTK_CALL_IF_THERE(name) CE_GTK_CALL(name) /* newer than GTK 3.22: may be NULL */
#include "gtk/gtk-calls.def"
#undef CE_GTK_CALL_IF_THERE
#undef CE_GTK_CALL
};

/* The one mutable variable of file scope in the program: calls have no other way to a table. Written by
 * ce_gtk_calls_open(), before any of them. */
extern struct ce_gtk_calls ce_gtk_calls;

/* Opens GTK unless it is open already. False where it cannot be had, or lacks one of the functions. It is
 * never closed: GLib's types cannot be unloaded. */
bool ce_gtk_calls_open(void);

#ifdef CE_GTK_REDIRECT
#include CE_GTK_REDIRECT
#endif

#endif
