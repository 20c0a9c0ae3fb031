/* SPDX-License-Identifier: Apache-2.0
 * Comparison of version strings by the rules of deb-version(7). */
#include "base/version.h"

#include <string.h>

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ce_version_is_valid(const char *text) {
  size_t length = strlen(text);
  if (length == 0 || length > CE_VERSION_MAX || !is_digit(text[0])) {
    return false;
  }
  for (size_t i = 0; i < length; i++) {
    if (!is_digit(text[i]) && !is_letter(text[i]) && !strchr(".+~", text[i])) {
      return false;
    }
  }
  return true;
}

/* Weight of a character in a part without digits: ~ before the end, letters before the rest. */
static int weight(char c) {
  if (c == '~') {
    return -1;
  }
  if (c == '\0' || is_digit(c)) {
    return 0;
  }
  return is_letter(c) ? c : c + 256;
}

static int compare_digits(const char **a, const char **b) {
  while (**a == '0') {
    (*a)++;
  }
  while (**b == '0') {
    (*b)++;
  }
  int first_difference = 0;
  while (is_digit(**a) && is_digit(**b)) {
    if (first_difference == 0) {
      first_difference = **a - **b;
    }
    (*a)++;
    (*b)++;
  }
  if (is_digit(**a)) {
    return 1;
  }
  return is_digit(**b) ? -1 : first_difference;
}

int ce_version_compare(const char *a, const char *b) {
  while (*a || *b) {
    while ((*a && !is_digit(*a)) || (*b && !is_digit(*b))) {
      int difference = weight(*a) - weight(*b);
      if (difference != 0) {
        return difference;
      }
      a++;
      b++;
    }
    int difference = compare_digits(&a, &b);
    if (difference != 0) {
      return difference;
    }
  }
  return 0;
}
