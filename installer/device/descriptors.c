/* SPDX-License-Identifier: Apache-2.0
 * Walking USB descriptors. */
#include "device/descriptors.h"

/* USB 2.0, tables 9-5, 9-10 and 9-12. */
enum { TYPE_CONFIGURATION = 2, TYPE_INTERFACE = 4, INTERFACE_SIZE = 9 };

static bool is_known(const struct ce_device_interface *interfaces, size_t count, uint8_t number) {
  for (size_t i = 0; i < count; i++) {
    if (interfaces[i].number == number) {
      return true;
    }
  }
  return false;
}

size_t ce_descriptors_read(const uint8_t *bytes, size_t size,
                           struct ce_device_interface ret[CE_DEVICE_INTERFACE_MAX]) {
  size_t count = 0;
  unsigned configurations = 0;
  for (size_t at = 0; at + 2 <= size && count < CE_DEVICE_INTERFACE_MAX; at += bytes[at]) {
    const uint8_t *descriptor = bytes + at;
    if (descriptor[0] < 2 || descriptor[0] > size - at) {
      break;
    }
    if (descriptor[1] == TYPE_CONFIGURATION && ++configurations > 1) {
      break;
    }
    if (descriptor[1] == TYPE_INTERFACE && descriptor[0] >= INTERFACE_SIZE &&
        !is_known(ret, count, descriptor[2])) {
      ret[count++] = (struct ce_device_interface){.number = descriptor[2],
                                                  .class = descriptor[5],
                                                  .subclass = descriptor[6],
                                                  .protocol = descriptor[7],
                                                  .authorized = true};
    }
  }
  return count;
}
