/* SPDX-License-Identifier: Apache-2.0
 * The kernel knows which file the program is. */
#include "switches/own-tree.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SELF "/proc/self/exe"

enum ce_code ce_own_tree_find(char **ret, struct ce_error *err) {
  char path[4096];
  ssize_t size = readlink(SELF, path, sizeof path - 1);
  if (size < 0) {
    return ce_fail_sys(err, errno, "readlink", SELF);
  }
  path[size] = '\0';
  for (int up = 0; up < 2; up++) {
    char *slash = strrchr(path, '/');
    if (slash && slash != path) {
      *slash = '\0';
    }
  }
  char *tree = strdup(path);
  if (!tree) {
    return ce_fail_memory(err, path);
  }
  *ret = tree;
  return CE_OK;
}
