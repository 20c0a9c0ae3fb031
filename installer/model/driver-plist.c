/* SPDX-License-Identifier: Apache-2.0
 * Writing the private bundle's Info.plist. */
#include "model/driver-plist.h"

#include "model/layout.h"

#include <string.h>

/* CCIDCLASSDRIVER: another bundle that lists a key as its own goes before this one, whenever it comes. The
 * strings behind it are those that libccid wants to see. */
static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
    "<plist version=\"1.0\">\n<dict>\n"
    "\t<key>CFBundleDevelopmentRegion</key>\n\t<string>English</string>\n"
    "\t<key>CFBundleExecutable</key>\n\t<string>" CE_DRIVER_FILE "</string>\n"
    "\t<key>CFBundleIdentifier</key>\n\t<string>certenv.smartcardccid</string>\n"
    "\t<key>CFBundleInfoDictionaryVersion</key>\n\t<string>6.0</string>\n"
    "\t<key>CFBundleName</key>\n\t<string>CCIDCLASSDRIVER</string>\n"
    "\t<key>CFBundlePackageType</key>\n\t<string>BNDL</string>\n"
    "\t<key>CFBundleVersion</key>\n\t<string>0.0.1d1</string>\n"
    "\t<key>ifdCapabilities</key>\n\t<string>0x00000000</string>\n"
    "\t<key>ifdProtocolSupport</key>\n\t<string>0x00000001</string>\n"
    "\t<key>ifdVersionNumber</key>\n\t<string>0x00000001</string>\n"
    "\t<key>ifdLogLevel</key>\n\t<string>0x0003</string>\n"
    "\t<key>ifdDriverOptions</key>\n\t<string>0x0000</string>\n"
    "\t<key>ifdManufacturerString</key>\n\t<string>Ludovic Rousseau (ludovic.rousseau@free.fr)</string>\n"
    "\t<key>ifdProductString</key>\n\t<string>Generic CCID driver</string>\n";
static const char tail[] =
    "\t<key>Copyright</key>\n\t<string>This driver is protected by terms of the GNU Lesser General Public "
    "License version 2.1, or (at your option) any later version.</string>\n"
    "</dict>\n</plist>\n";

struct selection {
  const struct ce_key_catalogue *catalogue;
  ce_driver_plist_leaves *leaves;
  const void *context;
};

typedef enum ce_code write_key(const struct ce_key *key, struct ce_blob *to, struct ce_error *err);

static bool is_selected(const struct selection *selection, const struct ce_key *key) {
  return key->class == CE_KEY_CCID &&
         !(selection->leaves && selection->leaves(selection->context, key->vendor_id, key->product_id));
}

static enum ce_code write_vendor(const struct ce_key *key, struct ce_blob *to, struct ce_error *err) {
  return ce_blob_printf(to, err, "0x%04X", key->vendor_id);
}

static enum ce_code write_product(const struct ce_key *key, struct ce_blob *to, struct ce_error *err) {
  return ce_blob_printf(to, err, "0x%04X", key->product_id);
}

/* Bytes of name that are shown; no character is cut in two. */
static size_t shown_length(const char *name) {
  size_t length = strnlen(name, CE_DRIVER_PLIST_NAME_MAX + 1);
  if (length <= CE_DRIVER_PLIST_NAME_MAX) {
    return length;
  }
  for (length = CE_DRIVER_PLIST_NAME_MAX; length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80;) {
    length--;
  }
  return length;
}

static enum ce_code write_name(const struct ce_key *key, struct ce_blob *to, struct ce_error *err) {
  size_t length = shown_length(key->name_en);
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < length; i++) {
    char byte = key->name_en[i];
    if (byte == '&') {
      code = ce_blob_append(to, "&amp;", strlen("&amp;"), err);
      continue;
    }
    byte = byte == '<' ? '(' : byte == '>' ? ')' : byte;
    code = ce_blob_append(to, &byte, 1, err);
  }
  return code;
}

static enum ce_code write_array(const struct selection *selection, const char *key, write_key *write,
                                struct ce_blob *to, struct ce_error *err) {
  enum ce_code code = ce_blob_printf(to, err, "\t<key>%s</key>\n\t<array>\n", key);
  for (size_t i = 0; code == CE_OK && i < selection->catalogue->count; i++) {
    const struct ce_key *entry = &selection->catalogue->keys[i];
    if (!is_selected(selection, entry)) {
      continue;
    }
    code = ce_blob_printf(to, err, "\t\t<string>");
    if (code == CE_OK) {
      code = write(entry, to, err);
    }
    if (code == CE_OK) {
      code = ce_blob_printf(to, err, "</string>\n");
    }
  }
  return code == CE_OK ? ce_blob_printf(to, err, "\t</array>\n") : code;
}

static size_t count_selected(const struct selection *selection) {
  size_t count = 0;
  for (size_t i = 0; i < selection->catalogue->count; i++) {
    count += is_selected(selection, &selection->catalogue->keys[i]);
  }
  return count;
}

static enum ce_code write_plist(const struct selection *selection, struct ce_blob *to, struct ce_error *err) {
  enum ce_code code = ce_blob_append(to, head, sizeof head - 1, err);
  if (code == CE_OK) {
    code = write_array(selection, "ifdVendorID", write_vendor, to, err);
  }
  if (code == CE_OK) {
    code = write_array(selection, "ifdProductID", write_product, to, err);
  }
  if (code == CE_OK) {
    code = write_array(selection, "ifdFriendlyName", write_name, to, err);
  }
  return code == CE_OK ? ce_blob_append(to, tail, sizeof tail - 1, err) : code;
}

enum ce_code ce_driver_plist_write(const struct ce_key_catalogue *catalogue, ce_driver_plist_leaves *leaves,
                                   const void *context, struct ce_blob *ret, size_t *ret_count,
                                   struct ce_error *err) {
  struct selection selection = {catalogue, leaves, context};
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = write_plist(&selection, &text, err);
  if (code == CE_OK && text.size > CE_DRIVER_PLIST_BYTES_MAX) {
    return ce_fail(err, CE_USAGE, "write", "Info.plist", "%zu bytes for %zu keys; at most %u are allowed",
                   text.size, count_selected(&selection), CE_DRIVER_PLIST_BYTES_MAX);
  }
  if (code == CE_OK) {
    code = ce_blob_append(ret, text.data, text.size, err);
  }
  if (code == CE_OK && ret_count) {
    *ret_count = count_selected(&selection);
  }
  return code;
}
