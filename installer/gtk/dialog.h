/* SPDX-License-Identifier: Apache-2.0
 * Dialogs above the window: one at a time, which a signal to the program takes away. */
#ifndef CE_GTK_DIALOG_H
#define CE_GTK_DIALOG_H

#include "gtk/shell.h"

/* msgids, and stable names of the widgets. */
struct ce_dialog_question {
  const char *name, *question, *explanation;
  GtkWidget *content;           /* below the explanation; NULL: none */
  const char *stay_name, *stay; /* the button that leaves all as it is; Enter and Escape press it, too */
  const char *go_name, *go;
  bool destroys;
};

/* True when the person chose to go. */
bool ce_dialog_ask(struct ce_wizard *wizard, const struct ce_dialog_question *question);
/* Shows dialog and waits; true when it was accepted. It stays the caller's to be destroyed. */
bool ce_dialog_run(struct ce_wizard *wizard, GtkWidget *dialog);
/* As if the person had rejected it. */
void ce_dialog_dismiss(struct ce_wizard *wizard);

#endif
