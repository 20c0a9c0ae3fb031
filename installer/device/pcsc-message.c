/* SPDX-License-Identifier: Apache-2.0
 * Receiving and checking the child's messages. */
#include "device/pcsc-message.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

static bool is_text(const char *text, size_t size) {
  return memchr(text, '\0', size) != NULL;
}

static bool reader_is_sound(const struct ce_pcsc_reader *reader) {
  return is_text(reader->name, sizeof reader->name) && reader->atr_size <= CE_PCSC_ATR_MAX &&
         reader->known == CE_CARD_UNTRIED;
}

static bool facts_are_sound(const struct ce_pcsc_facts *facts) {
  bool sound = (unsigned)facts->service < CE_PCSC_SERVICE_COUNT && is_text(facts->call, sizeof facts->call) &&
               facts->reader_count <= CE_PCSC_READERS_MAX && facts->holder_count == 0;
  for (size_t i = 0; sound && i < facts->reader_count; i++) {
    sound = reader_is_sound(&facts->readers[i]);
  }
  return sound;
}

enum ce_pcsc_heard ce_pcsc_message_receive(int fd, struct ce_pcsc_message *ret) {
  ssize_t got = recv(fd, ret, sizeof *ret, MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return CE_PCSC_HEARD_NOTHING;
  }
  if (got == (ssize_t)CE_PCSC_MESSAGE_CALL_SIZE && ret->kind == CE_PCSC_MESSAGE_CALL &&
      is_text(ret->call, sizeof ret->call)) {
    return CE_PCSC_HEARD_CALL;
  }
  bool is_facts =
      got == (ssize_t)sizeof *ret && ret->kind == CE_PCSC_MESSAGE_FACTS && facts_are_sound(&ret->facts);
  return is_facts ? CE_PCSC_HEARD_FACTS : CE_PCSC_HEARD_END;
}

void ce_pcsc_facts_complete(struct ce_pcsc_facts *facts, const struct ce_pcsc_request *request) {
  bool held = false;
  for (size_t i = 0; i < facts->reader_count; i++) {
    held = held || facts->readers[i].exclusive;
  }
  if (held) {
    facts->holder_count = ce_holder_find_clients(request->proc, request->socket, facts->holders);
  }
}

void ce_pcsc_facts_for_lost(enum ce_pcsc_service service, const char *call,
                            const struct ce_pcsc_request *request, struct ce_pcsc_facts *ret) {
  struct stat found;
  memset(ret, 0, sizeof *ret);
  ret->service = service;
  ret->socket_present = stat(request->socket, &found) == 0 && S_ISSOCK(found.st_mode);
  snprintf(ret->call, sizeof ret->call, "%s", call);
}
