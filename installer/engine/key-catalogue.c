/* SPDX-License-Identifier: Apache-2.0
 * Catalogues from their places, merged. */
#include "engine/key-catalogue.h"

#include "model/icon.h"
#include "model/layout.h"
#include "ports/fs-document.h"

#include <string.h>

void ce_known_keys_clear(struct ce_known_keys *keys) {
  ce_key_catalogue_free(keys->catalogue);
  ce_blob_clear(&keys->profile);
  ce_blob_clear(&keys->icon);
  *keys = (struct ce_known_keys){0};
}

/* What tells of keys and of their organisation; empty where there is none. */
struct documents {
  struct ce_blob keys, profile, icon;
};

static void documents_clear(struct documents *documents) {
  ce_blob_clear(&documents->keys);
  ce_blob_clear(&documents->profile);
  ce_blob_clear(&documents->icon);
}
CE_DEFINE_AUTO_IN_PLACE(documents, struct documents, documents_clear);

static enum ce_code merge_into(struct ce_known_keys *keys, const struct ce_key_catalogue *extra,
                               struct ce_error *err) {
  struct ce_key_catalogue *merged = NULL;
  enum ce_code code = ce_key_catalogue_merge(keys->catalogue, extra, &merged, err);
  if (code == CE_OK) {
    ce_key_catalogue_free(keys->catalogue);
    keys->catalogue = merged;
  }
  return code;
}

static enum ce_code add_keys(struct ce_known_keys *keys, const struct ce_blob *bytes, struct ce_error *err) {
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *extra = NULL;
  enum ce_code code = ce_key_catalogue_parse_json(bytes->data, bytes->size, &extra, err);
  return code == CE_OK ? merge_into(keys, extra, err) : code;
}

static enum ce_code add_profile(struct ce_known_keys *keys, const struct ce_blob *bytes,
                                struct ce_error *err) {
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  enum ce_code code = ce_profile_parse(bytes->data, bytes->size, &profile, err);
  if (code == CE_OK) {
    keys->wants_driver = profile->wants_driver;
    keys->has_icon = profile->has_icon;
    code = merge_into(keys, profile->keys, err);
  }
  return code;
}

/* lenient: a document that is wrong counts as missing. */
static enum ce_code make_known(const struct documents *documents, bool lenient, struct ce_known_keys *ret,
                               struct ce_error *err) {
  CE_AUTO(ce_known_keys) struct ce_known_keys keys = {0};
  struct ce_error problem;
  enum ce_code code = ce_key_catalogue_builtin(&keys.catalogue, &problem);
  if (code == CE_OK && documents->keys.size > 0) {
    code = add_keys(&keys, &documents->keys, &problem);
    code = lenient && code != CE_MEMORY ? CE_OK : code;
  }
  if (code == CE_OK && documents->profile.size > 0) {
    code = add_profile(&keys, &documents->profile, &problem);
    code = lenient && code != CE_MEMORY ? CE_OK : code;
  }
  if (code != CE_OK) {
    *err = problem;
    return code;
  }
  *ret = keys;
  keys = (struct ce_known_keys){0};
  return CE_OK;
}

enum ce_code ce_known_keys_of_installed(const struct ce_engine *engine, struct ce_known_keys *ret,
                                        struct ce_error *err) {
  CE_AUTO(documents) struct documents documents = {0};
  struct ce_error ignored;
  if (ce_fs_document_read(engine->fs, CE_CURRENT "/" CE_KEYS_MEMBER, CE_KEYS_JSON_BYTES_MAX, &documents.keys,
                          &ignored) != CE_OK) {
    ce_blob_clear(&documents.keys);
  }
  if (ce_fs_document_read(engine->fs, CE_CURRENT "/" CE_PROFILE_MEMBER, CE_PROFILE_BYTES_MAX,
                          &documents.profile, &ignored) != CE_OK) {
    ce_blob_clear(&documents.profile);
  }
  return make_known(&documents, true, ret, err);
}

/* A walk that collects these members. */
struct collection {
  struct documents documents;
  struct ce_blob *current;
  size_t left;
};

struct collected {
  const char *member;
  size_t bytes_max;
  bool is_for_looks; /* one that is too large is passed over */
};
static const struct collected collected[] = {
    {CE_KEYS_MEMBER, CE_KEYS_JSON_BYTES_MAX, false},
    {CE_PROFILE_MEMBER, CE_PROFILE_BYTES_MAX, false},
    {CE_ICON_MEMBER, CE_ICON_BYTES_MAX, true},
};
#define COLLECTED_COUNT (sizeof collected / sizeof collected[0])

static const struct collected *find_collected(const struct ce_manifest_file *file) {
  for (size_t i = 0; i < COLLECTED_COUNT; i++) {
    if (strcmp(file->path, collected[i].member) == 0) {
      bool passed = collected[i].is_for_looks && file->size_bytes > collected[i].bytes_max;
      return file->type == CE_MANIFEST_FILE && !passed ? &collected[i] : NULL;
    }
  }
  return NULL;
}

static bool wants(void *context, const struct ce_manifest_file *file) {
  (void)context;
  return find_collected(file) != NULL;
}

static enum ce_code begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                          struct ce_error *err) {
  struct collection *collection = context;
  struct documents *documents = &collection->documents;
  struct ce_blob *const places[COLLECTED_COUNT] = {&documents->keys, &documents->profile, &documents->icon};
  const struct collected *known = find_collected(file);
  *ret_wanted = known != NULL;
  if (known && file->size_bytes > known->bytes_max) {
    return ce_fail(err, CE_PACKAGE_INVALID, "read", file->path, "it is larger than %zu bytes",
                   known->bytes_max);
  }
  collection->current = known ? places[known - collected] : NULL;
  return CE_OK;
}

static enum ce_code take(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct collection *collection = context;
  return ce_blob_append(collection->current, bytes, size, err);
}

/* What follows the last of them need not be decompressed. */
static enum ce_code finish(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  struct collection *collection = context;
  return --collection->left == 0 ? ce_fail(err, CE_CANCELLED, "read", file->path, "%s", "") : CE_OK;
}

static size_t count_members(const struct ce_manifest *manifest) {
  size_t count = 0;
  for (size_t i = 0; i < COLLECTED_COUNT; i++) {
    const struct ce_manifest_file *file = ce_manifest_find(manifest, collected[i].member);
    count += file && find_collected(file);
  }
  return count;
}

static enum ce_code collect(struct ce_acquired *acquired, struct collection *collection,
                            struct ce_error *err) {
  const struct ce_package_visitor visitor = {
      .begin = begin, .data = take, .end = finish, .wants = wants, .context = collection};
  collection->left = count_members(ce_package_manifest(acquired->package));
  if (collection->left == 0) {
    return CE_OK;
  }
  struct ce_error problem;
  enum ce_code code = ce_package_walk(acquired->package, &visitor, &problem);
  bool complete = code == CE_CANCELLED && collection->left == 0;
  if (code != CE_OK && !complete) {
    *err = problem;
    return code;
  }
  ce_package_free(ce_take(&acquired->package));
  return ce_package_open(acquired->bytes, &acquired->package, err);
}

enum ce_code ce_known_keys_of_package(struct ce_acquired *acquired, struct ce_known_keys *ret,
                                      struct ce_error *err) {
  struct collection collection = {0};
  struct documents *documents = &collection.documents;
  enum ce_code code = collect(acquired, &collection, err);
  if (code == CE_OK) {
    code = make_known(documents, false, ret, err);
  }
  if (code == CE_OK) {
    ret->profile = documents->profile;
    documents->profile = (struct ce_blob){0};
  }
  if (code == CE_OK && ret->has_icon && !ce_icon_problem(documents->icon.data, documents->icon.size)) {
    ret->icon = documents->icon;
    documents->icon = (struct ce_blob){0};
  }
  documents_clear(documents);
  return code;
}

static bool is_intact(const struct ce_engine *engine, const struct ce_manifest *manifest,
                      const char *member) {
  const struct ce_manifest_file *file = ce_manifest_find(manifest, member);
  CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", CE_CURRENT, member);
  struct ce_digest digest;
  struct ce_error ignored;
  return !file || (path && ce_fs_document_digest(engine->fs, path, &digest, NULL, &ignored) == CE_OK &&
                   ce_digest_equal(&digest, &file->sha256));
}

enum ce_code ce_known_keys_of_receipt(const struct ce_engine *engine, const struct ce_receipt *receipt,
                                      struct ce_known_keys *ret, struct ce_error *err) {
  struct ce_error ignored;
  CE_AUTO(ce_acquired) struct ce_acquired cached = {0};
  bool intact = is_intact(engine, receipt->manifest, CE_KEYS_MEMBER) &&
                is_intact(engine, receipt->manifest, CE_PROFILE_MEMBER);
  if (!intact && ce_acquire_cached(engine, &receipt->package_sha256, &cached, &ignored) == CE_OK &&
      ce_known_keys_of_package(&cached, ret, &ignored) == CE_OK) {
    return CE_OK;
  }
  return ce_known_keys_of_installed(engine, ret, err);
}
