/* SPDX-License-Identifier: Apache-2.0
 * Done: what works now, a row each, and what to do next. */
#include "gtk/embedded.h"
#include "gtk/key-text.h"
#include "gtk/rows.h"

#include <string.h>

#define PAGE      CE_PAGE_DONE
#define ASSISTANT "/opt/certenv/current/bin/certenv-assistant"
#define SOON_DAYS 60

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static void press_assistant(struct ce_wizard *wizard) {
  GError *error = NULL;
  char *arguments[] = {(char *)ASSISTANT, NULL};
  if (g_spawn_async(NULL, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &error)) {
    ce_wizard_input(wizard, CE_INPUT_CANCEL);
    return;
  }
  ce_wizard_set_label(wizard, PAGE, "hint",
                      ce_wizard_text(wizard, N_("The certificate assistant could not be started.")));
  g_error_free(error);
}

static void press_close(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_CANCEL);
}

static void add_result(const struct ce_wizard *wizard, GtkWidget *list) {
  static const char *const sentences[] = {
      [CE_TASK_INSTALL] = N_("The certificate environment %s is installed."),
      [CE_TASK_REPAIR] = N_("The certificate environment %s is in order."),
      [CE_TASK_UPDATE] = N_("The certificate environment %s is installed."),
      [CE_TASK_UNINSTALL] = N_("The certificate environment was removed.")};
  CE_AUTO(ce_free)
  char *sentence = ce_sentence_fill(ce_wizard_text(wizard, sentences[wizard->flow.task]),
                                    text_of(wizard->run.result, "subject"));
  ce_rows_add(wizard, list,
              &(struct ce_row){.id = "version", .sign = CE_SIGN_OK, .sentence = sentence ? sentence : ""});
}

/* What doctor says about the environment and the key after the run. */
static bool add_checks(const struct ce_wizard *wizard, GtkWidget *list, const char *group) {
  bool any = false;
  for (size_t i = 0; i < wizard->checks.count; i++) {
    const struct ce_check *check = &wizard->checks.items[i];
    if (strcmp(check->group, group) == 0) {
      ce_rows_add(wizard, list,
                  &(struct ce_row){.id = check->id,
                                   .sign = (enum ce_sign)check->level,
                                   .sentence = check->message,
                                   .remedy = check->action});
      any = true;
    }
  }
  return any;
}

static void add_key(const struct ce_wizard *wizard, GtkWidget *list) {
  const json_t *key = json_object_get(wizard->run.key, "key");
  CE_AUTO(ce_free) char *sentence = ce_key_sentence(wizard->language, key);
  if (key && sentence) {
    bool ready = ce_key_is_ready(key);
    ce_rows_add(wizard, list,
                &(struct ce_row){.id = "key",
                                 .sign = ready ? CE_SIGN_OK : CE_SIGN_WARNING,
                                 .sentence = sentence,
                                 .remedy = ready ? NULL : ce_key_action(wizard->language, key)});
  }
}

static void add_certificates(const struct ce_wizard *wizard, GtkWidget *list) {
  for (size_t i = 0; i < json_array_size(wizard->run.certificates); i++) {
    const json_t *event = json_array_get(wizard->run.certificates, i);
    const json_t *certificate = json_object_get(event, "certificate");
    json_int_t days = json_integer_value(json_object_get(certificate, "days_left"));
    const char *subject = text_of(certificate, "subject");
    CE_AUTO(ce_free)
    char *sentence = days < 0
                         ? ce_text_format(ce_wizard_text(wizard, N_("Certificate of %s: expired")), subject)
                         : ce_text_format(ce_wizard_text(wizard, N_("Certificate of %s: %lld days left")),
                                          subject, (long long)days);
    ce_rows_add(wizard, list,
                &(struct ce_row){.id = "certificate",
                                 .sign = days < 0           ? CE_SIGN_FAULT
                                         : days < SOON_DAYS ? CE_SIGN_WARNING
                                                            : CE_SIGN_OK,
                                 .sentence = sentence ? sentence : ""});
  }
}

static void add_warning(const struct ce_wizard *wizard, GtkWidget *list, const json_t *event) {
  const char *subject = text_of(event, "subject");
  CE_AUTO(ce_free)
  char *sentence = ce_text_format("%s%s%s", text_of(event, "message"), subject[0] ? " " : "", subject);
  ce_rows_add(wizard, list,
              &(struct ce_row){.id = text_of(event, "name"),
                               .sign = CE_SIGN_WARNING,
                               .sentence = sentence ? sentence : "",
                               .remedy = text_of(event, "remedy")});
}

static void add_warnings(const struct ce_wizard *wizard, GtkWidget *list) {
  for (size_t i = 0; i < json_array_size(wizard->run.warnings); i++) {
    const json_t *event = json_array_get(wizard->run.warnings, i);
    if (strcmp(text_of(event, "event"), "warning") == 0) {
      add_warning(wizard, list, event);
    }
  }
}

static void show_hint(const struct ce_wizard *wizard) {
  const char *pin = wizard->organisation.initial_pin;
  bool wanted = wizard->flow.task == CE_TASK_INSTALL && pin && pin[0];
  CE_AUTO(ce_free)
  char *text =
      wanted
          ? ce_text_format(
                ce_wizard_text(wizard, N_("If you use the key for the first time, its password is %s. Please "
                                          "change it in the certificate assistant.")),
                pin)
          : NULL;
  ce_wizard_set_label(wizard, PAGE, "hint", text ? text : "");
  ce_wizard_show(wizard, PAGE, "hint", wanted);
}

static const char *heading(const struct ce_wizard *wizard) {
  static const char *const headings[] = {[CE_TASK_INSTALL] = N_("Installed"),
                                         [CE_TASK_REPAIR] = N_("Repaired"),
                                         [CE_TASK_UPDATE] = N_("Updated"),
                                         [CE_TASK_UNINSTALL] = N_("Removed")};
  return headings[wizard->flow.task];
}

static void refresh(struct ce_wizard *wizard) {
  GtkWidget *list = ce_wizard_widget(wizard, PAGE, "rows");
  GtkWidget *sign = ce_wizard_widget(wizard, PAGE, "sign");
  bool there = wizard->flow.task != CE_TASK_UNINSTALL;
  ce_picture_show_sign(sign, CE_SIGN_OK);
  atk_object_set_name(gtk_widget_get_accessible(sign), ce_wizard_text(wizard, N_("In order")));
  ce_wizard_set_label(wizard, PAGE, "heading", ce_wizard_text(wizard, heading(wizard)));
  ce_rows_clear(list);
  add_result(wizard, list);
  if (there) {
    add_checks(wizard, list, "environment");
    if (!add_checks(wizard, list, "key")) {
      add_key(wizard, list);
    }
    add_certificates(wizard, list);
  }
  add_warnings(wizard, list);
  show_hint(wizard);
  ce_wizard_show(wizard, PAGE, "assistant-button",
                 there && g_file_test(ASSISTANT, G_FILE_TEST_IS_EXECUTABLE));
}

static const char *main_button(const struct ce_wizard *wizard) {
  (void)wizard;
  return "close-button";
}

static const struct ce_page_text texts[] = {
    {"rows", CE_TEXT_NAME, N_("What works now")},
    {"assistant-button", CE_TEXT_BUTTON, N_("_Open the assistant")},
    {"assistant-button", CE_TEXT_DESCRIPTION, N_("Opens the certificate assistant and closes this window.")},
    {"close-button", CE_TEXT_BUTTON, N_("_Close")},
    {0},
};

static const struct ce_page_button buttons[] = {
    {"assistant-button", press_assistant}, {"close-button", press_close}, {0}};

const struct ce_page_class ce_page_done = {.name = "done",
                                           .ui = ce_ui_done,
                                           .ui_size = &ce_ui_done_size,
                                           .texts = texts,
                                           .buttons = buttons,
                                           .refresh = refresh,
                                           .main_button = main_button,
                                           .status = "heading"};
