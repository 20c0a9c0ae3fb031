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

bool ce_phrase_is_chinese(const struct ce_language *language) {
  return strncmp(ce_language_name(language), "zh", 2) == 0;
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

const char *ce_phrase_event_subject(const struct ce_language *language, const struct ce_event *event) {
  const char *subject =
      ce_phrase_is_chinese(language) && event->subject_zh ? event->subject_zh : event->subject;
  return subject ? subject : "";
}

/* text with replacement in the place of mark; a sentence is never used as a format. */
static void fill_in(char text[CE_PHRASE_SIZE], const char *mark, const char *replacement) {
  char whole[2 * CE_PHRASE_SIZE];
  const char *place = strstr(text, mark);
  if (place) {
    snprintf(whole, sizeof whole, "%.*s%s%s", (int)(place - text), text, replacement, place + strlen(mark));
    ce_utf8_clean(whole, text, CE_PHRASE_SIZE);
  }
}

void ce_phrase_message(const struct ce_language *language, const struct ce_event *event,
                       char ret[CE_PHRASE_SIZE]) {
  char subject[CE_PHRASE_SIZE];
  char number[24];
  snprintf(ret, CE_PHRASE_SIZE, "%s", ce_translate(language, sentence_of(event)));
  /* The number first: a subject could hold its mark. */
  snprintf(number, sizeof number, "%lld", (long long)event->number);
  fill_in(ret, "%d", number);
  ce_phrase_subject(ce_phrase_event_subject(language, event), subject);
  fill_in(ret, "%s", subject);
}
