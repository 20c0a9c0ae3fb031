/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes user-dirs.dirs: a path that comes out is absolute, and is found again when it is written down
 * plainly. */
#include "launcher/user-dirs.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOME "/home/zhang"

static void check(int holds) {
  if (!holds) {
    abort();
  }
}

static void check_again(const char *path) {
  char line[2 * CE_USER_DIRS_PATH_BYTES_MAX + 64];
  size_t used = (size_t)snprintf(line, sizeof line, "XDG_DESKTOP_DIR=\"");
  for (const char *at = path; *at; at++) {
    if (*at == '"' || *at == '\\') {
      line[used++] = '\\';
    }
    line[used++] = *at;
  }
  line[used++] = '"';
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  struct ce_error err;
  check(ce_user_dirs_parse(line, used, HOME, &dirs, &err) == CE_OK);
  /* The home in front may have made it longer than a line takes. */
  check(dirs.desktop == CE_USER_DIRS_NAMED ? strcmp(dirs.path, path) == 0
                                           : strlen(path) >= CE_USER_DIRS_PATH_BYTES_MAX - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  struct ce_error err;
  if (size > CE_USER_DIRS_BYTES_MAX || ce_user_dirs_parse(data, size, HOME, &dirs, &err)) {
    return 0;
  }
  check((dirs.desktop == CE_USER_DIRS_NAMED) == (dirs.path != NULL));
  if (dirs.path) {
    size_t length = strlen(dirs.path);
    check(dirs.path[0] == '/' && dirs.path[length - 1] != '/' && strcmp(dirs.path, HOME) != 0);
    check(!memchr(dirs.path, '\n', length));
    check_again(dirs.path);
  }
  return 0;
}
