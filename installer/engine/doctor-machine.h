/* SPDX-License-Identifier: Apache-2.0
 * What the doctor says about the machine itself, decided from facts. Pure. */
#ifndef CE_ENGINE_DOCTOR_MACHINE_H
#define CE_ENGINE_DOCTOR_MACHINE_H

#include "engine/check.h"

#include <stdint.h>

/* A place that certenv writes to. */
struct ce_doctor_place {
  const char *path; /* relpath */
  uint64_t device, free_bytes, need_bytes;
  bool read_only, no_programs;
};
enum { CE_DOCTOR_HOME, CE_DOCTOR_STATE, CE_DOCTOR_PLACE_COUNT };

struct ce_doctor_machine {
  int64_t now_s;
  int64_t known_s;        /* the newest moment that certainly is past */
  const char *known_from; /* English: what says so */
  struct ce_doctor_place places[CE_DOCTOR_PLACE_COUNT];
  const char *arch;         /* of the machine */
  const char *package_arch; /* NULL: no package was looked at */
  const char *libc;         /* "glibc 2.36"; "" when it cannot be told */
  const char *manager;      /* "apt"; "" where there is none that certenv can drive */
};

/* Adds the group MACHINE: clock, space, architecture, place, package-manager. MEMORY. */
CE_MUST_USE enum ce_code ce_doctor_judge_machine(const struct ce_doctor_machine *machine,
                                                 struct ce_check_list *list, struct ce_error *err);

#endif
