/* SPDX-License-Identifier: Apache-2.0
 * What one look has gathered about each product; private to guard/. */
#ifndef CE_GUARD_CLUE_H
#define CE_GUARD_CLUE_H

#include "base/blob.h"
#include "guard/product.h"

#define CE_CLUE_TOLD_MAX 8 /* of one product; more are counted */

enum ce_clue_state { CE_CLUE_INSTALLED, CE_CLUE_RUNNING, CE_CLUE_STATE_COUNT };

struct ce_clue {
  bool seen[CE_CLUE_STATE_COUNT];
  enum ce_confidence confidence[CE_CLUE_STATE_COUNT]; /* the best sign's */
  unsigned count;
  struct ce_blob evidence;
  /* Set by guard/rules.c; sentence NULL: as the product's manner says. */
  enum ce_finding_level level;
  const char *sentence;
  bool dismissed; /* there is nothing to say about it */
};

struct ce_clues {
  struct ce_clue of[CE_PRODUCT_COUNT];
  bool *signs; /* ce_sign_count: which were seen */
};

CE_MUST_USE enum ce_code ce_clues_open(struct ce_clues *ret, struct ce_error *err);
void ce_clues_clear(struct ce_clues *clues);
CE_DEFINE_AUTO_IN_PLACE(ce_clues, struct ce_clues, ce_clues_clear);

/* The format makes one piece of evidence; bytes that are no printable text are replaced. MEMORY. */
CE_MUST_USE enum ce_code ce_clues_add(struct ce_clues *clues, enum ce_product product,
                                      enum ce_clue_state state, enum ce_confidence confidence,
                                      struct ce_error *err, const char *format, ...) CE_PRINTF(6, 7);
/* The same for a row of the table. */
CE_MUST_USE enum ce_code ce_clues_add_sign(struct ce_clues *clues, const struct ce_sign_row *sign,
                                           enum ce_clue_state state, struct ce_error *err, const char *format,
                                           ...) CE_PRINTF(5, 6);
/* More to say about a product that is there; no sign of it. MEMORY. */
CE_MUST_USE enum ce_code ce_clues_explain(struct ce_clues *clues, enum ce_product product,
                                          struct ce_error *err, const char *format, ...) CE_PRINTF(4, 5);
bool ce_clues_saw(const struct ce_clues *clues, enum ce_product product, enum ce_sign_kind kind,
                  const char *pattern);
/* Seen at work, by more than a name that nobody has confirmed. */
bool ce_clues_is_running(const struct ce_clues *clues, enum ce_product product);

#endif
