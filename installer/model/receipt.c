/* SPDX-License-Identifier: Apache-2.0
 * The receipt as a value: freeing, sorting, looking up, writing. */
#include "model/receipt.h"

#include "model/member.h"
#include "model/receipt-path.h"
#include "model/strings.h"

#include <string.h>

bool ce_txid_is_valid(const char *txid) {
  size_t length = strlen(txid);
  return length >= CE_TXID_MIN && length <= CE_TXID_MAX && strspn(txid, "0123456789abcdef") == length;
}

void ce_receipt_free(struct ce_receipt *receipt) {
  if (!receipt) {
    return;
  }
  free(receipt->txid);
  free(receipt->channel);
  free(receipt->package);
  ce_manifest_free(receipt->manifest);
  for (size_t i = 0; i < receipt->path_count; i++) {
    ce_receipt_path_clear(&receipt->paths[i]);
  }
  free(receipt->paths);
  ce_strings_free(receipt->saved);
  free(receipt);
}

static int compare_paths(const void *a, const void *b) {
  return strcmp(((const struct ce_receipt_path *)a)->path, ((const struct ce_receipt_path *)b)->path);
}

void ce_receipt_sort(struct ce_receipt *receipt) {
  if (receipt->path_count > 0) {
    qsort(receipt->paths, receipt->path_count, sizeof *receipt->paths, compare_paths);
  }
}

const struct ce_receipt_path *ce_receipt_find(const struct ce_receipt *receipt, const char *path) {
  size_t low = 0;
  size_t high = receipt->path_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(path, receipt->paths[middle].path);
    if (order == 0) {
      return &receipt->paths[middle];
    }
    *(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
  }
  return NULL;
}

static json_t *package_to_json(const struct ce_receipt *receipt) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = ce_member_set_text(object, "path", receipt->package);
  failed |= ce_member_set_size(object, "size", receipt->package_size_bytes);
  failed |= ce_member_set_digest(object, "sha256", &receipt->package_sha256);
  return failed ? NULL : ce_take(&object);
}

static json_t *paths_to_json(const struct ce_receipt *receipt) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < receipt->path_count; i++) {
    if (json_array_append_new(array, ce_receipt_path_to_json(&receipt->paths[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

/* Takes manifest over; NULL is "out of memory" when the receipt has one. */
static json_t *to_json(const struct ce_receipt *receipt, json_t *manifest) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = json_object_set_new(object, "format", json_integer(CE_RECEIPT_FORMAT));
  failed |= ce_member_set_text(object, "txid", receipt->txid);
  failed |= json_object_set_new(object, "installed", json_boolean(receipt->installed));
  failed |= json_object_set_new(object, "installed_at", json_integer(receipt->installed_at_s));
  failed |= ce_member_set_text(object, "channel", receipt->channel);
  failed |= json_object_set_new(object, "package", package_to_json(receipt));
  if (receipt->manifest) {
    failed |= json_object_set_new(object, "manifest", manifest);
  }
  failed |= json_object_set_new(object, "paths", paths_to_json(receipt));
  failed |= json_object_set_new(object, "saved", ce_strings_to_json(receipt->saved));
  return failed ? NULL : ce_take(&object);
}

json_t *ce_receipt_to_json(const struct ce_receipt *receipt) {
  return to_json(receipt, receipt->manifest ? ce_manifest_to_json(receipt->manifest) : NULL);
}

json_t *ce_receipt_frame_to_json(const struct ce_receipt *receipt) {
  return to_json(receipt, receipt->manifest ? ce_manifest_frame_to_json(receipt->manifest) : NULL);
}

static json_t *file_to_json(const void *context, size_t index) {
  return ce_manifest_file_to_json(&((const struct ce_manifest *)context)->files[index]);
}

/* Never a tree of all files: with many thousands that is what takes the most memory of an install. */
enum ce_code ce_receipt_write(const struct ce_receipt *receipt, struct ce_blob *ret, struct ce_error *err) {
  const struct ce_manifest *manifest = receipt->manifest;
  bool many = manifest && manifest->file_count > 0;
  CE_AUTO(ce_json)
  json_t *json = many ? ce_receipt_frame_to_json(receipt) : ce_receipt_to_json(receipt);
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  if (!json) {
    return ce_fail_memory(err, "receipt");
  }
  enum ce_code code =
      many ? ce_json_write_around(json, manifest->file_count, file_to_json, manifest, &blob, err)
           : ce_json_write(json, true, &blob, err);
  if (code == CE_OK) {
    code = ce_blob_append(&blob, "\n", 1, err);
  }
  if (code == CE_OK) {
    ce_blob_clear(ret);
    *ret = blob;
    blob = (struct ce_blob){0};
  }
  return code;
}
