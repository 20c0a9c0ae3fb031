/* SPDX-License-Identifier: Apache-2.0
 * Events as JSON Lines for programs: one object a line, flushed at once (docs/FORMATS.md, Events). */
#ifndef CE_CLI_SINK_JSON_H
#define CE_CLI_SINK_JSON_H

#include "base/event.h"
#include "base/json.h"
#include "cli/pace.h"
#include "po/translate.h"

#include <stdio.h>

struct ce_sink_json {
  struct ce_sink sink; /* to hand to others; valid while this struct stays where it is */
  FILE *out;
  const struct ce_language *language;
  const struct ce_clock *clock;
  struct ce_pace pace;
};

/* out, language and clock must outlive it. */
void ce_sink_json_open(struct ce_sink_json *ret, FILE *out, const struct ce_language *language,
                       const struct ce_clock *clock);

/* One line with the value; takes the reference. A value that cannot be written (no memory, a closed pipe) is
 * left out: output never fails a run. */
void ce_json_line_print(FILE *out, json_t *value);
/* text as a JSON string, cleaned where it is not valid UTF-8. NULL when memory is out. */
json_t *ce_json_line_text(const char *text);

#endif
