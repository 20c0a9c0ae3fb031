/* SPDX-License-Identifier: Apache-2.0
 * Paths with their SHA-256. */
#include "engine/allow-list.h"

#include "base/json.h"
#include "model/layout.h"

#include <inttypes.h>
#include <string.h>

static bool is_library(const char *path) {
  const char *found = strstr(path, ".so");
  return found && (found[3] == '\0' || found[3] == '.');
}

bool ce_allow_list_has(const struct ce_manifest_file *file) {
  return file->type == CE_MANIFEST_FILE && ((file->mode & 0111) || is_library(file->path));
}

static enum ce_code append(struct ce_blob *list, const char *directory, const char *path, uint64_t size_bytes,
                           const struct ce_digest *sha256, struct ce_error *err) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  if (strpbrk(path, " \t\n\v\f\r")) {
    return CE_OK;
  }
  return ce_blob_printf(list, err, "/%s%s%s %" PRIu64 " %s\n", directory, directory[0] ? "/" : "", path,
                        size_bytes, hex);
}

enum ce_code ce_allow_list_format(const struct ce_manifest *manifest, const char *directory,
                                  struct ce_blob *ret, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    if (file->type == CE_MANIFEST_FILE) {
      code = append(ret, directory, file->path, file->size_bytes, &file->sha256, err);
    }
  }
  return code;
}

enum ce_code ce_allow_list_format_paths(const struct ce_receipt *receipt, struct ce_blob *ret,
                                        struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < receipt->path_count; i++) {
    const struct ce_receipt_path *path = &receipt->paths[i];
    if (path->type == CE_PATH_FILE && ((path->mode & 0111) || is_library(path->path))) {
      code = append(ret, "", path->path, path->size_bytes, &path->sha256, err);
    }
  }
  return code;
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
