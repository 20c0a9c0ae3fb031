/* SPDX-License-Identifier: Apache-2.0
 * What is known about keys, as people and programs read it. */
#ifndef CE_CLI_KEY_VIEW_H
#define CE_CLI_KEY_VIEW_H

#include "cli/face.h"
#include "device/match.h"

#include <jansson.h>

/* A block of lines for each key: name and id, the sentence, what to do, and how it was found. */
void ce_key_view_print(const struct ce_face *face, const struct ce_key_report *report, FILE *stream);
/* The report (docs/FORMATS.md, "Keys") with its sentences in the face's language. A new reference; NULL when
 * memory is out. */
json_t *ce_key_view_json(const struct ce_face *face, const struct ce_key_report *report);

#endif
