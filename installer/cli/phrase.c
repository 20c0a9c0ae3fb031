/* SPDX-License-Identifier: Apache-2.0
 * Sentences of events, put together. */
#include "cli/phrase.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Where everything that certenv writes lies; the engine names paths below the root without the first "/". */
static bool is_below_root(const char *text) {
  static const char *const tops[] = {"opt", "etc", "usr", "var"};
  for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++) {
    size_t length = strlen(tops[i]);
    if (strncmp(text, tops[i], length) == 0 && (!text[length] || text[length] == '/')) {
      return true;
    }
  }
  return false;
}

void ce_phrase_subject(const char *subject, char ret[CE_PHRASE_SIZE]) {
  size_t slash = is_below_root(subject);
  ret[0] = '/';
  ce_utf8_clean(subject, ret + slash, CE_PHRASE_SIZE - slash);
}

static const char *sentence_of(const struct ce_event *event) {
  if (event->sentence) {
    return event->sentence;
  }
  bool has_code = event->kind == CE_EVENT_WARNING || event->kind == CE_EVENT_RESULT;
  return has_code ? ce_code_sentence(event->code) : "";
}

bool ce_phrase_leaves_subject(const struct ce_event *event) {
  return event->subject && event->subject[0] && !strstr(sentence_of(event), "%s");
}

void ce_phrase_message(const struct ce_language *language, const struct ce_event *event,
                       char ret[CE_PHRASE_SIZE]) {
  const char *sentence = ce_translate(language, sentence_of(event));
  const char *place = strstr(sentence, "%s");
  if (!place) {
    snprintf(ret, CE_PHRASE_SIZE, "%s", sentence);
    return;
  }
  char subject[CE_PHRASE_SIZE];
  char whole[2 * CE_PHRASE_SIZE];
  ce_phrase_subject(event->subject ? event->subject : "", subject);
  snprintf(whole, sizeof whole, "%.*s%s%s", (int)(place - sentence), sentence, subject, place + 2);
  ce_utf8_clean(whole, ret, CE_PHRASE_SIZE);
}
