/* SPDX-License-Identifier: Apache-2.0
 * Check: what of this machine may interfere, a row each. */
#include "gtk/embedded.h"
#include "gtk/rows.h"
#include "guard/warning.h"

#include <string.h>

#define PAGE CE_PAGE_CHECK

static void press_continue(struct ce_wizard *wizard) {
  ce_wizard_accept_findings(wizard);
  ce_wizard_input(wizard, CE_INPUT_GO_ON);
}

/* The guide's warning, with the products that were really found. */
static char *warning(const struct ce_wizard *wizard) {
  CE_AUTO(ce_blob) struct ce_blob names = {0};
  struct ce_error ignored;
  for (size_t i = 0; i < wizard->checks.count; i++) {
    const struct ce_check *check = &wizard->checks.items[i];
    bool named = ce_check_is_product(check) && check->level >= CE_CHECK_WARNING && check->subject[0];
    if (named && ce_warning_add(&names, check->subject, ce_wizard_is_chinese(wizard), &ignored) != CE_OK) {
      return NULL;
    }
  }
  return ce_sentence_fill(ce_wizard_text(wizard, ce_warning_sentence(&names)), ce_blob_text(&names));
}

static char *status_text(const struct ce_wizard *wizard) {
  if (wizard->checking) {
    return NULL;
  }
  if (!wizard->checks.document) {
    return strdup(
        ce_wizard_text(wizard, N_("This computer could not be checked. You can go on without it.")));
  }
  return ce_checks_level_before(&wizard->checks) > CE_CHECK_ADVICE
             ? warning(wizard)
             : strdup(ce_wizard_text(wizard, N_("Nothing stands in the way.")));
}

static void show_status(const struct ce_wizard *wizard) {
  CE_AUTO(ce_free) char *text = status_text(wizard);
  ce_wizard_set_label(wizard, PAGE, "status", text ? text : "");
  ce_wizard_show(wizard, PAGE, "status", !wizard->checking);
}

static void press_allow(GtkButton *button, gpointer context) {
  (void)button;
  ce_wizard_allow(context);
}

static GtkWidget *make_allow_button(struct ce_wizard *wizard, const struct ce_check *check) {
  GtkWidget *button = gtk_button_new_with_mnemonic(ce_wizard_text(wizard, ce_allow_label(check->fix)));
  CE_AUTO(ce_free) char *name = ce_text_format("allow-%s", check->id);
  ce_shell_name(button, name ? name : "allow");
  gtk_widget_set_sensitive(button, !ce_allow_view_is_at_work(&wizard->allow));
  g_signal_connect(button, "clicked", G_CALLBACK(press_allow), wizard);
  return button;
}

/* What a button does needs no command to be typed. */
static void add_row(struct ce_wizard *wizard, const struct ce_check *check) {
  bool has_fix = check->fix[0];
  ce_rows_add(
      wizard, ce_wizard_widget(wizard, PAGE, "rows"),
      &(struct ce_row){.id = check->id,
                       .sign = (enum ce_sign)check->level,
                       .sentence = check->message,
                       .remedy = has_fix ? ce_wizard_text(wizard, ce_allow_offer(check->fix)) : check->action,
                       .button = has_fix ? make_allow_button(wizard, check) : NULL});
}

/* What is in order is one line: it is not what people have to read. */
static void add_rest(const struct ce_wizard *wizard, size_t count) {
  CE_AUTO(ce_free)
  char *sentence = count == 1
                       ? strdup(ce_wizard_text(wizard, N_("1 other check is in order")))
                       : ce_text_format(ce_wizard_text(wizard, N_("%zu other checks are in order")), count);
  ce_rows_add(wizard, ce_wizard_widget(wizard, PAGE, "rows"),
              &(struct ce_row){.id = "in-order", .sign = CE_SIGN_OK, .sentence = sentence ? sentence : ""});
}

/* The gravest first. */
static void show_rows(struct ce_wizard *wizard) {
  size_t in_order = 0;
  ce_rows_clear(ce_wizard_widget(wizard, PAGE, "rows"));
  for (int level = CE_CHECK_FAULT; level >= CE_CHECK_OK; level--) {
    for (size_t i = 0; i < wizard->checks.count; i++) {
      const struct ce_check *check = &wizard->checks.items[i];
      bool shown = (int)check->level == level && ce_check_matters_before(check);
      if (shown && level > CE_CHECK_OK) {
        add_row(wizard, check);
      }
      in_order += shown && level == CE_CHECK_OK;
    }
  }
  if (in_order > 0) {
    add_rest(wizard, in_order);
  }
}

static void refresh(struct ce_wizard *wizard) {
  bool idle = !wizard->checking && !ce_allow_view_is_at_work(&wizard->allow);
  ce_wizard_show(wizard, PAGE, "busy", wizard->checking);
  show_status(wizard);
  ce_wizard_show_allowing(wizard, PAGE);
  show_rows(wizard);
  ce_wizard_show(wizard, PAGE, "scroll", wizard->checks.count > 0);
  gtk_widget_set_sensitive(ce_wizard_widget(wizard, PAGE, "retry-button"), idle);
  gtk_widget_set_sensitive(ce_wizard_widget(wizard, PAGE, "continue-button"), idle);
  ce_page_label_back(wizard, PAGE);
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

static const char *main_button(const struct ce_wizard *wizard) {
  (void)wizard;
  return "retry-button";
}

static const struct ce_page_button buttons[] = {{"retry-button", ce_page_retry},
                                                {"continue-button", press_continue},
                                                {"back-button", ce_page_leave},
                                                {0}};

const struct ce_page_class ce_page_check = {.name = "check",
                                            .ui = ce_ui_check,
                                            .ui_size = &ce_ui_check_size,
                                            .texts = texts,
                                            .buttons = buttons,
                                            .refresh = refresh,
                                            .main_button = main_button,
                                            .status = "status"};
