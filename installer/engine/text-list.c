/* SPDX-License-Identifier: Apache-2.0
 * Growing NULL-terminated lists of strings. */
#include "engine/text-list.h"

#include <string.h>

size_t ce_text_list_count(char *const *list) {
  size_t count = 0;
  while (list && list[count]) {
    count++;
  }
  return count;
}

static enum ce_code add_bytes(char ***list, size_t *count, const char *text, size_t size,
                              struct ce_error *err) {
  /* Room is doubled at powers of two, so that a long list costs linear time. */
  if (*count == 0 || (*count >= 8 && (*count & (*count - 1)) == 0)) {
    char **grown = reallocarray(*list, *count == 0 ? 9 : 2 * *count + 1, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, "list");
    }
    grown[*count] = NULL;
    *list = grown;
  }
  char *copy = strndup(text, size);
  if (!copy) {
    return ce_fail_memory(err, "list");
  }
  (*list)[*count] = copy;
  (*list)[++*count] = NULL;
  return CE_OK;
}

enum ce_code ce_text_list_add(char ***list, const char *text, struct ce_error *err) {
  size_t count = ce_text_list_count(*list);
  if (count == 0) {
    free(*list);
    *list = NULL;
  }
  return add_bytes(list, &count, text, strlen(text), err);
}

bool ce_text_list_has(char *const *list, const char *text) {
  for (size_t i = 0; list && list[i]; i++) {
    if (strcmp(list[i], text) == 0) {
      return true;
    }
  }
  return false;
}

void ce_text_list_free(char **list) {
  for (size_t i = 0; list && list[i]; i++) {
    free(list[i]);
  }
  free(list);
}

enum ce_code ce_text_list_split(const char *text, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_text_list) char **list = calloc(1, sizeof *list);
  size_t count = 0;
  if (!list) {
    return ce_fail_memory(err, "list");
  }
  for (;;) {
    text += strspn(text, " \t\r\n");
    size_t length = strcspn(text, " \t\r\n");
    if (length == 0) {
      break;
    }
    enum ce_code code = add_bytes(&list, &count, text, length, err);
    if (code != CE_OK) {
      return code;
    }
    text += length;
  }
  *ret = ce_take(&list);
  return CE_OK;
}
