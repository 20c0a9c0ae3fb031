/* SPDX-License-Identifier: Apache-2.0
 * Install: the run at work, whichever task it has. */
#include "base/size-text.h"
#include "gtk/embedded.h"
#include "gtk/shell.h"

#include <string.h>

#define PAGE CE_PAGE_INSTALL

static void press_yes(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_GO_ON);
}

static const char *heading(const struct ce_wizard *wizard) {
  static const char *const headings[] = {[CE_TASK_INSTALL] = N_("Installing"),
                                         [CE_TASK_REPAIR] = N_("Repairing"),
                                         [CE_TASK_UPDATE] = N_("Updating"),
                                         [CE_TASK_UNINSTALL] = N_("Removing")};
  return headings[wizard->flow.task];
}

/* "Fetching the package: 3.1 MB of 5.8 MB, 0:07 left". */
static char *status(const struct ce_wizard *wizard) {
  const struct ce_progress *progress = &wizard->progress;
  const char *sentence = ce_wizard_text(wizard, ce_run_view_sentence(&wizard->run, wizard->flow.cancelling));
  char done[CE_SIZE_TEXT_SIZE];
  char total[CE_SIZE_TEXT_SIZE];
  if (wizard->flow.cancelling || progress->total_bytes == 0) {
    return strdup(sentence);
  }
  ce_size_text(progress->done_bytes, done);
  ce_size_text(progress->total_bytes, total);
  long long left_s = wizard->run.left_s;
  if (left_s <= 0) {
    return ce_text_format(ce_wizard_text(wizard, N_("%s: %s of %s")), sentence, done, total);
  }
  return ce_text_format(ce_wizard_text(wizard, N_("%s: %s of %s, %lld:%02lld left")), sentence, done, total,
                        left_s / 60, left_s % 60);
}

static void show_bar(const struct ce_wizard *wizard) {
  GtkProgressBar *bar = GTK_PROGRESS_BAR(ce_wizard_widget(wizard, PAGE, "progress"));
  bool open_ended =
      wizard->progress.reverting || !wizard->run.phase[0] || ce_run_view_is_uninterruptible(&wizard->run);
  if (open_ended) {
    gtk_progress_bar_pulse(bar);
  } else {
    gtk_progress_bar_set_fraction(bar, wizard->progress.fraction);
  }
}

static void show_details(const struct ce_wizard *wizard) {
  GtkWidget *view = ce_wizard_widget(wizard, PAGE, "details");
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(view));
  int shown = gtk_text_buffer_get_char_count(buffer);
  const char *text = ce_blob_text(&wizard->run.details);
  /* Only what is new: the text may be long. */
  if (shown == 0 || wizard->run.details.size == 0) {
    gtk_text_buffer_set_text(buffer, text, -1);
  } else if (wizard->run.details.size > wizard->run.details_shown) {
    GtkTextIter end;
    gtk_text_buffer_get_end_iter(buffer, &end);
    gtk_text_buffer_insert(buffer, &end, text + wizard->run.details_shown, -1);
  }
}

/* What the run asks about, where it is more than was agreed to. */
static char *question(const struct ce_wizard *wizard) {
  const json_t *plan = json_object_get(wizard->run.asked, "plan");
  CE_AUTO(ce_free) char *names = ce_texts_join(json_object_get(plan, "packages"), ", ");
  CE_AUTO(ce_free)
  char *added =
      names && names[0]
          ? ce_text_format(ce_wizard_text(wizard, N_("Added by the system's package manager: %s")), names)
          : NULL;
  const char *restart =
      json_array_size(json_object_get(plan, "restarts")) > 0
          ? N_("The smart-card service is restarted: programs that use a key have to open it again.")
          : NULL;
  return ce_text_format("%s\n%s\n\n%s", added ? added : "", restart ? ce_wizard_text(wizard, restart) : "",
                        ce_wizard_text(wizard, N_("Go on?")));
}

static void refresh(struct ce_wizard *wizard) {
  bool asked = wizard->flow.asked == CE_ASKED_PROCEED;
  CE_AUTO(ce_free) char *text = status(wizard);
  CE_AUTO(ce_free) char *more = asked ? question(wizard) : NULL;
  ce_wizard_set_label(wizard, PAGE, "heading", ce_wizard_text(wizard, heading(wizard)));
  ce_wizard_set_label(wizard, PAGE, "status", text ? text : "");
  ce_wizard_set_label(wizard, PAGE, "subject", wizard->run.step_subject);
  ce_wizard_set_label(wizard, PAGE, "question", more ? more : "");
  ce_wizard_show(wizard, PAGE, "question", more != NULL);
  ce_wizard_show(wizard, PAGE, "yes-button", asked);
  ce_wizard_show(wizard, PAGE, "password-note", !wizard->run.phase[0] && !asked);
  gtk_widget_set_sensitive(ce_wizard_widget(wizard, PAGE, "cancel-button"), !wizard->flow.cancelling);
  show_bar(wizard);
  show_details(wizard);
  wizard->run.details_shown = wizard->run.details.size;
}

static const char *main_button(const struct ce_wizard *wizard) {
  return wizard->flow.asked == CE_ASKED_PROCEED ? "yes-button" : NULL;
}

static const struct ce_page_text texts[] = {
    {"progress", CE_TEXT_NAME, N_("Progress")},
    {"password-note", CE_TEXT_LABEL,
     N_("The system asks for an administrator's password in a window of its own.")},
    {"details-expander", CE_TEXT_EXPANDER, N_("_Details")},
    {"details", CE_TEXT_NAME, N_("Details")},
    {"cancel-button", CE_TEXT_BUTTON, N_("_Cancel")},
    {"cancel-button", CE_TEXT_DESCRIPTION, N_("Stops and puts back what was changed.")},
    {"yes-button", CE_TEXT_BUTTON, N_("Go _on")},
    {0},
};

static const struct ce_page_button buttons[] = {
    {"cancel-button", ce_page_leave}, {"yes-button", press_yes}, {0}};

const struct ce_page_class ce_page_install = {.name = "install",
                                              .ui = ce_ui_install,
                                              .ui_size = &ce_ui_install_size,
                                              .texts = texts,
                                              .buttons = buttons,
                                              .refresh = refresh,
                                              .main_button = main_button,
                                              .status = "status"};
