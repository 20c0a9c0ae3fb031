/* SPDX-License-Identifier: Apache-2.0
 * What the system itself is. */
#include "engine/host.h"

#include "bundle/elf.h"
#include "engine/probe.h"
#include "guard/os-release.h"
#include "model/layout.h"

#include <string.h>
#include <sys/utsname.h>

bool ce_host_has(const struct ce_engine *engine, const char *path) {
  struct ce_error ignored;
  bool exists = false;
  return ce_fs_exists(engine->fs, path, &exists, NULL, &ignored) == CE_OK && exists;
}

static enum ce_code probe_os(const struct ce_engine *engine, struct ce_facts *facts, struct ce_error *err) {
  struct ce_os_release system;
  ce_os_release_read(engine->fs, &system);
  facts->os_id = strdup(system.id);
  facts->os_like = strdup(system.like);
  facts->os_version = strdup(system.version);
  if (!facts->os_id || !facts->os_like || !facts->os_version) {
    return ce_fail_memory(err, "os-release");
  }
  return CE_OK;
}

static const char *program_arch(const struct ce_engine *engine, const char *path) {
  struct ce_error ignored;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  struct ce_elf elf;
  if (ce_fs_open_reader(engine->fs, path, &reader, &ignored) != CE_OK ||
      ce_elf_read(reader, path, &elf, &ignored) != CE_OK) {
    return NULL;
  }
  return ce_elf_arch(&elf);
}

enum ce_code ce_probe_arch(const struct ce_engine *engine, char **ret, struct ce_error *err) {
  static const char *const programs[] = {"usr/bin/env", "usr/bin/true", "usr/bin/bash", "bin/busybox",
                                         "usr/lib/systemd/systemd"};
  const char *machine = NULL;
  struct utsname host;
  for (size_t i = 0; !engine->live && !machine && i < sizeof programs / sizeof programs[0]; i++) {
    machine = program_arch(engine, programs[i]);
  }
  if (!machine) {
    machine = uname(&host) == 0 ? host.machine : "";
  }
  char *arch = strdup(machine);
  if (!arch) {
    return ce_fail_memory(err, "architecture");
  }
  *ret = arch;
  return CE_OK;
}

enum ce_code ce_host_probe(const struct ce_engine *engine, struct ce_facts *facts, struct ce_error *err) {
  facts->live = engine->live;
  /* On the running system it is root's, whoever looks. */
  facts->owner_uid = engine->live ? 0 : engine->uid;
  facts->owner_gid = engine->live ? 0 : engine->gid;
  facts->systemd_running = engine->live && ce_host_has(engine, "run/systemd/system");
  facts->udev_running = engine->live && ce_host_has(engine, "run/udev/control");
  facts->display = engine->display;
  struct ce_fs_space space;
  enum ce_code code = ce_fs_space(engine->fs, CE_HOME, &space, err);
  if (code != CE_OK) {
    return code;
  }
  facts->free_bytes = space.free_bytes;
  code = ce_probe_arch(engine, &facts->arch, err);
  return code != CE_OK ? code : probe_os(engine, facts, err);
}
