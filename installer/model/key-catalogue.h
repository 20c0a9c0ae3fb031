/* SPDX-License-Identifier: Apache-2.0
 * The key catalogue: USB keys by VID:PID. Source: udev-rules/keys.tbl, whose lines this parses; never a bare
 * vendor. */
#ifndef CE_MODEL_KEY_CATALOGUE_H
#define CE_MODEL_KEY_CATALOGUE_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CE_KEY_CATALOGUE_BYTES_MAX (4u << 20)
#define CE_KEY_CATALOGUE_MAX       20000

enum ce_key_class { CE_KEY_CCID, CE_KEY_HID, CE_KEY_SCSI, CE_KEY_VENDOR, CE_KEY_CLASS_COUNT };

struct ce_key {
  uint16_t vendor_id, product_id;
  enum ce_key_class class;
  char *module; /* "opensc", another PKCS#11 module's name, or "-" when none is known */
  char *name_zh, *name_en;
};

struct ce_key_catalogue {
  struct ce_key *keys; /* sorted by vendor_id, product_id; unique */
  size_t count;
};

void ce_key_catalogue_free(struct ce_key_catalogue *catalogue);
CE_DEFINE_AUTO(ce_key_catalogue, struct ce_key_catalogue *, ce_key_catalogue_free);
/* One key a line: VID:PID <tab> class <tab> module <tab> name zh <tab> name en; '#' starts a comment line.
 * The lines must be sorted and unique. USAGE, naming the line. */
CE_MUST_USE enum ce_code ce_key_catalogue_parse(const char *text, size_t size, struct ce_key_catalogue **ret,
                                                struct ce_error *err);
const struct ce_key *ce_key_catalogue_find(const struct ce_key_catalogue *catalogue, uint16_t vendor_id,
                                           uint16_t product_id);
const char *ce_key_class_name(enum ce_key_class class); /* "ccid" */

#endif
