/* SPDX-License-Identifier: Apache-2.0
 * Lists of checks. */
#include "engine/check.h"

#include <string.h>

static void clear(struct ce_check *check) {
  free((char *)check->id);
  free((char *)check->subject);
  free((char *)check->subject_zh);
  free((char *)check->detail);
}

void ce_check_list_clear(struct ce_check_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    clear(&list->items[i]);
  }
  free(list->items);
  *list = (struct ce_check_list){0};
}

/* False when memory is out. */
static bool copy_text(const char *text, const char **ret) {
  *ret = text && text[0] ? strdup(text) : NULL;
  return *ret || !text || !text[0];
}

enum ce_code ce_check_add(struct ce_check_list *list, const struct ce_check *check, struct ce_error *err) {
  struct ce_check copy = *check;
  struct ce_check *items = realloc(list->items, (list->count + 1) * sizeof *items);
  if (!items) {
    return ce_fail_memory(err, check->id);
  }
  list->items = items;
  bool complete = copy_text(check->id, &copy.id);
  complete = copy_text(check->subject, &copy.subject) && complete;
  complete = copy_text(check->subject_zh, &copy.subject_zh) && complete;
  complete = copy_text(check->detail, &copy.detail) && complete;
  if (!complete) {
    clear(&copy);
    return ce_fail_memory(err, check->id);
  }
  list->items[list->count++] = copy;
  return CE_OK;
}

bool ce_check_list_is_ok(const struct ce_check_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    if (list->items[i].level >= CE_CHECK_WARNING) {
      return false;
    }
  }
  return true;
}

const char *ce_check_group_name(enum ce_check_group group) {
  static const char *const names[] = {"machine", "security", "prerequisite", "environment", "key"};
  return names[group];
}

const char *ce_check_level_name(enum ce_check_level level) {
  static const char *const names[] = {"ok", "advice", "warning", "fault"};
  return names[level];
}
