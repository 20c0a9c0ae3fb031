/* SPDX-License-Identifier: Apache-2.0
 * Reading os-release. */
#include "guard/os-release.h"

#include "ports/fs-document.h"

#define OS_RELEASE_BYTES_MAX 65536

static void take(const struct ce_blob *text, const char *key, char ret[CE_SETTING_SIZE]) {
  if (!ce_text_setting(ce_blob_text(text), text->size, key, ret)) {
    ret[0] = '\0';
  }
}

void ce_os_release_read(struct ce_fs *fs, struct ce_os_release *ret) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  /* /etc/os-release is usually a link; the file itself is in /usr/lib. */
  static const char *const places[] = {"etc/os-release", "usr/lib/os-release"};
  for (size_t i = 0; i < sizeof places / sizeof places[0] && text.size == 0; i++) {
    if (ce_fs_document_read(fs, places[i], OS_RELEASE_BYTES_MAX, &text, &ignored) != CE_OK) {
      continue;
    }
  }
  take(&text, "ID", ret->id);
  take(&text, "ID_LIKE", ret->like);
  take(&text, "VERSION_ID", ret->version);
  take(&text, "PRETTY_NAME", ret->pretty_name);
}
