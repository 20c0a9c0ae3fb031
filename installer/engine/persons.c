/* SPDX-License-Identifier: Apache-2.0
 * Lines of colons. */
#include "engine/persons.h"

#include <string.h>

#define FIELDS      7
#define UID_MIN     1000
#define UID_MAX     60000
#define UID_DIGITS  10
#define LINE_BYTES  ((size_t)8 << 10)
#define WHITE_SPACE " \t"

void ce_persons_clear(struct ce_persons *persons) {
  for (size_t i = 0; i < persons->count; i++) {
    free(persons->items[i].name);
    free(persons->items[i].home);
  }
  free(persons->items);
  *persons = (struct ce_persons){0};
}

/* False unless text is a whole decimal number of 32 bits. */
static bool read_uid(const char *text, size_t length, uint32_t *ret) {
  uint64_t value = 0;
  for (size_t i = 0; i < length; i++) {
    if (length > UID_DIGITS || text[i] < '0' || text[i] > '9') {
      return false;
    }
    value = 10 * value + (uint64_t)(text[i] - '0');
  }
  *ret = (uint32_t)value;
  return length > 0 && value < UINT32_MAX;
}

static void read_limit(const char *line, const char *name, uint32_t *ret) {
  size_t length = strlen(name);
  line += strspn(line, WHITE_SPACE);
  if (strncmp(line, name, length) == 0 && strchr(WHITE_SPACE, line[length]) && line[length]) {
    line += length;
    line += strspn(line, WHITE_SPACE);
    read_uid(line, strcspn(line, WHITE_SPACE "\r\n"), ret);
  }
}

static const char *next_line(const char *line) {
  line += strcspn(line, "\n");
  return *line ? line + 1 : line;
}

struct ce_uid_range ce_uid_range_parse(const char *text) {
  struct ce_uid_range range = {UID_MIN, UID_MAX};
  for (const char *line = text; *line; line = next_line(line)) {
    read_limit(line, "UID_MIN", &range.min);
    read_limit(line, "UID_MAX", &range.max);
  }
  return range;
}

/* Nobody logs in with these. An empty field stands for /bin/sh. */
static bool is_login_shell(const char *shell) {
  static const char *const refusals[] = {"nologin", "false", "true", "sync", "shutdown", "halt"};
  const char *slash = strrchr(shell, '/');
  const char *name = slash ? slash + 1 : shell;
  for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
    if (strcmp(name, refusals[i]) == 0) {
      return false;
    }
  }
  return true;
}

static bool is_place(const char *text) {
  size_t length = strlen(text);
  return text[0] == '/' && length > 1 && length <= CE_PERSON_FIELD_MAX;
}

bool ce_persons_have(const struct ce_persons *persons, uint32_t uid) {
  for (size_t i = 0; i < persons->count; i++) {
    if (persons->items[i].uid == uid) {
      return true;
    }
  }
  return false;
}

enum ce_code ce_persons_add(struct ce_persons *persons, const char *name, uint32_t uid, const char *home,
                            const char *shell, struct ce_error *err) {
  bool fits = name[0] && strlen(name) <= CE_PERSON_FIELD_MAX && is_place(home) && is_login_shell(shell);
  if (!fits || uid == 0 || uid == CE_PERSON_UID_NOBODY || persons->count == CE_PERSONS_MAX ||
      ce_persons_have(persons, uid)) {
    return CE_OK;
  }
  struct ce_person *items = reallocarray(persons->items, persons->count + 1, sizeof *items);
  if (!items) {
    return ce_fail_memory(err, name);
  }
  persons->items = items;
  CE_AUTO(ce_free) char *own_name = strdup(name);
  CE_AUTO(ce_free) char *own_home = strdup(home);
  if (!own_name || !own_home) {
    return ce_fail_memory(err, name);
  }
  items[persons->count++] = (struct ce_person){ce_take(&own_name), ce_take(&own_home), uid};
  return CE_OK;
}

/* name:password:uid:gid:gecos:home:shell */
static bool split(char *line, char *ret[FIELDS]) {
  for (int i = 0; i < FIELDS; i++) {
    ret[i] = strsep(&line, ":");
    if (!ret[i]) {
      return false;
    }
  }
  return !line;
}

static enum ce_code add_line(struct ce_persons *persons, const char *line, size_t length,
                             const struct ce_uid_range *range, struct ce_error *err) {
  char copy[LINE_BYTES];
  char *fields[FIELDS];
  uint32_t uid = 0;
  if (length >= sizeof copy) {
    return CE_OK;
  }
  memcpy(copy, line, length);
  copy[length] = '\0';
  if (!split(copy, fields) || !read_uid(fields[2], strlen(fields[2]), &uid) || uid < range->min ||
      uid > range->max) {
    return CE_OK;
  }
  return ce_persons_add(persons, fields[0], uid, fields[5], fields[6], err);
}

enum ce_code ce_persons_parse(const char *passwd, const struct ce_uid_range *range, struct ce_persons *ret,
                              struct ce_error *err) {
  CE_AUTO(ce_persons) struct ce_persons persons = {0};
  for (const char *line = passwd; *line; line = next_line(line)) {
    enum ce_code code = add_line(&persons, line, strcspn(line, "\n"), range, err);
    if (code != CE_OK) {
      return code;
    }
  }
  *ret = persons;
  persons = (struct ce_persons){0};
  return CE_OK;
}
