/* SPDX-License-Identifier: Apache-2.0
 * What the flow asks for. */
#include "gtk/shell.h"

#include "base/json.h"

void ce_wizard_act(struct ce_wizard *wizard, enum ce_flow_act act) {
  switch (act) {
  case CE_ACT_LOOK:
    ce_wizard_look(wizard);
    break;
  case CE_ACT_CHECK:
    wizard->accepted_count = 0;
    ce_wizard_check(wizard);
    break;
  case CE_ACT_WATCH_KEYS:
    ce_wizard_watch_keys(wizard);
    break;
  case CE_ACT_WORK:
    ce_wizard_work(wizard);
    break;
  case CE_ACT_SAY_YES:
    ce_wizard_say(wizard, "proceed", "yes");
    break;
  case CE_ACT_SAY_CONTINUE:
    ce_wizard_say(wizard, "security", "continue");
    break;
  case CE_ACT_SAY_RETRY:
    ce_wizard_say(wizard, ce_json_text(wizard->run.asked, "id"), "retry");
    if (wizard->flow.page == CE_PAGE_KEY) {
      ce_wizard_watch_keys(wizard); /* the page looks again, too */
    }
    break;
  case CE_ACT_SAY_SKIP:
    ce_wizard_say(wizard, "key", "skip");
    break;
  case CE_ACT_SAY_CANCEL:
    ce_wizard_say_cancel(wizard);
    break;
  case CE_ACT_CANCEL_WORK:
    ce_wizard_say(wizard, "run", "cancel");
    ce_wizard_expect_end(wizard);
    break;
  case CE_ACT_CLOSE:
    gtk_main_quit();
    break;
  case CE_ACT_NOTHING:
    break;
  }
}

void ce_wizard_leave(struct ce_wizard *wizard, enum ce_page page) {
  ce_wizard_stop_allowing(wizard);
  wizard->told = NULL;
  if (page == CE_PAGE_KEY) {
    ce_wizard_stop_child(&wizard->keys);
  }
  if (page == CE_PAGE_WELCOME) {
    ce_wizard_stop_waiting(wizard);
  }
}

void ce_wizard_end_children(struct ce_wizard *wizard) {
  ce_wizard_stop_waiting(wizard);
  ce_wizard_stop_allowing(wizard);
  ce_wizard_stop_child(&wizard->look);
  ce_wizard_stop_child(&wizard->keys);
  ce_wizard_stop_child(&wizard->work);
  ce_wizard_forget_end(wizard);
}

void ce_wizard_look_again(struct ce_wizard *wizard) {
  if (wizard->keys) {
    ce_wizard_watch_keys(wizard);
  }
  if (ce_flow_shows_checks(wizard->flow) && (wizard->checks.document || wizard->checking)) {
    ce_wizard_check(wizard);
  }
}
