/* SPDX-License-Identifier: Apache-2.0
 * What the system itself is. */
#include "engine/host.h"

#include "bundle/elf.h"
#include "engine/probe.h"
#include "model/layout.h"
#include "ports/fs-document.h"

#include <string.h>
#include <sys/utsname.h>

#define OS_RELEASE_BYTES_MAX 65536

bool ce_host_has(const struct ce_engine *engine, const char *path) {
  struct ce_error ignored;
  bool exists = false;
  return ce_fs_exists(engine->fs, path, &exists, NULL, &ignored) == CE_OK && exists;
}

/* The value of `key=` in os-release (os-release(5)): quotes removed; "" when it is not there. NULL: no
 * memory. */
static char *os_release_value(const char *text, const char *key) {
  size_t key_length = strlen(key);
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    if (length > key_length && strncmp(line, key, key_length) == 0 && line[key_length] == '=') {
      const char *value = line + key_length + 1;
      size_t size = length - key_length - 1;
      if (size >= 2 && (value[0] == '"' || value[0] == '\'') && value[size - 1] == value[0]) {
        value++;
        size -= 2;
      }
      return strndup(value, size);
    }
    line += length + (line[length] == '\n');
  }
  return strdup("");
}

static enum ce_code probe_os(const struct ce_engine *engine, struct ce_facts *facts, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  /* /etc/os-release is usually a link; the file itself is in /usr/lib. */
  static const char *const places[] = {"etc/os-release", "usr/lib/os-release"};
  for (size_t i = 0; i < 2 && text.size == 0; i++) {
    if (ce_fs_document_read(engine->fs, places[i], OS_RELEASE_BYTES_MAX, &text, &ignored) != CE_OK) {
      continue;
    }
  }
  facts->os_id = os_release_value(ce_blob_text(&text), "ID");
  facts->os_like = os_release_value(ce_blob_text(&text), "ID_LIKE");
  facts->os_version = os_release_value(ce_blob_text(&text), "VERSION_ID");
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
