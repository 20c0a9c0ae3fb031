/* SPDX-License-Identifier: Apache-2.0
 * Tokens of SoftHSM 2 in a test's own directory: no key of the machine is touched. */
#ifndef CE_TESTS_SOFTHSM_SCENE_H
#define CE_TESTS_SOFTHSM_SCENE_H

#include "temp-tree.h"

#include <stdarg.h>
#include <stdlib.h>

#define SOFTHSM_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define SOFTHSM_PIN    "123456"

/* SoftHSM forgets some ASN.1 of its own; what we link is the archive, so the shared libcrypto is its alone.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
  return "leak:libcrypto.so\n";
}

static inline bool softhsm_is_here(void) {
  return access(SOFTHSM_MODULE, R_OK) == 0 && system("command -v softhsm2-util pkcs11-tool >/dev/null") == 0;
}

__attribute__((format(printf, 1, 2))) static inline void softhsm_shell(const char *format, ...) {
  char command[4096];
  va_list args;
  va_start(args, format);
  vsnprintf(command, sizeof command, format, args);
  va_end(args);
  temp_require(system(command) == 0, command);
}

/* Directory and configuration, for this process and those it starts. */
static inline void softhsm_prepare(const char *directory) {
  char text[PATH_MAX + 128];
  temp_directory(directory, "tokens");
  snprintf(text, sizeof text,
           "directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n", directory);
  temp_write(directory, "softhsm2.conf", text, 0600);
  setenv("SOFTHSM2_CONF", temp_path(directory, "softhsm2.conf"), 1);
}

static inline void softhsm_make_token(const char *label) {
  softhsm_shell("softhsm2-util --init-token --free --label '%s' --pin %s --so-pin 87654321 >/dev/null", label,
                SOFTHSM_PIN);
}

/* type as pkcs11-tool says it: "rsa:2048", "EC:prime256v1", "EC:secp384r1", "EC:edwards25519". */
static inline void softhsm_make_key(const char *token, const char *type, const char *id, const char *label) {
  softhsm_shell("pkcs11-tool --module " SOFTHSM_MODULE " --token-label '%s' --login --pin %s --keypairgen "
                "--key-type %s --id %s --label '%s' >/dev/null 2>&1",
                token, SOFTHSM_PIN, type, id, label);
}

#endif
