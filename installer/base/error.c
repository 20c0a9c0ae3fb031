/* SPDX-License-Identifier: Apache-2.0
 * Filling of struct ce_error. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Copies text; a text that is too long keeps its head and its tail, since paths differ at the end. */
static void copy_shortened(char *ret, size_t size, const char *text) {
  size_t length = strlen(text);
  if (length < size) {
    memcpy(ret, text, length + 1);
    return;
  }
  size_t head = (size - 4) / 3;
  size_t tail = size - 4 - head;
  memcpy(ret, text, head);
  memcpy(ret + head, "...", 3);
  memcpy(ret + head + 3, text + length - tail, tail + 1);
}

static void set_head(struct ce_error *err, enum ce_code code, int sys_errno, const char *op,
                     const char *subject) {
  err->code = code;
  err->sys_errno = sys_errno;
  copy_shortened(err->op, sizeof err->op, op);
  copy_shortened(err->subject, sizeof err->subject, subject ? subject : "");
  err->detail[0] = '\0';
}

enum ce_code ce_fail(struct ce_error *err, enum ce_code code, const char *op, const char *subject,
                     const char *format, ...) {
  set_head(err, code, 0, op, subject);
  va_list args;
  va_start(args, format);
  vsnprintf(err->detail, sizeof err->detail, format, args);
  va_end(args);
  return code;
}

enum ce_code ce_fail_sys(struct ce_error *err, int sys_errno, const char *op, const char *subject) {
  enum ce_code code = ce_code_from_errno(sys_errno);
  set_head(err, code, sys_errno, op, subject);
  const char *text = strerrordesc_np(sys_errno);
  snprintf(err->detail, sizeof err->detail, "%s", text ? text : "unknown system error");
  return code;
}

enum ce_code ce_fail_memory(struct ce_error *err, const char *subject) {
  return ce_fail_sys(err, ENOMEM, "allocate", subject);
}

void ce_error_context(struct ce_error *err, const char *format, ...) {
  char before[sizeof err->detail];
  memcpy(before, err->detail, sizeof before);
  va_list args;
  va_start(args, format);
  int written = vsnprintf(err->detail, sizeof err->detail, format, args);
  va_end(args);
  size_t used = written < 0 ? 0 : (size_t)written;
  if (used < sizeof err->detail) {
    snprintf(err->detail + used, sizeof err->detail - used, "%s%s", before[0] ? ": " : "", before);
  }
}

void ce_error_name(struct ce_error *err, const char *subject) {
  char before[sizeof err->subject];
  memcpy(before, err->subject, sizeof before);
  copy_shortened(err->subject, sizeof err->subject, subject);
  if (before[0] && strcmp(before, err->subject) != 0) {
    ce_error_context(err, "%s", before);
  }
}
