/* SPDX-License-Identifier: Apache-2.0
 * Making and clearing the state directory. */
#include "engine/state.h"

#include "engine/host.h"
#include "model/layout.h"
#include "model/strings.h"
#include "ports/fs-document.h"

#include <string.h>

#define MADE_BYTES_MAX 4096

static const char *const parents[] = {"var", "var/lib"};

enum ce_code ce_state_prepare(const struct ce_engine *engine, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob made = {0};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < sizeof parents / sizeof parents[0]; i++) {
    bool exists = false;
    code = ce_fs_exists(engine->fs, parents[i], &exists, NULL, err);
    if (code == CE_OK && !exists) {
      code = ce_fs_make_directory(engine->fs, parents[i], CE_DIRECTORY_MODE, err);
      if (code == CE_OK) {
        code = ce_blob_printf(&made, err, "%s\n", parents[i]);
      }
    }
  }
  if (code == CE_OK) {
    code = ce_fs_make_directories(engine->fs, CE_STATE, CE_STATE_MODE, err);
  }
  if (code == CE_OK && made.size > 0) {
    /* Synced with the first change; a power loss before that may leave empty directories behind. */
    code = ce_fs_document_put(engine->fs, CE_MADE, made.data, made.size, 0644, err);
  }
  return code;
}

enum ce_code ce_state_take_made(const struct ce_engine *engine, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_fs_document_read(engine->fs, CE_MADE, MADE_BYTES_MAX, &text, err);
  if (code != CE_OK && code != CE_NOT_FOUND) {
    return code;
  }
  code = ce_strings_split(ce_blob_text(&text), ret, err);
  return code == CE_OK ? ce_fs_remove_if_present(engine->fs, CE_MADE, err) : code;
}

/* Only names that ce_state_prepare() makes: the note is a file that somebody could have changed. */
static bool is_ours(const char *path) {
  for (size_t i = 0; i < sizeof parents / sizeof parents[0]; i++) {
    if (strcmp(parents[i], path) == 0) {
      return true;
    }
  }
  return false;
}

void ce_state_remove_made(const struct ce_engine *engine, char *const *made) {
  struct ce_error ignored;
  for (size_t i = ce_strings_count(made); i > 0; i--) {
    if (is_ours(made[i - 1]) && ce_fs_remove_directory(engine->fs, made[i - 1], &ignored) != CE_OK) {
      return; /* not empty: somebody else's by now */
    }
  }
}

void ce_state_forget(const struct ce_engine *engine) {
  static const char *const keep[] = {CE_RECEIPT, CE_JOURNAL, CE_PREREQUISITES, CE_ALLOWANCES, CE_BACKUP};
  for (size_t i = 0; i < sizeof keep / sizeof keep[0]; i++) {
    if (ce_host_has(engine, keep[i])) {
      return;
    }
  }
  CE_AUTO(ce_strings) char **made = NULL;
  struct ce_error problem;
  enum ce_code code = ce_fs_remove_tree(engine->fs, CE_CACHE, &problem);
  if (code == CE_OK) {
    code = ce_fs_remove_tree(engine->fs, CE_TUF, &problem);
  }
  if (code == CE_OK) {
    code = ce_state_take_made(engine, &made, &problem);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(engine->fs, CE_BUSY, &problem);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(engine->fs, CE_LOCK, &problem);
  }
  if (code == CE_OK && ce_fs_remove_directory(engine->fs, CE_STATE, &problem) == CE_OK) {
    ce_state_remove_made(engine, made);
  }
  if (code != CE_OK) {
    ce_emit_warning(engine->sink, "state", &problem);
  }
}
