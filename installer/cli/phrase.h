/* SPDX-License-Identifier: Apache-2.0
 * What an event says, in words: shared by the sinks, so that the terminal, the log and programs read the
 * same. */
#ifndef CE_CLI_PHRASE_H
#define CE_CLI_PHRASE_H

#include "base/event.h"
#include "po/translate.h"

#include <stdbool.h>

#define CE_PHRASE_SIZE 1024 /* of a phrase with its NUL; longer ones are cut */

/* Whether people are told in Chinese: names and separators are others then. */
bool ce_phrase_is_chinese(const struct ce_language *language);
/* A subject as it is shown: clean, and a path below the root with the "/" in front that the engine leaves
 * out. */
void ce_phrase_subject(const char *subject, char ret[CE_PHRASE_SIZE]);
/* The event's subject by the name that readers of the language know; "" when it has none. Part of the event.
 */
const char *ce_phrase_event_subject(const struct ce_language *language, const struct ce_event *event);
/* The event's sentence, or that of its code, in language, with the subject in the place of "%s"; "" when it
 * has neither. */
void ce_phrase_message(const struct ce_language *language, const struct ce_event *event,
                       char ret[CE_PHRASE_SIZE]);
/* True when the message does not name the event's subject, so that it is to be shown beside it. */
bool ce_phrase_leaves_subject(const struct ce_event *event);

#endif
