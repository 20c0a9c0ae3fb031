/* SPDX-License-Identifier: Apache-2.0
 * The steps of the flow, one function a page. */
#include "gtk/page-flow.h"

#define READING_MS 1000 /* until a person has seen that the page is another one */

struct ce_flow ce_flow_begin(void) {
  return (struct ce_flow){.page = CE_PAGE_WELCOME, .with_key = true};
}

bool ce_flow_is_working(struct ce_flow flow) {
  return flow.page == CE_PAGE_INSTALL || flow.asked != CE_ASKED_NOTHING;
}

bool ce_flow_reverts(struct ce_flow flow) {
  return ce_flow_is_working(flow) && flow.asked != CE_ASKED_KEY_AFTER;
}

bool ce_flow_shows_checks(struct ce_flow flow) {
  switch (flow.page) {
  case CE_PAGE_CHECK:
    return flow.asked == CE_ASKED_NOTHING;
  case CE_PAGE_DONE:
  case CE_PAGE_ERROR: /* in the report */
    return true;
  default:
    return false;
  }
}

bool ce_flow_heeds_escape(struct ce_flow flow, int64_t since_end_ms) {
  bool at_end = flow.page == CE_PAGE_DONE || flow.page == CE_PAGE_ERROR;
  return !at_end || since_end_ms >= READING_MS;
}

static struct ce_flow turn_to(struct ce_flow flow, enum ce_page page) {
  flow.page = page;
  return flow;
}

static struct ce_flow start_work(struct ce_flow flow, bool with_key, enum ce_flow_act *ret_act) {
  *ret_act = CE_ACT_WORK;
  flow.with_key = with_key;
  flow.asked = CE_ASKED_NOTHING;
  flow.cancelling = flow.refused = false;
  return turn_to(flow, CE_PAGE_INSTALL);
}

static struct ce_flow on_welcome(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act) {
  switch (input) {
  case CE_INPUT_BEGIN:
    if (flow.task == CE_TASK_UNINSTALL) {
      return start_work(flow, false, ret_act);
    }
    *ret_act = CE_ACT_CHECK;
    return turn_to(flow, CE_PAGE_CHECK);
  case CE_INPUT_RETRY:
    *ret_act = CE_ACT_LOOK;
    return flow;
  case CE_INPUT_CANCEL:
    *ret_act = CE_ACT_CLOSE;
    return flow;
  case CE_INPUT_FAILED:
    return turn_to(flow, CE_PAGE_ERROR);
  default:
    return flow;
  }
}

static struct ce_flow leave_checks(struct ce_flow flow, enum ce_flow_act *ret_act) {
  if (flow.task != CE_TASK_INSTALL) {
    return start_work(flow, false, ret_act);
  }
  *ret_act = CE_ACT_WATCH_KEYS;
  return turn_to(flow, CE_PAGE_KEY);
}

/* The run takes the answer and goes on. */
static struct ce_flow answer(struct ce_flow flow, enum ce_flow_act act, enum ce_flow_act *ret_act) {
  *ret_act = act;
  flow.asked = CE_ASKED_NOTHING;
  flow.cancelling = act == CE_ACT_SAY_CANCEL;
  return turn_to(flow, CE_PAGE_INSTALL);
}

static struct ce_flow back_to_welcome(struct ce_flow flow, enum ce_flow_act *ret_act) {
  *ret_act = CE_ACT_LOOK;
  enum ce_task task = flow.task;
  flow = ce_flow_begin();
  flow.task = task;
  return flow;
}

static struct ce_flow on_check(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act) {
  bool asked = flow.asked == CE_ASKED_SECURITY;
  switch (input) {
  case CE_INPUT_CHECKS_GOOD:
    return asked ? flow : leave_checks(flow, ret_act);
  case CE_INPUT_GO_ON:
    return asked ? answer(flow, CE_ACT_SAY_CONTINUE, ret_act) : leave_checks(flow, ret_act);
  case CE_INPUT_RETRY:
    if (asked) {
      return answer(flow, CE_ACT_SAY_RETRY, ret_act);
    }
    *ret_act = CE_ACT_CHECK;
    return flow;
  case CE_INPUT_CANCEL:
    return asked ? answer(flow, CE_ACT_SAY_CANCEL, ret_act) : back_to_welcome(flow, ret_act);
  default:
    return flow;
  }
}

static struct ce_flow on_key(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act) {
  bool asked = flow.asked != CE_ASKED_NOTHING;
  switch (input) {
  case CE_INPUT_KEY_THERE:
    return asked ? flow : start_work(flow, true, ret_act);
  case CE_INPUT_SKIP_KEY:
    return asked ? answer(flow, CE_ACT_SAY_SKIP, ret_act) : start_work(flow, false, ret_act);
  case CE_INPUT_RETRY:
    *ret_act = asked ? CE_ACT_SAY_RETRY : CE_ACT_WATCH_KEYS;
    return flow;
  case CE_INPUT_CANCEL:
    if (flow.asked == CE_ASKED_KEY_AFTER) {
      return answer(flow, CE_ACT_SAY_SKIP, ret_act);
    }
    return asked ? answer(flow, CE_ACT_SAY_CANCEL, ret_act) : back_to_welcome(flow, ret_act);
  default:
    return flow;
  }
}

static struct ce_flow ask(struct ce_flow flow, enum ce_asked asked, enum ce_page page, enum ce_flow_act act,
                          enum ce_flow_act *ret_act) {
  /* Who cancels is not asked any more. */
  if (flow.cancelling) {
    *ret_act = CE_ACT_SAY_CANCEL;
    return flow;
  }
  *ret_act = act;
  flow.asked = asked;
  return turn_to(flow, page);
}

static struct ce_flow on_install(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act) {
  switch (input) {
  case CE_INPUT_ASKED_PROCEED:
    *ret_act = flow.cancelling ? CE_ACT_SAY_CANCEL : CE_ACT_SAY_YES;
    return flow;
  case CE_INPUT_ASKED_ANEW:
    return ask(flow, CE_ASKED_PROCEED, CE_PAGE_INSTALL, CE_ACT_NOTHING, ret_act);
  case CE_INPUT_GO_ON:
    return flow.asked == CE_ASKED_PROCEED ? answer(flow, CE_ACT_SAY_YES, ret_act) : flow;
  case CE_INPUT_ASKED_ACCEPTED:
    *ret_act = flow.cancelling ? CE_ACT_SAY_CANCEL : CE_ACT_SAY_CONTINUE;
    return flow;
  case CE_INPUT_ASKED_SECURITY:
    /* The page shows what the run found, who may see more than the person does. */
    return ask(flow, CE_ASKED_SECURITY, CE_PAGE_CHECK, CE_ACT_NOTHING, ret_act);
  case CE_INPUT_ASKED_KEY:
    return ask(flow, CE_ASKED_KEY, CE_PAGE_KEY, CE_ACT_WATCH_KEYS, ret_act);
  case CE_INPUT_ASKED_KEY_AFTER:
    if (flow.cancelling) { /* too late: there is nothing to take back */
      *ret_act = CE_ACT_SAY_SKIP;
      return flow;
    }
    return ask(flow, CE_ASKED_KEY_AFTER, CE_PAGE_KEY, CE_ACT_WATCH_KEYS, ret_act);
  case CE_INPUT_CANCEL:
    if (flow.asked == CE_ASKED_PROCEED) {
      return answer(flow, CE_ACT_SAY_CANCEL, ret_act);
    }
    *ret_act = flow.cancelling ? CE_ACT_NOTHING : CE_ACT_CANCEL_WORK;
    flow.cancelling = true;
    return flow;
  default:
    return flow;
  }
}

static struct ce_flow at_the_end(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act) {
  switch (input) {
  case CE_INPUT_RETRY:
    if (flow.refused) {
      return start_work(flow, flow.with_key, ret_act);
    }
    return flow.page == CE_PAGE_ERROR ? back_to_welcome(flow, ret_act) : flow;
  case CE_INPUT_CANCEL:
    *ret_act = CE_ACT_CLOSE;
    return flow;
  default:
    return flow;
  }
}

/* What the run does by itself, whatever page shows its question. */
static bool is_of_run(enum ce_flow_input input) {
  return input == CE_INPUT_WORKING || input == CE_INPUT_FINISHED || input == CE_INPUT_FAILED ||
         input == CE_INPUT_REFUSED;
}

static struct ce_flow follow_run(struct ce_flow flow, enum ce_flow_input input) {
  flow.asked = CE_ASKED_NOTHING;
  if (input == CE_INPUT_WORKING) {
    return turn_to(flow, CE_PAGE_INSTALL);
  }
  flow.cancelling = false;
  flow.refused = input == CE_INPUT_REFUSED;
  return turn_to(flow, input == CE_INPUT_FINISHED ? CE_PAGE_DONE : CE_PAGE_ERROR);
}

struct ce_flow ce_flow_step(struct ce_flow flow, enum ce_flow_input input, enum ce_flow_act *ret_act) {
  *ret_act = CE_ACT_NOTHING;
  if (is_of_run(input) && ce_flow_is_working(flow)) {
    return follow_run(flow, input);
  }
  switch (flow.page) {
  case CE_PAGE_WELCOME:
    return on_welcome(flow, input, ret_act);
  case CE_PAGE_CHECK:
    return on_check(flow, input, ret_act);
  case CE_PAGE_KEY:
    return on_key(flow, input, ret_act);
  case CE_PAGE_INSTALL:
    return on_install(flow, input, ret_act);
  default:
    return at_the_end(flow, input, ret_act);
  }
}
