/* SPDX-License-Identifier: Apache-2.0
 * The launcher as a file in a folder that its owner may change at any moment: looked at without waiting, put
 * without ever replacing something else. */
#ifndef CE_LAUNCHER_LAUNCHER_FILE_H
#define CE_LAUNCHER_LAUNCHER_FILE_H

#include "base/blob.h"
#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>

#define CE_LAUNCHER_NAME      "certenv-assistant.desktop"
#define CE_LAUNCHER_BYTES_MAX ((size_t)64 << 10)

enum ce_launcher_file_kind {
  CE_LAUNCHER_FILE_ABSENT,
  CE_LAUNCHER_FILE_READ, /* a regular file that was read whole */
  CE_LAUNCHER_FILE_OTHER /* anything else: a link, a pipe, a folder, a file too large or not to be read */
};
struct ce_launcher_file {
  enum ce_launcher_file_kind kind;
  struct ce_digest sha256; /* of READ */
};

/* What folder_fd has under this name. */
struct ce_launcher_file ce_launcher_file_look(int folder_fd, const char *name);

/* Writes it beside its place, hidden, with mode 0755 and on the disk; then renames it. replace is false:
 * *ret_taken tells that the name is taken meanwhile, and nothing was done. path is for messages. NO_SPACE,
 * READ_ONLY, PERMISSION, IO; nothing is left behind. */
CE_MUST_USE enum ce_code ce_launcher_file_put(int folder_fd, const char *path, const struct ce_blob *bytes,
                                              bool replace, bool *ret_taken, struct ce_error *err);
/* Gone already is fine. */
CE_MUST_USE enum ce_code ce_launcher_file_remove(int folder_fd, const char *path, struct ce_error *err);
/* Lets those that watch the folder look at the file again: its marks lie elsewhere, where nobody watches. */
void ce_launcher_file_stir(int folder_fd, const char *name);

#endif
