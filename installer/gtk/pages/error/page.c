/* SPDX-License-Identifier: Apache-2.0
 * Error: what happened, what to do, the code, and all details for whoever is to help. */
#include "engine/engine.h"
#include "gtk/dialog.h"
#include "gtk/embedded.h"
#include "gtk/failure-report.h"
#include "gtk/picture.h"
#include "gtk/shell.h"

#include <string.h>

#define PAGE        CE_PAGE_ERROR
#define REPORT_NAME "certenv-report.txt"

static char *make_report(const struct ce_wizard *wizard) {
  return ce_failure_report(&wizard->run, &wizard->checks, wizard->request->program);
}

static void press_copy(struct ce_wizard *wizard) {
  CE_AUTO(ce_free) char *report = make_report(wizard);
  if (report) {
    GtkClipboard *clipboard = gtk_widget_get_clipboard(wizard->window, GDK_SELECTION_CLIPBOARD);
    gtk_clipboard_set_text(clipboard, report, -1);
    gtk_clipboard_store(clipboard);
    ce_page_tell(wizard, N_("The details were copied."), NULL);
  }
}

static void save(struct ce_wizard *wizard, const char *path) {
  CE_AUTO(ce_free) char *report = make_report(wizard);
  struct ce_error problem = {.code = CE_MEMORY};
  enum ce_code code = report ? ce_failure_report_save(path, report, &problem) : CE_MEMORY;
  ce_page_tell(wizard, code == CE_OK ? N_("The report was saved:") : N_("The report could not be saved:"),
               path);
}

static void press_save(struct ce_wizard *wizard) {
  GtkWidget *chooser = gtk_file_chooser_dialog_new(
      ce_wizard_text(wizard, N_("Save the report")), GTK_WINDOW(wizard->window), GTK_FILE_CHOOSER_ACTION_SAVE,
      ce_wizard_text(wizard, N_("_Cancel")), GTK_RESPONSE_CANCEL, ce_wizard_text(wizard, N_("_Save")),
      GTK_RESPONSE_ACCEPT, NULL);
  ce_shell_name(chooser, "save-dialog");
  gtk_dialog_set_default_response(GTK_DIALOG(chooser), GTK_RESPONSE_ACCEPT);
  gtk_file_chooser_set_do_overwrite_confirmation(GTK_FILE_CHOOSER(chooser), TRUE);
  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(chooser), REPORT_NAME);
  if (ce_dialog_run(wizard, chooser)) {
    char *path = gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(chooser));
    if (path) {
      save(wizard, path);
    }
    g_free(path);
  }
  gtk_widget_destroy(chooser);
}

static bool has_died(const struct ce_wizard *wizard) {
  return ce_run_view_has_died(&wizard->run);
}

static const char *sentence(const struct ce_wizard *wizard) {
  return ce_wizard_text(wizard, ce_run_view_failure(&wizard->run));
}

/* What has become of the machine; "": nobody can say, it is done, or what is told besides says it. */
static const char *aftermath(const struct ce_wizard *wizard) {
  const json_t *result = wizard->run.result;
  if (wizard->flow.refused && wizard->run.code == CE_CANCELLED) {
    return N_("The administrator's password was not given, so nothing was changed.");
  }
  if (has_died(wizard) || json_is_true(json_object_get(result, "pending"))) {
    return N_("Choose Retry: what was interrupted is finished or taken back first.");
  }
  if (json_is_true(json_object_get(result, "packages_stay"))) {
    return CE_REMEDY_PACKAGES_STAY;
  }
  bool untouched = json_is_false(json_object_get(result, "changed")) && wizard->run.code != CE_DOWNGRADE;
  return untouched ? N_("Nothing was changed.") : "";
}

/* In a window there is no command to run again. */
static const char *remedy(const struct ce_wizard *wizard) {
  return wizard->run.code == CE_PERMISSION ? N_("Choose Retry and give the administrator's password when the "
                                                "system asks for it, or ask the "
                                                "administrator of this computer to install it.")
                                           : ce_code_remedy(wizard->run.code);
}

static char *make_advice(const struct ce_wizard *wizard) {
  const char *first = aftermath(wizard);
  /* Of a cancel there is nothing more to say, and of a death nothing is known. */
  bool is_all = first[0] && (wizard->run.code == CE_CANCELLED || has_died(wizard));
  const char *second = is_all ? "" : remedy(wizard);
  if (!first[0] || !second[0]) {
    return strdup(ce_wizard_text(wizard, first[0] ? first : second));
  }
  return ce_text_format("%s\n%s", ce_wizard_text(wizard, first), ce_wizard_text(wizard, second));
}

/* The thing that it is about: a path, a source, the products that block. The lock's file and the metadata
 * that a clock does not fit tell nobody anything; they are among the details. */
static char *make_subjects(const struct ce_wizard *wizard) {
  bool tells = wizard->run.code != CE_LOCKED && wizard->run.code != CE_CLOCK;
  return tells && !has_died(wizard) ? ce_run_view_subjects(&wizard->run, wizard->language) : NULL;
}

/* Why there were no rights: giving the password may not help then. NULL where that is not known. */
static char *make_refusal(const struct ce_wizard *wizard) {
  const char *detail = wizard->run.detail;
  size_t length = ce_refusal_reason_length(detail);
  if (!wizard->flow.refused || wizard->run.code != CE_PERMISSION || length == 0) {
    return NULL;
  }
  CE_AUTO(ce_free) char *reason = ce_text_format("%.*s", (int)length, detail);
  CE_AUTO(ce_free)
  char *what = ce_sentence_fill(ce_wizard_text(wizard, N_("Nothing was changed; %s.")), reason ? reason : "");
  const char *then =
      N_("Choose Retry when that is put right, or ask the administrator of this computer to install it.");
  return what ? ce_text_format("%s\n%s", what, ce_wizard_text(wizard, then)) : NULL;
}

static void show_code(const struct ce_wizard *wizard) {
  CE_AUTO(ce_free)
  char *text = wizard->told
                   ? ce_page_make_told(wizard)
                   : ce_text_format(ce_wizard_text(wizard, N_("Code: %s")), ce_code_id(wizard->run.code));
  ce_wizard_set_label(wizard, PAGE, "code", text ? text : "");
}

/* Who can help, unless the person ended it. */
static void show_help(const struct ce_wizard *wizard) {
  const struct ce_organisation *organisation = &wizard->organisation;
  const char *name = ce_wizard_is_chinese(wizard) ? organisation->name_zh : organisation->name_en;
  bool known = name && organisation->phone && organisation->phone[0];
  CE_AUTO(ce_free)
  char *text =
      known && wizard->run.code != CE_CANCELLED
          ? ce_text_format(ce_wizard_text(wizard, N_("For help, call %s: %s")), name, organisation->phone)
          : NULL;
  ce_wizard_set_label(wizard, PAGE, "help", text ? text : "");
  ce_wizard_show(wizard, PAGE, "help", text != NULL);
}

static void refresh(struct ce_wizard *wizard) {
  bool cancelled = wizard->run.code == CE_CANCELLED;
  GtkWidget *sign = ce_wizard_widget(wizard, PAGE, "sign");
  ce_picture_show_sign(sign, cancelled ? CE_SIGN_ADVICE : CE_SIGN_FAULT);
  atk_object_set_name(gtk_widget_get_accessible(sign),
                      ce_wizard_text(wizard, cancelled ? N_("Note") : N_("Error")));
  ce_wizard_set_label(wizard, PAGE, "heading",
                      ce_wizard_text(wizard, cancelled ? N_("Cancelled") : N_("It did not work")));
  CE_AUTO(ce_free) char *subjects = make_subjects(wizard);
  CE_AUTO(ce_free)
  char *text = subjects ? ce_text_format("%s\n%s", sentence(wizard), subjects) : strdup(sentence(wizard));
  /* The heading says already that it was cancelled. */
  CE_AUTO(ce_free) char *made = make_advice(wizard);
  const char *advice = made ? made : "";
  ce_wizard_set_label(wizard, PAGE, "status", cancelled ? advice : text ? text : "");
  CE_AUTO(ce_free) char *refusal = make_refusal(wizard);
  ce_wizard_set_label(wizard, PAGE, "remedy", cancelled ? "" : refusal ? refusal : advice);
  show_code(wizard);
  show_help(wizard);
  CE_AUTO(ce_free) char *report = make_report(wizard);
  GtkWidget *view = ce_wizard_widget(wizard, PAGE, "details");
  gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), report ? report : "", -1);
}

static const char *main_button(const struct ce_wizard *wizard) {
  bool has_ended = wizard->run.code == CE_CANCELLED && !wizard->flow.refused;
  return has_ended ? "close-button" : "retry-button";
}

static const struct ce_page_text texts[] = {
    {"details-expander", CE_TEXT_EXPANDER, N_("_Details")},
    {"details", CE_TEXT_NAME, N_("Details")},
    {"copy-button", CE_TEXT_BUTTON, N_("Co_py details")},
    {"copy-button", CE_TEXT_DESCRIPTION, N_("Puts the report into the clipboard.")},
    {"save-button", CE_TEXT_BUTTON, N_("_Save report...")},
    {"save-button", CE_TEXT_DESCRIPTION, N_("Writes the report to a file for whoever is to help.")},
    {"retry-button", CE_TEXT_BUTTON, N_("_Retry")},
    {"retry-button", CE_TEXT_DESCRIPTION, N_("Begins again.")},
    {"close-button", CE_TEXT_BUTTON, N_("_Close")},
    {0},
};

static const struct ce_page_button buttons[] = {{"copy-button", press_copy},
                                                {"save-button", press_save},
                                                {"retry-button", ce_page_retry},
                                                {"close-button", ce_page_leave},
                                                {0}};

const struct ce_page_class ce_page_error = {.name = "error",
                                            .ui = ce_ui_error,
                                            .ui_size = &ce_ui_error_size,
                                            .texts = texts,
                                            .buttons = buttons,
                                            .refresh = refresh,
                                            .main_button = main_button,
                                            .status = "status"};
