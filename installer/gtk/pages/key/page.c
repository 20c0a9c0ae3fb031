/* SPDX-License-Identifier: Apache-2.0
 * Key: asks for the key, and says live what is known about it. */
#include "gtk/embedded.h"
#include "gtk/key-text.h"
#include "gtk/picture.h"
#include "gtk/shell.h"

#define PAGE CE_PAGE_KEY

static void press_skip(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_SKIP_KEY);
}

static enum ce_key_picture picture_of(const json_t *key) {
  if (!key || ce_key_is_absent(key)) {
    return CE_KEY_PICTURE_ABSENT;
  }
  return ce_key_is_ready(key) ? CE_KEY_PICTURE_PRESENT : CE_KEY_PICTURE_TROUBLED;
}

static void show_picture(const struct ce_wizard *wizard) {
  static const char *const names[] = {
      [CE_KEY_PICTURE_ABSENT] = N_("Picture: a USB key beside its port"),
      [CE_KEY_PICTURE_TROUBLED] = N_("Picture: a USB key in its port that is not ready"),
      [CE_KEY_PICTURE_PRESENT] = N_("Picture: a USB key in its port that is ready")};
  GtkWidget *area = ce_wizard_widget(wizard, PAGE, "picture");
  enum ce_key_picture picture = picture_of(wizard->key);
  ce_picture_show_key(area, picture);
  atk_object_set_name(gtk_widget_get_accessible(area), ce_wizard_text(wizard, names[picture]));
}

/* Before the installation, or when all is installed and the key was pulled out meanwhile. */
static void show_purpose(const struct ce_wizard *wizard) {
  bool after = wizard->flow.asked == CE_ASKED_KEY_AFTER;
  GtkWidget *skip = ce_wizard_widget(wizard, PAGE, "skip-button");
  ce_wizard_set_label(
      wizard, PAGE, "hint",
      ce_wizard_text(wizard,
                     after ? N_("The certificate environment is installed. Insert the key to check that "
                                "it works.")
                           : N_("The installation goes on by itself as soon as the key is there.")));
  gtk_button_set_label(GTK_BUTTON(skip), ce_wizard_text(wizard, after ? N_("_Finish without the key")
                                                                      : N_("Install _without the key")));
  ce_page_label_back(wizard, PAGE);
  /* There is nothing to cancel any more. */
  ce_wizard_show(wizard, PAGE, "back-button", !after);
}

/* What can be done about a key that a device control blocks; "" where that is not the trouble. */
static const char *find_fix(const struct ce_wizard *wizard) {
  bool blocked = wizard->key && ce_key_is_blocked(wizard->key);
  return blocked ? ce_checks_key_fix(&wizard->checks) : "";
}

static const char *what_to_do(const struct ce_wizard *wizard, const char *fix) {
  if (!wizard->key || ce_key_is_absent(wizard->key)) {
    return ce_wizard_text(wizard, N_("Insert the key and click Retry."));
  }
  return fix[0] ? ce_wizard_text(wizard, ce_allow_offer(fix)) : ce_key_action(wizard->language, wizard->key);
}

static void mark_main(GtkWidget *button, bool is_main) {
  GtkStyleContext *style = gtk_widget_get_style_context(button);
  if (is_main) {
    gtk_style_context_add_class(style, "suggested-action");
  } else {
    gtk_style_context_remove_class(style, "suggested-action");
  }
}

static void show_buttons(const struct ce_wizard *wizard, const char *fix) {
  GtkWidget *allow = ce_wizard_widget(wizard, PAGE, "allow-button");
  GtkWidget *retry = ce_wizard_widget(wizard, PAGE, "retry-button");
  bool idle = !ce_allow_view_is_at_work(&wizard->allow);
  if (fix[0]) {
    gtk_button_set_label(GTK_BUTTON(allow), ce_wizard_text(wizard, ce_allow_label(fix)));
  }
  gtk_widget_set_visible(allow, fix[0]);
  mark_main(retry, !fix[0]);
  gtk_widget_set_sensitive(allow, idle);
  gtk_widget_set_sensitive(retry, idle);
}

/* What was seen last says nothing where nothing watches any more. */
static char *status(const struct ce_wizard *wizard) {
  bool after = wizard->flow.asked == CE_ASKED_KEY_AFTER;
  if (!wizard->keys) {
    return strdup(ce_wizard_text(
        wizard, after ? N_("The key cannot be watched. Choose Retry, or finish without the key.")
                      : N_("The key cannot be watched. Choose Retry, or install without the key.")));
  }
  return wizard->key ? ce_key_sentence(wizard->language, wizard->key)
                     : strdup(ce_wizard_text(wizard, N_("Looking for a key")));
}

static void refresh(struct ce_wizard *wizard) {
  const char *fix = find_fix(wizard);
  CE_AUTO(ce_free) char *text = status(wizard);
  show_picture(wizard);
  ce_wizard_set_label(wizard, PAGE, "action", what_to_do(wizard, fix));
  ce_wizard_set_label(wizard, PAGE, "status", text ? text : "");
  ce_wizard_show(wizard, PAGE, "action", !wizard->key || !ce_key_is_ready(wizard->key));
  ce_wizard_show_allowing(wizard, PAGE);
  show_purpose(wizard);
  show_buttons(wizard, fix);
}

static const char *main_button(const struct ce_wizard *wizard) {
  return find_fix(wizard)[0] ? "allow-button" : "retry-button";
}

static const struct ce_page_text texts[] = {
    {"heading", CE_TEXT_LABEL, N_("Insert the key")},
    {"retry-button", CE_TEXT_BUTTON, N_("_Retry")},
    {"retry-button", CE_TEXT_DESCRIPTION, N_("Looks for the key again.")},
    {"allow-button", CE_TEXT_DESCRIPTION, N_("Has the device control let this key in from now on.")},
    {"skip-button", CE_TEXT_DESCRIPTION, N_("The key can be inserted later.")},
    {0},
};

static const struct ce_page_button buttons[] = {{"allow-button", ce_wizard_allow},
                                                {"retry-button", ce_page_retry},
                                                {"skip-button", press_skip},
                                                {"back-button", ce_page_leave},
                                                {0}};

const struct ce_page_class ce_page_key = {.name = "key",
                                          .ui = ce_ui_key,
                                          .ui_size = &ce_ui_key_size,
                                          .texts = texts,
                                          .buttons = buttons,
                                          .refresh = refresh,
                                          .main_button = main_button,
                                          .status = "status"};
