/* SPDX-License-Identifier: Apache-2.0
 * Obtaining a passphrase without showing it. */
#include "publish/passphrase.h"

#include "base/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <termios.h>

#define INTERRUPT '\003'

void ce_passphrase_clear(struct ce_passphrase *passphrase) {
  OPENSSL_cleanse(passphrase, sizeof *passphrase);
}

/* Reads up to the line's end, byte by byte so that nothing of what follows is taken from a shared descriptor.
 */
static enum ce_code read_line(int fd, const char *name, struct ce_passphrase *ret, struct ce_error *err) {
  CE_AUTO(ce_passphrase) struct ce_passphrase line = {0};
  for (;;) {
    char c = 0;
    ssize_t got = read(fd, &c, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return ce_fail_sys(err, errno, "read passphrase", name);
    }
    if (got == 0 || c == '\n') {
      break;
    }
    if (c == INTERRUPT && isatty(fd)) {
      return ce_fail(err, CE_CANCELLED, "read passphrase", name, "interrupted");
    }
    if (c == '\0' || line.length == CE_PASSPHRASE_MAX) {
      return ce_fail(err, CE_USAGE, "read passphrase", name, "it is longer than %d bytes or holds a NUL",
                     CE_PASSPHRASE_MAX);
    }
    line.text[line.length++] = c;
  }
  if (line.length == 0) {
    return ce_fail(err, CE_USAGE, "read passphrase", name, "it is empty");
  }
  *ret = line;
  return CE_OK;
}

static enum ce_code prompt(int terminal, const char *question, struct ce_passphrase *ret,
                           struct ce_error *err) {
  struct termios before, silent;
  if (tcgetattr(terminal, &before) != 0) {
    return ce_fail_sys(err, errno, "read passphrase", "terminal");
  }
  silent = before;
  /* Ctrl-C comes as the end of a line, not as a signal that would leave the terminal without its echo. */
  silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  silent.c_cc[VEOL] = INTERRUPT;
  if (tcsetattr(terminal, TCSAFLUSH, &silent) != 0) {
    return ce_fail_sys(err, errno, "read passphrase", "terminal");
  }
  dprintf(terminal, "%s ", question);
  enum ce_code code = read_line(terminal, "terminal", ret, err);
  dprintf(terminal, "\n");
  if (tcsetattr(terminal, TCSAFLUSH, &before) != 0 && code == CE_OK) {
    code = ce_fail_sys(err, errno, "read passphrase", "terminal");
  }
  return code;
}

static enum ce_code open_terminal(const char *options, int *ret, struct ce_error *err) {
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) {
    return ce_fail(err, CE_USAGE, "read passphrase", "terminal", "there is no terminal to ask on; use %s",
                   options);
  }
  *ret = terminal;
  return CE_OK;
}

static enum ce_code ask(const struct ce_language *language, bool is_new, struct ce_passphrase *ret,
                        struct ce_error *err) {
  CE_AUTO(ce_fd) int terminal = -1;
  enum ce_code code = open_terminal("--passphrase-fd or --passphrase-file", &terminal, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_passphrase) struct ce_passphrase first = {0}, second = {0};
  code = prompt(
      terminal,
      ce_translate(language, is_new ? N_("New passphrase for the keys:") : N_("Passphrase of the keys:")),
      &first, err);
  if (code == CE_OK && is_new) {
    code = prompt(terminal, ce_translate(language, N_("The same again:")), &second, err);
    if (code == CE_OK && strcmp(first.text, second.text) != 0) {
      return ce_fail(err, CE_USAGE, "read passphrase", "terminal", "the two are not the same");
    }
  }
  if (code == CE_OK) {
    *ret = first;
  }
  return code;
}

static enum ce_code read_file(const char *path, struct ce_passphrase *ret, struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return ce_fail_sys(err, errno, "read passphrase", path);
  }
  return read_line(fd, path, ret, err);
}

static enum ce_code read_descriptor(const char *option, const char *number, struct ce_passphrase *ret,
                                    struct ce_error *err) {
  int64_t fd = -1;
  enum ce_code code = ce_publish_number_parse(option, number, 0, 1 << 20, &fd, err);
  return code == CE_OK ? read_line((int)fd, "descriptor", ret, err) : code;
}

enum ce_code ce_passphrase_obtain(const struct ce_publish_arguments *arguments, bool is_new,
                                  struct ce_passphrase *ret, struct ce_error *err) {
  const char *descriptor = ce_publish_arguments_value(arguments, "passphrase-fd");
  const char *file = ce_publish_arguments_value(arguments, "passphrase-file");
  CE_AUTO(ce_passphrase) struct ce_passphrase found = {0};
  enum ce_code code = CE_OK;
  if (descriptor) {
    code = read_descriptor("passphrase-fd", descriptor, &found, err);
  } else if (file) {
    code = read_file(file, &found, err);
  } else {
    code = ask(arguments->language, is_new, &found, err);
  }
  if (code == CE_OK && is_new && found.length < CE_PASSPHRASE_MIN) {
    return ce_fail(err, CE_USAGE, "read passphrase", "passphrase", "it needs at least %d characters",
                   CE_PASSPHRASE_MIN);
  }
  if (code == CE_OK) {
    *ret = found;
  }
  return code;
}

static enum ce_code ask_pin(const struct ce_language *language, const char *label, struct ce_passphrase *ret,
                            struct ce_error *err) {
  CE_AUTO(ce_fd) int terminal = -1;
  CE_AUTO(ce_free) char *question = ce_text_format(ce_translate(language, N_("PIN of the token %s:")), label);
  enum ce_code code = question ? open_terminal("--pin-fd, --pin-file or the URI's pin-source", &terminal, err)
                               : ce_fail_memory(err, label);
  return code == CE_OK ? prompt(terminal, question, ret, err) : code;
}

enum ce_code ce_passphrase_obtain_pin(const struct ce_publish_arguments *arguments, const char *label,
                                      const char *pin_file, struct ce_passphrase *ret, bool *ret_typed,
                                      struct ce_error *err) {
  const char *descriptor = ce_publish_arguments_value(arguments, "pin-fd");
  const char *file = ce_publish_arguments_value(arguments, "pin-file");
  file = file ? file : pin_file;
  CE_AUTO(ce_passphrase) struct ce_passphrase found = {0};
  enum ce_code code = CE_OK;
  if (descriptor) {
    code = read_descriptor("pin-fd", descriptor, &found, err);
  } else if (file) {
    code = read_file(file, &found, err);
  } else {
    code = ask_pin(arguments->language, label, &found, err);
  }
  if (code == CE_OK) {
    *ret = found;
    *ret_typed = !descriptor && !file;
  }
  return code;
}
