/* SPDX-License-Identifier: Apache-2.0
 * What certenv-probe --serve is asked: one JSON line, followed by the bytes of the secrets that it announces.
 * docs/FORMATS.md, "Worker". Written by device/token.h, read by the worker itself. */
#ifndef CE_DEVICE_TOKEN_REQUEST_H
#define CE_DEVICE_TOKEN_REQUEST_H

#include "base/blob.h"
#include "base/secret.h"

#include <stdbool.h>

#define CE_TOKEN_REQUEST_BYTES_MAX 4096 /* of the line, with its end */
#define CE_TOKEN_SERIAL_MAX        64   /* bytes of text */
#define CE_TOKEN_ID_MAX            512  /* bytes of CKA_ID */
#define CE_TOKEN_DIGEST_MAX        64
#define CE_TOKEN_NUMBER_MAX        1000000000

/* How long a call may take, by its class. The parent ends the worker then; the worker ends itself
 * CE_TOKEN_GRACE_MS later if the parent did not. */
#define CE_TOKEN_LIST_MS  30000
#define CE_TOKEN_PIN_MS   60000
#define CE_TOKEN_SIGN_MS  120000
#define CE_TOKEN_GRACE_MS 5000

enum ce_token_op {
  CE_TOKEN_LIST,       /* everything: slots, tokens, certificates */
  CE_TOKEN_LOGIN,      /* is the PIN right? */
  CE_TOKEN_CHANGE_PIN, /* pin, new_pin */
  CE_TOKEN_UNLOCK,     /* pin is the PUK or the security officer's PIN; new_pin */
  CE_TOKEN_SIGN,       /* pin may be empty where the key needs none */
  CE_TOKEN_TRIES       /* the PIN's flags */
};

enum ce_token_unlock {
  CE_TOKEN_UNLOCK_PUK,   /* C_SetPIN(PUK, new) without a login, as OpenSC does it when configured so */
  CE_TOKEN_UNLOCK_SO_PIN /* C_Login(CKU_SO), C_InitPIN(new) */
};

enum ce_token_hash { CE_TOKEN_SHA256, CE_TOKEN_SHA384, CE_TOKEN_SHA512 };

struct ce_token_request {
  int64_t number; /* 1 .. CE_TOKEN_NUMBER_MAX; comes back in the answer */
  enum ce_token_op op;
  int64_t now_s; /* list: days are counted from it; -1: from the clock */
  int64_t slot;
  char serial[CE_TOKEN_SERIAL_MAX + 1]; /* the token must have it; "": any token */
  enum ce_token_unlock how;
  char certificate[2 * CE_TOKEN_ID_MAX + 1]; /* CKA_ID in hexadecimal */
  enum ce_token_hash hash;
  uint8_t digest[CE_TOKEN_DIGEST_MAX];
  size_t pin_size, new_pin_size; /* bytes that follow the line, in this order */
};

const char *ce_token_op_name(enum ce_token_op op); /* "change-pin" */
size_t ce_token_hash_size(enum ce_token_hash hash);
int64_t ce_token_op_limit_ms(enum ce_token_op op);

/* Appends the line. MEMORY. */
CE_MUST_USE enum ce_code ce_token_request_write(const struct ce_token_request *request, struct ce_blob *ret,
                                                struct ce_error *err);
/* The line without its end. USAGE when it breaks a rule. */
CE_MUST_USE enum ce_code ce_token_request_parse(const void *line, size_t size, struct ce_token_request *ret,
                                                struct ce_error *err);

#endif
