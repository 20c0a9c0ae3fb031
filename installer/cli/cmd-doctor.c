/* SPDX-License-Identifier: Apache-2.0
 * certenv doctor: what may keep the environment or the key from working here, and with --fix the allow-lists.
 */
#include "cli/command.h"

#include "cli/check-view.h"
#include "cli/consent.h"
#include "cli/elevate.h"
#include "cli/machine.h"
#include "engine/allowance.h"
#include "engine/doctor.h"

static void show(const struct ce_session *session, const struct ce_check_list *list) {
  const struct ce_face *face = &session->face;
  if (face->json) {
    ce_json_line_print(face->out, ce_check_view_json(face, list));
  } else {
    ce_check_view_print(face, list, face->out);
    fflush(face->out);
  }
}

static enum ce_code look(struct ce_session *session, const struct ce_engine *engine, struct ce_error *err) {
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  enum ce_code code = ce_doctor_look(engine, &list, err);
  if (code != CE_OK) {
    return code;
  }
  show(session, &list);
  session->told_people = session->told_programs = true;
  return ce_check_list_is_ok(&list)
             ? CE_OK
             : ce_fail(err, CE_ATTENTION, "doctor", "", "checks with the level warning or fault");
}

static enum ce_code find_fixes(const struct ce_engine *engine, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  enum ce_code code = ce_doctor_look(engine, &list, err);
  for (size_t i = 0; code == CE_OK && i < list.count; i++) {
    const char *fix = list.items[i].fix;
    if (fix && !ce_strings_contain(*ret, fix)) {
      code = ce_strings_add(ret, fix, err);
    }
  }
  return code;
}

/* A fix that failed (granted, with its err) counts also where nothing that was looked at needs attention. */
static enum ce_code look_again(struct ce_session *session, const struct ce_engine *engine,
                               enum ce_code granted, struct ce_error *err) {
  struct ce_error problem;
  enum ce_code code = look(session, engine, &problem);
  if (code == CE_OK) {
    return granted;
  }
  *err = problem;
  return code;
}

/* What can be done is done, after the answer; then everything is looked at anew. */
static enum ce_code fix(struct ce_session *session, const struct ce_engine *engine, struct ce_error *err) {
  CE_AUTO(ce_strings) char **fixes = NULL;
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  enum ce_code code = find_fixes(engine, &fixes, err);
  if (code == CE_OK) {
    code = ce_allowance_make_plan(engine, fixes, &plan, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (ce_strings_count(plan.lines) == 0) {
    ce_emit_note(&session->events.sink, "nothing-to-fix",
                 N_("There is nothing here that certenv could put on an allow-list."), NULL);
    return look(session, engine, err);
  }
  code = ce_consent_ask_lines(session, "fix", N_("certenv would be allowed by:"), plan.lines, err);
  if (code == CE_OK) {
    code = ce_allowance_grant(engine, &plan, err);
  }
  return code == CE_OK || code == CE_ATTENTION ? look_again(session, engine, code, err) : code;
}

static enum ce_code run_fix(struct ce_session *session, const struct ce_machine *machine,
                            struct ce_error *err) {
  if (machine->engine.uid != 0) {
    bool told = false;
    enum ce_code code = ce_elevate(&session->options, session->face.language, &told, err);
    session->told_people = session->told_programs = told;
    return code;
  }
  enum ce_code code = ce_session_attend(session, err);
  if (code != CE_OK) {
    return code;
  }
  ce_sink_tee_add(&session->events, &session->text.sink);
  if (session->face.json) {
    ce_sink_tee_add(&session->events, &session->json.sink);
  }
  return fix(session, &machine->engine, err);
}

enum ce_code ce_command_doctor(struct ce_session *session, struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  bool fixes = ce_options_has(&session->options, CE_OPTION_FIX);
  session->outcome_name = "doctor";
  enum ce_code code = fixes ? ce_consent_check(session, err) : CE_OK;
  if (code == CE_OK) {
    code = ce_machine_open(session, false, &machine, err);
  }
  if (code != CE_OK) {
    return code;
  }
  return fixes ? run_fix(session, &machine, err) : look(session, &machine.engine, err);
}
