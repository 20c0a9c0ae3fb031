/* SPDX-License-Identifier: Apache-2.0
 * Looking a path's mount up. */
#include "guard/mountinfo.h"

#include <string.h>

#define FIELD_POINT   4 /* of the fields before the separator, from 0 */
#define FIELD_OPTIONS 5

struct field {
  const char *at;
  size_t length;
};

/* The field with that number of a line; length 0: there is none. */
static struct field field_of(const char *line, size_t length, unsigned number) {
  const char *end = line + length;
  for (;; number--) {
    const char *blank = memchr(line, ' ', (size_t)(end - line));
    const char *stop = blank ? blank : end;
    if (number == 0) {
      return (struct field){line, (size_t)(stop - line)};
    }
    if (!blank) {
      return (struct field){end, 0};
    }
    line = blank + 1;
  }
}

static bool is_octal(const char *text) {
  return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' && text[2] >= '0' &&
         text[2] <= '7';
}

/* "\040" is a blank, as the kernel writes it. */
static bool decode(struct field field, char ret[PATH_MAX]) {
  size_t used = 0;
  for (size_t i = 0; i < field.length; i++) {
    char byte = field.at[i];
    if (byte == '\\' && field.length - i > 3 && is_octal(field.at + i + 1)) {
      const char *digits = field.at + i + 1;
      byte = (char)((digits[0] - '0') << 6 | (digits[1] - '0') << 3 | (digits[2] - '0'));
      i += 3;
    }
    if (used == PATH_MAX - 1 || byte == '\0') {
      return false;
    }
    ret[used++] = byte;
  }
  ret[used] = '\0';
  return used > 0 && ret[0] == '/';
}

static bool has_option(struct field options, const char *wanted) {
  size_t length = strlen(wanted);
  while (options.length > 0) {
    const char *comma = memchr(options.at, ',', options.length);
    size_t size = comma ? (size_t)(comma - options.at) : options.length;
    if (size == length && memcmp(options.at, wanted, length) == 0) {
      return true;
    }
    options.at += size + (comma != NULL);
    options.length -= size + (comma != NULL);
  }
  return false;
}

static bool holds(const char *point, const char *path) {
  size_t length = strlen(point);
  if (length == 1) {
    return true;
  }
  return strncmp(point, path, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

bool ce_mountinfo_find(const char *text, size_t size, const char *path, struct ce_mount *ret) {
  bool found = false;
  size_t best = 0;
  for (size_t at = 0; at < size;) {
    const char *end = memchr(text + at, '\n', size - at);
    size_t length = end ? (size_t)(end - text) - at : size - at;
    struct field options = field_of(text + at, length, FIELD_OPTIONS);
    char point[PATH_MAX];
    bool usable = options.length > 0 && decode(field_of(text + at, length, FIELD_POINT), point);
    if (usable && holds(point, path) && strlen(point) >= best) {
      best = strlen(point);
      memcpy(ret->point, point, best + 1);
      ret->noexec = has_option(options, "noexec");
      found = true;
    }
    at += length + 1;
  }
  return found;
}
