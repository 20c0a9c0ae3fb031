/* SPDX-License-Identifier: Apache-2.0
 * Gathering of clues. */
#include "guard/clue.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PIECE_SIZE 320

enum ce_code ce_clues_open(struct ce_clues *ret, struct ce_error *err) {
  bool *signs = calloc(ce_sign_count, sizeof *signs);
  if (!signs) {
    return ce_fail_memory(err, "findings");
  }
  memset(ret, 0, sizeof *ret);
  ret->signs = signs;
  return CE_OK;
}

void ce_clues_clear(struct ce_clues *clues) {
  for (size_t i = 0; i < CE_PRODUCT_COUNT; i++) {
    ce_blob_clear(&clues->of[i].evidence);
  }
  free(clues->signs);
  clues->signs = NULL;
}

static enum ce_code write_piece(struct ce_clue *clue, const char *piece, struct ce_error *err) {
  char clean[PIECE_SIZE];
  ce_utf8_clean(piece, clean, sizeof clean);
  clue->count++;
  if (clue->count > CE_CLUE_TOLD_MAX) {
    return CE_OK;
  }
  return ce_blob_printf(&clue->evidence, err, "%s%s", clue->evidence.size > 0 ? "; " : "", clean);
}

static void note(struct ce_clue *clue, enum ce_clue_state state, enum ce_confidence confidence) {
  if (!clue->seen[state] || confidence > clue->confidence[state]) {
    clue->confidence[state] = confidence;
  }
  clue->seen[state] = true;
}

/* Formats a variadic function's text into piece. */
#define FORMAT_PIECE(piece, format)                                                                          \
  do {                                                                                                       \
    va_list args;                                                                                            \
    va_start(args, format);                                                                                  \
    vsnprintf(piece, sizeof(piece), format, args);                                                           \
    va_end(args);                                                                                            \
  } while (0)

enum ce_code ce_clues_add(struct ce_clues *clues, enum ce_product product, enum ce_clue_state state,
                          enum ce_confidence confidence, struct ce_error *err, const char *format, ...) {
  char piece[PIECE_SIZE];
  FORMAT_PIECE(piece, format);
  note(&clues->of[product], state, confidence);
  return write_piece(&clues->of[product], piece, err);
}

enum ce_code ce_clues_add_sign(struct ce_clues *clues, const struct ce_sign_row *sign,
                               enum ce_clue_state state, struct ce_error *err, const char *format, ...) {
  char piece[PIECE_SIZE];
  FORMAT_PIECE(piece, format);
  clues->signs[sign - ce_signs] = true;
  note(&clues->of[sign->product], state, sign->confidence);
  return write_piece(&clues->of[sign->product], piece, err);
}

enum ce_code ce_clues_explain(struct ce_clues *clues, enum ce_product product, struct ce_error *err,
                              const char *format, ...) {
  char piece[PIECE_SIZE];
  FORMAT_PIECE(piece, format);
  return write_piece(&clues->of[product], piece, err);
}

bool ce_clues_saw(const struct ce_clues *clues, enum ce_product product, enum ce_sign_kind kind,
                  const char *pattern) {
  for (size_t i = 0; i < ce_sign_count; i++) {
    const struct ce_sign_row *sign = &ce_signs[i];
    if (sign->product == product && sign->kind == kind && strcmp(sign->pattern, pattern) == 0) {
      return clues->signs[i];
    }
  }
  return false;
}

bool ce_clues_is_running(const struct ce_clues *clues, enum ce_product product) {
  const struct ce_clue *clue = &clues->of[product];
  return clue->seen[CE_CLUE_RUNNING] && clue->confidence[CE_CLUE_RUNNING] > CE_CONFIDENCE_LOW;
}
