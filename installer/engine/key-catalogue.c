/* SPDX-License-Identifier: Apache-2.0
 * Catalogues from their places, merged. */
#include "engine/key-catalogue.h"

#include "model/layout.h"
#include "ports/fs-document.h"

#include <string.h>

void ce_known_keys_clear(struct ce_known_keys *keys) {
  ce_key_catalogue_free(keys->catalogue);
  ce_blob_clear(&keys->profile);
  *keys = (struct ce_known_keys){0};
}

/* The two documents; empty where there is none. */
struct documents {
  struct ce_blob keys, profile;
};

static void documents_clear(struct documents *documents) {
  ce_blob_clear(&documents->keys);
  ce_blob_clear(&documents->profile);
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

/* A walk that collects the two members. */
struct collection {
  struct documents documents;
  struct ce_blob *current;
  unsigned left;
};

static bool wants(void *context, const struct ce_manifest_file *file) {
  (void)context;
  return strcmp(file->path, CE_KEYS_MEMBER) == 0 || strcmp(file->path, CE_PROFILE_MEMBER) == 0;
}

static enum ce_code begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                          struct ce_error *err) {
  struct collection *collection = context;
  bool is_keys = strcmp(file->path, CE_KEYS_MEMBER) == 0;
  size_t most = is_keys ? CE_KEYS_JSON_BYTES_MAX : CE_PROFILE_BYTES_MAX;
  *ret_wanted = file->type == CE_MANIFEST_FILE && wants(NULL, file);
  if (*ret_wanted && file->size_bytes > most) {
    return ce_fail(err, CE_PACKAGE_INVALID, "read", file->path, "it is larger than %zu bytes", most);
  }
  collection->current = is_keys ? &collection->documents.keys : &collection->documents.profile;
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

static unsigned count_members(const struct ce_manifest *manifest) {
  unsigned keys = ce_manifest_find(manifest, CE_KEYS_MEMBER) != NULL;
  unsigned profile = ce_manifest_find(manifest, CE_PROFILE_MEMBER) != NULL;
  return keys + profile;
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
  enum ce_code code = collect(acquired, &collection, err);
  if (code == CE_OK) {
    code = make_known(&collection.documents, false, ret, err);
  }
  if (code == CE_OK) {
    ret->profile = collection.documents.profile;
    collection.documents.profile = (struct ce_blob){0};
  }
  documents_clear(&collection.documents);
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
