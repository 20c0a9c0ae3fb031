/* SPDX-License-Identifier: Apache-2.0
 * Writing udev rules (udev(7)) and keys.json from the key catalogue. */
#include "udev-rules/rules.h"

#include "base/json.h"
#include "udev-rules/plain-name.h"

#include <stdio.h>

#define USB_KEYS       "\", GOTO=\"certenv_usb_keys\"\n"
#define VENDORS_A_LINE 500 /* udev refuses lines of 16 KiB */

/* Devices of other subsystems and of other makers leave after a comparison or two: udev reads these lines
 * for every device of the machine. */
static const char head[] =
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# Access to certificate keys for the person at the seat. Made by keys-gen from keys.tbl.\n"
    "ACTION==\"remove\", GOTO=\"certenv_end\"\n"
    "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", GOTO=\"certenv_usb\"\n"
    "SUBSYSTEM==\"hidraw\", GOTO=\"certenv_hidraw\"\n"
    "SUBSYSTEM==\"scsi_generic\", GOTO=\"certenv_scsi\"\n"
    "GOTO=\"certenv_end\"\n";

/* One line a key under LABEL certenv_<section>: attribute is ATTR for the device's own attributes, ATTRS
 * for a parent's; more is what only this node's lines say. */
struct section {
  const char *name;
  const char *attribute;
  bool every_class;
  enum ce_key_class class;
  const char *more;
};

static const char *property(enum ce_key_class class) {
  return class == CE_KEY_CCID ? "ID_SMARTCARD_READER" : "ID_SECURITY_TOKEN";
}

/* The makers' ids, each once, in as few lines as udev reads; who is none of them leaves. */
static enum ce_code write_vendors(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                  struct ce_error *err) {
  size_t written = 0;
  enum ce_code code = ce_blob_printf(ret, err, "\nLABEL=\"certenv_usb\"\n");
  for (size_t i = 0; !code && i < catalogue->count; i++) {
    uint16_t vendor = catalogue->keys[i].vendor_id;
    bool is_new = i == 0 || vendor != catalogue->keys[i - 1].vendor_id;
    if (is_new && written % VENDORS_A_LINE == 0) {
      code = ce_blob_printf(ret, err, "%sATTR{idVendor}==\"%04x", written ? USB_KEYS : "", vendor);
    } else if (is_new) {
      code = ce_blob_printf(ret, err, "|%04x", vendor);
    }
    written += is_new;
  }
  return code ? code : ce_blob_printf(ret, err, "%sGOTO=\"certenv_end\"\n", written ? USB_KEYS : "");
}

static enum ce_code write_key(const struct section *section, const struct ce_key *key, struct ce_blob *ret,
                              struct ce_error *err) {
  enum ce_code code = ce_blob_append(ret, "# ", 2, err);
  if (!code) {
    code = ce_plain_name_append(key->name_en, ret, err);
  }
  return code ? code
              : ce_blob_printf(
                    ret, err,
                    "\n%s{idVendor}==\"%04x\", %s{idProduct}==\"%04x\", ENV{%s}=\"1\", TAG+=\"uaccess\"%s\n",
                    section->attribute, key->vendor_id, section->attribute, key->product_id,
                    property(key->class), section->more);
}

static enum ce_code write_section(const struct section *section, const struct ce_key_catalogue *catalogue,
                                  struct ce_blob *ret, struct ce_error *err) {
  enum ce_code code = ce_blob_printf(ret, err, "\nLABEL=\"certenv_%s\"\n", section->name);
  for (size_t i = 0; !code && i < catalogue->count; i++) {
    const struct ce_key *key = &catalogue->keys[i];
    if (section->every_class || key->class == section->class) {
      code = write_key(section, key, ret, err);
    }
  }
  return code ? code : ce_blob_printf(ret, err, "GOTO=\"certenv_end\"\n");
}

enum ce_code ce_rules_write(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                            struct ce_error *err) {
  static const struct section sections[] = {
      {"usb_keys", "ATTR", true, CE_KEY_CLASS_COUNT,
       ", TAG+=\"systemd\", ENV{SYSTEMD_WANTS}+=\"certenv-monitor.service\""},
      {"hidraw", "ATTRS", false, CE_KEY_HID, ""},
      {"scsi", "ATTRS", false, CE_KEY_SCSI, ""},
  };
  enum ce_code code = ce_blob_append(ret, head, sizeof head - 1, err);
  if (!code) {
    code = write_vendors(catalogue, ret, err);
  }
  for (size_t i = 0; !code && i < sizeof sections / sizeof *sections; i++) {
    code = write_section(&sections[i], catalogue, ret, err);
  }
  return code ? code : ce_blob_printf(ret, err, "\nLABEL=\"certenv_end\"\n");
}

enum ce_code ce_rules_write_json(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_json) json_t *keys = json_array();
  for (size_t i = 0; i < catalogue->count; i++) {
    const struct ce_key *key = &catalogue->keys[i];
    char id[sizeof "ffff:ffff"];
    snprintf(id, sizeof id, "%04x:%04x", key->vendor_id, key->product_id);
    json_t *entry =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", id, "class", ce_key_class_name(key->class),
                  "module", key->module, "unlock", ce_key_unlock_name(key->unlock), "name_zh", key->name_zh,
                  "name_en", key->name_en, "source", key->source);
    if (json_array_append_new(keys, entry)) {
      return ce_fail_memory(err, "keys.json");
    }
  }
  CE_AUTO(ce_json) json_t *whole = json_pack("{s:i, s:O}", "format", 1, "keys", keys);
  if (!whole) {
    return ce_fail_memory(err, "keys.json");
  }
  enum ce_code code = ce_json_write(whole, true, ret, err);
  return code ? code : ce_blob_append(ret, "\n", 1, err);
}
