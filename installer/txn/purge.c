/* SPDX-License-Identifier: Apache-2.0
 * What an uninstall with --purge takes besides: all that certenv keeps for itself. The records of packages
 * and of allow-lists go with what they tell of, which is the engine's to take back; what is left of them
 * stays.
 *
 * The receipt goes while the journal is still needed, so the journal is told first that the new state holds.
 * The journal goes before the lock: as long as the lock's name is there nobody else can start, and the
 * removal of the lock is the last thing that touches another run's files. */
#include "txn/run.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "txn/empty-directory.h"
#include "txn/journal.h"
#include "txn/note.h"

#include <string.h>

/* "setup.log", "setup.log.1", "monitor.log.2.gz". */
static bool is_log_name(const char *name) {
  const char *found = strstr(name, ".log");
  return found && (found[4] == '\0' || found[4] == '.');
}

/* Nobody but certenv writes there, but who does may. */
static enum ce_code remove_logs(struct ce_fs *fs, struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  bool exists = false;
  struct ce_fs_stat stat;
  enum ce_code code = ce_fs_exists(fs, CE_LOG_DIRECTORY, &exists, &stat, err);
  if (code != CE_OK || !exists || stat.type != CE_FS_DIRECTORY) {
    return code;
  }
  code = ce_fs_list(fs, CE_LOG_DIRECTORY, &names, err);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    CE_AUTO(ce_free) char *path = ce_relpath_join(CE_LOG_DIRECTORY, names.items[i]);
    if (!path) {
      return ce_fail_memory(err, CE_LOG_DIRECTORY);
    }
    code = is_log_name(names.items[i]) ? ce_fs_inspect(fs, path, &stat, err) : CE_OK;
    if (code == CE_OK && is_log_name(names.items[i]) && stat.type == CE_FS_FILE) {
      code = ce_fs_remove_file(fs, path, err);
    }
  }
  return code == CE_OK ? ce_empty_directory_remove(fs, CE_LOG_DIRECTORY, err) : code;
}

static enum ce_code remove_state(struct ce_fs *fs, struct ce_error *err) {
  static const char *const trees[] = {CE_CACHE, CE_TUF};
  static const char *const files[] = {CE_PREREQUISITES ".new", CE_RECEIPT ".new", CE_RECEIPT,
                                      CE_JOURNAL ".new", CE_ALLOWANCES ".new"};
  enum ce_code code = remove_logs(fs, err);
  for (size_t i = 0; code == CE_OK && i < sizeof trees / sizeof trees[0]; i++) {
    code = ce_fs_remove_tree(fs, trees[i], err);
  }
  for (size_t i = 0; code == CE_OK && i < sizeof files / sizeof files[0]; i++) {
    code = ce_fs_remove_if_present(fs, files[i], err);
  }
  return code;
}

/* The log directory may lie on a file system of its own. */
static enum ce_code sync_all(struct ce_run *run, struct ce_error *err) {
  struct ce_place *place = NULL;
  enum ce_code code = ce_places_find(&run->places, run->txn->fs, CE_LOG_DIRECTORY, &place, err);
  return code == CE_OK ? ce_places_sync(&run->places, run->txn->fs, false, err) : code;
}

static enum ce_code remove_last(struct ce_fs *fs, const struct ce_sink *sink, struct ce_error *err) {
  bool left = false;
  enum ce_code code = ce_journal_remove(fs, err);
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(fs, CE_BUSY, err);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(fs, CE_LOCK, err);
  }
  if (code == CE_OK) {
    code = ce_empty_directory_remove(fs, CE_STATE, err);
  }
  if (code == CE_OK) {
    code = ce_fs_exists(fs, CE_BACKUP, &left, NULL, err);
  }
  if (code == CE_OK && left) {
    ce_note_saved_left(sink, CE_BACKUP);
  }
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(CE_STATE);
  if (code == CE_OK && !parent) {
    return ce_fail_memory(err, CE_STATE);
  }
  return code == CE_OK ? ce_fs_sync_directory(fs, parent, err) : code;
}

enum ce_code ce_run_purge(struct ce_run *run, bool told, struct ce_error *err) {
  struct ce_fs *fs = run->txn->fs;
  enum ce_code code = told ? CE_OK : ce_journal_committed(fs, err);
  if (code == CE_OK) {
    code = remove_state(fs, err);
  }
  /* finish() took the backups that nobody needs; the others hold somebody's files. */
  if (code == CE_OK) {
    code = ce_empty_directory_remove(fs, CE_BACKUP, err);
  }
  if (code == CE_OK) {
    code = sync_all(run, err);
  }
  return code == CE_OK ? remove_last(fs, run->txn->sink, err) : code;
}
