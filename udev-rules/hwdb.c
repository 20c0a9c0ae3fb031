/* SPDX-License-Identifier: Apache-2.0
 * Writing the hardware database's file from the key catalogue. */
#include "udev-rules/hwdb.h"

#include "udev-rules/plain-name.h"

static const char head[] =
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# Certificate keys for the hardware database. Made by keys-gen from keys.tbl.\n"
    "#\n"
    "# ID_MODEL_FROM_DATABASE names the key where only its maker's id is known; the maker's name stays what\n"
    "# 20-usb-vendor-model.hwdb says of the id.\n"
    "#\n"
    "# ID_AUTOSUSPEND=0 keeps a key of the classes hid, scsi and vendor awake: its maker's module has the "
    "node\n"
    "# open only while it transfers something, so that a key that sleeps in between loses its login, or does "
    "not\n"
    "# answer in time when it is woken. (0 wins over a 1 of another file, such as 60-autosuspend.hwdb; "
    "unless\n"
    "# something says 1 the kernel lets such a device be.) A key of the class ccid needs no such line: "
    "pcscd\n"
    "# has its node open while a program uses the key, and the kernel puts no device to sleep that is "
    "open.\n";

enum ce_code ce_hwdb_write(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                           struct ce_error *err) {
  enum ce_code code = ce_blob_append(ret, head, sizeof head - 1, err);
  for (size_t i = 0; !code && i < catalogue->count; i++) {
    const struct ce_key *key = &catalogue->keys[i];
    code = ce_blob_printf(ret, err, "\nusb:v%04Xp%04X*\n ID_MODEL_FROM_DATABASE=", key->vendor_id,
                          key->product_id);
    if (!code) {
      code = ce_plain_name_append(key->name_en, ret, err);
    }
    if (!code) {
      code = ce_blob_printf(ret, err, "\n%s", key->class == CE_KEY_CCID ? "" : " ID_AUTOSUSPEND=0\n");
    }
  }
  return code;
}
