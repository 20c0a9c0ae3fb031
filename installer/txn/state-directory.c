/* SPDX-License-Identifier: Apache-2.0
 * Making CE_STATE. */
#include "txn/state-directory.h"

#include "base/relpath.h"
#include "model/layout.h"

/* Otherwise a power loss could take the directory with its journal and leave what the journal knows of. */
static enum ce_code sync_parents(struct ce_fs *fs, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_relpath_parent(CE_STATE);
  while (path) {
    enum ce_code code = ce_fs_sync_directory(fs, path, err);
    if (code != CE_OK || path[0] == '\0') {
      return code;
    }
    char *parent = ce_relpath_parent(path);
    free(path);
    path = parent;
  }
  return ce_fail_memory(err, CE_STATE);
}

enum ce_code ce_state_directory_make(struct ce_fs *fs, bool sync, struct ce_error *err) {
  bool exists = false;
  struct ce_fs_stat stat;
  enum ce_code code = ce_fs_exists(fs, CE_STATE, &exists, &stat, err);
  if (code == CE_OK && !exists) {
    code = ce_fs_make_directories(fs, CE_STATE, CE_STATE_MODE, err);
  }
  if (code == CE_OK && exists && stat.type != CE_FS_DIRECTORY) {
    return ce_fail(err, CE_CONFLICT, "make", CE_STATE, "something that is no directory is in its place");
  }
  return code == CE_OK && (sync || !exists) ? sync_parents(fs, err) : code;
}
