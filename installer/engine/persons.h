/* SPDX-License-Identifier: Apache-2.0
 * The people of this machine: accounts that somebody logs in with, by passwd(5) and login.defs(5). Pure. */
#ifndef CE_ENGINE_PERSONS_H
#define CE_ENGINE_PERSONS_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_PERSONS_MAX       500
#define CE_PASSWD_BYTES_MAX  ((size_t)4 << 20)
#define CE_PERSON_FIELD_MAX  1024 /* bytes of a name, of a home */
#define CE_PERSON_UID_NOBODY 65534

struct ce_person {
  char *name, *home; /* home is absolute */
  uint32_t uid;
};
struct ce_persons {
  struct ce_person *items;
  size_t count;
};
void ce_persons_clear(struct ce_persons *persons);
CE_DEFINE_AUTO_IN_PLACE(ce_persons, struct ce_persons, ce_persons_clear);

/* From UID_MIN on; accounts of daemons are below. */
struct ce_uid_range {
  uint32_t min, max;
};
/* UID_MIN and UID_MAX; 1000 and 60000 where text does not say. */
struct ce_uid_range ce_uid_range_parse(const char *text);

/* The accounts of passwd with an uid in range, a login shell and an absolute home; the first CE_PERSONS_MAX.
 * Lines that are not understood are passed over. MEMORY. */
CE_MUST_USE enum ce_code ce_persons_parse(const char *passwd, const struct ce_uid_range *range,
                                          struct ce_persons *ret, struct ce_error *err);
/* Adds an account that another database knows, under the same rules but for the range. MEMORY. */
CE_MUST_USE enum ce_code ce_persons_add(struct ce_persons *persons, const char *name, uint32_t uid,
                                        const char *home, const char *shell, struct ce_error *err);
bool ce_persons_have(const struct ce_persons *persons, uint32_t uid);

#endif
