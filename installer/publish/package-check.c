/* SPDX-License-Identifier: Apache-2.0
 * Reading whole packages for their verdict. */
#include "publish/package-check.h"

#include "ports/hash.h"

#define BLOCK_BYTES (256u << 10)

static enum ce_code want(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                         struct ce_error *err) {
  (void)context, (void)file, (void)err;
  *ret_wanted = true;
  return CE_OK;
}

static enum ce_code pass(void *context, const void *bytes, size_t size, struct ce_error *err) {
  (void)context, (void)bytes, (void)size, (void)err;
  return CE_OK;
}

static enum ce_code finish(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  (void)context, (void)file, (void)err;
  return CE_OK;
}

enum ce_code ce_package_check(struct ce_reader *bytes, struct ce_package **ret, struct ce_error *err) {
  static const struct ce_package_visitor visitor = {.begin = want, .data = pass, .end = finish};
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  enum ce_code code = ce_package_open(bytes, &package, err);
  if (code == CE_OK) {
    code = ce_package_walk(package, &visitor, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&package);
  }
  return code;
}

enum ce_code ce_package_digest(struct ce_reader *bytes, struct ce_digest *ret, struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  enum ce_code code = block ? ce_hash_new(&hash, err) : ce_fail_memory(err, "package");
  for (uint64_t done = 0; code == CE_OK && done < bytes->size_bytes;) {
    size_t got = 0;
    code = ce_reader_read_at(bytes, done, block, BLOCK_BYTES, &got, err);
    if (code == CE_OK) {
      ce_hash_update(hash, block, got);
      done += got;
    }
  }
  if (code == CE_OK) {
    ce_hash_finish(hash, ret);
  }
  return code;
}
