/* SPDX-License-Identifier: Apache-2.0
 * The part of XML property lists that pcscd's driver bundles use; private to device/. Pure.
 *
 * Strict: a well-formed document with one dictionary at the top, no internal DTD, no entity but the
 * predefined ones and character references. */
#ifndef CE_DEVICE_PLIST_H
#define CE_DEVICE_PLIST_H

#include "base/error.h"

#include <stddef.h>

#define CE_PLIST_DEPTH_MAX 8
#define CE_PLIST_TEXT_SIZE 256 /* of a key and of an array's string, with the NUL */

/* Called for each string of each array that is a value of the top dictionary. Not OK ends the reading with
 * that code. */
typedef enum ce_code ce_plist_visit(void *context, const char *key, const char *value, struct ce_error *err);

/* USAGE, naming subject and the line. */
CE_MUST_USE enum ce_code ce_plist_read(const char *text, size_t size, const char *subject,
                                       ce_plist_visit *visit, void *context, struct ce_error *err);

#endif
