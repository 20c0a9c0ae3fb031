/* SPDX-License-Identifier: Apache-2.0
 * Finding capabilities. The places are those of Debian, Fedora, openSUSE, Arch and their derivatives. */
#include "engine/capability.h"

#include "engine/host.h"
#include "model/strings.h"

#include <string.h>

/* %s stands for the architecture's multiarch name. */
static const char *const library_directories[] = {"usr/lib/%s", "usr/lib64", "usr/lib",      "lib/%s",
                                                  "lib64",      "lib",       "usr/local/lib"};

static const struct {
  const char *capability;
  const char *paths[8];
} things[] = {
    {"pcscd", {"usr/sbin/pcscd", "usr/bin/pcscd", "sbin/pcscd", "usr/local/sbin/pcscd"}},
    {"ccid",
     {"usr/lib/pcsc/drivers/ifd-ccid.bundle", "usr/lib64/pcsc/drivers/ifd-ccid.bundle",
      "usr/lib64/readers/usb/ifd-ccid.bundle", "usr/lib/readers/usb/ifd-ccid.bundle",
      "usr/lib/x86_64-linux-gnu/pcsc/drivers/ifd-ccid.bundle",
      "usr/lib/aarch64-linux-gnu/pcsc/drivers/ifd-ccid.bundle",
      "usr/lib/loongarch64-linux-gnu/pcsc/drivers/ifd-ccid.bundle"}},
};

static bool has_library(const struct ce_engine *engine, const char *arch, const char *soname) {
  CE_AUTO(ce_free) char *multiarch = ce_text_format("%s-linux-gnu", arch);
  for (size_t i = 0; multiarch && i < sizeof library_directories / sizeof library_directories[0]; i++) {
    const char *pattern = library_directories[i];
    const char *mark = strstr(pattern, "%s");
    CE_AUTO(ce_free)
    char *path = mark ? ce_text_format("%.*s%s/%s", (int)(mark - pattern), pattern, multiarch, soname)
                      : ce_text_format("%s/%s", pattern, soname);
    if (path && ce_host_has(engine, path)) {
      return true;
    }
  }
  return false;
}

bool ce_capability_present(const struct ce_engine *engine, const char *arch, const char *capability) {
  if (strcmp(capability, "p11-kit") == 0) {
    return has_library(engine, arch, "libp11-kit.so.0");
  }
  if (strncmp(capability, "lib", 3) == 0 && strstr(capability, ".so")) {
    return has_library(engine, arch, capability);
  }
  for (size_t i = 0; i < sizeof things / sizeof things[0]; i++) {
    if (strcmp(things[i].capability, capability) != 0) {
      continue;
    }
    for (size_t k = 0; k < sizeof things[i].paths / sizeof things[i].paths[0] && things[i].paths[k]; k++) {
      if (ce_host_has(engine, things[i].paths[k])) {
        return true;
      }
    }
  }
  return false;
}

enum ce_code ce_capability_missing(const struct ce_engine *engine, const char *arch,
                                   const struct ce_manifest *manifest, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_strings) char **missing = calloc(1, sizeof *missing);
  enum ce_code code = missing ? CE_OK : ce_fail_memory(err, "list");
  for (size_t i = 0; code == CE_OK && i < manifest->prerequisite_count; i++) {
    const char *capability = manifest->prerequisites[i].capability;
    if (!ce_capability_present(engine, arch, capability)) {
      code = ce_strings_add(&missing, capability, err);
    }
  }
  for (size_t i = 0; code == CE_OK && manifest->sonames && manifest->sonames[i]; i++) {
    if (!ce_capability_present(engine, arch, manifest->sonames[i])) {
      code = ce_strings_add(&missing, manifest->sonames[i], err);
    }
  }
  if (code == CE_OK) {
    *ret = ce_take(&missing);
  }
  return code;
}
