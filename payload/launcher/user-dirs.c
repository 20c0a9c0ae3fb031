/* SPDX-License-Identifier: Apache-2.0
 * Reading one assignment of a shell's file without a shell. */
#include "launcher/user-dirs.h"

#include "base/blob.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

#define VARIABLE "XDG_DESKTOP_DIR"
#define HOME     "$HOME"

void ce_user_dirs_clear(struct ce_user_dirs *dirs) {
  free(dirs->path);
  *dirs = (struct ce_user_dirs){0};
}

struct line {
  const char *at, *end;
};

static void skip_blanks(struct line *line) {
  while (line->at < line->end && (*line->at == ' ' || *line->at == '\t')) {
    line->at++;
  }
}

static bool take(struct line *line, const char *text) {
  size_t size = strlen(text);
  if ((size_t)(line->end - line->at) < size || memcmp(line->at, text, size) != 0) {
    return false;
  }
  line->at += size;
  return true;
}

static bool is_utf8(const char *text, size_t size) {
  for (size_t at = 0, length; at < size; at += length) {
    length = ce_utf8_sequence(text + at, size - at);
    if (length == 0) {
      return false;
    }
  }
  return true;
}

/* The text up to the closing quote, without its backslashes. False when there is none, or a control
 * character. */
static bool take_quoted(struct line *line, char *ret, size_t room) {
  size_t size = 0;
  for (; line->at < line->end && *line->at != '"'; line->at++) {
    if (*line->at == '\\') {
      line->at++;
    }
    if (line->at == line->end || (unsigned char)*line->at < ' ' || *line->at == 0x7f || size + 1 >= room) {
      return false;
    }
    ret[size++] = *line->at;
  }
  ret[size] = '\0';
  return line->at < line->end && is_utf8(ret, size);
}

/* The assigned path: below home, or absolute. False for a line that does not count. */
static bool read_line(struct line line, bool *ret_in_home, char *ret, size_t room) {
  skip_blanks(&line);
  if (!take(&line, VARIABLE)) {
    return false;
  }
  skip_blanks(&line);
  if (!take(&line, "=")) {
    return false;
  }
  skip_blanks(&line);
  if (!take(&line, "\"")) {
    return false;
  }
  *ret_in_home = take(&line, HOME);
  return take_quoted(&line, ret, room) && (ret[0] == '/' || (*ret_in_home && !ret[0]));
}

static size_t length_without_slashes(const char *path) {
  size_t length = strlen(path);
  while (length > 0 && path[length - 1] == '/') {
    length--;
  }
  return length;
}

static enum ce_code keep(const char *home, const char *path, bool in_home, struct ce_user_dirs *ret,
                         struct ce_error *err) {
  size_t home_length = length_without_slashes(home), length = length_without_slashes(path);
  char *full = ce_text_format("%.*s%.*s", in_home ? (int)home_length : 0, home, (int)length, path);
  if (!full) {
    return ce_fail_memory(err, "user-dirs.dirs");
  }
  bool is_home = strlen(full) == home_length && memcmp(full, home, home_length) == 0;
  ce_user_dirs_clear(ret);
  if (is_home || !full[0]) {
    free(full);
    ret->desktop = CE_USER_DIRS_DISABLED;
    return CE_OK;
  }
  *ret = (struct ce_user_dirs){.desktop = CE_USER_DIRS_NAMED, .path = full};
  return CE_OK;
}

enum ce_code ce_user_dirs_parse(const void *bytes, size_t size, const char *home, struct ce_user_dirs *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  char path[CE_USER_DIRS_PATH_BYTES_MAX];
  const char *at = bytes, *end = at + size;
  while (at < end) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    line_end = line_end ? line_end : end;
    bool in_home = false;
    if (read_line((struct line){at, line_end}, &in_home, path, sizeof path)) {
      enum ce_code code = keep(home, path, in_home, &dirs, err);
      if (code) {
        return code;
      }
    }
    at = line_end < end ? line_end + 1 : end;
  }
  *ret = dirs;
  dirs = (struct ce_user_dirs){0};
  return CE_OK;
}
