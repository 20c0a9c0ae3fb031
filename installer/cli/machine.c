/* SPDX-License-Identifier: Apache-2.0
 * Putting together what the engine works with. */
#include "cli/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *variable) {
  const char *value = getenv(variable);
  return value && value[0];
}

/* pkexec takes DISPLAY away, but only a graphical session starts it. */
static bool has_display(void) {
  return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || is_set("PKEXEC_UID");
}

/* Who called: root's own caller, as pkexec and sudo tell; root on its own account is no person with a
 * session. */
static void find_person(struct ce_engine *engine) {
  static const char *const variables[] = {"PKEXEC_UID", "SUDO_UID"};
  engine->person_known = engine->uid != 0;
  engine->person_uid = engine->uid;
  for (size_t i = 0; engine->uid == 0 && !engine->person_known && i < sizeof variables / sizeof variables[0];
       i++) {
    const char *value = getenv(variables[i]);
    char *end = NULL;
    unsigned long uid = value ? strtoul(value, &end, 10) : 0;
    engine->person_known = uid > 0 && uid < UINT32_MAX && *end == '\0';
    engine->person_uid = engine->person_known ? (uint32_t)uid : 0;
  }
}

/* --root / and every other name of it is the running system. */
static enum ce_code is_live(struct ce_fs *fs, bool *ret, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *top = NULL;
  struct ce_fs_stat here;
  struct ce_fs_stat there;
  enum ce_code code = ce_fs_open_root("/", &top, err);
  if (code == CE_OK) {
    code = ce_fs_inspect(top, "", &there, err);
  }
  if (code == CE_OK) {
    code = ce_fs_inspect(fs, "", &here, err);
  }
  if (code == CE_OK) {
    *ret = here.device == there.device && here.inode == there.inode;
  }
  return code;
}

static enum ce_code open_root(const struct ce_session *session, bool writes, struct ce_machine *machine,
                              struct ce_error *err) {
  const struct ce_language *language = session->face.language;
  const char *root = session->options.values[CE_OPTION_ROOT];
  struct ce_error problem;
  enum ce_code code = ce_fs_open_root(root ? root : "/", &machine->fs, &problem);
  bool misnamed = code != CE_OK && root && (problem.sys_errno == ENOENT || problem.sys_errno == ENOTDIR);
  if (misnamed) {
    return ce_fail(err, CE_USAGE, "open", root, "%s",
                   ce_translate(language, N_("--root needs a directory that exists")));
  }
  if (code != CE_OK) {
    *err = problem;
    return code;
  }
  code = is_live(machine->fs, &machine->engine.live, err);
  if (code == CE_OK && writes && !machine->engine.live && access(root, W_OK | X_OK) != 0) {
    return ce_fail(err, errno == EROFS ? CE_READ_ONLY : CE_PERMISSION, "open", root, "%s",
                   ce_translate(language, N_("this user cannot write to the directory given with --root")));
  }
  return code;
}

static enum ce_code open_program(struct ce_machine *machine, struct ce_error *err) {
  ssize_t length = readlink("/proc/self/exe", machine->program_path, sizeof machine->program_path - 1);
  machine->program_path[length < 0 ? 0 : length] = '\0';
  return ce_reader_open_path("/proc/self/exe", &machine->program, err);
}

enum ce_code ce_machine_open(struct ce_session *session, bool writes, struct ce_machine *ret,
                             struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  enum ce_code code = open_root(session, writes, &machine, err);
  struct ce_error unreadable;
  if (code == CE_OK && writes) {
    code = open_program(&machine, err);
  } else if (code == CE_OK && open_program(&machine, &unreadable) != CE_OK) {
    machine.program = NULL; /* who only looks can do without */
  }
  if (code != CE_OK) {
    return code;
  }
  *ret = machine;
  machine = (struct ce_machine){0};
  ret->engine = (struct ce_engine){.fs = ret->fs,
                                   .live = ret->engine.live,
                                   .clock = session->clock,
                                   .process = ce_process_system(),
                                   .sink = &session->events.sink,
                                   .cancelled = session->cancelled,
                                   .program = ret->program,
                                   .program_name = ret->program_path,
                                   .display = has_display(),
                                   .uid = (uint32_t)geteuid(),
                                   .gid = (uint32_t)getegid()};
  find_person(&ret->engine);
  return CE_OK;
}

void ce_machine_clear(struct ce_machine *machine) {
  ce_reader_free(machine->program);
  ce_fs_free(machine->fs);
  *machine = (struct ce_machine){0};
}
