/* SPDX-License-Identifier: Apache-2.0
 * Asking for consent. */
#include "publish/consent.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>

#define ANSWER_MAX 16

static enum ce_code read_answer(int terminal, char ret[ANSWER_MAX], struct ce_error *err) {
  size_t length = 0;
  for (;;) {
    char c = 0;
    ssize_t got = read(terminal, &c, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return ce_fail_sys(err, errno, "read answer", "terminal");
    }
    if (got == 0 || c == '\n') {
      break;
    }
    if (length + 1 < ANSWER_MAX) {
      ret[length++] = c;
    }
  }
  ret[length] = '\0';
  return CE_OK;
}

enum ce_code ce_consent_obtain(const struct ce_publish_arguments *arguments, const char *question,
                               struct ce_error *err) {
  char answer[ANSWER_MAX];
  if (ce_publish_arguments_value(arguments, "yes")) {
    return CE_OK;
  }
  fflush(arguments->out); /* what is agreed to must have been seen */
  CE_AUTO(ce_fd) int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) {
    return ce_fail(err, CE_USAGE, "ask", "terminal", "there is no terminal to ask on; use --yes");
  }
  dprintf(terminal, "%s [y/N] ", ce_translate(arguments->language, question));
  enum ce_code code = read_answer(terminal, answer, err);
  if (code == CE_OK && strcasecmp(answer, "y") != 0 && strcasecmp(answer, "yes") != 0) {
    return ce_fail(err, CE_CANCELLED, "ask", "terminal", "the answer was no; nothing was changed");
  }
  return code;
}
