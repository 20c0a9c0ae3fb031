/* SPDX-License-Identifier: Apache-2.0
 * The key catalogue: USB keys by VID:PID, never a bare vendor. Its source is udev-rules/keys.tbl; keys.json
 * is made of that for programs, and a profile brings an organisation's own keys (docs/FORMATS.md). */
#ifndef CE_MODEL_KEY_CATALOGUE_H
#define CE_MODEL_KEY_CATALOGUE_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

#define CE_KEY_CATALOGUE_BYTES_MAX (4u << 20)  /* of keys.tbl */
#define CE_KEYS_JSON_BYTES_MAX     (16u << 20) /* any keys.tbl gives a keys.json that is smaller */
#define CE_KEY_CATALOGUE_MAX       20000

enum ce_key_class { CE_KEY_CCID, CE_KEY_HID, CE_KEY_SCSI, CE_KEY_VENDOR, CE_KEY_CLASS_COUNT };

/* What helps when wrong PINs have locked a key. */
enum ce_key_unlock {
  CE_KEY_UNLOCK_PUK,     /* the holder's PUK, through the PKCS#11 module */
  CE_KEY_UNLOCK_SO_PIN,  /* the security officer's PIN, through the PKCS#11 module */
  CE_KEY_UNLOCK_SERVICE, /* an unlock code from the organisation's user service */
  CE_KEY_UNLOCK_COUNT
};

struct ce_key {
  uint16_t vendor_id, product_id;
  enum ce_key_class class;
  enum ce_key_unlock unlock;
  char *module; /* "opensc", another PKCS#11 module's name, or "-" when none is known */
  char *name_zh, *name_en;
  char *source; /* where the entry is known from, a portable name, or "" */
};

struct ce_key_catalogue {
  struct ce_key *keys; /* sorted by vendor_id, product_id; unique */
  size_t count;
};

void ce_key_catalogue_free(struct ce_key_catalogue *catalogue);
CE_DEFINE_AUTO(ce_key_catalogue, struct ce_key_catalogue *, ce_key_catalogue_free);

/* Each gives a catalogue that the caller frees, or leaves *ret untouched; MEMORY beside the codes named. */

/* keys.tbl, whose lines must be sorted and unique. USAGE, naming the line. */
CE_MUST_USE enum ce_code ce_key_catalogue_parse(const char *text, size_t size, struct ce_key_catalogue **ret,
                                                struct ce_error *err);
/* keys.json, whose entries may be in any order. PACKAGE_INVALID, naming the entry and the member;
 * PACKAGE_FORMAT for a newer major format. */
CE_MUST_USE enum ce_code ce_key_catalogue_parse_json(const void *bytes, size_t size,
                                                     struct ce_key_catalogue **ret, struct ce_error *err);
/* The keys.tbl that was built into the program. */
CE_MUST_USE enum ce_code ce_key_catalogue_builtin(struct ce_key_catalogue **ret, struct ce_error *err);
/* A deep copy of both; a key of extra stands in place of base's with the same id. USAGE beyond
 * CE_KEY_CATALOGUE_MAX. */
CE_MUST_USE enum ce_code ce_key_catalogue_merge(const struct ce_key_catalogue *base,
                                                const struct ce_key_catalogue *extra,
                                                struct ce_key_catalogue **ret, struct ce_error *err);

const struct ce_key *ce_key_catalogue_find(const struct ce_key_catalogue *catalogue, uint16_t vendor_id,
                                           uint16_t product_id);
const char *ce_key_class_name(enum ce_key_class class);    /* "ccid" */
const char *ce_key_unlock_name(enum ce_key_unlock unlock); /* "so-pin" */

#endif
