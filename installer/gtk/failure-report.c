/* SPDX-License-Identifier: Apache-2.0
 * Putting the report together, in English: it is read by those who make the program. */
#include "gtk/failure-report.h"

#include "base/json.h"
#include "base/utf8.h"
#include "guard/os-release.h"
#include "ports/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static enum ce_code add_machine(struct ce_blob *text, const char *program, struct ce_error *err) {
  struct utsname machine;
  char place[PATH_MAX];
  if (uname(&machine) != 0) {
    return ce_fail_sys(err, errno, "uname", "");
  }
  ce_utf8_clean(program, place, sizeof place); /* a file may have any name */
  return ce_blob_printf(text, err, "certenv " CERTENV_VERSION "\nprogram: %s\nkernel: %s %s %s\n", place,
                        machine.sysname, machine.release, machine.machine);
}

static enum ce_code add_system(struct ce_blob *text, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_os_release system;
  struct ce_error ignored;
  if (ce_fs_open_root("/", &fs, &ignored) != CE_OK) {
    return CE_OK;
  }
  ce_os_release_read(fs, &system);
  return system.pretty_name[0] ? ce_blob_printf(text, err, "system: %s\n", system.pretty_name) : CE_OK;
}

char *ce_failure_report(const struct ce_run_view *run, const struct ce_checks *checks, const char *program) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  enum ce_code code = add_machine(&text, program, &ignored);
  if (code == CE_OK) {
    code = add_system(&text, &ignored);
  }
  if (code == CE_OK) {
    code = ce_blob_printf(&text, &ignored, "outcome: %s (exit status %d) %s\n%s\n", ce_code_id(run->code),
                          ce_code_exit_status(run->code), ce_code_sentence(run->code), run->detail);
  }
  if (code == CE_OK && checks->document) {
    code = ce_blob_printf(&text, &ignored, "\n[doctor]\n");
    code = code == CE_OK ? ce_json_write(checks->document, true, &text, &ignored) : code;
  }
  if (code == CE_OK) {
    code = ce_blob_printf(&text, &ignored, "\n[events]\n%s", ce_blob_text(&run->log));
  }
  return code == CE_OK ? ce_blob_take_text(&text) : NULL;
}

enum ce_code ce_failure_report_save(const char *path, const char *report, struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return ce_fail_sys(err, errno, "open", path);
  }
  int failed = ce_descriptor_write(fd, report, strlen(report));
  enum ce_code code = failed ? ce_fail_sys(err, failed, "write", path) : CE_OK;
  if (close(ce_take_fd(&fd)) != 0 && code == CE_OK) {
    code = ce_fail_sys(err, errno, "close", path);
  }
  if (code != CE_OK) {
    unlink(path); /* half a report helps nobody */
  }
  return code;
}
