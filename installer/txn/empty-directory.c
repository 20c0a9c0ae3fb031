/* SPDX-License-Identifier: Apache-2.0
 * rmdir that takes no for an answer. */
#include "txn/empty-directory.h"

#include <errno.h>

enum ce_code ce_empty_directory_remove(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_error why;
  enum ce_code code = ce_fs_remove_directory(fs, path, &why);
  if (code == CE_OK) {
    return CE_OK;
  }
  switch (why.sys_errno) {
  case ENOTEMPTY:
  case EEXIST:
  case ENOENT:
  case ENOTDIR:
  case EBUSY:
    return CE_OK;
  default:
    *err = why;
    return code;
  }
}
