/* SPDX-License-Identifier: Apache-2.0
 * The text face of events. */
#include "cli/sink-text.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT   80
#define COLUMNS_MAX       500
#define BAR_COLUMNS_MAX   30
#define BAR_FRAME_COLUMNS 4 /* "  [" and "]" */
#define SPEED_SIZE        40
#define SPEED_COLUMNS_MIN 60 /* a narrower terminal shows no speed */
#define PERCENT_COLUMNS   6  /* " 100%" and the column that stays free, lest the terminal breaks the line */

unsigned ce_sink_text_columns(FILE *stream) {
  struct winsize size;
  const char *terminal = getenv("TERM");
  int fd = fileno(stream);
  if (fd < 0 || !isatty(fd) || !terminal || strcmp(terminal, "dumb") == 0) {
    return 0;
  }
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return COLUMNS_DEFAULT;
  }
  return size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
}

void ce_sink_text_clear_line(struct ce_sink_text *text) {
  if (text->drawn) {
    fputs("\r\033[K", text->face->people);
    fflush(text->face->people);
    text->drawn = false;
  }
}

static void draw_bar(FILE *stream, size_t columns, unsigned percent) {
  if (columns == 0) {
    return;
  }
  fputs("  [", stream);
  for (size_t i = 0; i < columns; i++) {
    fputc(i < columns * percent / 100 ? '#' : '.', stream);
  }
  fputc(']', stream);
}

/* "  1.2 MB/s  0:07", empty where no speed is known. */
static void write_speed(const struct ce_event *event, char ret[SPEED_SIZE]) {
  ret[0] = '\0';
  if (event->bytes_per_s > 0) {
    double kilobytes = (double)event->bytes_per_s / 1000;
    bool mega = kilobytes >= 1000;
    snprintf(ret, SPEED_SIZE, "  %.1f %s  %lld:%02lld", mega ? kilobytes / 1000 : kilobytes,
             mega ? "MB/s" : "kB/s", (long long)(event->left_s / 60), (long long)(event->left_s % 60));
  }
}

/* "Fetching the package  [#####.......]  42%  1.2 MB/s  0:07", as much of it as fits. */
static void draw(struct ce_sink_text *text, const struct ce_event *event) {
  FILE *stream = text->face->people;
  uint64_t done = event->done_bytes;
  uint64_t total = event->total_bytes;
  unsigned percent = total == 0 ? 0 : done >= total ? 100 : (unsigned)((double)done / (double)total * 100);
  bool counts = total > 0 && text->columns > PERCENT_COLUMNS;
  char speed[SPEED_SIZE];
  write_speed(event, speed);
  if (!counts || text->columns < SPEED_COLUMNS_MIN) {
    speed[0] = '\0';
  }
  size_t room = text->columns - (counts ? PERCENT_COLUMNS + strlen(speed) : 1);
  char sentence[CE_PHRASE_SIZE];
  ce_utf8_fit(text->phase, room, sentence, sizeof sentence);
  fprintf(stream, "\r%s", sentence);
  if (counts) {
    size_t left = room - ce_utf8_columns(sentence);
    size_t bar = left > BAR_FRAME_COLUMNS ? left - BAR_FRAME_COLUMNS : 0;
    draw_bar(stream, bar < BAR_COLUMNS_MAX ? bar : BAR_COLUMNS_MAX, percent);
    fprintf(stream, " %3u%%%s", percent, speed);
  }
  fputs("\033[K", stream);
  fflush(stream);
  text->drawn = true;
}

static void show_phase(struct ce_sink_text *text, const struct ce_event *event) {
  ce_phrase_message(text->face->language, event, text->phase);
  if (text->face->quiet || !text->phase[0]) {
    return;
  }
  if (text->columns > 0) {
    draw(text, &(struct ce_event){.kind = CE_EVENT_PROGRESS});
    return;
  }
  fprintf(text->face->people, "%s\n", text->phase);
  fflush(text->face->people);
}

static void show_progress(struct ce_sink_text *text, const struct ce_event *event) {
  bool shown = text->columns > 0 && !text->face->quiet;
  if (shown && ce_pace_is_due(&text->pace, text->clock)) {
    draw(text, event);
  }
}

/* What was kept or replaced is never passed over in silence; what was asked for is. */
static bool is_for_silence(const struct ce_event *event) {
  return event->expected || !event->subject || !event->subject[0];
}

static void show_note(struct ce_sink_text *text, const struct ce_event *event) {
  char message[CE_PHRASE_SIZE];
  ce_phrase_message(text->face->language, event, message);
  if (text->face->quiet && is_for_silence(event)) {
    return;
  }
  ce_sink_text_clear_line(text);
  FILE *stream = text->face->quiet ? text->face->errors : text->face->people;
  fprintf(stream, "%s\n", message);
  fflush(stream);
}

/* Shown in a silent run only to the log: who waits for a key there is told by the outcome. */
static void show_key(struct ce_sink_text *text, const struct ce_event *event) {
  char message[CE_PHRASE_SIZE];
  if (text->face->quiet) {
    return;
  }
  ce_phrase_message(text->face->language, event, message);
  ce_sink_text_clear_line(text);
  fprintf(text->face->people, "%s\n", message);
  if (event->action) {
    fprintf(text->face->people, "  %s\n", ce_translate(text->face->language, event->action));
  }
  fflush(text->face->people);
}

/* Advice is for the log. A silent run tells the others as well: one may be why the run fails. */
static void show_finding(struct ce_sink_text *text, const struct ce_event *event) {
  char message[CE_PHRASE_SIZE];
  if (event->code == CE_OK) {
    return;
  }
  FILE *stream = text->face->quiet ? text->face->errors : text->face->people;
  ce_phrase_message(text->face->language, event, message);
  ce_sink_text_clear_line(text);
  fprintf(stream, "%s\n", message);
  if (event->action) {
    fprintf(stream, "  %s\n", ce_translate(text->face->language, event->action));
  }
  fflush(stream);
}

static void show_warning(struct ce_sink_text *text, const struct ce_event *event) {
  char message[CE_PHRASE_SIZE];
  if (strcmp(event->name, "security") == 0) {
    return; /* the finding was shown */
  }
  ce_phrase_message(text->face->language, event, message);
  ce_sink_text_clear_line(text);
  ce_face_warn(text->face, event->code, message, ce_phrase_leaves_subject(event) ? event->subject : NULL,
               event->detail);
}

static void show_result(struct ce_sink_text *text, const struct ce_event *event) {
  ce_sink_text_clear_line(text);
  if (event->code != CE_OK) {
    ce_face_complain(text->face, event->code, event->subject, event->detail, event->action);
    return;
  }
  if (!text->face->quiet) {
    char message[CE_PHRASE_SIZE];
    ce_phrase_message(text->face->language, event, message);
    fprintf(text->face->people, "%s\n", message);
    fflush(text->face->people);
  }
}

static void emit(void *context, const struct ce_event *event) {
  struct ce_sink_text *text = context;
  switch (event->kind) {
  case CE_EVENT_PHASE:
    show_phase(text, event);
    break;
  case CE_EVENT_PROGRESS:
    show_progress(text, event);
    break;
  case CE_EVENT_STEP:
  case CE_EVENT_COUNTDOWN:
    break;
  case CE_EVENT_KEY:
    show_key(text, event);
    break;
  case CE_EVENT_FINDING:
    show_finding(text, event);
    break;
  case CE_EVENT_NOTE:
    show_note(text, event);
    break;
  case CE_EVENT_WARNING:
    show_warning(text, event);
    break;
  case CE_EVENT_RESULT:
    show_result(text, event);
    break;
  }
}

void ce_sink_text_open(struct ce_sink_text *ret, const struct ce_face *face, const struct ce_clock *clock,
                       unsigned columns) {
  *ret = (struct ce_sink_text){
      .sink = {.emit = emit, .context = ret}, .face = face, .clock = clock, .columns = columns};
}
