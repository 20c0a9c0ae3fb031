/* SPDX-License-Identifier: Apache-2.0
 * Where text goes and in which language. With --json standard output belongs to programs, and what people
 * read goes to standard error. */
#ifndef CE_CLI_FACE_H
#define CE_CLI_FACE_H

#include "base/code.h"
#include "po/translate.h"

#include <stdbool.h>
#include <stdio.h>

struct ce_face {
  const struct ce_language *language;
  FILE *out;        /* what was asked for */
  FILE *people;     /* what happens meanwhile */
  FILE *errors;     /* warnings and errors */
  bool json;        /* out is JSON */
  bool quiet;       /* nothing but warnings and errors */
  bool interactive; /* somebody can answer on standard input */
};

/* The face on the process's own streams; nothing needs to be closed. */
void ce_face_open(struct ce_face *ret, const struct ce_language *language, bool json, bool quiet);

/* printf() of the translated msgid. */
void ce_face_print(const struct ce_face *face, FILE *stream, const char *msgid, ...) CE_PRINTF(3, 4);

/* An error as one block: the sentence with its id, the subject and detail, the remedy. Any of subject and
 * detail may be NULL or "". remedy: a msgid; NULL: the code's own. */
void ce_face_complain(const struct ce_face *face, enum ce_code code, const char *subject, const char *detail,
                      const char *remedy);
/* A warning: the same without the remedy. message is translated already. */
void ce_face_warn(const struct ce_face *face, enum ce_code code, const char *message, const char *subject,
                  const char *detail);

#endif
