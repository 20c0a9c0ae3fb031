/* SPDX-License-Identifier: Apache-2.0
 * The marks, and the child with a time limit that writes them. */
#include "launcher/trust-mark.h"

#include "launcher/gvfs-metadata.h"

#define OWN_PROGRAM "/proc/self/exe"
/* How long a session may take; a slow machine needs seconds. With the second in which a child that hangs may
 * still end by itself it stays below SESSION_LIMIT_MS of installer/engine/desktops.c, or an install or
 * uninstall ends the launcher before its work is done. */
#define LIMIT_MS 8000

static bool run(const struct ce_process *process, const char *path, const char *checksum) {
  const char *const argv[] = {OWN_PROGRAM, CE_TRUST_MARK_VERB, path, checksum, NULL};
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  struct ce_error ignored;
  return process->run(process->context, argv, NULL, LIMIT_MS, &result, &ignored) == CE_OK &&
         result.exit_status == 0;
}

bool ce_trust_mark_set(const struct ce_process *process, const char *path, const struct ce_digest *sha256) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  return run(process, path, hex);
}

void ce_trust_mark_clear(const struct ce_process *process, const char *path) {
  run(process, path, NULL);
}

bool ce_trust_mark_write(const char *path, const char *checksum) {
  const struct ce_gvfs_mark marks[] = {{"metadata::xfce-exe-checksum", checksum},
                                       {"metadata::trusted", checksum ? "true" : NULL}};
  struct ce_gvfs_calls calls;
  return ce_gvfs_load(&calls) && ce_gvfs_set(&calls, path, marks, sizeof marks / sizeof marks[0]);
}
