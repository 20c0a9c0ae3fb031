/* SPDX-License-Identifier: Apache-2.0
 * The parent's side of PC/SC: limits, and facts for what goes wrong. */
#include "device/pcsc.h"

#include "device/pcsc-message.h"
#include "device/worker.h"

#include "ports/clock.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>

static const char *const service_names[CE_PCSC_SERVICE_COUNT] = {
    [CE_PCSC_RUNNING] = "running",     [CE_PCSC_NO_LIBRARY] = "no-library",
    [CE_PCSC_NO_SOCKET] = "no-socket", [CE_PCSC_NO_SERVICE] = "no-service",
    [CE_PCSC_DENIED] = "denied",       [CE_PCSC_VERSION] = "version",
    [CE_PCSC_HUNG] = "hung",           [CE_PCSC_CRASHED] = "crashed",
    [CE_PCSC_FAILED] = "failed"};

const char *ce_pcsc_service_name(enum ce_pcsc_service service) {
  assert(service < CE_PCSC_SERVICE_COUNT);
  return service_names[service];
}

struct ce_pcsc_request ce_pcsc_request_system(void) {
  return (struct ce_pcsc_request){.library = CE_PCSC_LIBRARY,
                                  .socket = CE_PCSC_SOCKET,
                                  .proc = "/proc",
                                  .timeout_ms = CE_PCSC_TIMEOUT_MS};
}

static int64_t now_ms(void) {
  return ce_clock_system()->monotonic_ms(NULL);
}

enum ce_code ce_pcsc_look(const struct ce_pcsc_request *request, struct ce_pcsc_facts *ret,
                          struct ce_error *err) {
  CE_AUTO(ce_worker) struct ce_worker worker = {.fd = -1};
  CE_AUTO(ce_free) struct ce_pcsc_message *message = calloc(1, sizeof *message);
  if (!message) {
    return ce_fail_memory(err, "PC/SC");
  }
  enum ce_code code = ce_worker_start(ce_pcsc_child_look, request, request->user, &worker, err);
  if (code != CE_OK) {
    return code;
  }
  int64_t deadline_ms = now_ms() + request->timeout_ms;
  char call[CE_PCSC_CALL_SIZE] = "";
  for (;;) {
    enum ce_pcsc_heard heard = ce_pcsc_message_receive(worker.fd, message);
    if (heard == CE_PCSC_HEARD_FACTS) {
      ce_pcsc_facts_complete(&message->facts, request);
      *ret = message->facts;
      return CE_OK;
    }
    if (heard == CE_PCSC_HEARD_CALL) {
      memcpy(call, message->call, sizeof call);
      continue;
    }
    int64_t left_ms = deadline_ms - now_ms();
    if (heard == CE_PCSC_HEARD_END || left_ms <= 0) {
      ce_pcsc_facts_for_lost(heard == CE_PCSC_HEARD_END ? CE_PCSC_CRASHED : CE_PCSC_HUNG, call, request, ret);
      return CE_OK;
    }
    struct pollfd waiting = {.fd = worker.fd, .events = POLLIN};
    poll(&waiting, 1, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);
  }
}
