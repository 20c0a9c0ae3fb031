/* SPDX-License-Identifier: Apache-2.0
 * What certenv-probe --serve answers: one JSON line for each request. docs/FORMATS.md, "Worker". The worker
 * runs a maker's module: its answers are hostile input. */
#ifndef CE_DEVICE_TOKEN_ANSWER_H
#define CE_DEVICE_TOKEN_ANSWER_H

#include "base/json.h"

#define CE_TOKEN_ANSWER_BYTES_MAX ((size_t)4 << 20) /* of the line without its end */
#define CE_TOKEN_SIGNATURE_MAX    1024

enum ce_token_result {
  CE_TOKEN_OK,
  CE_TOKEN_PIN_INCORRECT, /* the PIN, or what unlock was given in its place */
  CE_TOKEN_PIN_FINAL_TRY, /* incorrect, and the next wrong one locks it */
  CE_TOKEN_PIN_LOCKED,
  CE_TOKEN_PIN_LENGTH,  /* the key takes no PIN of this length */
  CE_TOKEN_PIN_INVALID, /* too weak, or with characters that the key does not take */
  CE_TOKEN_REMOVED,     /* the token that was meant is not there any more */
  CE_TOKEN_NO_TOKEN,    /* nothing is in the slot */
  CE_TOKEN_NO_KEY,      /* no private key belongs to the certificate */
  CE_TOKEN_UNSUPPORTED, /* the module or the token cannot do this */
  CE_TOKEN_FAILED
};

/* The flags that tell how many tries are left, as far as is known. */
struct ce_token_pin {
  bool known; /* the rest was told */
  bool initialized, locked, final_try, count_low, to_be_changed;
};

/* Owns nothing and may be copied. */
struct ce_token_answer {
  enum ce_token_result result;
  char stage[32], rv[64], message[384]; /* of a failure; rv is "" when the module gave none */
  struct ce_token_pin pin, so_pin;
  uint8_t signature[CE_TOKEN_SIGNATURE_MAX]; /* PKCS#1, or r and s of the same length */
  size_t signature_size;
};

const char *ce_token_result_name(enum ce_token_result result); /* "pin-incorrect" */
/* Tries left: 0, 1, or -1 when it is not known. */
int ce_token_pin_tries_left(const struct ce_token_pin *pin);

/* A line without its end that answers request number. *ret_report is a new reference to the list's report, or
 * NULL where there is none. CHILD when it breaks a rule. */
CE_MUST_USE enum ce_code ce_token_answer_parse(const void *line, size_t size, int64_t number,
                                               struct ce_token_answer *ret, json_t **ret_report,
                                               struct ce_error *err);

#endif
