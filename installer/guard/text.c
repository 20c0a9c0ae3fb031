/* SPDX-License-Identifier: Apache-2.0
 * Reading of small texts. */
#include "guard/text.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS      " \t\r"
#define NUMBER_SIZE 32

/* FAN_OPEN_PERM, FAN_ACCESS_PERM and FAN_OPEN_EXEC_PERM of linux/fanotify.h. */
#define ASKING_EVENTS 0x70000u

struct span {
  const char *at;
  size_t length;
};

/* The next line without its end; false when there is none. */
static bool next_line(struct span *rest, struct span *ret) {
  if (rest->length == 0) {
    return false;
  }
  const char *end = memchr(rest->at, '\n', rest->length);
  size_t length = end ? (size_t)(end - rest->at) : rest->length;
  *ret = (struct span){rest->at, length};
  rest->at += length + (end != NULL);
  rest->length -= length + (end != NULL);
  return true;
}

static bool is_one_of(char byte, const char *set) {
  return byte != '\0' && strchr(set, byte) != NULL;
}

static struct span trim(struct span text, const char *set) {
  while (text.length > 0 && is_one_of(text.at[0], set)) {
    text.at++;
    text.length--;
  }
  while (text.length > 0 && is_one_of(text.at[text.length - 1], set)) {
    text.length--;
  }
  return text;
}

static bool is_text(struct span span, const char *text) {
  return span.length == strlen(text) && memcmp(span.at, text, span.length) == 0;
}

/* The value of a line that sets key. */
static bool value_of(struct span line, const char *key, struct span *ret) {
  size_t length = strlen(key);
  line = trim(line, BLANKS);
  if (line.length <= length || memcmp(line.at, key, length) != 0 || !is_one_of(line.at[length], BLANKS "=")) {
    return false;
  }
  line = trim((struct span){line.at + length, line.length - length}, BLANKS "=");
  *ret = trim(line, "\"'");
  return true;
}

bool ce_text_setting(const char *text, size_t size, const char *key, char ret[CE_SETTING_SIZE]) {
  struct span rest = {text, size};
  struct span line;
  struct span value;
  bool found = false;
  while (next_line(&rest, &line)) {
    if (value_of(line, key, &value)) {
      found = value.length < CE_SETTING_SIZE && !memchr(value.at, '\0', value.length);
      size_t length = found ? value.length : 0;
      memcpy(ret, value.at, length);
      ret[length] = '\0';
    }
  }
  return found;
}

bool ce_text_has_setting(const char *text, size_t size, const char *key, const char *value) {
  struct span rest = {text, size};
  struct span line;
  struct span found;
  while (next_line(&rest, &line)) {
    if (value_of(line, key, &found) && is_text(found, value)) {
      return true;
    }
  }
  return false;
}

bool ce_text_lists(const char *text, size_t size, const char *word) {
  static const char between[] = ", \t\r\n";
  for (size_t at = 0; at < size;) {
    size_t end = at;
    while (end < size && !is_one_of(text[end], between)) {
      end++;
    }
    if (is_text((struct span){text + at, end - at}, word)) {
      return true;
    }
    at = end + 1;
  }
  return false;
}

/* The hexadecimal number behind name in the line; 0 when it is not there. */
static unsigned long number_in(struct span line, const char *name) {
  char digits[NUMBER_SIZE] = "";
  const char *place = memmem(line.at, line.length, name, strlen(name));
  if (!place) {
    return 0;
  }
  place += strlen(name);
  size_t left = line.length - (size_t)(place - line.at);
  memcpy(digits, place, left < sizeof digits - 1 ? left : sizeof digits - 1);
  return strtoul(digits, NULL, 16);
}

bool ce_text_asks_before_access(const char *fdinfo, size_t size) {
  static const char mark[] = "fanotify ";
  struct span rest = {fdinfo, size};
  struct span line;
  while (next_line(&rest, &line)) {
    bool is_mark = line.length > sizeof mark && memcmp(line.at, mark, sizeof mark - 1) == 0;
    if (is_mark && number_in(line, " mask:") & ASKING_EVENTS) {
      return true;
    }
  }
  return false;
}
