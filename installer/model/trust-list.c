/* SPDX-License-Identifier: Apache-2.0
 * Lines of trust. */
#include "model/trust-list.h"

#include "model/layout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static enum ce_code append(struct ce_blob *lines, const char *directory, const char *path,
                           uint64_t size_bytes, const struct ce_digest *sha256, struct ce_error *err) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  if (strpbrk(path, " \t\n\v\f\r")) {
    return CE_OK;
  }
  return ce_blob_printf(lines, err, "/%s%s%s %" PRIu64 " %s\n", directory, directory[0] ? "/" : "", path,
                        size_bytes, hex);
}

enum ce_code ce_trust_list_add_tree(const struct ce_manifest *manifest, const char *directory,
                                    enum ce_trust_extent extent, struct ce_blob *lines,
                                    struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    if (file->type == CE_MANIFEST_FILE &&
        (extent == CE_TRUST_ALL || ce_manifest_is_code(file->path, file->mode))) {
      code = append(lines, directory, file->path, file->size_bytes, &file->sha256, err);
    }
  }
  return code;
}

enum ce_code ce_trust_list_add_installed(const struct ce_receipt *receipt, enum ce_trust_extent extent,
                                         struct ce_blob *lines, struct ce_error *err) {
  CE_AUTO(ce_free) char *tree = ce_text_format("%s/%s", CE_VERSIONS, receipt->manifest->version);
  enum ce_code code = tree ? ce_trust_list_add_tree(receipt->manifest, tree, extent, lines, err)
                           : ce_fail_memory(err, "trust");
  for (size_t i = 0; code == CE_OK && i < receipt->path_count; i++) {
    const struct ce_receipt_path *path = &receipt->paths[i];
    if (path->type == CE_PATH_FILE && ce_manifest_is_code(path->path, path->mode)) {
      code = append(lines, "", path->path, path->size_bytes, &path->sha256, err);
    }
  }
  return code;
}

/* A text cut into its lines, sorted. */
struct lines {
  char *text;
  char **items;
  size_t count;
};

static void lines_clear(struct lines *lines) {
  free(lines->text);
  free(lines->items);
}
CE_DEFINE_AUTO_IN_PLACE(lines, struct lines, lines_clear);

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum ce_code cut(const char *text, struct lines *ret, struct ce_error *err) {
  size_t breaks = 0;
  for (const char *at = text; (at = strchr(at, '\n')); at++) {
    breaks++;
  }
  ret->text = strdup(text);
  ret->items = calloc(breaks + 1, sizeof *ret->items);
  if (!ret->text || !ret->items) {
    return ce_fail_memory(err, "trust");
  }
  char *rest = ret->text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    if (line[0]) {
      ret->items[ret->count++] = line;
    }
  }
  qsort(ret->items, ret->count, sizeof *ret->items, compare);
  return CE_OK;
}

enum ce_code ce_trust_list_compare(const char *list, const char *wanted, struct ce_trust_coverage *ret,
                                   struct ce_error *err) {
  CE_AUTO(lines) struct lines have = {0};
  CE_AUTO(lines) struct lines want = {0};
  enum ce_code code = cut(list, &have, err);
  if (code == CE_OK) {
    code = cut(wanted, &want, err);
  }
  if (code != CE_OK) {
    return code;
  }
  *ret = (struct ce_trust_coverage){.wanted = want.count};
  for (size_t i = 0; i < want.count; i++) {
    ret->missing += !bsearch(&want.items[i], have.items, have.count, sizeof *have.items, compare);
  }
  return CE_OK;
}
