/* SPDX-License-Identifier: Apache-2.0
 * Check: what of this machine may interfere, a row each. */
#include "gtk/embedded.h"
#include "gtk/rows.h"

#include <string.h>

#define PAGE CE_PAGE_CHECK

static void press_retry(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_RETRY);
}

static void press_continue(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_GO_ON);
}

static void press_back(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_CANCEL);
}

static const char *group_title(const char *group) {
  static const struct {
    const char *group, *title;
  } titles[] = {{"machine", N_("This computer")},
                {"security", N_("Security software")},
                {"prerequisite", N_("What is needed")}};
  for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
    if (strcmp(titles[i].group, group) == 0) {
      return titles[i].title;
    }
  }
  return N_("Other");
}

/* The guide's warning, with the products that were really found; NULL when there are none. */
static char *warning(const struct ce_wizard *wizard) {
  CE_AUTO(ce_blob) struct ce_blob names = {0};
  struct ce_error ignored;
  for (size_t i = 0; i < wizard->checks.count; i++) {
    const struct ce_check *check = &wizard->checks.items[i];
    bool named =
        strcmp(check->group, "security") == 0 && check->level >= CE_CHECK_WARNING && check->subject[0];
    const char *separator = ce_wizard_is_chinese(wizard) ? "、" : ", ";
    if (named &&
        ce_blob_printf(&names, &ignored, "%s%s", names.size ? separator : "", check->subject) != CE_OK) {
      return NULL;
    }
  }
  return names.size
             ? ce_text_format(
                   ce_wizard_text(wizard, N_("While the certificate environment is being installed, please "
                                             "disable %s, or allow everything that the installation does.")),
                   ce_blob_text(&names))
             : NULL;
}

static const char *plain_status(const struct ce_wizard *wizard) {
  if (!wizard->checks.document) {
    return N_("This computer could not be checked. You can go on without it.");
  }
  return ce_checks_level_before(&wizard->checks) > CE_CHECK_ADVICE
             ? N_("Something needs your attention before the installation.")
             : N_("Nothing stands in the way.");
}

static void show_status(const struct ce_wizard *wizard) {
  CE_AUTO(ce_free) char *text = wizard->checking ? NULL : warning(wizard);
  const char *plain = wizard->checking ? "" : ce_wizard_text(wizard, plain_status(wizard));
  ce_wizard_set_label(wizard, PAGE, "status", text ? text : plain);
  ce_wizard_show(wizard, PAGE, "status", !wizard->checking);
}

static void show_rows(const struct ce_wizard *wizard) {
  GtkWidget *list = ce_wizard_widget(wizard, PAGE, "rows");
  const char *group = "";
  ce_rows_clear(list);
  for (size_t i = 0; i < wizard->checks.count; i++) {
    const struct ce_check *check = &wizard->checks.items[i];
    if (!ce_check_matters_before(check)) {
      continue;
    }
    if (strcmp(group, check->group) != 0) {
      group = check->group;
      ce_rows_add_group(list, ce_wizard_text(wizard, group_title(group)));
    }
    ce_rows_add(wizard, list,
                &(struct ce_row){.id = check->id,
                                 .sign = (enum ce_sign)check->level,
                                 .sentence = check->message,
                                 .remedy = check->action});
  }
}

static void refresh(struct ce_wizard *wizard) {
  bool idle = !wizard->checking;
  bool asked = wizard->flow.asked == CE_ASKED_SECURITY;
  ce_wizard_show(wizard, PAGE, "busy", wizard->checking);
  show_status(wizard);
  show_rows(wizard);
  ce_wizard_show(wizard, PAGE, "scroll", wizard->checks.count > 0);
  gtk_widget_set_sensitive(ce_wizard_widget(wizard, PAGE, "retry-button"), idle);
  gtk_widget_set_sensitive(ce_wizard_widget(wizard, PAGE, "continue-button"), idle);
  gtk_button_set_label(GTK_BUTTON(ce_wizard_widget(wizard, PAGE, "back-button")),
                       ce_wizard_text(wizard, asked ? N_("_Cancel") : N_("_Back")));
}

static const char *main_button(const struct ce_wizard *wizard) {
  (void)wizard;
  return "retry-button";
}

static const struct ce_page_text texts[] = {
    {"heading", CE_TEXT_LABEL, N_("Check of this computer")},
    {"busy-text", CE_TEXT_LABEL, N_("Looking for what may interfere")},
    {"rows", CE_TEXT_NAME, N_("What was found")},
    {"retry-button", CE_TEXT_BUTTON, N_("_Retry")},
    {"retry-button", CE_TEXT_DESCRIPTION, N_("Looks again, when you have followed the advice.")},
    {"continue-button", CE_TEXT_BUTTON, N_("Continue _anyway")},
    {"continue-button", CE_TEXT_DESCRIPTION, N_("Goes on in spite of what was found.")},
    {0},
};

static const struct ce_page_button buttons[] = {
    {"retry-button", press_retry}, {"continue-button", press_continue}, {"back-button", press_back}, {0}};

const struct ce_page_class ce_page_check = {.name = "check",
                                            .ui = ce_ui_check,
                                            .ui_size = &ce_ui_check_size,
                                            .texts = texts,
                                            .buttons = buttons,
                                            .refresh = refresh,
                                            .main_button = main_button,
                                            .status = "status"};
