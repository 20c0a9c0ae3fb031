/* SPDX-License-Identifier: Apache-2.0
 * A person's desktop folder: where it is, and whether something may be put there. */
#ifndef CE_LAUNCHER_FOLDER_H
#define CE_LAUNCHER_FOLDER_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>

enum ce_folder_state {
  CE_FOLDER_FOUND,
  CE_FOLDER_NONE,     /* no desktop was ever set up in this home */
  CE_FOLDER_DISABLED, /* user-dirs.dirs says that there is to be none */
  CE_FOLDER_FOREIGN   /* it is somebody else's, or no folder */
};

/* {.fd = -1} owns nothing. */
struct ce_folder {
  enum ce_folder_state state;
  int fd;     /* open when FOUND, else -1 */
  char *path; /* NULL when NONE and DISABLED */
};
void ce_folder_clear(struct ce_folder *folder);
CE_DEFINE_AUTO_IN_PLACE(ce_folder, struct ce_folder, ce_folder_clear);

struct ce_folder_request {
  const char *home, *config_home; /* absolute */
  bool make; /* a missing folder is made when user-dirs.dirs names it; its parent must be there */
};

/* By user-dirs.dirs, else the first of "桌面" and "Desktop" in the home. The folder may be a symbolic link to
 * a folder elsewhere, but what it leads to must be the caller's own. What happens in it is done through fd.
 * IO, PERMISSION, READ_ONLY, NO_SPACE, MEMORY. */
CE_MUST_USE enum ce_code ce_folder_find(const struct ce_folder_request *request, struct ce_folder *ret,
                                        struct ce_error *err);
/* The folder at path, FOUND, FOREIGN or NONE. */
CE_MUST_USE enum ce_code ce_folder_open(const char *path, struct ce_folder *ret, struct ce_error *err);

#endif
