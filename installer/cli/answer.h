/* SPDX-License-Identifier: Apache-2.0
 * Answers to questions, as a person types them or a program sends them. */
#ifndef CE_CLI_ANSWER_H
#define CE_CLI_ANSWER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define CE_ANSWER_BYTES_MAX 4096 /* of a line; a longer one is no answer */
#define CE_ANSWER_WORD_SIZE 64   /* of a word with its NUL; no answer is longer */

/* The word that a line holds, without blanks around it: the line itself, or the "answer" of a JSON object
 * whose "id", where it has one, is question; there it is not empty. False when it holds none. No newline. */
bool ce_answer_word(const char *line, size_t length, const char *question, char ret[CE_ANSWER_WORD_SIZE]);

/* What a word chooses, in English or Chinese, any case; an empty one is RETRY. */
enum ce_choice {
  CE_CHOICE_NONE,
  CE_CHOICE_RETRY,
  CE_CHOICE_SKIP,
  CE_CHOICE_CONTINUE,
  CE_CHOICE_ALLOW,
  CE_CHOICE_CANCEL
};
enum ce_choice ce_answer_choice(const char *word);

enum ce_answer_line {
  CE_ANSWER_LINE_WORD,
  CE_ANSWER_LINE_UNCLEAR,   /* a line without a word for this question */
  CE_ANSWER_LINE_NONE,      /* the input ended */
  CE_ANSWER_LINE_CANCELLED, /* a signal came */
};
/* Waits for a line on the descriptor, and takes its word; *cancelled may change while it waits. */
enum ce_answer_line ce_answer_read_word(int fd, const volatile sig_atomic_t *cancelled, const char *question,
                                        char ret[CE_ANSWER_WORD_SIZE]);

enum ce_answer {
  CE_ANSWER_YES,
  CE_ANSWER_NO,
  CE_ANSWER_DEFAULT, /* an empty line */
  CE_ANSWER_UNCLEAR,
  CE_ANSWER_NONE,      /* the input ended */
  CE_ANSWER_CANCELLED, /* a signal came */
};

/* line is a word (yes, y, no, n, the Chinese 是 and 否; any case), or a JSON object whose "answer" is such a
 * word and whose "id", where it has one, is question. No newline. */
enum ce_answer ce_answer_parse(const char *line, size_t length, const char *question);

/* Waits for a line on the descriptor; *cancelled may change while it waits. */
enum ce_answer ce_answer_read(int fd, const volatile sig_atomic_t *cancelled, const char *question);

#endif
