/* SPDX-License-Identifier: Apache-2.0
 * Welcome: whose environment this is, what will be installed, or what is installed already. */
#include "base/size-text.h"
#include "gtk/dialog.h"
#include "gtk/embedded.h"
#include "gtk/rows.h"

#include <string.h>

#define PAGE CE_PAGE_WELCOME

static void begin(struct ce_wizard *wizard, enum ce_task task) {
  wizard->flow.task = task;
  ce_wizard_input(wizard, CE_INPUT_BEGIN);
}

static void press_install(struct ce_wizard *wizard) {
  begin(wizard, CE_TASK_INSTALL);
}

static void press_repair(struct ce_wizard *wizard) {
  begin(wizard, CE_TASK_REPAIR);
}

static void press_update(struct ce_wizard *wizard) {
  begin(wizard, CE_TASK_UPDATE);
}

static void press_remove(struct ce_wizard *wizard) {
  static const struct ce_dialog_question question = {
      .name = "remove-dialog",
      .question = N_("Remove the certificate environment?"),
      .explanation =
          N_("Keys cannot be used any more then. What was replaced is put back; the certificates on "
             "your key stay as they are."),
      .stay_name = "remove-keep-button",
      .stay = N_("_Keep it"),
      .go_name = "remove-remove-button",
      .go = N_("_Remove"),
      .destroys = true};
  if (ce_dialog_ask(wizard, &question)) {
    begin(wizard, CE_TASK_UNINSTALL);
  }
}

static bool is_installed(const struct ce_wizard *wizard) {
  return wizard->installed == CE_INSTALLED_OK || wizard->installed == CE_INSTALLED_FAULTY;
}

static bool is_busy(const struct ce_wizard *wizard) {
  return wizard->installed == CE_INSTALLED_BUSY;
}

/* One line of the table of facts. */
static void add_fact(const struct ce_wizard *wizard, int line, const char *what, const char *value) {
  GtkWidget *grid = ce_wizard_widget(wizard, PAGE, "facts");
  GtkWidget *name = gtk_label_new(ce_wizard_text(wizard, what));
  GtkWidget *text = gtk_label_new(value);
  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_label_set_xalign(GTK_LABEL(text), 0);
  gtk_label_set_yalign(GTK_LABEL(name), 0);
  gtk_label_set_line_wrap(GTK_LABEL(text), TRUE);
  gtk_label_set_line_wrap_mode(GTK_LABEL(text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand(text, TRUE);
  gtk_style_context_add_class(gtk_widget_get_style_context(name), "dim");
  gtk_grid_attach(GTK_GRID(grid), name, 0, line, 1, 1);
  gtk_grid_attach(GTK_GRID(grid), text, 1, line, 1, 1);
  gtk_widget_show_all(grid);
}

static void show_plan(const struct ce_wizard *wizard) {
  const json_t *plan = wizard->plan.summary;
  const char *version = json_string_value(json_object_get(plan, "to_version"));
  json_int_t files = json_integer_value(json_object_get(plan, "file_count"));
  json_int_t bytes = json_integer_value(json_object_get(plan, "size_bytes"));
  char size[CE_SIZE_TEXT_SIZE];
  ce_size_text(bytes > 0 ? (uint64_t)bytes : 0, size);
  CE_AUTO(ce_free)
  char *amount = ce_text_format(ce_wizard_text(wizard, N_("%s in %lld files")), size, (long long)files);
  add_fact(wizard, 0, N_("Version"), version ? version : "");
  add_fact(wizard, 1, N_("Size"), amount ? amount : "");
  const json_t *packages = json_object_get(plan, "packages");
  if (json_array_size(packages) > 0) {
    CE_AUTO(ce_free) char *names = ce_texts_join(packages, ", ");
    add_fact(wizard, 2, N_("Added by the system's package manager"), names ? names : "");
  }
  CE_AUTO(ce_free) char *places = ce_texts_join(json_object_get(plan, "places"), "\n");
  ce_wizard_set_label(wizard, PAGE, "places", places ? places : "");
  ce_wizard_show(wizard, PAGE, "places-expander", places && places[0]);
  ce_wizard_show(wizard, PAGE, "service-note", json_array_size(json_object_get(plan, "restarts")) > 0);
}

static const char *state_sentence(const struct ce_wizard *wizard) {
  switch (wizard->installed) {
  case CE_INSTALLED_OK:
    return N_("The certificate environment is installed and in order.");
  case CE_INSTALLED_FAULTY:
    return N_("The certificate environment is installed, but something is missing or was changed.");
  case CE_INSTALLED_BUSY:
    return N_("Another installation, update, repair or removal is under way on this computer.");
  default:
    return N_("This installs what your USB key needs on this computer: its driver, the monitor service and "
              "the certificate "
              "assistant.");
  }
}

/* NULL when the installation can be planned. */
static char *problem_text(const struct ce_wizard *wizard) {
  enum ce_code code = ce_code_of_id(wizard->plan.problem_id);
  bool problem = !wizard->looking && !is_installed(wizard) && !wizard->plan.summary && code < CE_CODE_COUNT;
  return problem ? ce_text_format("%s %s", ce_wizard_text(wizard, ce_code_sentence(code)),
                                  ce_wizard_text(wizard, ce_code_remedy(code)))
                 : NULL;
}

static void show_status(const struct ce_wizard *wizard) {
  CE_AUTO(ce_free)
  char *text =
      is_busy(wizard)
          ? strdup(ce_wizard_text(wizard, N_("This page goes on by itself as soon as it has ended.")))
          : problem_text(wizard);
  ce_wizard_set_label(wizard, PAGE, "status", text ? text : "");
  ce_wizard_show(wizard, PAGE, "status", text != NULL);
}

static void show_buttons(const struct ce_wizard *wizard) {
  bool installed = is_installed(wizard);
  ce_wizard_show(wizard, PAGE, "install-button", !installed && !is_busy(wizard));
  gtk_widget_set_sensitive(ce_wizard_widget(wizard, PAGE, "install-button"), !wizard->looking);
  ce_wizard_show(wizard, PAGE, "repair-button", installed);
  ce_wizard_show(wizard, PAGE, "update-button", installed);
  ce_wizard_show(wizard, PAGE, "remove-button", installed);
  ce_wizard_show(wizard, PAGE, "retry-button", is_busy(wizard));
}

static void refresh(struct ce_wizard *wizard) {
  bool installed = is_installed(wizard);
  bool planned = !installed && !is_busy(wizard) && wizard->plan.summary;
  ce_wizard_set_label(wizard, PAGE, "lead", ce_wizard_text(wizard, state_sentence(wizard)));
  ce_rows_clear(ce_wizard_widget(wizard, PAGE, "facts"));
  ce_wizard_show(wizard, PAGE, "busy", wizard->looking);
  ce_wizard_show(wizard, PAGE, "places-expander", false);
  ce_wizard_show(wizard, PAGE, "service-note", false);
  ce_wizard_show(wizard, PAGE, "password-note", !is_busy(wizard));
  show_status(wizard);
  if (planned) {
    show_plan(wizard);
  } else if (installed) {
    add_fact(wizard, 0, N_("Version"), wizard->installed_version);
  }
  show_buttons(wizard);
}

static const char *main_button(const struct ce_wizard *wizard) {
  if (is_busy(wizard)) {
    return "retry-button";
  }
  if (!is_installed(wizard)) {
    return "install-button";
  }
  return wizard->installed == CE_INSTALLED_OK ? "close-button" : "repair-button";
}

static void build(struct ce_wizard *wizard) {
  GtkWidget *view = ce_wizard_widget(wizard, PAGE, "licence");
  gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(view)), (const char *)ce_licence_text,
                           (int)ce_licence_text_size);
}

static const struct ce_page_text texts[] = {
    {"heading", CE_TEXT_LABEL, N_("Welcome")},
    {"busy-text", CE_TEXT_LABEL, N_("Looking at this machine")},
    {"places-expander", CE_TEXT_EXPANDER, N_("_Places outside /opt/certenv")},
    {"licence-expander", CE_TEXT_EXPANDER, N_("_Licence")},
    {"licence", CE_TEXT_NAME, N_("Text of the licence")},
    {"service-note", CE_TEXT_LABEL,
     N_("The smart-card service is restarted: programs that use a key have to open it again.")},
    {"password-note", CE_TEXT_LABEL,
     N_("The system will ask for an administrator's password before anything is changed.")},
    {"install-button", CE_TEXT_BUTTON, N_("_Install")},
    {"install-button", CE_TEXT_DESCRIPTION,
     N_("Looks for what may interfere, asks for the key, then installs.")},
    {"repair-button", CE_TEXT_BUTTON, N_("Re_pair")},
    {"repair-button", CE_TEXT_DESCRIPTION, N_("Puts back what is missing or was changed.")},
    {"update-button", CE_TEXT_BUTTON, N_("_Update")},
    {"update-button", CE_TEXT_DESCRIPTION, N_("Looks for a newer version and installs it.")},
    {"remove-button", CE_TEXT_BUTTON, N_("Re_move...")},
    {"remove-button", CE_TEXT_DESCRIPTION, N_("Removes the environment after one more question.")},
    {"retry-button", CE_TEXT_BUTTON, N_("_Retry")},
    {"retry-button", CE_TEXT_DESCRIPTION, N_("Looks again whether it has ended.")},
    {"close-button", CE_TEXT_BUTTON, N_("_Close")},
    {0},
};

static const struct ce_page_button buttons[] = {
    {"install-button", press_install},
    {"repair-button", press_repair},
    {"update-button", press_update},
    {"remove-button", press_remove},
    {"retry-button", ce_page_retry},
    {"close-button", ce_page_leave},
    {0},
};

const struct ce_page_class ce_page_welcome = {.name = "welcome",
                                              .ui = ce_ui_welcome,
                                              .ui_size = &ce_ui_welcome_size,
                                              .texts = texts,
                                              .buttons = buttons,
                                              .build = build,
                                              .refresh = refresh,
                                              .main_button = main_button,
                                              .status = "status"};
