/* SPDX-License-Identifier: Apache-2.0
 * pcsc-facts look|watch [UID]: what device/pcsc.h tells, one line a look, for tests of this tier. */
#include "device/pcsc.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 2000

static void print_reader(const struct ce_pcsc_reader *reader) {
  printf(" [%s]", reader->name);
  const struct {
    const char *name;
    bool holds;
  } words[] = {{"card", reader->card_present},
               {"mute", reader->card_mute},
               {"exclusive", reader->exclusive},
               {"unavailable", reader->unavailable},
               {"bad-atr", reader->atr_invalid}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    printf("%s%s", words[i].holds ? " " : "", words[i].holds ? words[i].name : "");
  }
  if (reader->atr_size > 0) {
    printf(" atr=");
  }
  for (size_t i = 0; i < reader->atr_size; i++) {
    printf("%02x", reader->atr[i]);
  }
}

static void print_facts(const struct ce_pcsc_facts *facts) {
  printf("%s%s%s socket=%d readers=%zu", ce_pcsc_service_name(facts->service), facts->call[0] ? " at " : "",
         facts->call, facts->socket_present, facts->reader_count);
  for (size_t i = 0; i < facts->reader_count; i++) {
    print_reader(&facts->readers[i]);
  }
  for (size_t i = 0; i < facts->holder_count; i++) {
    printf(" held by %d %s", (int)facts->holders[i].pid, facts->holders[i].program);
  }
  printf("\n");
  fflush(stdout);
}

static int look(const struct ce_pcsc_request *request) {
  struct ce_pcsc_facts facts;
  struct ce_error err;
  if (ce_pcsc_look(request, &facts, &err) != CE_OK) {
    return 1;
  }
  print_facts(&facts);
  return 0;
}

static int watch(const struct ce_pcsc_request *request) {
  CE_AUTO(ce_pcsc_watch) struct ce_pcsc_watch *opened = NULL;
  struct ce_error err;
  if (ce_pcsc_watch_open(request, &opened, &err) != CE_OK) {
    return 1;
  }
  for (;;) {
    struct pollfd waiting = {.fd = ce_pcsc_watch_fd(opened), .events = POLLIN};
    bool changed = false;
    if (poll(&waiting, 1, -1) != 1 || ce_pcsc_watch_dispatch(opened, &changed, &err) != CE_OK) {
      return 1;
    }
    if (changed) {
      print_facts(ce_pcsc_watch_facts(opened));
    }
  }
}

int main(int argc, char **argv) {
  struct ce_pcsc_request request = ce_pcsc_request_system();
  struct ce_access_user user = {.uid = argc > 2 ? (uid_t)strtoul(argv[2], NULL, 10) : 0};
  user.gid = (gid_t)user.uid;
  request.user = argc > 2 ? &user : NULL;
  request.timeout_ms = TIMEOUT_MS;
  if (argc > 1 && strcmp(argv[1], "look") == 0) {
    return look(&request);
  }
  return argc > 1 && strcmp(argv[1], "watch") == 0 ? watch(&request) : 2;
}
