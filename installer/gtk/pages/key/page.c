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

static void refresh(struct ce_wizard *wizard) {
  bool absent = !wizard->key || ce_key_is_absent(wizard->key);
  CE_AUTO(ce_free) char *sentence = wizard->key ? ce_key_sentence(wizard->language, wizard->key) : NULL;
  show_picture(wizard);
  ce_wizard_set_label(wizard, PAGE, "action",
                      absent ? ce_wizard_text(wizard, N_("Insert the key and click Retry."))
                             : ce_key_action(wizard->language, wizard->key));
  ce_wizard_set_label(wizard, PAGE, "status",
                      sentence ? sentence : ce_wizard_text(wizard, N_("Looking for a key")));
  ce_wizard_show(wizard, PAGE, "action", !wizard->key || !ce_key_is_ready(wizard->key));
  show_purpose(wizard);
}

static const struct ce_page_text texts[] = {
    {"heading", CE_TEXT_LABEL, N_("Insert the key")},
    {"retry-button", CE_TEXT_BUTTON, N_("_Retry")},
    {"retry-button", CE_TEXT_DESCRIPTION, N_("Looks for the key again.")},
    {"skip-button", CE_TEXT_DESCRIPTION, N_("The key can be inserted later.")},
    {0},
};

static const struct ce_page_button buttons[] = {
    {"retry-button", ce_page_retry}, {"skip-button", press_skip}, {"back-button", ce_page_leave}, {0}};

const struct ce_page_class ce_page_key = {.name = "key",
                                          .ui = ce_ui_key,
                                          .ui_size = &ce_ui_key_size,
                                          .texts = texts,
                                          .buttons = buttons,
                                          .refresh = refresh,
                                          .main_button = ce_page_retry_button,
                                          .status = "status"};
