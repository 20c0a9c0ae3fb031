/* SPDX-License-Identifier: Apache-2.0
 * What the kernel tells: USB devices that are not authorised, SELinux, AppArmor. */
#include "guard/look-part.h"

#include <stdio.h>
#include <string.h>

#define N_(text) text

#define USB_DEVICES      "sys/bus/usb/devices"
#define USB_DEVICES_MAX  4096
#define ATTRIBUTE_SIZE   64
#define PATH_SIZE        384
#define NOT_AUTHORIZED   '0'
#define INTERNAL_ALLOWED '2' /* of a hub's default: only devices that are built in */

/* An attribute without its line's end; "" when it cannot be read. */
static void read_attribute(const struct ce_guard_place *place, const char *device, const char *name,
                           char ret[ATTRIBUTE_SIZE]) {
  char path[PATH_SIZE];
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  snprintf(path, sizeof path, USB_DEVICES "/%s/%s", device, name);
  if (ce_look_read(place, path, ATTRIBUTE_SIZE - 1, &text, &ignored) != CE_OK) {
    ce_blob_clear(&text);
  }
  size_t length = strcspn(ce_blob_text(&text), "\n");
  memcpy(ret, ce_blob_text(&text), length);
  ret[length] = '\0';
}

static enum ce_code add_blocked(const struct ce_guard_place *place, const char *device, enum ce_product owner,
                                struct ce_clues *clues, struct ce_error *err) {
  char vendor[ATTRIBUTE_SIZE];
  char product[ATTRIBUTE_SIZE];
  char name[ATTRIBUTE_SIZE];
  read_attribute(place, device, "idVendor", vendor);
  read_attribute(place, device, "idProduct", product);
  read_attribute(place, device, "product", name);
  clues->of[owner].level = CE_FINDING_FAULT;
  clues->of[owner].sentence = N_("A USB device is blocked on this computer; it may be the key.");
  return vendor[0] ? ce_clues_add(clues, owner, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                                  "USB device %s (%s:%s%s%s) is not authorised", device, vendor, product,
                                  name[0] ? " " : "", name)
                   : ce_clues_add(clues, owner, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                                  "interface %s of a USB device is not authorised", device);
}

/* Where USBGuard has ended, its hubs go on to block what is plugged in. */
static enum ce_code add_default(const char *hub, struct ce_clues *clues, struct ce_error *err) {
  struct ce_clue *clue = &clues->of[CE_PRODUCT_USB_AUTHORIZED];
  if (!clue->sentence) {
    clue->level = CE_FINDING_WARNING;
    clue->sentence = N_("New USB devices are blocked on this computer until somebody allows them.");
  }
  return ce_clues_add(clues, CE_PRODUCT_USB_AUTHORIZED, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                      "%s does not authorise new devices", hub);
}

static enum ce_code look_at_usb(const struct ce_guard_place *place, struct ce_clues *clues,
                                struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error ignored;
  bool guarded = ce_clues_is_running(clues, CE_PRODUCT_USBGUARD);
  enum ce_product owner = guarded ? CE_PRODUCT_USBGUARD : CE_PRODUCT_USB_AUTHORIZED;
  enum ce_code code = CE_OK;
  if (ce_fs_list(place->fs, USB_DEVICES, &names, &ignored) != CE_OK) {
    return CE_OK;
  }
  for (size_t i = 0; code == CE_OK && i < names.count && i < USB_DEVICES_MAX; i++) {
    char authorized[ATTRIBUTE_SIZE];
    char standard[ATTRIBUTE_SIZE];
    if (strlen(names.items[i]) > ATTRIBUTE_SIZE) {
      continue;
    }
    read_attribute(place, names.items[i], "authorized", authorized);
    read_attribute(place, names.items[i], "authorized_default", standard);
    if (authorized[0] == NOT_AUTHORIZED) {
      code = add_blocked(place, names.items[i], owner, clues, err);
    }
    bool blocks_new = standard[0] == NOT_AUTHORIZED || standard[0] == INTERNAL_ALLOWED;
    if (code == CE_OK && blocks_new && !guarded) {
      code = add_default(names.items[i], clues, err);
    }
  }
  return code;
}

/* Enforcing is the common state of whole distributions, and their rules let certenv be: advice only. */
static enum ce_code look_at_selinux(const struct ce_guard_place *place, struct ce_clues *clues,
                                    struct ce_error *err) {
  if (!ce_look_is_set(place, "sys/fs/selinux/enforce", '1')) {
    return CE_OK;
  }
  clues->of[CE_PRODUCT_SELINUX].level = CE_FINDING_ADVICE;
  clues->of[CE_PRODUCT_SELINUX].sentence =
      N_("%s is enforcing; it may refuse files that do not have the label of their place.");
  return ce_clues_add(clues, CE_PRODUCT_SELINUX, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                      "/sys/fs/selinux/enforce is 1");
}

/* Of interest only where it confines a browser that would use the key. */
static enum ce_code look_at_apparmor(const struct ce_guard_place *place, struct ce_clues *clues,
                                     struct ce_error *err) {
  static const char *const browsers[] = {"snap/firefox", "snap/chromium"};
  enum ce_code code = CE_OK;
  if (!ce_look_is_set(place, "sys/module/apparmor/parameters/enabled", 'Y')) {
    return CE_OK;
  }
  for (size_t i = 0; code == CE_OK && i < sizeof browsers / sizeof browsers[0]; i++) {
    if (ce_look_has(place, browsers[i])) {
      clues->of[CE_PRODUCT_APPARMOR].level = CE_FINDING_ADVICE;
      clues->of[CE_PRODUCT_APPARMOR].sentence =
          N_("%s keeps browsers that are snaps from using the key's library.");
      code = ce_clues_add(clues, CE_PRODUCT_APPARMOR, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err, "/%s",
                          browsers[i]);
    }
  }
  return code;
}

enum ce_code ce_look_kernel(const struct ce_guard_place *place, struct ce_clues *clues,
                            struct ce_error *err) {
  enum ce_code code = look_at_usb(place, clues, err);
  if (code == CE_OK) {
    code = look_at_selinux(place, clues, err);
  }
  if (code == CE_OK) {
    code = look_at_apparmor(place, clues, err);
  }
  return code == CE_OK ? ce_look_mounts(place, clues, err) : code;
}
