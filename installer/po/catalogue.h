/* SPDX-License-Identifier: Apache-2.0
 * Look-up in a compiled message catalogue (.mo) that lies in memory.
 *
 * Source of the format: GNU gettext manual, "The Format of GNU MO Files", major revision 0, both byte orders.
 * Every offset and length is checked against size before it is followed, so any bytes may be given. */
#ifndef CE_PO_CATALOGUE_H
#define CE_PO_CATALOGUE_H

#include <stddef.h>

#define CE_CATALOGUE_BYTES_MAX   (4u << 20)
#define CE_CATALOGUE_ENTRIES_MAX 65536

/* The translation of msgid, pointing into bytes; NULL when there is none or the catalogue is damaged on the
 * way to it. The empty msgid, which stands for the catalogue's own description, is never found. */
const char *ce_catalogue_find(const void *bytes, size_t size, const char *msgid);

#endif
