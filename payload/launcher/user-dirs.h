/* SPDX-License-Identifier: Apache-2.0
 * What $XDG_CONFIG_HOME/user-dirs.dirs says about the desktop folder.
 *
 * Source of the format: user-dirs.dirs(5). The file is a shell's, so that people may put anything into it:
 * only lines of the form XDG_DESKTOP_DIR="$HOME/name" or XDG_DESKTOP_DIR="/absolute" count, the last one
 * wins, and nothing is expanded but $HOME and a backslash before a character. */
#ifndef CE_LAUNCHER_USER_DIRS_H
#define CE_LAUNCHER_USER_DIRS_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>

#define CE_USER_DIRS_BYTES_MAX      ((size_t)64 << 10)
#define CE_USER_DIRS_PATH_BYTES_MAX 4000

enum ce_user_dirs_desktop {
  CE_USER_DIRS_UNSET,    /* no line that counts */
  CE_USER_DIRS_DISABLED, /* the home itself: this person wants no desktop folder */
  CE_USER_DIRS_NAMED
};

struct ce_user_dirs {
  enum ce_user_dirs_desktop desktop;
  char *path; /* absolute, UTF-8, without a slash at its end; NULL unless NAMED */
};
void ce_user_dirs_clear(struct ce_user_dirs *dirs);
CE_DEFINE_AUTO_IN_PLACE(ce_user_dirs, struct ce_user_dirs, ce_user_dirs_clear);

/* home is absolute. Any bytes may be given; lines that are not understood are passed over. MEMORY. */
CE_MUST_USE enum ce_code ce_user_dirs_parse(const void *bytes, size_t size, const char *home,
                                            struct ce_user_dirs *ret, struct ce_error *err);

#endif
