/* SPDX-License-Identifier: Apache-2.0
 * A PIN or PUK in memory of its own: locked where the system lets us, left out of core dumps and of forked
 * children, wiped at the end. It is never copied into a string, a blob or a message.
 *
 *   CE_AUTO(ce_secret) struct ce_secret pin = {0};
 *   code = ce_secret_allocate(&pin, err);       then fill pin.bytes and set pin.size
 *   code = ce_secret_set(&pin, text, size, err);    or both at once; the caller wipes text */
#ifndef CE_BASE_SECRET_H
#define CE_BASE_SECRET_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CE_SECRET_MAX 64 /* bytes */

/* {0} is empty. bytes has room for CE_SECRET_MAX and is followed by a NUL. */
struct ce_secret {
  uint8_t *bytes;
  size_t size;
};

/* Wipes it. */
void ce_secret_clear(struct ce_secret *secret);
CE_DEFINE_AUTO_IN_PLACE(ce_secret, struct ce_secret, ce_secret_clear);

/* Room, filled with zeros; what was in it is wiped. MEMORY. */
CE_MUST_USE enum ce_code ce_secret_allocate(struct ce_secret *secret, struct ce_error *err);
/* A copy of these bytes. USAGE when there are more than CE_SECRET_MAX; MEMORY. */
CE_MUST_USE enum ce_code ce_secret_set(struct ce_secret *secret, const void *bytes, size_t size,
                                       struct ce_error *err);

#endif
