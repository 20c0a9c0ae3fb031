/* SPDX-License-Identifier: Apache-2.0
 * Paths with their SHA-256. */
#include "engine/allow-list.h"

#include "base/json.h"
#include "model/layout.h"

bool ce_allow_list_has(const struct ce_manifest_file *file) {
  return file->type == CE_MANIFEST_FILE && ce_manifest_is_code(file->path, file->mode);
}

void ce_allow_list_tell(const struct ce_sink *sink, const struct ce_manifest *manifest) {
  for (size_t i = 0; i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    char hex[CE_DIGEST_HEX_SIZE];
    if (!ce_allow_list_has(file)) {
      continue;
    }
    ce_digest_to_hex(&file->sha256, hex);
    CE_AUTO(ce_free)
    char *path = ce_text_format("/%s/%s/%s", CE_VERSIONS, manifest->version, file->path);
    CE_AUTO(ce_free) char *subject = ce_text_format("%s  SHA-256 %s", path ? path : file->path, hex);
    CE_AUTO(ce_json) json_t *data = json_pack("{s:{s:s*,s:s}}", "file", "path", path, "sha256", hex);
    ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_NOTE,
                                     .name = "allow-list",
                                     .sentence = N_("For the allow-list of the security software: %s"),
                                     .subject = subject,
                                     .data = data});
  }
}
