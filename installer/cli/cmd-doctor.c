/* SPDX-License-Identifier: Apache-2.0
 * certenv doctor: what may keep the environment or the key from working here. */
#include "cli/command.h"

#include "cli/check-view.h"
#include "cli/machine.h"
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

enum ce_code ce_command_doctor(struct ce_session *session, struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  session->outcome_name = "doctor";
  enum ce_code code = ce_machine_open(session, false, &machine, err);
  if (code == CE_OK) {
    code = ce_doctor_look(&machine.engine, &list, err);
  }
  if (code != CE_OK) {
    return code;
  }
  show(session, &list);
  session->told_people = session->told_programs = true;
  return ce_check_list_is_ok(&list) ? CE_OK
                                    : ce_fail(err, CE_ATTENTION, "doctor", "", "see the checks above");
}
