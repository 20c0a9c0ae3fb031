/* SPDX-License-Identifier: Apache-2.0
 * certenv keys: what is inserted, and why it is not ready. */
#include "cli/command.h"

#include "cli/key-view.h"
#include "cli/machine.h"
#include "engine/key-catalogue.h"
#include "engine/keys.h"

#include <errno.h>
#include <poll.h>

static void show(const struct ce_session *session, const struct ce_key_report *report, bool as_event) {
  const struct ce_face *face = &session->face;
  if (!face->json) {
    ce_key_view_print(face, report, face->out);
    fflush(face->out);
    return;
  }
  json_t *json = ce_key_view_json(face, report);
  if (json && as_event) {
    json_object_set_new(json, "event", json_string("keys"));
  }
  ce_json_line_print(face->out, json);
}

static enum ce_code look(const struct ce_session *session, const struct ce_keys *keys, struct ce_error *err) {
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  enum ce_code code = ce_key_look(ce_keys_request(keys), &report, err);
  if (code != CE_OK) {
    return code;
  }
  show(session, &report, false);
  bool ready = ce_key_reason_state(report.found[report.overall].reason) == CE_KEY_STATE_READY;
  return ready ? CE_OK
               : ce_fail(err, CE_ATTENTION, "keys", "", "%s",
                         ce_key_reason_id(report.found[report.overall].reason));
}

/* Until a signal, or nobody reads any more. */
static enum ce_code watch_keys(const struct ce_session *session, const struct ce_keys *keys,
                               struct ce_error *err) {
  CE_AUTO(ce_key_watch) struct ce_key_watch *watch = NULL;
  enum ce_code code = ce_key_watch_open(ce_keys_request(keys), &watch, err);
  bool told = false;
  while (code == CE_OK && !*session->cancelled && !ferror(session->face.out)) {
    bool changed = false;
    struct pollfd polled = {.fd = ce_key_watch_fd(watch), .events = POLLIN};
    int ready = poll(&polled, 1, -1);
    if (ready < 0 && errno != EINTR) {
      return ce_fail_sys(err, errno, "wait", "keys");
    }
    code = ready > 0 ? ce_key_watch_dispatch(watch, &changed, err) : CE_OK;
    if (code == CE_OK && ce_key_watch_is_complete(watch) && (changed || !told)) {
      show(session, ce_key_watch_report(watch), true);
      told = true;
    }
  }
  return code;
}

enum ce_code ce_command_keys(struct ce_session *session, struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  CE_AUTO(ce_known_keys) struct ce_known_keys known = {0};
  CE_AUTO(ce_keys) struct ce_keys *keys = NULL;
  session->outcome_name = "keys";
  enum ce_code code = ce_machine_open(session, false, &machine, err);
  if (code == CE_OK) {
    code = ce_known_keys_of_installed(&machine.engine, &known, err);
  }
  if (code == CE_OK) {
    code = ce_keys_open(&machine.engine, known.catalogue, &keys, err);
  }
  if (code != CE_OK) {
    return code;
  }
  bool watches = ce_options_has(&session->options, CE_OPTION_WATCH);
  code = watches ? watch_keys(session, keys, err) : look(session, keys, err);
  session->told_people = session->told_programs = code == CE_OK || code == CE_ATTENTION;
  return code;
}
