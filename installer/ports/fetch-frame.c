/* SPDX-License-Identifier: Apache-2.0
 * Frames between the fetch child and its parent, checked. */
#include "ports/fetch-frame.h"

#include "base/utf8.h"

#include <stddef.h>
#include <string.h>

/* Bytes that are neither 0 nor 1 are no bool: looking at one is undefined. */
static bool are_bools(const struct ce_fetch_answer *answer) {
  unsigned char bytes[3];
  memcpy(&bytes[0], &answer->has_range, 1);
  memcpy(&bytes[1], &answer->html, 1);
  memcpy(&bytes[2], &answer->elsewhere, 1);
  return bytes[0] <= 1 && bytes[1] <= 1 && bytes[2] <= 1;
}

static void clean(char *text, size_t size) {
  char cleaned[CE_FETCH_TEXT_MAX];
  text[size - 1] = '\0';
  ce_utf8_clean(text, cleaned, size);
  memcpy(text, cleaned, size);
}

/* A validator goes back into a request: one line of visible bytes or nothing. */
static void clean_validator(char validator[static CE_HTTP_VALIDATOR_MAX]) {
  validator[CE_HTTP_VALIDATOR_MAX - 1] = '\0';
  for (const char *next = validator; *next; next++) {
    if ((unsigned char)*next < ' ' || (unsigned char)*next >= 0x7f) {
      validator[0] = '\0';
    }
  }
}

static bool check_answer(struct ce_fetch_answer *answer) {
  if (!are_bools(answer) || answer->status < 200 || answer->status > 999) {
    return false;
  }
  if (answer->retry_after_s < 0 || answer->retry_after_s > CE_HTTP_WAIT_MAX_S) {
    answer->retry_after_s = -1;
  }
  answer->date_s = answer->date_s < 0 ? 0 : answer->date_s;
  clean_validator(answer->validator);
  return true;
}

static bool check_end(struct ce_fetch_end *end) {
  clean(end->detail, sizeof end->detail);
  clean(end->subject, sizeof end->subject);
  clean(end->issuer, sizeof end->issuer);
  return end->outcome < CE_FETCH_OUTCOMES;
}

bool ce_fetch_frame_check(struct ce_fetch_frame *frame, size_t received) {
  if (received < CE_FETCH_FRAME_HEAD || received > sizeof *frame ||
      frame->size != received - CE_FETCH_FRAME_HEAD) {
    return false;
  }
  switch (frame->type) {
  case CE_FETCH_READY:
    return frame->size == sizeof frame->ready;
  case CE_FETCH_CONNECTED:
    return frame->size == 0;
  case CE_FETCH_ANSWER:
    return frame->size == sizeof frame->answer && check_answer(&frame->answer);
  case CE_FETCH_BODY:
    return frame->size > 0 && frame->size <= CE_FETCH_BODY_MAX;
  case CE_FETCH_END:
    return frame->size == sizeof frame->end && check_end(&frame->end);
  default:
    return false;
  }
}

bool ce_fetch_frame_check_get(struct ce_fetch_frame *frame, size_t received) {
  if (received != CE_FETCH_FRAME_HEAD + sizeof frame->get || frame->size != sizeof frame->get ||
      frame->type != CE_FETCH_GET) {
    return false;
  }
  frame->get.url[CE_URL_MAX] = '\0';
  clean_validator(frame->get.validator);
  return true;
}
