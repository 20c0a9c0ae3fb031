/* SPDX-License-Identifier: Apache-2.0
 * The parts of the doctor's look; private to engine/doctor*.c. Each adds its group; MEMORY. */
#ifndef CE_ENGINE_DOCTOR_LOOK_H
#define CE_ENGINE_DOCTOR_LOOK_H

#include "device/match.h"
#include "engine/check.h"
#include "engine/engine.h"
#include "engine/key-catalogue.h"
#include "guard/finding.h"
#include "model/receipt.h"

/* What the look is about; everything is borrowed. */
struct ce_doctor_subject {
  const struct ce_engine *engine;
  const char *arch;
  const struct ce_receipt *receipt;   /* NULL: nothing is installed, or it cannot be read */
  const struct ce_manifest *manifest; /* of what is installed, else of the program's bundle; NULL: neither */
  const struct ce_finding_list *findings;
  const struct ce_key_report *keys;
};

/* The keys at the machine, with the catalogue that names them. */
struct ce_doctor_keys {
  struct ce_known_keys known;
  struct ce_key_report report;
};
void ce_doctor_keys_clear(struct ce_doctor_keys *keys);
/* None at an image. IO, MEMORY. */
CE_MUST_USE enum ce_code ce_doctor_find_keys(const struct ce_engine *engine, struct ce_doctor_keys *ret,
                                             struct ce_error *err);

static inline bool ce_doctor_is_installed(const struct ce_doctor_subject *subject) {
  return subject->receipt && subject->receipt->installed;
}

CE_MUST_USE enum ce_code ce_doctor_look_security(const struct ce_doctor_subject *subject,
                                                 struct ce_check_list *list, struct ce_error *err);
CE_MUST_USE enum ce_code ce_doctor_look_prerequisites(const struct ce_doctor_subject *subject,
                                                      struct ce_check_list *list, struct ce_error *err);
CE_MUST_USE enum ce_code ce_doctor_look_environment(const struct ce_doctor_subject *subject,
                                                    struct ce_check_list *list, struct ce_error *err);
/* SELinux's labels of what is installed; nothing where they are right. A part of the environment's group. */
CE_MUST_USE enum ce_code ce_doctor_look_labels(const struct ce_doctor_subject *subject,
                                               struct ce_check_list *list, struct ce_error *err);
CE_MUST_USE enum ce_code ce_doctor_look_keys(const struct ce_doctor_subject *subject,
                                             struct ce_check_list *list, struct ce_error *err);

#endif
