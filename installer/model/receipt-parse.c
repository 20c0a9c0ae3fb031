/* SPDX-License-Identifier: Apache-2.0
 * receipt.json from bytes. Every format from 1 on must stay readable (tests/compat). */
#include "base/relpath.h"
#include "model/channel.h"
#include "model/member.h"
#include "model/receipt-path.h"
#include "model/strings.h"
#include "model/text-rule.h"

#include <string.h>

static const struct ce_json_context receipt_context = {CE_RECEIPT_DAMAGED, "receipt.json"};

static const char *txid_problem(const char *text) {
  return ce_txid_is_valid(text) ? NULL : "is not a transaction's id";
}

static const char *channel_problem(const char *text) {
  return text[0] == '\0' || ce_channel_name_is_valid(text) ? NULL : "is not a channel's name";
}

/* "" or a relpath. */
static const char *package_problem(const char *text) {
  return text[0] ? ce_text_relpath_problem(text) : NULL;
}

static enum ce_code read_package(const json_t *json, struct ce_receipt *receipt, struct ce_error *err) {
  json_t *package = NULL;
  enum ce_code code = ce_json_get_object(&receipt_context, json, "package", &package, err);
  if (code == CE_OK) {
    code = ce_member_checked_text(&receipt_context, package, "path", CE_RELPATH_MAX, package_problem,
                                  &receipt->package, err);
  }
  if (code == CE_OK) {
    code = ce_member_size(&receipt_context, package, "size", UINT64_MAX, &receipt->package_size_bytes, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_digest(&receipt_context, package, "sha256", &receipt->package_sha256, err);
  }
  return code;
}

static enum ce_code read_head(const json_t *json, struct ce_receipt *receipt, struct ce_error *err) {
  enum ce_code code =
      ce_member_checked_text(&receipt_context, json, "txid", CE_TXID_MAX, txid_problem, &receipt->txid, err);
  if (code == CE_OK) {
    code = ce_json_get_boolean(&receipt_context, json, "installed", &receipt->installed, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_integer(&receipt_context, json, "installed_at", -CE_JSON_INTEGER_MAX,
                               CE_JSON_INTEGER_MAX, &receipt->installed_at_s, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&receipt_context, json, "channel", CE_CHANNEL_NAME_MAX, channel_problem,
                                  &receipt->channel, err);
  }
  return code == CE_OK ? read_package(json, receipt, err) : code;
}

static enum ce_code read_manifest(const json_t *json, struct ce_json_items *files, struct ce_receipt *receipt,
                                  struct ce_error *err) {
  json_t *manifest = NULL;
  if (!receipt->installed) {
    return json_object_get(json, "manifest")
               ? ce_json_refuse(&receipt_context, err, "manifest", "is there although nothing is installed")
               : CE_OK;
  }
  enum ce_code code = ce_json_get_object(&receipt_context, json, "manifest", &manifest, err);
  if (code == CE_OK) {
    code = ce_member_format(&receipt_context, manifest, CE_MANIFEST_FORMAT, CE_STATE_FORMAT, err);
  }
  if (code == CE_OK) {
    code = ce_manifest_from_parts(manifest, files, &receipt_context, &receipt->manifest, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "manifest");
  }
  return code;
}

static enum ce_code read_paths(const json_t *json, struct ce_receipt *receipt, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code = ce_json_get_array(&receipt_context, json, "paths", CE_RECEIPT_PATHS_MAX, &array, err);
  if (code != CE_OK) {
    return code;
  }
  receipt->paths = calloc(json_array_size(array) + 1, sizeof *receipt->paths);
  if (!receipt->paths) {
    return ce_fail_memory(err, "paths");
  }
  for (size_t i = 0; i < json_array_size(array); i++) {
    code = ce_receipt_path_from_json(json_array_get(array, i), &receipt_context, &receipt->paths[i], err);
    if (code != CE_OK) {
      ce_error_context(err, "paths[%zu]", i);
      return code;
    }
    receipt->path_count = i + 1;
    if (i > 0 && strcmp(receipt->paths[i - 1].path, receipt->paths[i].path) >= 0) {
      return ce_fail(err, CE_RECEIPT_DAMAGED, "parse", receipt->paths[i].path,
                     "the path is out of order or there twice");
    }
  }
  return CE_OK;
}

/* files: those of the manifest, where they stand apart from json; or NULL. */
static enum ce_code from_parts(const json_t *json, struct ce_json_items *files, struct ce_receipt **ret,
                               struct ce_error *err) {
  enum ce_code code = ce_member_format(&receipt_context, json, CE_RECEIPT_FORMAT, CE_STATE_FORMAT, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = calloc(1, sizeof *receipt);
  if (!receipt) {
    return ce_fail_memory(err, receipt_context.document);
  }
  code = read_head(json, receipt, err);
  if (code == CE_OK) {
    code = read_manifest(json, files, receipt, err);
  }
  if (code == CE_OK) {
    code = read_paths(json, receipt, err);
  }
  if (code == CE_OK) {
    code = ce_strings_from_json(&receipt_context, json, "saved", CE_RECEIPT_SAVED_MAX, CE_RELPATH_MAX,
                                ce_text_relpath_problem, &receipt->saved, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&receipt);
  }
  return code;
}

enum ce_code ce_receipt_from_json(const json_t *json, struct ce_receipt **ret, struct ce_error *err) {
  return from_parts(json, NULL, ret, err);
}

enum ce_code ce_receipt_parse(const void *bytes, size_t size, struct ce_receipt **ret, struct ce_error *err) {
  static const char *const files_path[] = {"manifest", "files", NULL};
  CE_AUTO(ce_json) json_t *json = NULL;
  struct ce_json_items files = {0};
  enum ce_code code = ce_json_parse_apart(&receipt_context, bytes, size, CE_RECEIPT_BYTES_MAX, files_path,
                                          &files, &json, err);
  return code == CE_OK ? from_parts(json, &files, ret, err) : code;
}
