/* SPDX-License-Identifier: Apache-2.0
 * Reading of answers. */
#include "cli/answer.h"

#include "base/json.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const struct {
  const char *word;
  enum ce_answer answer;
} words[] = {{"yes", CE_ANSWER_YES}, {"y", CE_ANSWER_YES}, {"是", CE_ANSWER_YES}, {"好", CE_ANSWER_YES},
             {"no", CE_ANSWER_NO},   {"n", CE_ANSWER_NO},  {"否", CE_ANSWER_NO},  {"", CE_ANSWER_DEFAULT}};

static const struct {
  const char *word;
  enum ce_choice choice;
} choices[] = {
    {"", CE_CHOICE_RETRY},         {"retry", CE_CHOICE_RETRY},   {"r", CE_CHOICE_RETRY},
    {"重试", CE_CHOICE_RETRY},     {"skip", CE_CHOICE_SKIP},     {"s", CE_CHOICE_SKIP},
    {"跳过", CE_CHOICE_SKIP},      {"cancel", CE_CHOICE_CANCEL}, {"c", CE_CHOICE_CANCEL},
    {"取消", CE_CHOICE_CANCEL},    {"q", CE_CHOICE_CANCEL},      {"continue", CE_CHOICE_CONTINUE},
    {"allow", CE_CHOICE_ALLOW},    {"a", CE_CHOICE_ALLOW},       {"放行", CE_CHOICE_ALLOW},
    {"go on", CE_CHOICE_CONTINUE}, {"g", CE_CHOICE_CONTINUE},    {"继续", CE_CHOICE_CONTINUE},
};

static size_t trim(const char **text, size_t length) {
  while (length > 0 && strchr(" \t\r", (*text)[length - 1])) {
    length--;
  }
  while (length > 0 && (**text == ' ' || **text == '\t')) {
    (*text)++;
    length--;
  }
  return length;
}

static bool take_word(const char *text, size_t length, char ret[CE_ANSWER_WORD_SIZE]) {
  length = trim(&text, length);
  if (length >= CE_ANSWER_WORD_SIZE) {
    return false;
  }
  memcpy(ret, text, length);
  ret[length] = '\0';
  return true;
}

static bool take_object(const char *line, size_t length, const char *question,
                        char ret[CE_ANSWER_WORD_SIZE]) {
  const struct ce_json_context context = {.code = CE_USAGE, .document = "answer"};
  CE_AUTO(ce_json) json_t *object = NULL;
  const char *answer = NULL;
  const char *id = question;
  struct ce_error ignored;
  enum ce_code code = ce_json_parse(&context, line, length, CE_ANSWER_BYTES_MAX, &object, &ignored);
  if (code == CE_OK) {
    code = ce_json_get_string(&context, object, "answer", CE_ANSWER_BYTES_MAX, &answer, &ignored);
  }
  if (code == CE_OK) {
    code = ce_json_get_optional_string(&context, object, "id", CE_ANSWER_BYTES_MAX, &id, &ignored);
  }
  bool usable = code == CE_OK && strcmp(id, question) == 0 && answer[0];
  return usable && take_word(answer, strlen(answer), ret);
}

bool ce_answer_word(const char *line, size_t length, const char *question, char ret[CE_ANSWER_WORD_SIZE]) {
  if (length > CE_ANSWER_BYTES_MAX || memchr(line, '\0', length)) {
    return false;
  }
  return length > 0 && line[0] == '{' ? take_object(line, length, question, ret)
                                      : take_word(line, length, ret);
}

static enum ce_answer answer_of(const char *word) {
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (strcasecmp(words[i].word, word) == 0) {
      return words[i].answer;
    }
  }
  return CE_ANSWER_UNCLEAR;
}

enum ce_answer ce_answer_parse(const char *line, size_t length, const char *question) {
  char word[CE_ANSWER_WORD_SIZE];
  return ce_answer_word(line, length, question, word) ? answer_of(word) : CE_ANSWER_UNCLEAR;
}

enum ce_choice ce_answer_choice(const char *word) {
  for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
    if (strcasecmp(choices[i].word, word) == 0) {
      return choices[i].choice;
    }
  }
  return CE_CHOICE_NONE;
}

enum ce_answer_line ce_answer_read_word(int fd, const volatile sig_atomic_t *cancelled, const char *question,
                                        char ret[CE_ANSWER_WORD_SIZE]) {
  char line[CE_ANSWER_BYTES_MAX + 1];
  size_t length = 0;
  while (!*cancelled) {
    char byte;
    /* One byte at a time: what follows the line belongs to the next question. */
    ssize_t got = read(fd, &byte, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0 && length == 0) {
      return *cancelled ? CE_ANSWER_LINE_CANCELLED : CE_ANSWER_LINE_NONE;
    }
    if (got <= 0 || byte == '\n') {
      return ce_answer_word(line, length, question, ret) ? CE_ANSWER_LINE_WORD : CE_ANSWER_LINE_UNCLEAR;
    }
    if (length < sizeof line) {
      line[length++] = byte;
    }
  }
  return CE_ANSWER_LINE_CANCELLED;
}

enum ce_answer ce_answer_read(int fd, const volatile sig_atomic_t *cancelled, const char *question) {
  char word[CE_ANSWER_WORD_SIZE];
  switch (ce_answer_read_word(fd, cancelled, question, word)) {
  case CE_ANSWER_LINE_WORD:
    return answer_of(word);
  case CE_ANSWER_LINE_NONE:
    return CE_ANSWER_NONE;
  case CE_ANSWER_LINE_CANCELLED:
    return CE_ANSWER_CANCELLED;
  default:
    return CE_ANSWER_UNCLEAR;
  }
}
