/* SPDX-License-Identifier: Apache-2.0
 * One thing that the doctor looked at: how it stands, in one sentence, and the one thing to do about it. */
#ifndef CE_ENGINE_CHECK_H
#define CE_ENGINE_CHECK_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>

enum ce_check_group {
  CE_CHECK_MACHINE,
  CE_CHECK_SECURITY,
  CE_CHECK_PREREQUISITE,
  CE_CHECK_ENVIRONMENT,
  CE_CHECK_KEY,
  CE_CHECK_GROUP_COUNT
};
enum ce_check_level { CE_CHECK_OK, CE_CHECK_ADVICE, CE_CHECK_WARNING, CE_CHECK_FAULT };

struct ce_check {
  enum ce_check_group group;
  enum ce_check_level level;
  const char *id;         /* stable within the group: "clock", a finding's id, a capability, a key's reason */
  const char *sentence;   /* msgid; at most one %s, which stands for the subject */
  const char *subject;    /* NULL: none */
  const char *subject_zh; /* as Chinese readers know it; NULL: by the same name */
  const char *remedy;     /* msgid without %s; NULL: nothing needs to be done */
  const char *fix;        /* what --fix can do about it: the name of an allowance; NULL: nothing */
  const char *detail;     /* English: what was seen; NULL */
};

/* In the order in which they were added. The list owns copies of ids, subjects and details; sentences,
 * remedies and fixes are static. */
struct ce_check_list {
  struct ce_check *items;
  size_t count;
};
void ce_check_list_clear(struct ce_check_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_check_list, struct ce_check_list, ce_check_list_clear);
/* Adds a copy. MEMORY. */
CE_MUST_USE enum ce_code ce_check_add(struct ce_check_list *list, const struct ce_check *check,
                                      struct ce_error *err);
/* None is a warning or a fault. */
bool ce_check_list_is_ok(const struct ce_check_list *list);

const char *ce_check_group_name(enum ce_check_group group); /* "machine" */
const char *ce_check_level_name(enum ce_check_level level); /* "ok", "advice", "warning", "fault" */

#endif
