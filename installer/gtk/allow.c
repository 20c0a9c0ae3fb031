/* SPDX-License-Identifier: Apache-2.0
 * Allowing of certenv and of keys in the security software of the machine: the child that does it, its
 * question, and what the page says meanwhile. */
#include "gtk/dialog.h"
#include "gtk/embedded.h"
#include "gtk/key-text.h"
#include "gtk/shell.h"

#include "base/json.h"

#define QUESTION "fix"

static GtkWidget *list_of_actions(const struct ce_wizard *wizard, GtkBuilder *builder,
                                  const json_t *actions) {
  GtkWidget *view = GTK_WIDGET(gtk_builder_get_object(builder, "actions"));
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < json_array_size(actions); i++) {
    const char *line = json_string_value(json_array_get(actions, i));
    code = ce_blob_printf(&text, &ignored, "%s%s", i > 0 ? "\n" : "", line ? line : "");
  }
  gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), ce_blob_text(&text), -1);
  atk_object_set_name(gtk_widget_get_accessible(view), ce_wizard_text(wizard, N_("What would be done")));
  return GTK_WIDGET(gtk_builder_get_object(builder, "content"));
}

static bool ask(struct ce_wizard *wizard, const json_t *event) {
  GtkBuilder *builder = ce_shell_build(ce_ui_actions, ce_ui_actions_size);
  if (!builder) {
    return false;
  }
  const struct ce_dialog_question question = {
      .name = "allow-dialog",
      .question = N_("Put this on the allow-list of the security software?"),
      .explanation = N_("This would be done. Removing the certificate environment takes it back."),
      .content = list_of_actions(wizard, builder, json_object_get(event, "actions")),
      .stay_name = "allow-no-button",
      .stay = N_("_Cancel"),
      .go_name = "allow-yes-button",
      .go = N_("_Allow")};
  bool agreed = ce_dialog_ask(wizard, &question);
  g_object_unref(builder);
  return agreed;
}

/* The page may be left, and the child with it, while the dialog is open. */
static void take_question(struct ce_wizard *wizard, const json_t *event) {
  ce_wizard_refresh(wizard);
  bool agreed = ask(wizard, event);
  if (wizard->allowing) {
    ce_allow_view_answer(&wizard->allow);
    ce_runner_answer(wizard->allowing, QUESTION, agreed ? "yes" : "no");
  }
}

static void take_line(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  ce_allow_view_take(&wizard->allow, object);
  if (wizard->allow.state == CE_ALLOW_ASKING) {
    take_question(wizard, object);
  }
  ce_wizard_refresh(wizard);
}

/* The page looks again, as with Retry, where the watch has not seen yet that the key got in. */
static void go_on(struct ce_wizard *wizard) {
  if (wizard->flow.page == CE_PAGE_KEY && wizard->key && ce_key_is_workable(wizard->key)) {
    ce_wizard_input(wizard, CE_INPUT_KEY_THERE);
  } else if (ce_allow_view_has_allowed(&wizard->allow)) {
    ce_wizard_input(wizard, CE_INPUT_RETRY);
  } else {
    ce_wizard_refresh(wizard);
  }
}

static void end(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)complaint;
  struct ce_wizard *wizard = context;
  ce_wizard_stop_child(&wizard->allowing);
  ce_allow_view_end(&wizard->allow, end == CE_RUNNER_EXITED, status);
  go_on(wizard);
}

void ce_wizard_allow(struct ce_wizard *wizard) {
  static const char *const words[] = {"doctor", "--fix", "--json", "--attended", NULL};
  const struct ce_runner_client client = {.told = take_line, .ended = end, .context = wizard};
  struct ce_error problem;
  if (wizard->allowing) {
    return;
  }
  ce_allow_view_begin(&wizard->allow);
  enum ce_code code =
      ce_wizard_start_child(wizard, words, CE_RUNNER_WORKS, 0, &client, &wizard->allowing, &problem);
  if (code != CE_OK) {
    ce_allow_view_end(&wizard->allow, false, 0);
  }
  ce_wizard_refresh(wizard);
}

void ce_wizard_stop_allowing(struct ce_wizard *wizard) {
  bool asking = wizard->allow.state == CE_ALLOW_ASKING;
  ce_wizard_stop_child(&wizard->allowing);
  wizard->allow = (struct ce_allow_view){0};
  if (asking) {
    ce_dialog_dismiss(wizard);
  }
}

void ce_wizard_show_allowing(const struct ce_wizard *wizard, enum ce_page page) {
  const char *sentence = ce_allow_view_sentence(&wizard->allow);
  CE_AUTO(ce_free)
  char *text = sentence[0] ? ce_sentence_fill(ce_wizard_text(wizard, sentence), wizard->allow.detail) : NULL;
  ce_wizard_show(wizard, page, "notice-box", sentence[0]);
  /* Not while it waits for the person. */
  ce_wizard_show(wizard, page, "notice-spinner", wizard->allow.state == CE_ALLOW_WORKING);
  ce_wizard_set_label(wizard, page, CE_NOTICE, text ? text : "");
}
