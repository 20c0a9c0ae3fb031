/* SPDX-License-Identifier: Apache-2.0
 * gio(1) with a time limit. */
#include "launcher/trust-mark.h"

#define TRUSTED  "metadata::trusted"
#define CHECKSUM "metadata::xfce-exe-checksum"
#define LIMIT_MS 1500

static bool run(const struct ce_process *process, const char *const argv[]) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  struct ce_error ignored;
  return process->run(process->context, argv, NULL, LIMIT_MS, &result, &ignored) == CE_OK &&
         result.exit_status == 0;
}

bool ce_trust_mark_set(const struct ce_process *process, const char *path, const struct ce_digest *sha256) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  return run(process, (const char *const[]){"gio", "set", "-t", "string", path, CHECKSUM, hex, NULL}) &&
         run(process, (const char *const[]){"gio", "set", "-t", "string", path, TRUSTED, "true", NULL});
}

void ce_trust_mark_clear(const struct ce_process *process, const char *path) {
  if (run(process, (const char *const[]){"gio", "set", "-t", "unset", path, CHECKSUM, NULL})) {
    run(process, (const char *const[]){"gio", "set", "-t", "unset", path, TRUSTED, NULL});
  }
}
