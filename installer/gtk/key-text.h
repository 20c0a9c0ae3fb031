/* SPDX-License-Identifier: Apache-2.0
 * Sentences about a key in the wizard's language, made from its reason: a child's own are in the language
 * that it was started with. */
#ifndef CE_GTK_KEY_TEXT_H
#define CE_GTK_KEY_TEXT_H

#include "po/translate.h"

#include <jansson.h>
#include <stdbool.h>

/* key: an object of the report (docs/FORMATS.md, "Keys"); NULL or unknown: "". Malloc'ed; NULL when memory is
 * out. */
char *ce_key_sentence(const struct ce_language *language, const json_t *key);
const char *ce_key_action(const struct ce_language *language, const json_t *key);

bool ce_key_is_ready(const json_t *key);
bool ce_key_is_absent(const json_t *key);
/* A device control keeps it out. */
bool ce_key_is_blocked(const json_t *key);
/* A key is plugged in that an installation can make ready, as the run itself sees it. */
bool ce_key_is_workable(const json_t *key);

#endif
