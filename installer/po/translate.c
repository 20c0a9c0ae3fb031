/* SPDX-License-Identifier: Apache-2.0
 * The languages of the programs and the choice among them. */
#include "po/translate.h"

#include "po/catalogue.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Made from <language>.po when the program is built (CMakeLists.txt). */
extern const unsigned char ce_catalogue_zh_CN[];
extern const size_t ce_catalogue_zh_CN_size;

struct ce_language {
  const char *name;
  const unsigned char *catalogue; /* NULL for the language of the msgids */
  const size_t *catalogue_size;
};

static const struct ce_language chinese = {"zh_CN", ce_catalogue_zh_CN, &ce_catalogue_zh_CN_size};
static const struct ce_language english = {"en", NULL, NULL};

const struct ce_language *ce_language_by_name(const char *name) {
  if (strcmp(name, chinese.name) == 0) {
    return &chinese;
  }
  return strcmp(name, english.name) == 0 ? &english : NULL;
}

/* "zh", "zh_CN.UTF-8" and "zh-Hans" are language zh; "zhx" is not. */
static bool names_language(const char *locale, const char *language) {
  size_t length = strlen(language);
  return strncmp(locale, language, length) == 0 && (!locale[length] || strchr("_.-@:", locale[length]));
}

/* The first language of a list such as "fr:zh_CN:en" that there is. */
static const struct ce_language *choose_from_list(const char *list) {
  for (const char *name = list; name; name = strchr(name, ':') ? strchr(name, ':') + 1 : NULL) {
    if (names_language(name, "zh")) {
      return &chinese;
    }
    if (names_language(name, "en")) {
      return &english;
    }
  }
  return &english;
}

static bool is_set(const char *value) {
  return value && value[0];
}

static bool is_plain_c(const char *locale) {
  return is_set(locale) && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0);
}

const struct ce_language *ce_language_choose(const char *option,
                                             const struct ce_language_environment *environment) {
  const char *wishes[] = {option, is_plain_c(environment->lc_all) ? NULL : environment->language,
                          environment->lc_all, environment->lc_messages, environment->lang};
  for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
    if (is_set(wishes[i])) {
      return choose_from_list(wishes[i]);
    }
  }
  return &english;
}

const char *ce_language_name(const struct ce_language *language) {
  return language->name;
}

const char *ce_translate(const struct ce_language *language, const char *msgid) {
  if (!language->catalogue) {
    return msgid;
  }
  const char *found = ce_catalogue_find(language->catalogue, *language->catalogue_size, msgid);
  return found && found[0] ? found : msgid;
}
