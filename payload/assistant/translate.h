/* SPDX-License-Identifier: Apache-2.0
 * The assistant's sentences: English msgids, looked up in the catalogues that all programs share. */
#ifndef CE_ASSISTANT_TRANSLATE_H
#define CE_ASSISTANT_TRANSLATE_H

#include "base/event.h"
#include "po/translate.h"

/* Needs a `const struct ce_language *language` in scope. */
#define _(text) ce_translate(language, text)

#endif
