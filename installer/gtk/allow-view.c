/* SPDX-License-Identifier: Apache-2.0
 * Lines of `doctor --fix` into sentences. */
#include "gtk/allow-view.h"

#include "base/json.h"
#include "base/utf8.h"
#include "gtk/run-view.h"
#include "po/translate.h"

#include <string.h>

void ce_allow_view_begin(struct ce_allow_view *view) {
  *view = (struct ce_allow_view){.state = CE_ALLOW_PASSWORD};
}

static void keep_detail(struct ce_allow_view *view, const json_t *event) {
  ce_utf8_clean(ce_json_text(event, "detail"), view->detail, sizeof view->detail);
}

void ce_allow_view_take(struct ce_allow_view *view, const json_t *object) {
  const char *kind = ce_json_text(object, "event");
  const char *name = ce_json_text(object, "name");
  if (strcmp(kind, "result") == 0) {
    keep_detail(view, object);
    view->code = ce_code_of_id(ce_json_text(object, "id"));
    view->has_result = view->code != CE_CODE_COUNT;
    if (view->code == CE_PERMISSION) {
      view->detail[ce_refusal_reason_length(view->detail)] = '\0';
    }
    return;
  }
  view->state = CE_ALLOW_WORKING;
  if (strcmp(kind, "question") == 0) {
    view->state = CE_ALLOW_ASKING;
    view->asked = true;
  } else if (strcmp(kind, "note") == 0 && strcmp(name, "nothing-to-fix") == 0) {
    view->nothing = true;
  } else if (strcmp(kind, "warning") == 0 && strcmp(name, "allowance") == 0 && !view->failed) {
    view->failed = true;
    keep_detail(view, object);
  }
}

void ce_allow_view_answer(struct ce_allow_view *view) {
  view->state = CE_ALLOW_WORKING;
}

void ce_allow_view_end(struct ce_allow_view *view, bool exited, int status) {
  view->state = CE_ALLOW_ENDED;
  if (!exited) {
    view->code = CE_CHILD;
  } else if (!view->has_result) {
    view->code = ce_code_of_exit_status(status);
  }
}

bool ce_allow_view_is_at_work(const struct ce_allow_view *view) {
  return view->state != CE_ALLOW_NONE && view->state != CE_ALLOW_ENDED;
}

/* What was looked at afterwards may still need attention. */
static bool is_done(const struct ce_allow_view *view) {
  return view->state == CE_ALLOW_ENDED && (view->code == CE_OK || view->code == CE_ATTENTION);
}

bool ce_allow_view_has_allowed(const struct ce_allow_view *view) {
  return is_done(view) && view->asked && !view->failed;
}

static const char *end_sentence(const struct ce_allow_view *view) {
  if (is_done(view)) {
    return view->nothing  ? N_("There is nothing here that certenv could put on an allow-list.")
           : view->failed ? N_("The allow-list could not be changed: %s")
                          : N_("It was put on the allow-list.");
  }
  switch (view->code) {
  case CE_CANCELLED:
    return view->asked ? N_("Nothing was changed.")
                       : N_("The administrator's password was not given, so nothing was changed.");
  case CE_PERMISSION:
    return view->detail[0] ? N_("Nothing was changed; %s.")
                           : N_("The administrator's rights were refused, so nothing was changed.");
  case CE_CHILD:
    return N_("It ended unexpectedly.");
  default:
    return ce_code_sentence(view->code);
  }
}

const char *ce_allow_view_sentence(const struct ce_allow_view *view) {
  switch (view->state) {
  case CE_ALLOW_PASSWORD:
    return N_("Waiting for the administrator's password");
  case CE_ALLOW_ASKING:
    return N_("Waiting for your answer");
  case CE_ALLOW_WORKING:
    return N_("Changing the allow-list");
  case CE_ALLOW_ENDED:
    return end_sentence(view);
  default:
    return "";
  }
}

/* A device control is told of a key, all others of the programs. */
static bool is_about_key(const char *fix) {
  return strcmp(fix, "usbguard") == 0;
}

const char *ce_allow_label(const char *fix) {
  return is_about_key(fix) ? N_("A_llow this key") : N_("A_llow certenv");
}

const char *ce_allow_offer(const char *fix) {
  return is_about_key(fix) ? N_("You can allow this key here; the administrator's password is needed for it.")
                           : N_("You can allow certenv here; the administrator's password is needed for it.");
}
