/* SPDX-License-Identifier: Apache-2.0
 * Gathering what the checks decide from. */
#include "engine/doctor.h"

#include "bundle/elf.h"
#include "engine/bundled.h"
#include "engine/doctor-look.h"
#include "engine/doctor-machine.h"
#include "engine/package-manager.h"
#include "engine/probe.h"
#include "model/layout.h"
#include "txn/transaction.h"

#include <string.h>

#ifndef CERTENV_BUILD_TIME_S
#define CERTENV_BUILD_TIME_S 0
#endif

#define TIMESTAMP CE_TUF "/timestamp.json"
/* Without a package nobody knows better: what an environment takes, with room for the records. */
#define HOME_BYTES_USUAL  (UINT64_C(96) << 20)
#define STATE_BYTES_USUAL (UINT64_C(32) << 20)

/* What was opened for the look. */
struct look {
  struct ce_doctor_subject subject;
  struct ce_receipt *receipt;
  struct ce_bundled bundled;
  struct ce_finding_list findings;
  struct ce_doctor_keys keys;
  char *arch;
};

static void look_clear(struct look *look) {
  ce_doctor_keys_clear(&look->keys);
  ce_bundled_clear(&look->bundled);
  ce_receipt_free(look->receipt);
  ce_finding_list_clear(&look->findings);
  free(look->arch);
}
CE_DEFINE_AUTO_IN_PLACE(look, struct look, look_clear);

/* NULL where nothing is known of it. */
static const struct ce_manifest *bundled_manifest(const struct look *look) {
  return look->bundled.package ? ce_package_manifest(look->bundled.package) : NULL;
}

static enum ce_code open_look(struct look *look, struct ce_error *err) {
  const struct ce_engine *engine = look->subject.engine;
  struct ce_error unreadable; /* the group ENVIRONMENT tells of it */
  if (ce_txn_read_receipt(engine->fs, &look->receipt, &unreadable) == CE_OK) {
    look->subject.receipt = look->receipt;
  }
  enum ce_code code = ce_probe_arch(engine, &look->arch, err);
  if (code == CE_OK) {
    code = ce_bundled_look(engine, ce_doctor_is_installed(&look->subject) ? look->receipt : NULL,
                           &look->bundled, err);
  }
  if (code == CE_OK) {
    code = ce_engine_findings(engine, &look->findings, err);
  }
  if (code == CE_OK) {
    code = ce_doctor_find_keys(engine, &look->keys, err);
  }
  look->subject.arch = look->arch;
  look->subject.findings = &look->findings;
  look->subject.keys = &look->keys.report;
  look->subject.manifest =
      ce_doctor_is_installed(&look->subject) ? look->receipt->manifest : bundled_manifest(look);
  return code;
}

static void find_known_moment(const struct look *look, struct ce_doctor_machine *machine) {
  struct ce_fs_stat stat;
  struct ce_error ignored;
  machine->known_s = CERTENV_BUILD_TIME_S;
  machine->known_from = "this program was made";
  if (ce_doctor_is_installed(&look->subject) && look->receipt->installed_at_s > machine->known_s) {
    machine->known_s = look->receipt->installed_at_s;
    machine->known_from = "the environment was installed";
  }
  if (ce_fs_inspect(look->subject.engine->fs, TIMESTAMP, &stat, &ignored) == CE_OK &&
      stat.mtime_s > machine->known_s) {
    machine->known_s = stat.mtime_s;
    machine->known_from = "the repository's newest metadata came";
  }
}

/* What the bundle's package would take; nothing where that version is installed. */
static void find_needs(const struct look *look, struct ce_doctor_place places[CE_DOCTOR_PLACE_COUNT]) {
  const struct ce_manifest *bundled = bundled_manifest(look);
  bool installed = ce_doctor_is_installed(&look->subject);
  if (bundled && (!installed || strcmp(bundled->version, look->receipt->manifest->version) != 0)) {
    places[CE_DOCTOR_HOME].need_bytes = bundled->total_bytes + bundled->file_count * 4096;
    places[CE_DOCTOR_STATE].need_bytes = look->bundled.size_bytes + (UINT64_C(4) << 20);
  } else if (!installed) {
    places[CE_DOCTOR_HOME].need_bytes = HOME_BYTES_USUAL;
    places[CE_DOCTOR_STATE].need_bytes = STATE_BYTES_USUAL;
  }
}

static enum ce_code find_places(const struct look *look, struct ce_doctor_place places[CE_DOCTOR_PLACE_COUNT],
                                struct ce_error *err) {
  places[CE_DOCTOR_HOME] = (struct ce_doctor_place){.path = CE_HOME};
  places[CE_DOCTOR_STATE] = (struct ce_doctor_place){.path = CE_STATE};
  find_needs(look, places);
  for (size_t i = 0; i < CE_DOCTOR_PLACE_COUNT; i++) {
    struct ce_fs_space space;
    enum ce_code code = ce_fs_space(look->subject.engine->fs, places[i].path, &space, err);
    if (code != CE_OK) {
      return code;
    }
    places[i].device = space.device;
    places[i].free_bytes = space.free_bytes;
    places[i].read_only = space.read_only;
    places[i].no_programs = space.no_programs;
  }
  return CE_OK;
}

/* Of the package, else of the program: a bundle for other machines offers nothing to this one. */
static const char *find_package_arch(const struct look *look) {
  const struct ce_engine *engine = look->subject.engine;
  const struct ce_manifest *bundled = bundled_manifest(look);
  const struct ce_manifest *package = bundled ? bundled : look->subject.manifest;
  struct ce_elf elf;
  struct ce_error ignored;
  if (package) {
    return package->arch;
  }
  return engine->program && ce_elf_read(engine->program, engine->program_name, &elf, &ignored) == CE_OK
             ? ce_elf_arch(&elf)
             : NULL;
}

static enum ce_code look_at_machine(const struct look *look, struct ce_check_list *list,
                                    struct ce_error *err) {
  const struct ce_engine *engine = look->subject.engine;
  char libc[64] = "";
  struct ce_doctor_machine machine = {
      .now_s = engine->clock->now_s(engine->clock->context),
      .arch = look->arch,
      .package_arch = find_package_arch(look),
      .libc = libc,
      .manager = ce_package_manager_name(ce_package_manager_find(engine)),
  };
  confstr(_CS_GNU_LIBC_VERSION, libc, sizeof libc);
  find_known_moment(look, &machine);
  enum ce_code code = find_places(look, machine.places, err);
  return code == CE_OK ? ce_doctor_judge_machine(&machine, list, err) : code;
}

enum ce_code ce_doctor_look(const struct ce_engine *engine, struct ce_check_list *ret, struct ce_error *err) {
  CE_AUTO(look) struct look look = {.subject = {.engine = engine}};
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  enum ce_code code = open_look(&look, err);
  if (code == CE_OK) {
    code = look_at_machine(&look, &list, err);
  }
  if (code == CE_OK) {
    code = ce_doctor_look_security(&look.subject, &list, err);
  }
  if (code == CE_OK) {
    code = ce_doctor_look_prerequisites(&look.subject, &list, err);
  }
  if (code == CE_OK) {
    code = ce_doctor_look_environment(&look.subject, &list, err);
  }
  if (code == CE_OK) {
    code = ce_doctor_look_keys(&look.subject, &list, err);
  }
  if (code == CE_OK) {
    *ret = list;
    list = (struct ce_check_list){0};
  }
  return code;
}
