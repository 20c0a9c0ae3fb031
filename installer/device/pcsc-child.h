/* SPDX-License-Identifier: Apache-2.0
 * The side of PC/SC that runs in a child process, and what it tells its parent; private to device/. */
#ifndef CE_DEVICE_PCSC_CHILD_H
#define CE_DEVICE_PCSC_CHILD_H

#include "device/pcsc.h"

enum ce_pcsc_message_kind { CE_PCSC_MESSAGE_CALL, CE_PCSC_MESSAGE_FACTS };
struct ce_pcsc_message {
  enum ce_pcsc_message_kind kind;
  /* Told before each call that may hang, and with the facts the one that failed. */
  char call[CE_PCSC_CALL_SIZE];
  struct ce_pcsc_facts facts; /* with FACTS only; a message of CALL ends before it */
};
#define CE_PCSC_MESSAGE_CALL_SIZE offsetof(struct ce_pcsc_message, facts)

/* ce_worker_live; context is the struct ce_pcsc_request. One look; or looks without end, one at each change.
 */
void ce_pcsc_child_look(const void *request, int fd);
void ce_pcsc_child_watch(const void *request, int fd);

#endif
