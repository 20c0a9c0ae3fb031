/* SPDX-License-Identifier: Apache-2.0
 * One request after the other. */
#include "probe/serve.h"

#include "ports/descriptor.h"
#include "probe/list.h"
#include "probe/module.h"
#include "probe/operation.h"
#include "probe/request-reader.h"

#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#define FINALIZE_S 5

struct server {
  const char *path;
  int output_fd;
  CK_FUNCTION_LIST *module; /* initialized, or NULL */
  json_t *report;           /* of the last list, or NULL */
};

/* The parent ends a call that takes too long; this is for a parent that does not. The signal's default is
 * the process's end. */
static void start_clock(enum ce_token_op op) {
  alarm((unsigned)((ce_token_op_limit_ms(op) + CE_TOKEN_GRACE_MS) / 1000));
}

static enum ce_code use_module(struct server *server, struct ce_error *err) {
  CK_FUNCTION_LIST *module = NULL;
  if (server->module) {
    return CE_OK;
  }
  enum ce_code code = ce_module_load(server->path, &module, err);
  if (!code) {
    code = ce_module_initialize(module, err);
  }
  if (!code) {
    server->module = module;
  }
  return code;
}

static void run(struct server *server, const struct ce_token_request *request, const struct ce_secret *pin,
                const struct ce_secret *new_pin, struct ce_outcome *ret) {
  struct ce_error why;
  if (use_module(server, &why) != CE_OK) {
    if (request->op == CE_TOKEN_LIST) {
      ce_list_refuse(&why, ret);
    }
    ret->result = CE_TOKEN_FAILED;
    ret->why = why;
  } else if (request->op == CE_TOKEN_LIST) {
    int64_t now_s = request->now_s < 0 ? (int64_t)time(NULL) : request->now_s;
    ce_list_run(server->module, server->path, now_s, server->report, ret);
    json_decref(server->report);
    server->report = json_incref(ret->report);
  } else {
    ce_operation_run(server->module, request, pin, new_pin, ret);
  }
}

static enum ce_code answer(const struct server *server, const struct ce_outcome *outcome, int64_t number,
                           struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  enum ce_code code = ce_outcome_write(outcome, number, &line, err);
  int failed = code ? 0 : ce_descriptor_write(server->output_fd, line.data, line.size);
  return failed ? ce_fail_sys(err, failed, "write", "standard output") : code;
}

/* *ret_end: the input ended before a request. */
static enum ce_code serve_one(struct server *server, int input_fd, bool *ret_end, struct ce_error *err) {
  CE_AUTO(ce_secret) struct ce_secret pin = {0}, new_pin = {0};
  CE_AUTO(ce_outcome) struct ce_outcome outcome = {.result = CE_TOKEN_OK};
  struct ce_token_request request = {.number = 0};
  enum ce_code code = ce_request_read(input_fd, &request, &pin, &new_pin, ret_end, err);
  if (code == CE_USAGE) {
    struct ce_error ignored;
    ce_outcome_refuse(&outcome, CE_TOKEN_FAILED, "request", err->detail);
    return answer(server, &outcome, 0, &ignored) ? code : CE_USAGE;
  }
  if (code || *ret_end) {
    return code;
  }
  start_clock(request.op);
  run(server, &request, &pin, &new_pin, &outcome);
  ce_secret_clear(&pin);
  ce_secret_clear(&new_pin);
  alarm(0);
  return answer(server, &outcome, request.number, err);
}

enum ce_code ce_serve(const char *path, int input_fd, int output_fd, struct ce_error *err) {
  struct server server = {.path = path, .output_fd = output_fd};
  bool end = false;
  enum ce_code code = CE_OK;
  signal(SIGALRM, SIG_DFL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (!code && !end) {
    code = serve_one(&server, input_fd, &end, err);
  }
  json_decref(server.report);
  if (server.module) {
    alarm(FINALIZE_S);
    server.module->C_Finalize(NULL);
  }
  return code;
}
