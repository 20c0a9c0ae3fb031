/* SPDX-License-Identifier: Apache-2.0
 * Running of dialogs. */
#include "gtk/dialog.h"

bool ce_dialog_run(struct ce_wizard *wizard, GtkWidget *dialog) {
  wizard->dialog = dialog;
  bool accepted = gtk_dialog_run(GTK_DIALOG(dialog)) == GTK_RESPONSE_ACCEPT;
  wizard->dialog = NULL;
  return accepted;
}

void ce_dialog_dismiss(struct ce_wizard *wizard) {
  if (wizard->dialog) {
    gtk_dialog_response(GTK_DIALOG(wizard->dialog), GTK_RESPONSE_REJECT);
  }
}

static GtkWidget *add_button(const struct ce_wizard *wizard, GtkWidget *dialog, const char *name,
                             const char *text, int response) {
  GtkWidget *button = gtk_dialog_add_button(GTK_DIALOG(dialog), ce_wizard_text(wizard, text), response);
  ce_shell_name(button, name);
  return button;
}

bool ce_dialog_ask(struct ce_wizard *wizard, const struct ce_dialog_question *question) {
  if (wizard->dialog) {
    return false;
  }
  GtkWidget *dialog = gtk_message_dialog_new(
      GTK_WINDOW(wizard->window), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_QUESTION,
      GTK_BUTTONS_NONE, "%s", ce_wizard_text(wizard, question->question));
  gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s",
                                           ce_wizard_text(wizard, question->explanation));
  gtk_window_set_title(GTK_WINDOW(dialog), gtk_window_get_title(GTK_WINDOW(wizard->window)));
  atk_object_set_name(gtk_widget_get_accessible(dialog), ce_wizard_text(wizard, question->question));
  ce_shell_name(dialog, question->name);
  if (question->content) {
    GtkWidget *area = gtk_message_dialog_get_message_area(GTK_MESSAGE_DIALOG(dialog));
    gtk_container_add(GTK_CONTAINER(area), question->content);
  }
  add_button(wizard, dialog, question->stay_name, question->stay, GTK_RESPONSE_REJECT);
  GtkWidget *go = add_button(wizard, dialog, question->go_name, question->go, GTK_RESPONSE_ACCEPT);
  if (question->destroys) {
    gtk_style_context_add_class(gtk_widget_get_style_context(go), "destructive-action");
  }
  gtk_dialog_set_default_response(GTK_DIALOG(dialog), GTK_RESPONSE_REJECT);
  bool goes = ce_dialog_run(wizard, dialog);
  gtk_widget_destroy(dialog);
  return goes;
}
