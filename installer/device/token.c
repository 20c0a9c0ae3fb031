/* SPDX-License-Identifier: Apache-2.0
 * The calls, and what an unanswered one means. */
#include "device/token.h"

#include "device/pcsc.h"
#include "device/token-child.h"

#include <string.h>

#define LOOK_AFTER_MS  10000 /* for the list that follows a crash */
#define LOOK_BESIDE_MS 5000  /* for one beside a call that does not come back */
#define PCSC_MS        1000

struct ce_token_worker {
  struct ce_token_child child;
  int64_t limit_ms, number;
};

enum ce_code ce_token_worker_open(const struct ce_token_worker_request *request, struct ce_token_worker **ret,
                                  struct ce_error *err) {
  struct ce_token_worker *worker = calloc(1, sizeof *worker);
  if (!worker) {
    return ce_fail_memory(err, request->module);
  }
  enum ce_code code = ce_token_child_prepare(request, &worker->child, err);
  if (code != CE_OK) {
    free(worker);
    return code;
  }
  worker->limit_ms = request->limit_ms;
  *ret = worker;
  return CE_OK;
}

void ce_token_worker_close(struct ce_token_worker *worker) {
  if (worker) {
    ce_token_child_clear(&worker->child);
    free(worker);
  }
}

/* One request and its answer, without a second look. limit_ms 0: the class's. */
static enum ce_code ask(struct ce_token_worker *worker, struct ce_token_request *request,
                        const struct ce_secret *const secrets[2], int64_t limit_ms,
                        struct ce_token_answer *ret, json_t **ret_report, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob line = {0}, answer = {0};
  const char *name = ce_token_op_name(request->op);
  worker->number = worker->number < CE_TOKEN_NUMBER_MAX ? worker->number + 1 : 1;
  request->number = worker->number;
  request->pin_size = secrets[0] ? secrets[0]->size : 0;
  request->new_pin_size = secrets[1] ? secrets[1]->size : 0;
  if (limit_ms == 0) {
    limit_ms = worker->limit_ms ? worker->limit_ms : ce_token_op_limit_ms(request->op);
  }
  enum ce_code code = ce_token_request_write(request, &line, err);
  if (code == CE_OK) {
    code = ce_token_child_exchange(&worker->child, name, &line, secrets, limit_ms, &answer, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_token_answer_parse(ce_blob_text(&answer), answer.size, request->number, ret, ret_report, err);
  if (code != CE_OK) {
    ce_token_child_kill(&worker->child);
    ce_error_context(err, "%s: certenv-probe's answer", name);
  }
  return code;
}

static const struct ce_secret *const no_secrets[2];

static enum ce_code ask_list(struct ce_token_worker *worker, int64_t now_s, int64_t limit_ms, json_t **ret,
                             struct ce_error *err) {
  struct ce_token_request request = {.op = CE_TOKEN_LIST, .now_s = now_s};
  struct ce_token_answer answer;
  json_t *report = NULL;
  enum ce_code code = ask(worker, &request, no_secrets, limit_ms, &answer, &report, err);
  if (code != CE_OK) {
    return code;
  }
  if (!report) {
    return ce_fail(err, CE_CHILD, "list", worker->child.module, "%.380s",
                   answer.message[0] ? answer.message : "certenv-probe's answer has no report");
  }
  *ret = report;
  return CE_OK;
}

/* A list that crashed or hung may have met a key that was just pulled out: one more, with a fresh child. */
enum ce_code ce_token_worker_list(struct ce_token_worker *worker, int64_t now_s, json_t **ret,
                                  struct ce_error *err) {
  struct ce_error second;
  enum ce_code code = ask_list(worker, now_s, 0, ret, err);
  enum ce_token_end end = worker->child.end;
  if (code != CE_CHILD || (end != CE_TOKEN_END_CRASHED && end != CE_TOKEN_END_HUNG)) {
    return code;
  }
  int64_t limit_ms = worker->limit_ms && worker->limit_ms < LOOK_AFTER_MS ? worker->limit_ms : LOOK_AFTER_MS;
  return ask_list(worker, now_s, limit_ms, ret, &second) == CE_OK ? CE_OK : code;
}

static bool slot_holds(const json_t *slot, const struct ce_token_request *request) {
  const json_t *token = json_object_get(slot, "token");
  const char *serial = json_string_value(json_object_get(token, "serial"));
  if (request->serial[0] && serial && strcmp(serial, request->serial) == 0) {
    return true;
  }
  return json_integer_value(json_object_get(slot, "id")) == request->slot && !request->serial[0] &&
         json_is_true(json_object_get(slot, "token_present"));
}

/* True when a fresh child can list and the token that was meant is not among what it lists. */
static bool has_gone(struct ce_token_worker *worker, const struct ce_token_request *request) {
  CE_AUTO(ce_json) json_t *report = NULL;
  struct ce_error ignored;
  int64_t limit_ms = worker->limit_ms && worker->limit_ms < LOOK_AFTER_MS ? worker->limit_ms : LOOK_AFTER_MS;
  if (ask_list(worker, -1, limit_ms, &report, &ignored) != CE_OK || json_object_get(report, "error")) {
    return false;
  }
  const json_t *slots = json_object_get(report, "slots");
  for (size_t i = 0; i < json_array_size(slots); i++) {
    if (slot_holds(json_array_get(slots, i), request)) {
      return false;
    }
  }
  return true;
}

/* PC/SC works and no reader holds a card. */
static bool is_without_cards(const struct ce_access_user *user) {
  struct ce_pcsc_request request = ce_pcsc_request_system();
  request.user = user;
  request.timeout_ms = PCSC_MS;
  CE_AUTO(ce_free) struct ce_pcsc_facts *facts = calloc(1, sizeof *facts);
  struct ce_error ignored;
  if (!facts || ce_pcsc_look(&request, facts, &ignored) != CE_OK || facts->service != CE_PCSC_RUNNING) {
    return false;
  }
  for (size_t i = 0; i < facts->reader_count; i++) {
    if (facts->readers[i].card_present) {
      return false;
    }
  }
  return !facts->truncated;
}

struct pending {
  struct ce_token_worker *worker;
  const struct ce_token_request *request;
};

/* A call that does not come back, since the key was pulled out: bookworm's OpenSC turns in circles for a
 * minute then. Another child is asked for the list, but only when PC/SC sees no card, so that it disturbs
 * none. */
static bool is_in_vain(void *context) {
  const struct pending *pending = context;
  const struct ce_token_child *child = &pending->worker->child;
  const struct ce_token_worker_request request = {
      .program = child->program,
      .module = child->module,
      .user = child->user,
      .environment = (const char *const *)child->environment,
      .cancelled = child->cancelled,
      .limit_ms = LOOK_BESIDE_MS,
  };
  CE_AUTO(ce_token_worker) struct ce_token_worker *beside = NULL;
  struct ce_error ignored;
  return is_without_cards(child->user) && ce_token_worker_open(&request, &beside, &ignored) == CE_OK &&
         has_gone(beside, pending->request);
}

static enum ce_code call(struct ce_token_worker *worker, struct ce_token_request *request,
                         const struct ce_token_place *place, const struct ce_secret *pin,
                         const struct ce_secret *new_pin, struct ce_token_answer *ret, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *report = NULL;
  const struct ce_secret *const secrets[2] = {pin, new_pin};
  if (place->serial && strlen(place->serial) > CE_TOKEN_SERIAL_MAX) {
    return ce_fail(err, CE_USAGE, ce_token_op_name(request->op), "serial", "it is longer than %d bytes",
                   CE_TOKEN_SERIAL_MAX);
  }
  request->slot = place->slot;
  snprintf(request->serial, sizeof request->serial, "%s", place->serial ? place->serial : "");
  struct pending pending = {worker, request};
  worker->child.in_vain = is_in_vain;
  worker->child.in_vain_context = &pending;
  enum ce_code code = ask(worker, request, secrets, 0, ret, &report, err);
  worker->child.in_vain = NULL;
  enum ce_token_end end = worker->child.end;
  if (code == CE_CHILD && (end == CE_TOKEN_END_CRASHED || end == CE_TOKEN_END_HUNG) &&
      has_gone(worker, request)) {
    *ret = (struct ce_token_answer){.result = CE_TOKEN_REMOVED};
    snprintf(ret->stage, sizeof ret->stage, "%s", err->op);
    snprintf(ret->message, sizeof ret->message, "%s", err->detail);
    return CE_OK;
  }
  return code;
}

enum ce_code ce_token_worker_login(struct ce_token_worker *worker, const struct ce_token_place *place,
                                   const struct ce_secret *pin, struct ce_token_answer *ret,
                                   struct ce_error *err) {
  struct ce_token_request request = {.op = CE_TOKEN_LOGIN};
  return call(worker, &request, place, pin, NULL, ret, err);
}

enum ce_code ce_token_worker_change_pin(struct ce_token_worker *worker, const struct ce_token_place *place,
                                        const struct ce_secret *pin, const struct ce_secret *new_pin,
                                        struct ce_token_answer *ret, struct ce_error *err) {
  struct ce_token_request request = {.op = CE_TOKEN_CHANGE_PIN};
  return call(worker, &request, place, pin, new_pin, ret, err);
}

enum ce_code ce_token_worker_unlock(struct ce_token_worker *worker, const struct ce_token_place *place,
                                    enum ce_token_unlock how, const struct ce_secret *code,
                                    const struct ce_secret *new_pin, struct ce_token_answer *ret,
                                    struct ce_error *err) {
  struct ce_token_request request = {.op = CE_TOKEN_UNLOCK, .how = how};
  return call(worker, &request, place, code, new_pin, ret, err);
}

enum ce_code ce_token_worker_sign(struct ce_token_worker *worker, const struct ce_token_place *place,
                                  const char *certificate, const struct ce_token_digest *digest,
                                  const struct ce_secret *pin, struct ce_token_answer *ret,
                                  struct ce_error *err) {
  struct ce_token_request request = {.op = CE_TOKEN_SIGN, .hash = digest->hash};
  if (strlen(certificate) > (size_t)2 * CE_TOKEN_ID_MAX) {
    return ce_fail(err, CE_USAGE, "sign", "certificate", "its id is longer than %d bytes", CE_TOKEN_ID_MAX);
  }
  snprintf(request.certificate, sizeof request.certificate, "%s", certificate);
  memcpy(request.digest, digest->bytes, ce_token_hash_size(digest->hash));
  return call(worker, &request, place, pin, NULL, ret, err);
}

enum ce_code ce_token_worker_tries(struct ce_token_worker *worker, const struct ce_token_place *place,
                                   struct ce_token_answer *ret, struct ce_error *err) {
  struct ce_token_request request = {.op = CE_TOKEN_TRIES};
  return call(worker, &request, place, NULL, NULL, ret, err);
}

enum ce_code ce_token_list_once(const struct ce_token_worker_request *request, int64_t now_s, json_t **ret,
                                struct ce_error *err) {
  CE_AUTO(ce_token_worker) struct ce_token_worker *worker = NULL;
  enum ce_code code = ce_token_worker_open(request, &worker, err);
  return code ? code : ce_token_worker_list(worker, now_s, ret, err);
}
