/* SPDX-License-Identifier: Apache-2.0
 * launcher.json. */
#include "launcher/record.h"

#include "base/json.h"
#include "launcher/launcher-file.h"
#include "launcher/user-dirs.h"
#include "model/text-rule.h"

#include <string.h>

#define DOCUMENT          "launcher.json"
#define VERSION_BYTES_MAX 128

static const struct ce_json_context context = {CE_RECEIPT_DAMAGED, DOCUMENT};

void ce_launcher_record_free(struct ce_launcher_record *record) {
  if (record) {
    free(record->version);
    free(record->path);
    free(record);
  }
}

enum ce_code ce_launcher_record_new(const char *version, const char *path, const struct ce_digest *sha256,
                                    struct ce_launcher_record **ret, struct ce_error *err) {
  CE_AUTO(ce_launcher_record) struct ce_launcher_record *record = calloc(1, sizeof *record);
  if (!record || !(record->version = strdup(version)) || !(record->path = strdup(path))) {
    return ce_fail_memory(err, DOCUMENT);
  }
  record->sha256 = record->previous = *sha256;
  *ret = ce_take(&record);
  return CE_OK;
}

static enum ce_code check_format(const json_t *json, struct ce_error *err) {
  int64_t format = 0;
  enum ce_code code = ce_json_get_integer(&context, json, "format", 1, CE_JSON_INTEGER_MAX, &format, err);
  if (!code && format > CE_LAUNCHER_RECORD_FORMAT) {
    return ce_fail(err, CE_STATE_FORMAT, "read", DOCUMENT, "format %lld is newer than this program's %d",
                   (long long)format, CE_LAUNCHER_RECORD_FORMAT);
  }
  return code;
}

static enum ce_code read_path(const json_t *json, const char **ret, struct ce_error *err) {
  enum ce_code code = ce_json_get_string(&context, json, "path", 2 * CE_USER_DIRS_PATH_BYTES_MAX, ret, err);
  if (!code && ((*ret)[0] != '/' || !ce_text_ends_with(*ret, "/" CE_LAUNCHER_NAME))) {
    return ce_json_refuse(&context, err, "path", "is not the absolute path of a launcher");
  }
  return code;
}

static enum ce_code read_content(const json_t *json, struct ce_launcher_record *record,
                                 struct ce_error *err) {
  enum ce_code code = ce_json_get_digest(&context, json, "sha256", &record->sha256, err);
  record->previous = record->sha256;
  if (!code && json_object_get(json, "previous")) {
    code = ce_json_get_digest(&context, json, "previous", &record->previous, err);
  }
  if (!code) {
    code = ce_json_get_boolean(&context, json, "placed", &record->placed, err);
  }
  return code ? code : ce_json_get_boolean(&context, json, "trusted", &record->trusted, err);
}

enum ce_code ce_launcher_record_parse(const void *bytes, size_t size, struct ce_launcher_record **ret,
                                      struct ce_error *err) {
  CE_AUTO(ce_json) json_t *json = NULL;
  CE_AUTO(ce_launcher_record) struct ce_launcher_record *record = NULL;
  const char *version = NULL, *path = NULL;
  enum ce_code code = ce_json_parse(&context, bytes, size, CE_LAUNCHER_RECORD_BYTES_MAX, &json, err);
  if (!code) {
    code = check_format(json, err);
  }
  if (!code) {
    code = ce_json_get_string(&context, json, "version", VERSION_BYTES_MAX, &version, err);
  }
  if (!code) {
    code = read_path(json, &path, err);
  }
  struct ce_launcher_record content = {0};
  if (!code) {
    code = read_content(json, &content, err);
  }
  if (!code) {
    code = ce_launcher_record_new(version, path, &content.sha256, &record, err);
  }
  if (code) {
    return code;
  }
  record->previous = content.previous;
  record->placed = content.placed;
  record->trusted = content.trusted;
  *ret = ce_take(&record);
  return CE_OK;
}

enum ce_code ce_launcher_record_write(const struct ce_launcher_record *record, struct ce_blob *ret,
                                      struct ce_error *err) {
  char sha256[CE_DIGEST_HEX_SIZE], previous[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(&record->sha256, sha256);
  ce_digest_to_hex(&record->previous, previous);
  bool replacing = !ce_digest_equal(&record->sha256, &record->previous);
  CE_AUTO(ce_json)
  json_t *json = json_pack("{s:i,s:s,s:s,s:s,s:s*,s:b,s:b}", "format", CE_LAUNCHER_RECORD_FORMAT, "version",
                           record->version, "path", record->path, "sha256", sha256, "previous",
                           replacing ? previous : NULL, "placed", record->placed, "trusted", record->trusted);
  if (!json) {
    return ce_fail(err, CE_IO, "write", record->path, "the path cannot be written down: it is not UTF-8");
  }
  enum ce_code code = ce_json_write(json, true, ret, err);
  return code ? code : ce_blob_append(ret, "\n", 1, err);
}

bool ce_launcher_record_knows(const struct ce_launcher_record *record, const struct ce_digest *sha256) {
  return ce_digest_equal(&record->sha256, sha256) || ce_digest_equal(&record->previous, sha256);
}
