/* SPDX-License-Identifier: Apache-2.0
 * fapolicyd-cli, usbguard, kysec_set, restorecon. */
#include "engine/allowance-tools.h"

#include "engine/allow-list.h"
#include "engine/host.h"
#include "model/layout.h"
#include "model/strings.h"
#include "ports/fs-document.h"

#include <string.h>

#define TOOL_TIMEOUT_MS   120000
#define TRUST_MODE        0644
#define RESTORE_PATHS_MAX 256
#define RESTORE_TREE      "/" CE_HOME

static bool warn(const struct ce_engine *engine, const struct ce_error *problem) {
  ce_emit_warning(engine->sink, "allowance", problem);
  return false;
}

/* Runs one command; *ret (may be NULL) is what it printed. */
static bool run(const struct ce_engine *engine, const char *const argv[], struct ce_blob *ret) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  struct ce_error err;
  enum ce_code code =
      engine->process->run(engine->process->context, argv, NULL, TOOL_TIMEOUT_MS, &result, &err);
  if (code == CE_OK && result.exit_status != 0) {
    code = ce_fail(&err, CE_CHILD, "run", argv[0], "%s %s: exit status %d: %.200s", argv[0],
                   argv[1] ? argv[1] : "", result.exit_status, ce_blob_text(&result.errors));
  }
  if (code != CE_OK) {
    return warn(engine, &err);
  }
  if (ret) {
    *ret = result.output;
    result.output = (struct ce_blob){0};
  }
  return true;
}

bool ce_tool_is_there(const struct ce_engine *engine, const char *name) {
  static const char *const places[] = {"usr/bin", "usr/sbin", "bin", "sbin"};
  bool found = false;
  for (size_t i = 0; !found && i < sizeof places / sizeof places[0]; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", places[i], name);
    found = path && ce_host_has(engine, path);
  }
  return found;
}

static bool update_fapolicyd(const struct ce_engine *engine) {
  return run(engine, (const char *const[]){"fapolicyd-cli", "--update", NULL}, NULL);
}

/* What fapolicyd does not know of must not look as if it did. One that stood there before stays: fapolicyd
 * reads it when it starts. */
static bool take_new_file(const struct ce_engine *engine) {
  struct ce_error err;
  bool taken = ce_fs_remove_if_present(engine->fs, CE_FAPOLICYD_TRUST, &err) == CE_OK &&
               ce_fs_sync_directory(engine->fs, CE_FAPOLICYD_DIRECTORY, &err) == CE_OK;
  return taken ? false : warn(engine, &err);
}

bool ce_fapolicyd_trust(const struct ce_engine *engine, const struct ce_blob *lines, bool anew,
                        bool *ret_told) {
  CE_AUTO(ce_blob) struct ce_blob old = {0};
  struct ce_error err;
  enum ce_code read = ce_fs_document_read(engine->fs, CE_FAPOLICYD_TRUST, CE_TRUST_LIST_MAX, &old, &err);
  bool same = read == CE_OK && strcmp(ce_blob_text(&old), ce_blob_text(lines)) == 0;
  *ret_told = !same || anew;
  if (!same && ce_fs_document_replace(engine->fs, CE_FAPOLICYD_TRUST, ce_blob_text(lines), lines->size,
                                      TRUST_MODE, &err) != CE_OK) {
    return warn(engine, &err);
  }
  if (!*ret_told || update_fapolicyd(engine)) {
    return true;
  }
  return read == CE_NOT_FOUND ? take_new_file(engine) : false;
}

/* Without its file the trust is taken back: a fapolicyd that does not listen now reads anew when it starts.
 * Where it went away itself its file goes, too; where the file is gone a run may have been stopped before
 * fapolicyd was told. */
bool ce_fapolicyd_distrust(const struct ce_engine *engine) {
  struct ce_error err;
  bool listed = ce_host_has(engine, CE_FAPOLICYD_TRUST);
  if (listed && (ce_fs_remove_if_present(engine->fs, CE_FAPOLICYD_TRUST, &err) != CE_OK ||
                 ce_fs_sync_directory(engine->fs, CE_FAPOLICYD_DIRECTORY, &err) != CE_OK)) {
    return warn(engine, &err);
  }
  if (ce_tool_is_there(engine, "fapolicyd-cli")) {
    update_fapolicyd(engine);
  }
  return true;
}

size_t ce_usbguard_list_blocked(const struct ce_engine *engine, struct ce_usbguard_device *ret, size_t max) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  size_t count = 0;
  if (!run(engine, (const char *const[]){"usbguard", "list-devices", "--blocked", NULL}, &text)) {
    return 0;
  }
  for (const char *line = ce_blob_text(&text); *line && count < max;) {
    size_t length = strcspn(line, "\n");
    count += ce_usbguard_read_device(line, length, &ret[count]);
    line += length + (line[length] == '\n');
  }
  return count;
}

char *ce_usbguard_rule(const struct ce_usbguard_device *device) {
  return ce_text_format("allow id %04x:%04x hash \"%s\"", device->vendor_id, device->product_id,
                        device->hash);
}

/* The number of the first rule that says this; false when there is none, or they cannot be listed. */
static bool find_rule(const struct ce_engine *engine, const char *rule, bool *ret_listed,
                      unsigned *ret_number) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  *ret_listed = run(engine, (const char *const[]){"usbguard", "list-rules", NULL}, &text);
  for (const char *line = ce_blob_text(&text); *line;) {
    size_t length = strcspn(line, "\n");
    if (ce_usbguard_read_rule(line, length, rule, ret_number)) {
      return true;
    }
    line += length + (line[length] == '\n');
  }
  return false;
}

bool ce_usbguard_has_rule(const struct ce_engine *engine, const char *rule, bool *ret_found) {
  bool listed = false;
  unsigned number = 0;
  *ret_found = find_rule(engine, rule, &listed, &number);
  return listed;
}

bool ce_usbguard_append(const struct ce_engine *engine, const char *rule) {
  return run(engine, (const char *const[]){"usbguard", "append-rule", rule, NULL}, NULL);
}

bool ce_usbguard_let_in(const struct ce_engine *engine, const struct ce_usbguard_device *device) {
  char number[16];
  snprintf(number, sizeof number, "%u", device->number);
  return run(engine, (const char *const[]){"usbguard", "allow-device", number, NULL}, NULL);
}

bool ce_usbguard_remove(const struct ce_engine *engine, const char *rule) {
  bool listed = false;
  unsigned found = 0, left = 0;
  if (!find_rule(engine, rule, &listed, &found)) {
    return listed;
  }
  char number[16];
  snprintf(number, sizeof number, "%u", found);
  if (!run(engine, (const char *const[]){"usbguard", "remove-rule", number, NULL}, NULL)) {
    return false;
  }
  struct ce_error err;
  if (find_rule(engine, rule, &listed, &left) && left == found) {
    ce_fail(&err, CE_CHILD, "run", "usbguard", "rule %u is there again: %s", found, rule);
    return warn(engine, &err);
  }
  return listed;
}

bool ce_kysec_verify(const struct ce_engine *engine, const struct ce_manifest *manifest,
                     const char *directory) {
  for (size_t i = 0; i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    CE_AUTO(ce_free) char *path = ce_text_format("/%s/%s", directory, file->path);
    if (path && ce_allow_list_has(file) &&
        !run(engine, (const char *const[]){"kysec_set", "-n", "exectl", "-v", "verified", path, NULL},
             NULL)) {
      return false;
    }
  }
  return true;
}

enum ce_code ce_selinux_command(const struct ce_receipt *receipt, char ***ret, struct ce_error *err) {
  static const char *const begin[] = {"restorecon", "-R", RESTORE_TREE};
  CE_AUTO(ce_strings) char **words = NULL;
  enum ce_code code = CE_OK;
  size_t count = 0;
  for (size_t i = 0; code == CE_OK && i < sizeof begin / sizeof begin[0]; i++) {
    code = ce_strings_add(&words, begin[i], err);
  }
  for (size_t i = 0; code == CE_OK && receipt && i < receipt->path_count && count < RESTORE_PATHS_MAX; i++) {
    if (receipt->paths[i].type != CE_PATH_DIRECTORY) {
      CE_AUTO(ce_free) char *path = ce_text_format("/%s", receipt->paths[i].path);
      code = path ? ce_strings_add(&words, path, err) : ce_fail_memory(err, "selinux");
      count++;
    }
  }
  if (code == CE_OK) {
    *ret = ce_take(&words);
  }
  return code;
}

bool ce_selinux_restore(const struct ce_engine *engine, const struct ce_receipt *receipt) {
  CE_AUTO(ce_strings) char **words = NULL;
  struct ce_error err;
  return ce_selinux_command(receipt, &words, &err) == CE_OK ? run(engine, (const char *const *)words, NULL)
                                                            : warn(engine, &err);
}
