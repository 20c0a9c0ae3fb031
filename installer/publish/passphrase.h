/* SPDX-License-Identifier: Apache-2.0
 * The secrets that protect signing keys, a passphrase or a token's PIN: from a descriptor, a file or the
 * terminal, wiped after use. */
#ifndef CE_PUBLISH_PASSPHRASE_H
#define CE_PUBLISH_PASSPHRASE_H

#include "base/cleanup.h"
#include "publish/command.h"

#define CE_PASSPHRASE_MAX 1023
#define CE_PASSPHRASE_MIN 8 /* characters of a new one */

struct ce_passphrase {
  char text[CE_PASSPHRASE_MAX + 1];
  size_t length;
};
void ce_passphrase_clear(struct ce_passphrase *passphrase);
CE_DEFINE_AUTO_IN_PLACE(ce_passphrase, struct ce_passphrase, ce_passphrase_clear);

/* For the tables of commands that sign. */
#define CE_PASSPHRASE_OPTIONS                                                                                \
  {"passphrase-fd", "N", N_("read the keys' passphrase from this file descriptor"), false}, {                \
    "passphrase-file", "FILE", N_("read the keys' passphrase from the first line of FILE"), false            \
  }

/* The first line of what --passphrase-fd or --passphrase-file names; otherwise asks on the terminal, twice
 * for a new one. USAGE when there is no terminal, or a new one is too short or was typed differently. */
CE_MUST_USE enum ce_code ce_passphrase_obtain(const struct ce_publish_arguments *arguments, bool is_new,
                                              struct ce_passphrase *ret, struct ce_error *err);
/* For the tables of commands that may sign with tokens, too. */
#define CE_PIN_OPTIONS                                                                                       \
  {"pin-fd", "N", N_("read each token's PIN, a line each, from this file descriptor"), false}, {             \
    "pin-file", "FILE", N_("read the tokens' PIN from the first line of FILE"), false                        \
  }

/* The PIN of the token with that label: the next line of what --pin-fd names, or the first one of
 * --pin-file's file or of pin_file, which may be NULL; otherwise asks on the terminal, when *ret_typed
 * becomes true. */
CE_MUST_USE enum ce_code ce_passphrase_obtain_pin(const struct ce_publish_arguments *arguments,
                                                  const char *label, const char *pin_file,
                                                  struct ce_passphrase *ret, bool *ret_typed,
                                                  struct ce_error *err);

#endif
