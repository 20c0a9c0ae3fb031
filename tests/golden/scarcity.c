/* SPDX-License-Identifier: Apache-2.0
 * Allocation functions that fail on demand, by the linker's --wrap. */
#include "scarcity.h"

#include "plan/compare.h"
#include "plan/describe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strdup(const char *text);

/* Allocations until one fails; 0: none does. The wrapped functions have no other place to keep it. */
static unsigned countdown;

static bool is_out(void) {
  if (countdown == 0 || --countdown > 0) {
    return false;
  }
  errno = ENOMEM;
  return true;
}

void *__wrap_malloc(size_t size) {
  return is_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  return is_out() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return is_out() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size) {
  return is_out() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strdup(const char *text) {
  return is_out() ? NULL : __real_strdup(text);
}

static enum ce_code plan_all(const struct golden_case *golden, struct ce_error *err) {
  CE_AUTO(ce_plan) struct ce_plan *plan = NULL;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_item_list) struct ce_item_list items = {0};
  enum ce_code code = ce_plan_make(&golden->request, golden->facts, &plan, err);
  if (code == CE_OK) {
    code = ce_plan_describe(plan, &text, err);
  }
  return code == CE_OK && golden->receipt ? ce_compare(golden->receipt, golden->facts, &items, err) : code;
}

bool scarcity_check(const struct golden_case *golden, unsigned *ret_points) {
  for (unsigned point = 1;; point++) {
    struct ce_error err;
    countdown = point;
    enum ce_code code = plan_all(golden, &err);
    bool happened = countdown == 0;
    countdown = 0;
    if (!happened) {
      return code == CE_OK;
    }
    /* OK: a link's text has a second form in JSON, which is tried then. */
    if (code != CE_MEMORY && code != CE_OK) {
      fprintf(stderr, "  %s: allocation %u fails: %s\n", golden->name, point, ce_code_id(code));
      return false;
    }
    ++*ret_points;
  }
}
