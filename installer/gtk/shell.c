/* SPDX-License-Identifier: Apache-2.0
 * Pages in the window: building, texts, turning. */
#include "gtk/shell.h"

#include "base/utf8.h"
#include "gtk/dialog.h"

#include <assert.h>
#include <string.h>

#define ANNOUNCEMENT "announcement" /* a signal of AtkObject since ATK 2.46 */

static const struct ce_page_class *const classes[CE_PAGE_COUNT] = {
    [CE_PAGE_WELCOME] = &ce_page_welcome, [CE_PAGE_CHECK] = &ce_page_check, [CE_PAGE_KEY] = &ce_page_key,
    [CE_PAGE_INSTALL] = &ce_page_install, [CE_PAGE_DONE] = &ce_page_done,   [CE_PAGE_ERROR] = &ce_page_error,
};

const char *ce_wizard_text(const struct ce_wizard *wizard, const char *msgid) {
  return ce_translate(wizard->language, msgid);
}

bool ce_wizard_is_chinese(const struct ce_wizard *wizard) {
  return strncmp(ce_language_name(wizard->language), "zh", 2) == 0;
}

static GtkWidget *object_of(GtkBuilder *builder, const char *id) {
  GObject *object = gtk_builder_get_object(builder, id);
  assert(object); /* our own layouts */
  return GTK_WIDGET(object);
}

GtkWidget *ce_wizard_widget(const struct ce_wizard *wizard, enum ce_page page, const char *id) {
  return object_of(wizard->pages[page], id);
}

/* What a screen reader shall say although the focus is elsewhere. */
static void announce(GtkWidget *widget, const char *text) {
  AtkObject *accessible = gtk_widget_get_accessible(widget);
  if (text[0] && gtk_widget_get_mapped(widget) && g_signal_lookup(ANNOUNCEMENT, G_OBJECT_TYPE(accessible))) {
    g_signal_emit_by_name(accessible, ANNOUNCEMENT, text);
  }
}

void ce_wizard_set_label(const struct ce_wizard *wizard, enum ce_page page, const char *id,
                         const char *text) {
  GtkWidget *label = ce_wizard_widget(wizard, page, id);
  if (strcmp(gtk_label_get_text(GTK_LABEL(label)), text) == 0) {
    return;
  }
  gtk_label_set_text(GTK_LABEL(label), text);
  bool is_status = classes[page]->status && strcmp(classes[page]->status, id) == 0;
  if (is_status || strcmp(id, CE_NOTICE) == 0) {
    announce(label, text);
  }
}

void ce_wizard_show(const struct ce_wizard *wizard, enum ce_page page, const char *id, bool visible) {
  gtk_widget_set_visible(ce_wizard_widget(wizard, page, id), visible);
}

static void set_text(GtkBuilder *builder, const struct ce_page_text *text, const char *translated) {
  GtkWidget *widget = object_of(builder, text->id);
  switch (text->use) {
  case CE_TEXT_LABEL:
    gtk_label_set_text(GTK_LABEL(widget), translated);
    break;
  case CE_TEXT_BUTTON:
    gtk_button_set_use_underline(GTK_BUTTON(widget), TRUE);
    gtk_button_set_label(GTK_BUTTON(widget), translated);
    break;
  case CE_TEXT_EXPANDER:
    gtk_expander_set_use_underline(GTK_EXPANDER(widget), TRUE);
    gtk_expander_set_label(GTK_EXPANDER(widget), translated);
    break;
  case CE_TEXT_NAME:
    atk_object_set_name(gtk_widget_get_accessible(widget), translated);
    break;
  case CE_TEXT_DESCRIPTION:
    atk_object_set_description(gtk_widget_get_accessible(widget), translated);
    break;
  }
}

static void relabel_page(struct ce_wizard *wizard, enum ce_page page) {
  for (const struct ce_page_text *text = classes[page]->texts; text->id; text++) {
    set_text(wizard->pages[page], text, ce_wizard_text(wizard, text->msgid));
  }
}

static void relabel_frame(struct ce_wizard *wizard) {
  static const struct ce_page_text texts[] = {
      {"title", CE_TEXT_LABEL, N_("Certificate environment")},
      {"language-button", CE_TEXT_NAME, N_("Switch to Chinese")},
      {"language-button", CE_TEXT_DESCRIPTION, N_("Changes the language of this window.")},
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    set_text(wizard->frame, &texts[i], ce_wizard_text(wizard, texts[i].msgid));
  }
  bool chinese = ce_wizard_is_chinese(wizard);
  /* The name of a language is written in that language. */
  gtk_button_set_label(GTK_BUTTON(object_of(wizard->frame, "language-button")), chinese ? "English" : "中文");
  const char *organisation = chinese ? wizard->organisation.name_zh : wizard->organisation.name_en;
  gtk_label_set_text(GTK_LABEL(object_of(wizard->frame, "organisation")), organisation ? organisation : "");
  gtk_widget_set_visible(object_of(wizard->frame, "organisation"), organisation != NULL);
  const char *emblem = wizard->has_emblem && organisation
                           ? organisation
                           : ce_wizard_text(wizard, N_("Icon of the certificate environment"));
  atk_object_set_name(gtk_widget_get_accessible(object_of(wizard->frame, "icon")), emblem);
  gtk_window_set_title(GTK_WINDOW(wizard->window), ce_wizard_text(wizard, N_("Certificate environment")));
}

void ce_wizard_relabel(struct ce_wizard *wizard) {
  relabel_frame(wizard);
  for (enum ce_page page = 0; page < CE_PAGE_COUNT; page++) {
    relabel_page(wizard, page);
  }
  ce_wizard_refresh(wizard);
}

/* Enter presses the page's main button, wherever the focus is. */
static void choose_default(struct ce_wizard *wizard) {
  const char *id = classes[wizard->flow.page]->main_button(wizard);
  GtkWidget *button = id ? ce_wizard_widget(wizard, wizard->flow.page, id) : NULL;
  if (!button || !gtk_widget_get_visible(button)) {
    gtk_window_set_default(GTK_WINDOW(wizard->window), NULL);
    return;
  }
  gtk_widget_set_can_default(button, TRUE);
  gtk_window_set_default(GTK_WINDOW(wizard->window), button);
  /* A button that was pressed and cannot be pressed again yet has lost the focus. */
  bool nowhere = !gtk_window_get_focus(GTK_WINDOW(wizard->window));
  if ((wizard->wants_focus || nowhere) && gtk_widget_get_sensitive(button)) {
    gtk_widget_grab_focus(button);
    wizard->wants_focus = false;
  }
}

void ce_wizard_refresh(struct ce_wizard *wizard) {
  relabel_frame(wizard);
  classes[wizard->flow.page]->refresh(wizard);
  choose_default(wizard);
}

static void turn_page(struct ce_wizard *wizard) {
  classes[wizard->flow.page]->refresh(wizard);
  gtk_stack_set_visible_child_name(GTK_STACK(wizard->stack), classes[wizard->flow.page]->name);
  wizard->wants_focus = true;
  choose_default(wizard);
}

void ce_wizard_input(struct ce_wizard *wizard, enum ce_flow_input input) {
  enum ce_flow_act act;
  enum ce_page before = wizard->flow.page;
  bool reverted = ce_flow_reverts(wizard->flow);
  wizard->flow = ce_flow_step(wizard->flow, input, &act);
  if (reverted && !ce_flow_reverts(wizard->flow)) {
    /* Whether to take everything back is no question any more. */
    ce_dialog_dismiss(wizard);
  }
  if (wizard->flow.page != before) {
    ce_wizard_leave(wizard, before);
  }
  ce_wizard_act(wizard, act);
  if (act == CE_ACT_CLOSE) {
    return;
  }
  if (wizard->flow.page != before) {
    turn_page(wizard);
  } else {
    ce_wizard_refresh(wizard);
  }
}

void ce_page_retry(struct ce_wizard *wizard) {
  ce_wizard_stop_allowing(wizard); /* what was said of it is read */
  ce_wizard_input(wizard, CE_INPUT_RETRY);
}

void ce_page_leave(struct ce_wizard *wizard) {
  ce_wizard_input(wizard, CE_INPUT_CANCEL);
}

void ce_page_tell(struct ce_wizard *wizard, const char *told, const char *about) {
  wizard->told = told;
  ce_utf8_clean(about ? about : "", wizard->told_about, sizeof wizard->told_about);
  ce_wizard_refresh(wizard);
}

char *ce_page_make_told(const struct ce_wizard *wizard) {
  const char *about = wizard->told_about;
  return wizard->told
             ? ce_text_format("%s%s%s", ce_wizard_text(wizard, wizard->told), about[0] ? " " : "", about)
             : NULL;
}

void ce_page_label_back(const struct ce_wizard *wizard, enum ce_page page) {
  bool asked = wizard->flow.asked != CE_ASKED_NOTHING;
  gtk_button_set_label(GTK_BUTTON(ce_wizard_widget(wizard, page, "back-button")),
                       ce_wizard_text(wizard, asked ? N_("_Cancel") : N_("_Back")));
}

/* A button's `pressed` is looked up by its id, so that no function pointer has to be made a gpointer. */
static gboolean press(gpointer context) {
  struct ce_wizard *wizard = context;
  enum ce_page page = wizard->flow.page;
  const char *name = gtk_widget_get_name(wizard->pressed_button);
  wizard->press_source = 0;
  for (const struct ce_page_button *row = classes[page]->buttons; row->id; row++) {
    if (strcmp(row->id, name) == 0 && object_of(wizard->pages[page], row->id) == wizard->pressed_button) {
      row->pressed(wizard);
      break;
    }
  }
  return G_SOURCE_REMOVE;
}

/* Not at once: who presses through AT-SPI waits for the answer, and a question in a window of its own would
 * keep him, and the bus with him, until it is closed. */
static void note_press(GtkButton *button, gpointer context) {
  struct ce_wizard *wizard = context;
  wizard->pressed_button = GTK_WIDGET(button);
  if (!wizard->press_source) {
    wizard->press_source = g_idle_add_full(G_PRIORITY_HIGH, press, wizard, NULL);
  }
}

void ce_shell_forget_press(struct ce_wizard *wizard) {
  if (wizard->press_source) {
    g_source_remove(wizard->press_source);
    wizard->press_source = 0;
  }
}

/* Stable names, for style sheets and for tests: an accessible object has its id in it, too, where ATK knows
 * ids. */
void ce_shell_name(GtkWidget *widget, const char *id) {
  gtk_widget_set_name(widget, id);
  if (atk_object_set_accessible_id) {
    atk_object_set_accessible_id(gtk_widget_get_accessible(widget), id);
  }
}

static void name_objects(GtkBuilder *builder) {
  GSList *objects = gtk_builder_get_objects(builder);
  for (GSList *at = objects; at; at = at->next) {
    if (g_type_check_instance_is_a(at->data, gtk_widget_get_type())) {
      ce_shell_name(at->data, gtk_buildable_get_name(at->data));
    }
  }
  g_slist_free(objects);
}

GtkBuilder *ce_shell_build(const unsigned char *ui, size_t size) {
  GtkBuilder *builder = gtk_builder_new();
  GError *error = NULL;
  guint built = gtk_builder_add_from_string(builder, (const char *)ui, size, &error);
  if (!built) {
    g_object_unref(builder);
    return NULL;
  }
  name_objects(builder);
  return builder;
}

bool ce_shell_add_pages(struct ce_wizard *wizard) {
  for (enum ce_page page = 0; page < CE_PAGE_COUNT; page++) {
    wizard->pages[page] = ce_shell_build(classes[page]->ui, *classes[page]->ui_size);
    if (!wizard->pages[page]) {
      return false;
    }
    gtk_stack_add_named(GTK_STACK(wizard->stack), ce_wizard_widget(wizard, page, "page"),
                        classes[page]->name);
    for (const struct ce_page_button *row = classes[page]->buttons; row->id; row++) {
      g_signal_connect(ce_wizard_widget(wizard, page, row->id), "clicked", G_CALLBACK(note_press), wizard);
    }
    if (classes[page]->status) {
      AtkObject *status = gtk_widget_get_accessible(ce_wizard_widget(wizard, page, classes[page]->status));
      atk_object_set_role(status, ATK_ROLE_STATUSBAR);
    }
    if (classes[page]->build) {
      classes[page]->build(wizard);
    }
  }
  return true;
}
