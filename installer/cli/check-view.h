/* SPDX-License-Identifier: Apache-2.0
 * What the doctor found, as people and programs read it. */
#ifndef CE_CLI_CHECK_VIEW_H
#define CE_CLI_CHECK_VIEW_H

#include "cli/face.h"
#include "engine/check.h"

#include <jansson.h>

/* A line with a sign for each check, and its remedy below it. */
void ce_check_view_print(const struct ce_face *face, const struct ce_check_list *list, FILE *stream);
/* One object (docs/FORMATS.md, "Doctor"). A new reference; NULL when memory is out. */
json_t *ce_check_view_json(const struct ce_face *face, const struct ce_check_list *list);

#endif
