/* SPDX-License-Identifier: Apache-2.0
 * Rows with a sign, a sentence and what to do about it, in a list. */
#ifndef CE_GTK_ROWS_H
#define CE_GTK_ROWS_H

#include "gtk/picture.h"
#include "gtk/shell.h"

struct ce_row {
  const char *id; /* stable; the row's widget name is "row-<id>" */
  enum ce_sign sign;
  const char *sentence; /* translated */
  const char *remedy;   /* translated; NULL or "": none */
  GtkWidget *button;    /* at its end; NULL: none */
};

/* Of any container, all that is in it. */
void ce_rows_clear(GtkWidget *list);
void ce_rows_add(const struct ce_wizard *wizard, GtkWidget *list, const struct ce_row *row);

#endif
