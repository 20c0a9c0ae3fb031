/* SPDX-License-Identifier: Apache-2.0
 * Events as text for people: on a terminal one progress line that is drawn over and over, elsewhere plain
 * lines. Steps are not shown. A quiet face gets warnings and errors only, and the notes that say what was
 * kept. */
#ifndef CE_CLI_SINK_TEXT_H
#define CE_CLI_SINK_TEXT_H

#include "base/event.h"
#include "cli/face.h"
#include "cli/pace.h"
#include "cli/phrase.h"

struct ce_sink_text {
  struct ce_sink sink; /* to hand to others; valid while this struct stays where it is */
  const struct ce_face *face;
  const struct ce_clock *clock;
  unsigned columns; /* of the terminal that shows the progress line; 0 for plain lines */
  struct ce_pace pace;
  char phase[CE_PHRASE_SIZE]; /* the sentence of the current phase */
  bool drawn;                 /* a progress line is on the screen */
};

/* face and clock must outlive it. columns: see there; ce_sink_text_columns() asks the terminal. */
void ce_sink_text_open(struct ce_sink_text *ret, const struct ce_face *face, const struct ce_clock *clock,
                       unsigned columns);
/* Takes the progress line away, so that something else can be printed. */
void ce_sink_text_clear_line(struct ce_sink_text *text);
/* The width of the terminal behind stream, 0 when it is none or cannot draw over a line. */
unsigned ce_sink_text_columns(FILE *stream);

#endif
