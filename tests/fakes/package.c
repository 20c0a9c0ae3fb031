/* SPDX-License-Identifier: Apache-2.0
 * Packages in memory, written by libarchive. */
#include "fakes/package.h"

#include "ports/hash.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

static void *must(void *result, const char *what) {
  if (!result) {
    fprintf(stderr, "fake package: %s\n", what);
    abort();
  }
  return result;
}

static void check(enum ce_code code, const struct ce_error *err) {
  if (code != CE_OK) {
    fprintf(stderr, "fake package: %s: %s: %s\n", err->op, err->subject, err->detail);
    abort();
  }
}

static la_ssize_t collect(struct archive *tar, void *context, const void *bytes, size_t size) {
  (void)tar;
  struct ce_error err;
  check(ce_blob_append(context, bytes, size, &err), &err);
  return (la_ssize_t)size;
}

static void add_entry(struct archive *tar, const struct ce_fake_member *member, size_t size) {
  struct archive_entry *entry = must(archive_entry_new(), "entry");
  archive_entry_set_pathname(entry, member->path);
  archive_entry_set_mtime(entry, 1700000000, 0);
  if (member->link_target) {
    archive_entry_set_filetype(entry, AE_IFLNK);
    archive_entry_set_perm(entry, 0777);
    archive_entry_set_symlink(entry, member->link_target);
  } else {
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, member->mode);
    archive_entry_set_size(entry, (la_int64_t)size);
  }
  must(archive_write_header(tar, entry) == ARCHIVE_OK ? tar : NULL, "header");
  archive_entry_free(entry);
  if (!member->link_target) {
    must(archive_write_data(tar, member->text, size) == (la_ssize_t)size ? tar : NULL, "data");
  }
}

/* Borrows from recipe; only files are allocated. */
static void describe(const struct ce_fake_recipe *recipe, struct ce_manifest *manifest) {
  size_t count = 0;
  while (recipe->members[count].path) {
    count++;
  }
  manifest->files = must(calloc(count + 1, sizeof *manifest->files), "memory");
  manifest->file_count = count;
  for (size_t i = 0; i < count; i++) {
    const struct ce_fake_member *member = &recipe->members[i];
    struct ce_manifest_file *file = &manifest->files[i];
    file->path = (char *)member->path;
    file->type = member->link_target ? CE_MANIFEST_LINK : CE_MANIFEST_FILE;
    file->link_target = (char *)member->link_target;
    if (!member->link_target) {
      file->mode = member->mode;
      file->size_bytes = strlen(member->text);
      ce_hash_bytes(member->text, strlen(member->text), &file->sha256);
    }
  }
  manifest->integration = (struct ce_integration *)recipe->integration;
  while (recipe->integration[manifest->integration_count].file) {
    manifest->integration_count++;
  }
}

static void write_manifest(const struct ce_fake_recipe *recipe, struct ce_blob *ret) {
  char *none[] = {NULL};
  struct ce_manifest manifest = {.profile = (char *)"test",
                                 .version = (char *)recipe->version,
                                 .arch = (char *)"x86_64",
                                 .sonames = none};
  describe(recipe, &manifest);
  CE_AUTO(ce_json) json_t *json = must(ce_manifest_to_json(&manifest), "manifest");
  free(manifest.files);
  struct ce_error err;
  check(ce_json_write(json, true, ret, &err), &err);
}

void ce_fake_package_make(const struct ce_fake_recipe *recipe, struct ce_fake_package *ret) {
  CE_AUTO(ce_blob) struct ce_blob manifest = {0};
  write_manifest(recipe, &manifest);
  struct archive *tar = must(archive_write_new(), "tar");
  archive_write_set_format_pax_restricted(tar);
  must(archive_write_add_filter_zstd(tar) == ARCHIVE_OK ? tar : NULL, "zstd");
  archive_write_set_bytes_in_last_block(tar, 1);
  must(archive_write_open(tar, &ret->bytes, NULL, collect, NULL) == ARCHIVE_OK ? tar : NULL, "open");
  struct ce_fake_member first = {"manifest.json", 0644, ce_blob_text(&manifest), NULL};
  add_entry(tar, &first, manifest.size);
  for (const struct ce_fake_member *member = recipe->members; member->path; member++) {
    add_entry(tar, member, member->text ? strlen(member->text) : 0);
  }
  must(archive_write_close(tar) == ARCHIVE_OK ? tar : NULL, "close");
  archive_write_free(tar);
  ce_hash_bytes(ret->bytes.data, ret->bytes.size, &ret->sha256);
  struct ce_error err;
  check(ce_reader_of_bytes(ret->bytes.data, ret->bytes.size, &ret->reader, &err), &err);
}

struct ce_package *ce_fake_package_open(const struct ce_fake_package *package) {
  struct ce_package *opened = NULL;
  struct ce_error err;
  check(ce_package_open(package->reader, &opened, &err), &err);
  return opened;
}

void ce_fake_package_clear(struct ce_fake_package *package) {
  ce_reader_free(package->reader);
  ce_blob_clear(&package->bytes);
}
