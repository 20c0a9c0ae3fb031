/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the texts of /proc and /etc that a look for security software reads: mounts, settings, lists,
 * fdinfo. */
#include "guard/mountinfo.h"
#include "guard/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  static struct ce_mount mount;
  char value[CE_SETTING_SIZE];
  if (ce_mountinfo_find(text, size, "/opt/certenv", &mount)) {
    size_t length = strnlen(mount.point, sizeof mount.point);
    require(length > 0 && length <= strlen("/opt/certenv") &&
            strncmp(mount.point, "/opt/certenv", length) == 0);
  }
  if (ce_text_setting(text, size, "permissive", value)) {
    require(strnlen(value, sizeof value) < sizeof value);
    require(ce_text_has_setting(text, size, "permissive", value));
  }
  ce_text_lists(text, size, "certenv");
  ce_text_asks_before_access(text, size);
  return 0;
}
