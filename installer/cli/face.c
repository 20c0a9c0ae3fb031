/* SPDX-License-Identifier: Apache-2.0
 * Translated output. */
#include "cli/face.h"

#include "base/utf8.h"
#include "cli/phrase.h"

#include <stdarg.h>
#include <unistd.h>

void ce_face_open(struct ce_face *ret, const struct ce_language *language, bool json, bool quiet) {
  *ret = (struct ce_face){.language = language,
                          .out = stdout,
                          .people = json ? stderr : stdout,
                          .errors = stderr,
                          .json = json,
                          .quiet = quiet,
                          .interactive = isatty(STDIN_FILENO)};
}

void ce_face_print(const struct ce_face *face, FILE *stream, const char *msgid, ...) {
  va_list args;
  va_start(args, msgid);
  vfprintf(stream, ce_translate(face->language, msgid), args);
  va_end(args);
}

static void print_subject(const struct ce_face *face, const char *subject, const char *detail) {
  char shown[CE_PHRASE_SIZE];
  char clean[CE_PHRASE_SIZE];
  ce_phrase_subject(subject ? subject : "", shown);
  ce_utf8_clean(detail ? detail : "", clean, sizeof clean);
  if (shown[0] && clean[0]) {
    ce_face_print(face, face->errors, N_("  %s: %s\n"), shown, clean);
  } else if (shown[0] || clean[0]) {
    fprintf(face->errors, "  %s%s\n", shown, clean);
  }
}

void ce_face_complain(const struct ce_face *face, enum ce_code code, const char *subject, const char *detail,
                      const char *remedy) {
  ce_face_print(face, face->errors, N_("Error %s: %s\n"), ce_code_id(code),
                ce_translate(face->language, ce_code_sentence(code)));
  print_subject(face, subject, detail);
  fprintf(face->errors, "  %s\n", ce_translate(face->language, remedy ? remedy : ce_code_remedy(code)));
}

void ce_face_warn(const struct ce_face *face, enum ce_code code, const char *message, const char *subject,
                  const char *detail) {
  ce_face_print(face, face->errors, N_("Warning %s: %s\n"), ce_code_id(code), message);
  print_subject(face, subject, detail);
}
