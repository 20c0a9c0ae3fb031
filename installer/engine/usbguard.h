/* SPDX-License-Identifier: Apache-2.0
 * What `usbguard list-devices` and `usbguard list-rules` print (usbguard(1), usbguard-rules.conf(5)). Pure.
 */
#ifndef CE_ENGINE_USBGUARD_H
#define CE_ENGINE_USBGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_USBGUARD_HASH_SIZE 65 /* base64 with its NUL */

struct ce_usbguard_device {
  unsigned number; /* the daemon's, for allow-device */
  uint16_t vendor_id, product_id;
  char hash[CE_USBGUARD_HASH_SIZE];
};

/* The device of a line without its newline: `7: block id 096e:0807 serial "" name "..." hash "..." ...`. The
 * device itself wrote serial and name: what stands in quotes is never taken for an attribute. False when the
 * line is none, or has no hash. */
bool ce_usbguard_read_device(const char *line, size_t length, struct ce_usbguard_device *ret);

/* The number of a line that holds exactly this rule (`12: allow id ...`); false when it holds another. */
bool ce_usbguard_read_rule(const char *line, size_t length, const char *rule, unsigned *ret_number);

#endif
