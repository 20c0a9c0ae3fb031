/* SPDX-License-Identifier: Apache-2.0
 * Taking the PC/SC child's messages, with distrust: a library may have damaged what it sends. Private to
 * device/. */
#ifndef CE_DEVICE_PCSC_MESSAGE_H
#define CE_DEVICE_PCSC_MESSAGE_H

#include "device/pcsc-child.h"

#include <string.h>

enum ce_pcsc_heard { CE_PCSC_HEARD_NOTHING, CE_PCSC_HEARD_CALL, CE_PCSC_HEARD_FACTS, CE_PCSC_HEARD_END };

/* Never blocks. END: the child is gone, or says what it may not. */
enum ce_pcsc_heard ce_pcsc_message_receive(int fd, struct ce_pcsc_message *ret);
/* Adds what the parent knows better: who holds a reader. */
void ce_pcsc_facts_complete(struct ce_pcsc_facts *facts, const struct ce_pcsc_request *request);
/* The facts when the child is not heard of any more. */
void ce_pcsc_facts_for_lost(enum ce_pcsc_service service, const char *call,
                            const struct ce_pcsc_request *request, struct ce_pcsc_facts *ret);

#endif
