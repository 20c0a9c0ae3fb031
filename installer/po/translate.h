/* SPDX-License-Identifier: Apache-2.0
 * Sentences in the language of the person who reads them. The sentences in the source are English and serve
 * as msgids; every other language is a catalogue inside the program, since the one downloaded file has no
 * locale directory.
 *
 * Languages are static; all functions are pure and may be called from any thread. */
#ifndef CE_PO_TRANSLATE_H
#define CE_PO_TRANSLATE_H

/* Marks a sentence for the catalogues where it is written down; it is translated where it is shown. */
#ifndef N_
#define N_(text) text
#endif

struct ce_language;

/* The variables of the environment that name a language, as getenv() gives them (NULL or "" when unset). */
struct ce_language_environment {
  const char *language;    /* LANGUAGE: names separated by colons */
  const char *lc_all;      /* LC_ALL */
  const char *lc_messages; /* LC_MESSAGES */
  const char *lang;        /* LANG */
};

/* The language with this name ("zh_CN", "en"), or NULL. */
const struct ce_language *ce_language_by_name(const char *name);
/* What option (--lang; may be NULL) says, else LANGUAGE, LC_ALL, LC_MESSAGES, LANG in this order; LC_ALL=C
 * and LC_ALL=POSIX turn LANGUAGE off, as gettext has it. Every zh* is zh_CN, anything else is English. Never
 * NULL. */
const struct ce_language *ce_language_choose(const char *option,
                                             const struct ce_language_environment *environment);
/* "zh_CN". */
const char *ce_language_name(const struct ce_language *language);

/* msgid in language; msgid itself when it has no translation. Static. */
const char *ce_translate(const struct ce_language *language, const char *msgid)
    __attribute__((format_arg(2)));

#endif
