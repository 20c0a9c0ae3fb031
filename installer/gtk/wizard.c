/* SPDX-License-Identifier: Apache-2.0
 * The window: opening, the frame around the pages, closing. */
#include "gtk/wizard.h"

#include "gtk/dialog.h"
#include "gtk/embedded.h"
#include "gtk/emblem.h"
#include "gtk/shell.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>

#define WIDTH  760
#define HEIGHT 520

/* A screen of 1024x600, less the frame that the window manager puts around. */
#define WIDTH_MAX  1012
#define HEIGHT_MAX 560

/* Fonts with Chinese characters, behind the one that the person has chosen. */
#define FONTS                                                                                                \
  "\"Noto Sans CJK SC\", \"Source Han Sans SC\", \"Source Han Sans CN\", \"WenQuanYi Micro Hei\", "          \
  "\"WenQuanYi Zen Hei\", \"Microsoft YaHei\", \"AR PL UMing CN\", sans-serif"

static bool has_display(void) {
  static const char *const variables[] = {"WAYLAND_DISPLAY", "DISPLAY"};
  for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
    const char *value = getenv(variables[i]);
    if (value && value[0]) {
      return true;
    }
  }
  return false;
}

bool ce_wizard_can_open(void) {
  return geteuid() != 0 && has_display() && ce_gtk_calls_open();
}

static void add_style(GdkScreen *screen, const char *css, GtkCssProvider **ret) {
  GtkCssProvider *provider = gtk_css_provider_new();
  gtk_css_provider_load_from_data(provider, css, -1, NULL);
  gtk_style_context_add_provider_for_screen(screen, GTK_STYLE_PROVIDER(provider),
                                            GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  *ret = provider;
}

/* The person's own font first, and Chinese ones behind it whatever the locale. */
static char *font_style(void) {
  char *font = NULL;
  g_object_get(gtk_settings_get_default(), "gtk-font-name", &font, NULL);
  PangoFontDescription *description = pango_font_description_from_string(font ? font : "Sans");
  const char *family = pango_font_description_get_family(description);
  bool plain = family && !strpbrk(family, "\"\\,\n");
  char *css = ce_text_format("window { font-family: %s%s%s" FONTS "; }\n%s", plain ? "\"" : "",
                             plain ? family : "", plain ? "\", " : "", (const char *)ce_style_sheet);
  pango_font_description_free(description);
  g_free(font);
  return css;
}

static void switch_language(GtkButton *button, gpointer context) {
  (void)button;
  struct ce_wizard *wizard = context;
  wizard->language = ce_language_by_name(ce_wizard_is_chinese(wizard) ? "en" : "zh_CN");
  ce_wizard_relabel(wizard);
  ce_wizard_look_again(wizard);
}

/* Whether a run at work shall be cancelled. */
static bool confirm_close(struct ce_wizard *wizard) {
  static const struct ce_dialog_question question = {
      .name = "close-dialog",
      .question = N_("Cancel what is going on and close the window?"),
      .explanation = N_("What was changed so far is taken back before the window closes."),
      .stay_name = "close-stay-button",
      .stay = N_("_Go on"),
      .go_name = "close-leave-button",
      .go = N_("_Cancel and close")};
  return ce_dialog_ask(wizard, &question);
}

static void close_or_cancel(struct ce_wizard *wizard, enum ce_closing closing) {
  if (!ce_flow_is_working(wizard->flow)) {
    gtk_main_quit();
    return;
  }
  wizard->closing = closing > wizard->closing ? closing : wizard->closing;
  ce_wizard_input(wizard, CE_INPUT_CANCEL);
}

static gboolean ask_to_close(GtkWidget *window, GdkEvent *event, gpointer context) {
  (void)window;
  (void)event;
  struct ce_wizard *wizard = context;
  if (!ce_flow_reverts(wizard->flow) || confirm_close(wizard)) {
    close_or_cancel(wizard, CE_CLOSING_AS_PROMISED);
  }
  return TRUE;
}

static gboolean take_signal(gpointer context) {
  ce_dialog_dismiss(context);
  close_or_cancel(context, CE_CLOSING_ANYWAY);
  return G_SOURCE_CONTINUE;
}

static gboolean take_key(GtkWidget *window, GdkEventKey *event, gpointer context) {
  (void)window;
  struct ce_wizard *wizard = context;
  if (event->keyval != GDK_KEY_Escape) {
    return FALSE;
  }
  if (wizard->flow.page == CE_PAGE_INSTALL) {
    /* Not by one key: it may have been meant for something else. */
    return ask_to_close(window, NULL, context);
  }
  if (ce_flow_heeds_escape(wizard->flow, (g_get_monotonic_time() - wizard->ended_us) / 1000)) {
    ce_wizard_input(wizard, CE_INPUT_CANCEL);
  }
  return TRUE;
}

static bool build(struct ce_wizard *wizard) {
  wizard->frame = ce_shell_build(ce_ui_frame, ce_ui_frame_size);
  if (!wizard->frame) {
    return false;
  }
  CE_AUTO(ce_free) char *css = font_style();
  wizard->window = GTK_WIDGET(gtk_builder_get_object(wizard->frame, "window"));
  wizard->stack = GTK_WIDGET(gtk_builder_get_object(wizard->frame, "stack"));
  add_style(gtk_widget_get_screen(wizard->window), css ? css : "", &wizard->style);
  if (!ce_shell_add_pages(wizard)) {
    return false;
  }
  ce_emblem_show(wizard);
  const GdkGeometry largest = {.max_width = WIDTH_MAX, .max_height = HEIGHT_MAX};
  gtk_window_set_geometry_hints(GTK_WINDOW(wizard->window), NULL, (GdkGeometry *)&largest, GDK_HINT_MAX_SIZE);
  gtk_window_set_default_size(GTK_WINDOW(wizard->window), WIDTH, HEIGHT);
  GtkWidget *language = GTK_WIDGET(gtk_builder_get_object(wizard->frame, "language-button"));
  g_signal_connect(language, "clicked", G_CALLBACK(switch_language), wizard);
  g_signal_connect(wizard->window, "delete-event", G_CALLBACK(ask_to_close), wizard);
  g_signal_connect(wizard->window, "key-press-event", G_CALLBACK(take_key), wizard);
  return true;
}

static void clear(struct ce_wizard *wizard) {
  ce_shell_forget_press(wizard);
  ce_wizard_end_children(wizard);
  if (wizard->window) {
    gtk_widget_destroy(wizard->window);
  }
  for (enum ce_page page = 0; page < CE_PAGE_COUNT; page++) {
    if (wizard->pages[page]) {
      g_object_unref(wizard->pages[page]);
    }
  }
  if (wizard->frame) {
    g_object_unref(wizard->frame);
  }
  if (wizard->style) {
    g_object_unref(wizard->style);
  }
  ce_plan_view_clear(&wizard->plan);
  ce_organisation_clear(&wizard->organisation);
  ce_checks_clear(&wizard->checks);
  ce_run_view_clear(&wizard->run);
  json_decref(wizard->key);
}

/* What the caller shall end with: the work's own outcome. */
static enum ce_code outcome(const struct ce_wizard *wizard, struct ce_error *err) {
  enum ce_code code = wizard->flow.page == CE_PAGE_ERROR ? wizard->run.code : CE_OK;
  return code == CE_OK ? CE_OK : ce_fail(err, code, "wizard", "", "%s", wizard->run.detail);
}

enum ce_code ce_wizard_run(const struct ce_wizard_request *request, struct ce_error *err) {
  if (geteuid() == 0) {
    return ce_fail(err, CE_PERMISSION, "wizard", "", "the window is not opened for root: run it as yourself");
  }
  if (!ce_wizard_can_open()) {
    return ce_fail(err, CE_NO_DISPLAY, "wizard", "", "there is no display, or no GTK 3");
  }
  /* The locale stays what main() has set. Chinese characters have their Chinese shapes in any language. */
  gtk_disable_setlocale();
  setenv("PANGO_LANGUAGE", "zh-cn:en", 1);
  g_set_prgname("certenv");
  if (!gtk_init_check(NULL, NULL)) {
    return ce_fail(err, CE_NO_DISPLAY, "wizard", "", "the display cannot be opened");
  }
  struct ce_wizard *wizard = calloc(1, sizeof *wizard);
  if (!wizard) {
    return ce_fail_memory(err, "wizard");
  }
  *wizard = (struct ce_wizard){
      .request = request, .language = request->language, .flow = ce_flow_begin(), .wants_focus = true};
  enum ce_code code = CE_OK;
  if (build(wizard)) {
    ce_wizard_relabel(wizard);
    gtk_window_present(GTK_WINDOW(wizard->window));
    ce_wizard_act(wizard, CE_ACT_LOOK);
    guint signals[] = {g_unix_signal_add(SIGTERM, take_signal, wizard),
                       g_unix_signal_add(SIGINT, take_signal, wizard),
                       g_unix_signal_add(SIGHUP, take_signal, wizard)};
    gtk_main();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
      g_source_remove(signals[i]);
    }
    code = outcome(wizard, err);
  } else {
    code = ce_fail(err, CE_NO_DISPLAY, "wizard", "", "this GTK cannot build the window");
  }
  clear(wizard);
  free(wizard);
  return code;
}
