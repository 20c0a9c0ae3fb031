/* SPDX-License-Identifier: Apache-2.0
 * The wizard from the inside: the window with its pages, and what is known. Private to gtk/.
 *
 * A page is a layout (page.ui), texts that are set whenever the language changes, and refresh(), which shows
 * what is known now. Whatever happens becomes an input of the flow (page-flow.h); ce_wizard_input() turns the
 * page and does what the flow says. */
#ifndef CE_GTK_SHELL_H
#define CE_GTK_SHELL_H

#include "gtk/allow-view.h"
#include "gtk/checks.h"
#include "gtk/gtk-calls.h"
#include "gtk/page-flow.h"
#include "gtk/progress.h"
#include "gtk/run-view.h"
#include "gtk/runner.h"
#include "gtk/wizard.h"

#include <limits.h>

struct ce_wizard;

/* The label that tells what a page's own work beside the run is at (pages that offer to allow something). */
#define CE_NOTICE "notice"

enum ce_text_use {
  CE_TEXT_LABEL,      /* of a label */
  CE_TEXT_BUTTON,     /* of a button, with its mnemonic */
  CE_TEXT_EXPANDER,   /* of an expander, with its mnemonic */
  CE_TEXT_NAME,       /* the accessible name of what shows no text */
  CE_TEXT_DESCRIPTION /* the accessible description */
};

/* A text that does not change but with the language. */
struct ce_page_text {
  const char *id; /* of the object in page.ui */
  enum ce_text_use use;
  const char *msgid;
};

struct ce_page_button {
  const char *id;
  void (*pressed)(struct ce_wizard *wizard);
};

struct ce_page_class {
  const char *name; /* in the stack; stable */
  const unsigned char *ui;
  const size_t *ui_size;
  const struct ce_page_text *texts;          /* ends with id NULL */
  const struct ce_page_button *buttons;      /* ends with id NULL */
  void (*build)(struct ce_wizard *wizard);   /* once, what page.ui cannot say; may be NULL */
  void (*refresh)(struct ce_wizard *wizard); /* shows what is known, in the wizard's language */
  const char *(*main_button)(const struct ce_wizard *wizard); /* what Enter presses */
  const char *status; /* the label that tells what happens: a change of it is announced; may be NULL */
};

extern const struct ce_page_class ce_page_welcome, ce_page_check, ce_page_key, ce_page_install, ce_page_done,
    ce_page_error;

/* What the installed machine is, as status tells. */
enum ce_installed {
  CE_INSTALLED_UNKNOWN,
  CE_INSTALLED_NOT,
  CE_INSTALLED_OK,
  CE_INSTALLED_FAULTY,
  CE_INSTALLED_BUSY /* another run is at work: nothing can be said before it has ended */
};

struct ce_wizard {
  const struct ce_wizard_request *request;
  const struct ce_language *language;
  struct ce_flow flow;

  GtkWidget *window, *stack;
  GtkWidget *dialog; /* the one that is open above it; NULL */
  GtkBuilder *frame, *pages[CE_PAGE_COUNT];
  GtkCssProvider *style;

  struct ce_runner *look; /* plan or status, then doctor: children that only look */
  struct ce_runner *keys;
  struct ce_runner *work;
  struct ce_runner *allowing; /* puts certenv or a key on an allow-list */
  guint waiting_source;       /* looks again whether another run has ended */
  guint press_source;         /* a button that was pressed waits for its turn; pressed_button */
  GtkWidget *pressed_button;
  guint closing_source; /* the run has to end within a limit after the window was closed */

  enum ce_installed installed;
  char installed_version[128];
  struct ce_plan_view plan;
  struct ce_organisation organisation;
  bool has_emblem; /* its icon is the one in the frame */
  struct ce_checks checks;
  struct ce_allow_view allow;
  bool looking, checking;
  json_t *key;           /* the key to speak of, an object of the report; NULL: not looked yet */
  char accepted[64][64]; /* ids of findings that the person goes on in spite of */
  size_t accepted_count;

  struct ce_progress progress;
  struct ce_run_view run;
  gint64 ended_us; /* when the last run ended, on the monotonic clock */
  enum ce_closing closing;
  const char *told; /* what a button of this page did, a msgid, and to what; NULL: nothing to tell */
  char told_about[PATH_MAX];
  bool wants_focus; /* the page was turned to, and its main button could not take the focus yet */
};

const char *ce_wizard_text(const struct ce_wizard *wizard, const char *msgid) __attribute__((format_arg(2)));
bool ce_wizard_is_chinese(const struct ce_wizard *wizard);

/* The object of that id on a page; never NULL. */
GtkWidget *ce_wizard_widget(const struct ce_wizard *wizard, enum ce_page page, const char *id);
void ce_wizard_set_label(const struct ce_wizard *wizard, enum ce_page page, const char *id, const char *text);
void ce_wizard_show(const struct ce_wizard *wizard, enum ce_page page, const char *id, bool visible);

/* What most pages do with their buttons: begin again, and close, cancel or go back. */
void ce_page_retry(struct ce_wizard *wizard);
void ce_page_leave(struct ce_wizard *wizard);
/* Tells what a button of the page did, until the page is left: told with about, which may be NULL. */
void ce_page_tell(struct ce_wizard *wizard, const char *told, const char *about);
/* That in the wizard's language; NULL where there is nothing to tell. */
char *ce_page_make_told(const struct ce_wizard *wizard);
/* The button that leaves a page before a run, or cancels the run that asks there. */
void ce_page_label_back(const struct ce_wizard *wizard, enum ce_page page);

/* Something happened. */
void ce_wizard_input(struct ce_wizard *wizard, enum ce_flow_input input);
/* Shows what is known on the page that is open. */
void ce_wizard_refresh(struct ce_wizard *wizard);
/* All texts, again. */
void ce_wizard_relabel(struct ce_wizard *wizard);
/* Does what the flow said. */
void ce_wizard_act(struct ce_wizard *wizard, enum ce_flow_act act);

/* The parts of that. A child gets words, the options of the request that its command takes, and the wizard's
 * language. */
enum ce_code ce_wizard_start_child(struct ce_wizard *wizard, const char *const words[],
                                   enum ce_runner_kind kind, unsigned patience_s,
                                   const struct ce_runner_client *client, struct ce_runner **ret,
                                   struct ce_error *err);
void ce_wizard_stop_child(struct ce_runner **runner);
void ce_wizard_look(struct ce_wizard *wizard);
/* Ends the child that looks or checks. */
void ce_wizard_stop_looking(struct ce_wizard *wizard);
void ce_wizard_stop_waiting(struct ce_wizard *wizard);
void ce_wizard_check(struct ce_wizard *wizard);
void ce_wizard_watch_keys(struct ce_wizard *wizard);
void ce_wizard_work(struct ce_wizard *wizard);
void ce_wizard_say(struct ce_wizard *wizard, const char *id, const char *answer);
/* The answer that ends the run at the question that it waits with. */
void ce_wizard_say_cancel(struct ce_wizard *wizard);
/* A run that was told to end and does not is let go after a while. */
void ce_wizard_expect_end(struct ce_wizard *wizard);
void ce_wizard_forget_end(struct ce_wizard *wizard);
/* Whoever goes on in spite of warnings is not asked about the same ones again. */
void ce_wizard_accept_findings(struct ce_wizard *wizard);

/* Begins to allow certenv or the key, which asks for the password and before it does anything. */
void ce_wizard_allow(struct ce_wizard *wizard);
/* Forgets it; one that is at work goes back where it still can. */
void ce_wizard_stop_allowing(struct ce_wizard *wizard);
/* What a page with a `notice` says of it. */
void ce_wizard_show_allowing(const struct ce_wizard *wizard, enum ce_page page);

/* A page is left: what only it needs ends. */
void ce_wizard_leave(struct ce_wizard *wizard, enum ce_page page);

/* A stable name for style sheets and for tests. */
void ce_shell_name(GtkWidget *widget, const char *id);
/* The objects of a layout, with their names set; NULL when it cannot be built. */
GtkBuilder *ce_shell_build(const unsigned char *ui, size_t size);
/* False when a layout cannot be built with this GTK. */
bool ce_shell_add_pages(struct ce_wizard *wizard);
void ce_shell_forget_press(struct ce_wizard *wizard);
/* Ends all children that only look, and hangs up on one that works. */
void ce_wizard_end_children(struct ce_wizard *wizard);
/* Starts those again that tell sentences in the language that was switched away from. */
void ce_wizard_look_again(struct ce_wizard *wizard);

#endif
