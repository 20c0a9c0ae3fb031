/* SPDX-License-Identifier: Apache-2.0
 * What went wrong, told once where it happened: code, errno, the operation, the thing, and a detail in
 * English.
 *
 * A function that can fail returns enum ce_code and takes `struct ce_error *err` as its last argument (never
 * NULL). On failure it leaves its outputs untouched and fills err once; callers may add context, they never
 * replace the code. On success err is not touched. A ce_error owns nothing and may be copied. */
#ifndef CE_BASE_ERROR_H
#define CE_BASE_ERROR_H

#include "base/code.h"

struct ce_error {
  enum ce_code code;
  int sys_errno;     /* 0 when no system call was involved */
  char op[32];       /* the operation: "open", "verify" */
  char subject[256]; /* the thing: a path, a role, an option; shortened in the middle when longer */
  char detail[384];  /* what is wrong with it, with the values seen and allowed */
};

/* Fills err and returns code, so that `return ce_fail(...)` reads as one step. */
enum ce_code ce_fail(struct ce_error *err, enum ce_code code, const char *op, const char *subject,
                     const char *format, ...) CE_PRINTF(5, 6);
/* The same for a failed system call: the code comes from sys_errno by ce_code_from_errno(), the detail is its
 * text. */
enum ce_code ce_fail_sys(struct ce_error *err, int sys_errno, const char *op, const char *subject);
/* Out of memory while handling subject. */
enum ce_code ce_fail_memory(struct ce_error *err, const char *subject);
/* Puts "context: " in front of the detail. */
void ce_error_context(struct ce_error *err, const char *format, ...) CE_PRINTF(2, 3);
/* The error is about subject, which tells a person more; what was its subject goes in front of the detail. */
void ce_error_name(struct ce_error *err, const char *subject);

#endif
