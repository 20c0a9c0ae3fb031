/* SPDX-License-Identifier: Apache-2.0
 * Answers about keys as JSON (docs/FORMATS.md, "Keys"). */
#ifndef CE_DEVICE_REPORT_H
#define CE_DEVICE_REPORT_H

#include "device/match.h"

#include <jansson.h>

/* New references; NULL only when memory is out. Sentences are the msgids with their subject filled in: a
 * face that speaks another language makes its own from the found. */
json_t *ce_key_found_json(const struct ce_key_found *found);
json_t *ce_key_report_json(const struct ce_key_report *report);

#endif
