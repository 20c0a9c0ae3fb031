/* SPDX-License-Identifier: Apache-2.0
 * Building of rows. */
#include "gtk/rows.h"

void ce_rows_clear(GtkWidget *list) {
  GList *children = gtk_container_get_children(GTK_CONTAINER(list));
  for (GList *at = children; at; at = at->next) {
    gtk_widget_destroy(at->data);
  }
  g_list_free(children);
}

static GtkWidget *make_label(const char *text, const char *class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
  if (class) {
    gtk_style_context_add_class(gtk_widget_get_style_context(label), class);
  }
  return label;
}

/* Adds child as a row of list. Every row takes the focus: a list that meets one that does not keeps Tab to
 * itself. */
static void append(GtkWidget *list, GtkWidget *child, const char *name, const char *spoken) {
  GtkWidget *row = gtk_list_box_row_new();
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(row), FALSE);
  gtk_list_box_row_set_selectable(GTK_LIST_BOX_ROW(row), FALSE);
  gtk_container_add(GTK_CONTAINER(row), child);
  ce_shell_name(row, name);
  atk_object_set_name(gtk_widget_get_accessible(row), spoken);
  gtk_container_add(GTK_CONTAINER(list), row);
  gtk_widget_show_all(row);
}

static const char *sign_name(const struct ce_wizard *wizard, enum ce_sign sign) {
  static const char *const names[] = {[CE_SIGN_OK] = N_("In order"),
                                      [CE_SIGN_ADVICE] = N_("Note"),
                                      [CE_SIGN_WARNING] = N_("Warning"),
                                      [CE_SIGN_FAULT] = N_("Error")};
  return ce_wizard_text(wizard, names[sign]);
}

void ce_rows_add(const struct ce_wizard *wizard, GtkWidget *list, const struct ce_row *row) {
  GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *sign = gtk_drawing_area_new();
  bool has_remedy = row->remedy && row->remedy[0];
  gtk_widget_set_size_request(sign, 20, 20);
  gtk_widget_set_valign(sign, GTK_ALIGN_START);
  ce_picture_show_sign(sign, row->sign);
  atk_object_set_name(gtk_widget_get_accessible(sign), sign_name(wizard, row->sign));
  gtk_box_pack_start(GTK_BOX(texts), make_label(row->sentence, NULL), FALSE, TRUE, 0);
  if (has_remedy) {
    gtk_box_pack_start(GTK_BOX(texts), make_label(row->remedy, "dim"), FALSE, TRUE, 0);
  }
  gtk_box_pack_start(GTK_BOX(line), sign, FALSE, FALSE, 0);
  gtk_box_pack_start(GTK_BOX(line), texts, TRUE, TRUE, 0);
  if (row->button) {
    gtk_widget_set_valign(row->button, GTK_ALIGN_CENTER);
    gtk_box_pack_start(GTK_BOX(line), row->button, FALSE, FALSE, 0);
  }
  gtk_style_context_add_class(gtk_widget_get_style_context(line), "row");
  CE_AUTO(ce_free) char *name = ce_text_format("row-%s", row->id);
  CE_AUTO(ce_free)
  char *spoken = ce_text_format("%s: %s%s%s", sign_name(wizard, row->sign), row->sentence,
                                has_remedy ? " " : "", has_remedy ? row->remedy : "");
  append(list, line, name ? name : "row", spoken ? spoken : row->sentence);
}
