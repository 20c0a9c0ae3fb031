/* SPDX-License-Identifier: Apache-2.0
 * Done: what works now, a row each, and what to do next. */
#include "base/json.h"
#include "gtk/embedded.h"
#include "gtk/key-text.h"
#include "gtk/rows.h"

#include <string.h>

#define PAGE      CE_PAGE_DONE
#define ASSISTANT "/usr/local/share/applications/certenv-assistant.desktop"
#define SOON_DAYS 60

/* As a click on its launcher does. */
static bool open_assistant(void) {
  GDesktopAppInfo *launcher = g_desktop_app_info_new_from_filename(ASSISTANT);
  bool opened = launcher && g_app_info_launch(G_APP_INFO(launcher), NULL, NULL, NULL);
  if (launcher) {
    g_object_unref(launcher);
  }
  return opened;
}

static void press_assistant(struct ce_wizard *wizard) {
  if (open_assistant()) {
    ce_wizard_input(wizard, CE_INPUT_CANCEL);
    return;
  }
  ce_page_tell(wizard, N_("The certificate assistant could not be started."), NULL);
}

/* The rows with one sign. */
struct rows {
  const struct ce_wizard *wizard;
  enum ce_sign sign;
};

static void add(const struct rows *rows, const struct ce_row *row) {
  if (row->sign == rows->sign) {
    ce_rows_add(rows->wizard, ce_wizard_widget(rows->wizard, PAGE, "rows"), row);
  }
}

/* How a task ended, where it did something and where nothing was to be done. */
static const struct {
  const char *heading, *sentence, *idle_heading, *idle_sentence;
} endings[] = {
    [CE_TASK_INSTALL] = {N_("Installed"), N_("The certificate environment %s is installed."),
                         N_("Installed already"),
                         N_("The certificate environment %s is installed already and in order.")},
    [CE_TASK_REPAIR] = {N_("Repaired"), N_("The certificate environment %s is in order."),
                        N_("Nothing to repair"), N_("The certificate environment %s is in order.")},
    [CE_TASK_UPDATE] = {N_("Updated"), N_("The certificate environment %s is installed."), N_("Up to date"),
                        N_("The certificate environment %s is the newest; there is nothing to update.")},
    [CE_TASK_UNINSTALL] = {N_("Removed"), N_("The certificate environment was removed."),
                           N_("Nothing to remove"),
                           N_("The certificate environment is not installed; there is nothing to remove.")},
};

static bool was_idle(const struct ce_wizard *wizard) {
  return json_is_false(json_object_get(wizard->run.result, "changed"));
}

/* A result of another outcome is about something else. */
static const char *version(const struct ce_wizard *wizard) {
  return wizard->run.code == CE_OK ? ce_json_text(wizard->run.result, "subject")
                                   : ce_json_text(wizard->plan.summary, "to_version");
}

static void add_result(const struct rows *rows) {
  const struct ce_wizard *wizard = rows->wizard;
  enum ce_task task = wizard->flow.task;
  const char *msgid = was_idle(wizard) ? endings[task].idle_sentence : endings[task].sentence;
  CE_AUTO(ce_free)
  char *sentence = ce_sentence_fill(ce_wizard_text(wizard, msgid), version(wizard));
  add(rows, &(struct ce_row){.id = "version", .sign = CE_SIGN_OK, .sentence = sentence ? sentence : ""});
}

static bool repeats_result(const struct ce_check *check) {
  return check->level == CE_CHECK_OK && strcmp(check->id, "installed") == 0;
}

/* What doctor says about the environment or the key after the run. */
static bool add_checks(const struct rows *rows, const char *group) {
  const struct ce_checks *checks = &rows->wizard->checks;
  bool any = false;
  for (size_t i = 0; i < checks->count; i++) {
    const struct ce_check *check = &checks->items[i];
    if (strcmp(check->group, group) == 0 && !repeats_result(check)) {
      add(rows, &(struct ce_row){.id = check->id,
                                 .sign = (enum ce_sign)check->level,
                                 .sentence = check->message,
                                 .remedy = check->action});
      any = true;
    }
  }
  return any;
}

static bool has_ready_key(const struct ce_wizard *wizard) {
  for (size_t i = 0; i < wizard->checks.count; i++) {
    const struct ce_check *check = &wizard->checks.items[i];
    if (strcmp(check->group, "key") == 0 && check->level == CE_CHECK_OK) {
      return true;
    }
  }
  const json_t *key = json_object_get(wizard->run.key, "key");
  return key && ce_key_is_ready(key);
}

/* A key that answers has come through both. */
static void add_driver(const struct rows *rows) {
  if (has_ready_key(rows->wizard)) {
    add(rows, &(struct ce_row){.id = "driver",
                               .sign = CE_SIGN_OK,
                               .sentence = ce_wizard_text(
                                   rows->wizard, N_("The smart-card service and the driver work."))});
  }
}

static void add_key(const struct rows *rows) {
  const struct ce_wizard *wizard = rows->wizard;
  const json_t *key = json_object_get(wizard->run.key, "key");
  CE_AUTO(ce_free) char *sentence = ce_key_sentence(wizard->language, key);
  if (key && sentence) {
    bool ready = ce_key_is_ready(key);
    add(rows, &(struct ce_row){.id = "key",
                               .sign = ready ? CE_SIGN_OK : CE_SIGN_WARNING,
                               .sentence = sentence,
                               .remedy = ready ? NULL : ce_key_action(wizard->language, key)});
  }
}

static json_int_t days_left(const json_t *event) {
  return json_integer_value(json_object_get(json_object_get(event, "certificate"), "days_left"));
}

static bool any_is_valid(const json_t *certificates) {
  for (size_t i = 0; i < json_array_size(certificates); i++) {
    if (days_left(json_array_get(certificates, i)) >= 0) {
      return true;
    }
  }
  return false;
}

/* One that has expired beside one that can be used is what a renewal leaves. */
static enum ce_sign certificate_sign(const json_t *certificates, json_int_t days) {
  if (days < 0) {
    return any_is_valid(certificates) ? CE_SIGN_ADVICE : CE_SIGN_FAULT;
  }
  return days < SOON_DAYS ? CE_SIGN_WARNING : CE_SIGN_OK;
}

static void add_certificate(const struct rows *rows, const json_t *event) {
  json_int_t days = days_left(event);
  const char *subject = ce_json_text(json_object_get(event, "certificate"), "subject");
  const struct ce_wizard *wizard = rows->wizard;
  CE_AUTO(ce_free)
  char *sentence = days < 0
                       ? ce_text_format(ce_wizard_text(wizard, N_("Certificate of %s: expired")), subject)
                       : ce_text_format(ce_wizard_text(wizard, N_("Certificate of %s: %lld days left")),
                                        subject, (long long)days);
  add(rows, &(struct ce_row){.id = "certificate",
                             .sign = certificate_sign(wizard->run.certificates, days),
                             .sentence = sentence ? sentence : ""});
}

static void add_certificates(const struct rows *rows) {
  const json_t *certificates = rows->wizard->run.certificates;
  for (size_t i = 0; i < json_array_size(certificates); i++) {
    add_certificate(rows, json_array_get(certificates, i));
  }
}

static void add_warning(const struct rows *rows, const json_t *event) {
  const char *subject = ce_json_text(event, "subject");
  CE_AUTO(ce_free)
  char *sentence = ce_text_format("%s%s%s", ce_json_text(event, "message"), subject[0] ? " " : "", subject);
  add(rows, &(struct ce_row){.id = ce_json_text(event, "name"),
                             .sign = CE_SIGN_WARNING,
                             .sentence = sentence ? sentence : "",
                             .remedy = ce_json_text(event, "remedy")});
}

static void add_warnings(const struct rows *rows) {
  const json_t *warnings = rows->wizard->run.warnings;
  for (size_t i = 0; i < json_array_size(warnings); i++) {
    const json_t *event = json_array_get(warnings, i);
    if (strcmp(ce_json_text(event, "event"), "warning") == 0) {
      add_warning(rows, event);
    }
  }
}

/* What the person came for first. */
static void add_rows(const struct rows *rows) {
  add_result(rows);
  if (rows->wizard->flow.task != CE_TASK_UNINSTALL) {
    add_certificates(rows);
    if (!add_checks(rows, "key")) {
      add_key(rows);
    }
    add_driver(rows);
    add_checks(rows, "environment");
  }
  add_warnings(rows);
}

/* NULL where there is no initial password. */
static char *make_password_hint(const struct ce_wizard *wizard) {
  const char *pin = wizard->organisation.initial_pin;
  bool wanted = wizard->flow.task == CE_TASK_INSTALL && pin && pin[0];
  return wanted ? ce_text_format(
                      ce_wizard_text(wizard, N_("If you use the key for the first time, its password is %s. "
                                                "Please change it in the certificate assistant.")),
                      pin)
                : NULL;
}

static void show_hint(const struct ce_wizard *wizard) {
  CE_AUTO(ce_free) char *text = wizard->told ? ce_page_make_told(wizard) : make_password_hint(wizard);
  ce_wizard_set_label(wizard, PAGE, "hint", text ? text : "");
  ce_wizard_show(wizard, PAGE, "hint", text != NULL);
}

static const char *heading(const struct ce_wizard *wizard) {
  enum ce_task task = wizard->flow.task;
  return was_idle(wizard) ? endings[task].idle_heading : endings[task].heading;
}

static void refresh(struct ce_wizard *wizard) {
  /* What does not work, what works, and what is only worth knowing. */
  static const enum ce_sign order[] = {CE_SIGN_FAULT, CE_SIGN_WARNING, CE_SIGN_OK, CE_SIGN_ADVICE};
  GtkWidget *sign = ce_wizard_widget(wizard, PAGE, "sign");
  bool there = wizard->flow.task != CE_TASK_UNINSTALL;
  ce_picture_show_sign(sign, CE_SIGN_OK);
  atk_object_set_name(gtk_widget_get_accessible(sign), ce_wizard_text(wizard, N_("In order")));
  ce_wizard_set_label(wizard, PAGE, "heading", ce_wizard_text(wizard, heading(wizard)));
  ce_rows_clear(ce_wizard_widget(wizard, PAGE, "rows"));
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    add_rows(&(struct rows){.wizard = wizard, .sign = order[i]});
  }
  show_hint(wizard);
  ce_wizard_show(wizard, PAGE, "assistant-button", there && g_file_test(ASSISTANT, G_FILE_TEST_EXISTS));
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
    {"assistant-button", press_assistant}, {"close-button", ce_page_leave}, {0}};

const struct ce_page_class ce_page_done = {.name = "done",
                                           .ui = ce_ui_done,
                                           .ui_size = &ce_ui_done_size,
                                           .texts = texts,
                                           .buttons = buttons,
                                           .refresh = refresh,
                                           .main_button = main_button,
                                           .status = "heading"};
