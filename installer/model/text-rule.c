/* SPDX-License-Identifier: Apache-2.0
 * Rules for short texts. */
#include "model/text-rule.h"

#include "base/relpath.h"

#include <string.h>

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool is_made_of(const char *text, const char *characters) {
  return text[0] && text[strspn(text, characters)] == '\0';
}

const char *ce_text_identifier_problem(const char *text) {
  return is_made_of(text, LOWER DIGITS "-") && text[0] != '-' ? NULL : "is not made of a-z, 0-9 and '-'";
}

const char *ce_text_arch_problem(const char *text) {
  return is_made_of(text, LOWER DIGITS "_") ? NULL : "is not the name of an architecture";
}

const char *ce_text_portable_name_problem(const char *text) {
  return is_made_of(text, LOWER UPPER DIGITS "._+-") && strchr(LOWER UPPER DIGITS, text[0])
             ? NULL
             : "is not made of letters, digits and '._+-', starting with a letter or digit";
}

const char *ce_text_relpath_problem(const char *text) {
  return ce_relpath_problem(text, strlen(text));
}

const char *ce_text_display_problem(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
    /* 0xc2 0x80..0x9f are the C1 controls in UTF-8. */
    if (*at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0)) {
      return "has a control character";
    }
  }
  return text[0] ? NULL : "is empty";
}

const char *ce_text_web_address_problem(const char *text) {
  static const char allowed[] = LOWER UPPER DIGITS "-._~:/?#[]@!$&'()*+,;=%";
  size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
  if (scheme == 0) {
    return "is neither an http:// nor an https:// address";
  }
  if (!is_made_of(text, allowed)) {
    return "has characters that an address cannot have";
  }
  const char *host = text + scheme;
  size_t authority = strcspn(host, "/?#");
  if (memchr(host, '@', authority)) {
    return "has a user name";
  }
  return strcspn(host, ":/?#") > 0 ? NULL : "has no host";
}

bool ce_text_ends_with(const char *text, const char *suffix) {
  size_t length = strlen(text);
  size_t wanted = strlen(suffix);
  return length >= wanted && strcmp(text + length - wanted, suffix) == 0;
}
