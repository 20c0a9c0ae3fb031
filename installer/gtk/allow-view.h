/* SPDX-License-Identifier: Apache-2.0
 * What `doctor --fix` told, for the pages that offer it. Pure. */
#ifndef CE_GTK_ALLOW_VIEW_H
#define CE_GTK_ALLOW_VIEW_H

#include "base/code.h"

#include <jansson.h>
#include <stdbool.h>

enum ce_allow_state {
  CE_ALLOW_NONE,     /* not begun */
  CE_ALLOW_PASSWORD, /* nothing was told: somebody may be asked for the administrator's password */
  CE_ALLOW_ASKING,   /* whether to do what it would do */
  CE_ALLOW_WORKING,
  CE_ALLOW_ENDED
};

struct ce_allow_view {
  enum ce_allow_state state;
  enum ce_code code;   /* how it ended */
  bool has_result;     /* it told that itself */
  bool asked, nothing; /* it got as far as its question; it had nothing to ask */
  bool failed;         /* an allow-list could not be changed */
  char detail[1024];   /* why not, where that is known */
};

void ce_allow_view_begin(struct ce_allow_view *view);
/* One line of it. */
void ce_allow_view_take(struct ce_allow_view *view, const json_t *object);
void ce_allow_view_answer(struct ce_allow_view *view);
/* exited: not killed, and all that it told was understood; status: what it ended with. */
void ce_allow_view_end(struct ce_allow_view *view, bool exited, int status);

bool ce_allow_view_is_at_work(const struct ce_allow_view *view);
/* It ended, and something was put on a list. */
bool ce_allow_view_has_allowed(const struct ce_allow_view *view);
/* What to say of it: a msgid with at most one %s, which stands for the detail; "" where there is nothing. */
const char *ce_allow_view_sentence(const struct ce_allow_view *view);

/* The text of the button that begins it, as a msgid with a mnemonic, and what it would do. */
const char *ce_allow_label(const char *fix);
const char *ce_allow_offer(const char *fix);

#endif
