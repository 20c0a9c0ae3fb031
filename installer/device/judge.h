/* SPDX-License-Identifier: Apache-2.0
 * What is said about one device or one reader; private to device/. Pure. */
#ifndef CE_DEVICE_JUDGE_H
#define CE_DEVICE_JUDGE_H

#include "device/match.h"

struct ce_judge {
  const struct ce_key_situation *situation;
  size_t device_of[CE_PCSC_READERS_MAX]; /* device/pairing.h */
};

/* False: it is no key. */
bool ce_judge_device(const struct ce_judge *judge, size_t device, struct ce_key_found *ret);
/* False: the reader is a USB device's, or another slot of its device speaks for it. */
bool ce_judge_lone_reader(const struct ce_judge *judge, size_t reader, struct ce_key_found *ret);

#endif
