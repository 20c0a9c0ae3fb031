/* SPDX-License-Identifier: Apache-2.0
 * Clock, space, architecture, place, package manager. */
#include "engine/doctor-machine.h"

#include "base/blob.h"
#include "base/event.h"
#include "trust/instant.h"

#include <inttypes.h>
#include <string.h>

/* Clocks are corrected by small amounts all the time. */
#define CLOCK_SLACK_S 86400
#define MEGABYTE      (UINT64_C(1) << 20)

static enum ce_code judge_clock(const struct ce_doctor_machine *machine, struct ce_check_list *list,
                                struct ce_error *err) {
  char now[CE_INSTANT_SIZE];
  char known[CE_INSTANT_SIZE];
  ce_instant_format(machine->now_s, now);
  ce_instant_format(machine->known_s, known);
  struct ce_check check = {.group = CE_CHECK_MACHINE, .id = "clock", .subject = now};
  CE_AUTO(ce_free)
  char *detail = ce_text_format("now %s; later than %s (%s)", now, known, machine->known_from);
  if (machine->now_s + CLOCK_SLACK_S < machine->known_s) {
    free(detail);
    detail = ce_text_format("now %s; but %s is past already (%s)", now, known, machine->known_from);
    check.level = CE_CHECK_FAULT;
    check.sentence = N_("This machine's clock is behind: it says %s.");
    check.remedy = N_("Set the date and the time, then look again.");
  } else {
    check.sentence = N_("Nothing speaks against this machine's clock.");
  }
  check.detail = detail;
  return ce_check_add(list, &check, err);
}

static uint64_t megabytes(uint64_t bytes) {
  return (bytes + MEGABYTE - 1) / MEGABYTE;
}

/* The first place that has too little, where places on one file system share its space; NULL: none. */
static const struct ce_doctor_place *find_full(const struct ce_doctor_machine *machine, uint64_t *ret_need) {
  for (size_t i = 0; i < CE_DOCTOR_PLACE_COUNT; i++) {
    const struct ce_doctor_place *place = &machine->places[i];
    uint64_t need = 0;
    for (size_t k = 0; k < CE_DOCTOR_PLACE_COUNT; k++) {
      need += machine->places[k].device == place->device ? machine->places[k].need_bytes : 0;
    }
    if (place->free_bytes < need) {
      *ret_need = need;
      return place;
    }
  }
  return NULL;
}

static enum ce_code judge_space(const struct ce_doctor_machine *machine, struct ce_check_list *list,
                                struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob detail = {0};
  CE_AUTO(ce_free) char *subject = NULL;
  uint64_t need = 0;
  struct ce_check check = {
      .group = CE_CHECK_MACHINE, .id = "space", .sentence = N_("There is enough free space on the disk.")};
  for (size_t i = 0; i < CE_DOCTOR_PLACE_COUNT; i++) {
    const struct ce_doctor_place *place = &machine->places[i];
    enum ce_code code =
        ce_blob_printf(&detail, err, "%s/%s: %" PRIu64 " MB free, %" PRIu64 " MB needed", i > 0 ? "; " : "",
                       place->path, place->free_bytes / MEGABYTE, megabytes(place->need_bytes));
    if (code != CE_OK) {
      return code;
    }
  }
  const struct ce_doctor_place *full = find_full(machine, &need);
  if (full) {
    subject = ce_text_format("%" PRIu64 " MB", megabytes(need - full->free_bytes));
    check.level = CE_CHECK_FAULT;
    check.subject = subject;
    check.sentence = N_("There is not enough free space on the disk: %s more are needed.");
    check.remedy = N_("Free some space, then look again.");
  }
  check.detail = ce_blob_text(&detail);
  return ce_check_add(list, &check, err);
}

static enum ce_code judge_architecture(const struct ce_doctor_machine *machine, struct ce_check_list *list,
                                       struct ce_error *err) {
  bool fits = !machine->package_arch || strcmp(machine->arch, machine->package_arch) == 0;
  CE_AUTO(ce_free)
  char *detail = ce_text_format("machine %s%s%s%s%s", machine->arch, machine->libc[0] ? ", " : "",
                                machine->libc, machine->package_arch ? "; package " : "",
                                machine->package_arch ? machine->package_arch : "");
  struct ce_check check = {.group = CE_CHECK_MACHINE,
                           .level = fits ? CE_CHECK_OK : CE_CHECK_FAULT,
                           .id = "architecture",
                           .subject = machine->arch,
                           .sentence = fits ? N_("This kind of machine (%s) is supported.")
                                            : N_("The package is not for this kind of machine (%s)."),
                           .remedy =
                               fits ? NULL : N_("Download the installer for this machine's architecture."),
                           .detail = detail};
  return ce_check_add(list, &check, err);
}

static enum ce_code judge_place(const struct ce_doctor_machine *machine, struct ce_check_list *list,
                                struct ce_error *err) {
  struct ce_check check = {.group = CE_CHECK_MACHINE,
                           .id = "place",
                           .sentence = N_("The environment's place on the disk can be used.")};
  CE_AUTO(ce_free) char *subject = NULL;
  for (size_t i = 0; i < CE_DOCTOR_PLACE_COUNT && check.level == CE_CHECK_OK; i++) {
    const struct ce_doctor_place *place = &machine->places[i];
    if (!place->read_only && (!place->no_programs || i != CE_DOCTOR_HOME)) {
      continue;
    }
    subject = ce_text_format("/%s", place->path);
    check.level = CE_CHECK_FAULT;
    check.subject = subject;
    check.sentence = place->read_only
                         ? N_("%s lies on a file system that is mounted read-only.")
                         : N_("%s lies on a file system that lets no program run (mount option noexec).");
    check.remedy = place->read_only ? N_("Ask the administrator to make it writable.")
                                    : N_("Ask the administrator to mount it without noexec.");
  }
  return ce_check_add(list, &check, err);
}

static enum ce_code judge_manager(const struct ce_doctor_machine *machine, struct ce_check_list *list,
                                  struct ce_error *err) {
  bool found = machine->manager[0];
  struct ce_check check = {.group = CE_CHECK_MACHINE,
                           .level = found ? CE_CHECK_OK : CE_CHECK_ADVICE,
                           .id = "package-manager",
                           .subject = machine->manager,
                           .sentence = found
                                           ? N_("What is missing can be installed with %s.")
                                           : N_("This machine has no package manager that certenv can use."),
                           .remedy = found ? NULL : N_("Install what is missing by hand.")};
  return ce_check_add(list, &check, err);
}

enum ce_code ce_doctor_judge_machine(const struct ce_doctor_machine *machine, struct ce_check_list *list,
                                     struct ce_error *err) {
  enum ce_code code = judge_clock(machine, list, err);
  if (code == CE_OK) {
    code = judge_space(machine, list, err);
  }
  if (code == CE_OK) {
    code = judge_architecture(machine, list, err);
  }
  if (code == CE_OK) {
    code = judge_place(machine, list, err);
  }
  return code == CE_OK ? judge_manager(machine, list, err) : code;
}
