/* SPDX-License-Identifier: Apache-2.0
 * An environment package, member by member, held against its own manifest. */
#include "bundle/package.h"

#include "bundle/package-walk.h"
#include "bundle/ustar.h"
#include "bundle/zstd-source.h"
#include "ports/crew.h"
#include "ports/hash.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#define MANIFEST_NAME "manifest.json"
/* What a tar may need for a member besides its padded data: its header, and a long name or an extended header
 * with their own headers. Two for the end of the tar and its record padding. */
#define MEMBER_OVERHEAD (8u << 10)
#define END_OVERHEAD    (64u << 10)

struct ce_package {
  const struct ce_reader *bytes;
  struct ce_zstd_source *source;
  struct archive *tar;
  struct ce_manifest *manifest;
  uint64_t manifest_bytes;
  bool source_failed;
  struct ce_error source_error;
};

struct member_check {
  const struct ce_package_visitor *visitor;
  const struct ce_manifest_file *file;
  struct ce_hash *hash;
};

void ce_package_free(struct ce_package *package) {
  if (!package) {
    return;
  }
  archive_read_free(package->tar);
  ce_zstd_source_free(package->source);
  ce_manifest_free(package->manifest);
  free(package);
}

static la_ssize_t feed(struct archive *tar, void *context, const void **ret_bytes) {
  struct ce_package *package = context;
  size_t size = 0;
  if (ce_zstd_source_read(package->source, ret_bytes, &size, &package->source_error) != CE_OK) {
    package->source_failed = true;
    archive_set_error(tar, EIO, "the source failed");
    return ARCHIVE_FATAL;
  }
  return (la_ssize_t)size;
}

/* What libarchive stumbled over: the source's own failure, or the tar. */
static enum ce_code refuse_tar(const struct ce_package *package, const char *subject, struct ce_error *err) {
  if (package->source_failed) {
    *err = package->source_error;
    return err->code;
  }
  const char *why = archive_error_string(package->tar);
  return ce_fail(err, CE_PACKAGE_INVALID, "unpack", subject, "%s", why ? why : "its tar is damaged");
}

static enum ce_code refuse(const char *subject, struct ce_error *err, const char *why) {
  return ce_fail(err, CE_PACKAGE_INVALID, "unpack", subject, "%s", why);
}

/* *ret is NULL at the end of the tar. */
static enum ce_code next_entry(struct ce_package *package, struct archive_entry **ret, struct ce_error *err) {
  struct archive_entry *entry = NULL;
  int result = archive_read_next_header(package->tar, &entry);
  if (result == ARCHIVE_EOF) {
    *ret = NULL;
    return CE_OK;
  }
  if (result != ARCHIVE_OK) {
    return refuse_tar(package, "package", err);
  }
  if (!archive_entry_pathname(entry)) {
    return refuse("package", err, "a member has no name");
  }
  *ret = entry;
  return CE_OK;
}

/* *ret_size is 0 behind the last block. */
static enum ce_code next_block(struct ce_package *package, const char *subject, uint64_t expected_offset,
                               const void **ret_bytes, size_t *ret_size, struct ce_error *err) {
  la_int64_t offset = 0;
  int result = archive_read_data_block(package->tar, ret_bytes, ret_size, &offset);
  if (result == ARCHIVE_EOF) {
    *ret_size = 0;
    return CE_OK;
  }
  if (result != ARCHIVE_OK) {
    return refuse_tar(package, subject, err);
  }
  if (offset < 0 || (uint64_t)offset != expected_offset) {
    return refuse(subject, err, "it is a sparse file");
  }
  return CE_OK;
}

static enum ce_code check_regular(struct archive_entry *entry, const char *subject, struct ce_error *err) {
  if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) != AE_IFREG ||
      archive_entry_sparse_count(entry) > 0) {
    return refuse(subject, err, "it is not a plain file in the package");
  }
  return CE_OK;
}

static enum ce_code read_manifest_bytes(struct ce_package *package, struct ce_blob *ret,
                                        struct ce_error *err) {
  struct archive_entry *entry = NULL;
  enum ce_code code = next_entry(package, &entry, err);
  if (code != CE_OK) {
    return code;
  }
  if (!entry || strcmp(archive_entry_pathname(entry), MANIFEST_NAME) != 0) {
    return refuse(MANIFEST_NAME, err, "it is not the first member of the package");
  }
  code = check_regular(entry, MANIFEST_NAME, err);
  if (code != CE_OK) {
    return code;
  }
  if (archive_entry_size(entry) > CE_MANIFEST_BYTES_MAX) {
    return refuse(MANIFEST_NAME, err, "it is too large");
  }
  for (;;) {
    const void *bytes = NULL;
    size_t size = 0;
    code = next_block(package, MANIFEST_NAME, ret->size, &bytes, &size, err);
    if (code != CE_OK || size == 0) {
      return code;
    }
    code = ce_blob_append(ret, bytes, size, err);
    if (code != CE_OK) {
      return code;
    }
  }
}

/* The manifest's sizes are the limit from now on. */
static void allow_members(struct ce_package *package) {
  uint64_t total = ce_ustar_padded(package->manifest_bytes) + MEMBER_OVERHEAD + END_OVERHEAD;
  for (size_t i = 0; i < package->manifest->file_count; i++) {
    total += ce_ustar_padded(package->manifest->files[i].size_bytes) + MEMBER_OVERHEAD;
  }
  ce_zstd_source_allow(package->source, total);
}

static enum ce_code read_manifest(struct ce_package *package, struct ce_error *err) {
  ce_zstd_source_allow(package->source, CE_MANIFEST_BYTES_MAX + MEMBER_OVERHEAD + CE_ZSTD_BLOCK_BYTES);
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = read_manifest_bytes(package, &bytes, err);
  if (code == CE_OK) {
    code = ce_manifest_parse(bytes.data, bytes.size, &package->manifest, err);
  }
  if (code == CE_OK) {
    package->manifest_bytes = bytes.size;
    allow_members(package);
  }
  return code;
}

enum ce_code ce_package_open(struct ce_reader *bytes, struct ce_package **ret, struct ce_error *err) {
  CE_AUTO(ce_package) struct ce_package *package = calloc(1, sizeof *package);
  if (!package) {
    return ce_fail_memory(err, "package");
  }
  package->bytes = bytes;
  enum ce_code code = ce_zstd_source_new(bytes, &package->source, err);
  if (code != CE_OK) {
    return code;
  }
  package->tar = archive_read_new();
  if (!package->tar || archive_read_support_format_tar(package->tar) != ARCHIVE_OK) {
    return ce_fail_memory(err, "package");
  }
  /* Opening reads the first block already. */
  ce_zstd_source_allow(package->source, CE_ZSTD_BLOCK_BYTES);
  if (archive_read_open(package->tar, package, NULL, feed, NULL) != ARCHIVE_OK) {
    return refuse_tar(package, "package", err);
  }
  code = read_manifest(package, err);
  if (code == CE_OK) {
    *ret = ce_take(&package);
  }
  return code;
}

const struct ce_manifest *ce_package_manifest(const struct ce_package *package) {
  return package->manifest;
}

static enum ce_code check_entry(struct archive_entry *entry, const struct ce_manifest_file *file,
                                struct ce_error *err) {
  if (strcmp(archive_entry_pathname(entry), file->path) != 0) {
    return ce_fail(err, CE_PACKAGE_INVALID, "unpack", archive_entry_pathname(entry),
                   "the manifest has %s in this place", file->path);
  }
  if (file->type == CE_MANIFEST_LINK) {
    const char *target = archive_entry_symlink(entry);
    bool is_link = archive_entry_filetype(entry) == AE_IFLNK && !archive_entry_hardlink(entry);
    if (!is_link || !target || strcmp(target, file->link_target) != 0) {
      return refuse(file->path, err, "it is not the link that the manifest says");
    }
    return CE_OK;
  }
  enum ce_code code = check_regular(entry, file->path, err);
  if (code != CE_OK) {
    return code;
  }
  if ((archive_entry_mode(entry) & 07777) != file->mode) {
    return refuse(file->path, err, "its mode is not the one that the manifest says");
  }
  if (!archive_entry_size_is_set(entry) || (uint64_t)archive_entry_size(entry) != file->size_bytes) {
    return refuse(file->path, err, "its size is not the one that the manifest says");
  }
  return CE_OK;
}

static enum ce_code stream_data(struct ce_package *package, const struct member_check *check,
                                struct ce_error *err) {
  const struct ce_manifest_file *file = check->file;
  ce_hash_reset(check->hash);
  for (uint64_t done = 0;;) {
    const void *bytes = NULL;
    size_t size = 0;
    enum ce_code code = next_block(package, file->path, done, &bytes, &size, err);
    if (code != CE_OK) {
      return code;
    }
    if (size == 0) {
      break;
    }
    if (size > file->size_bytes - done) {
      return refuse(file->path, err, "it is larger than the manifest says");
    }
    ce_hash_update(check->hash, bytes, size);
    code = check->visitor->data(check->visitor->context, bytes, size, err);
    if (code != CE_OK) {
      return code;
    }
    done += size;
  }
  struct ce_digest digest;
  ce_hash_finish(check->hash, &digest);
  if (!ce_digest_equal(&digest, &file->sha256)) {
    return refuse(file->path, err, "its content is not what the manifest says");
  }
  return CE_OK;
}

static enum ce_code visit(struct ce_package *package, const struct member_check *check,
                          struct ce_error *err) {
  struct archive_entry *entry = NULL;
  enum ce_code code = next_entry(package, &entry, err);
  if (code != CE_OK) {
    return code;
  }
  if (!entry) {
    return refuse(check->file->path, err, "it is missing in the package");
  }
  code = check_entry(entry, check->file, err);
  if (code != CE_OK) {
    return code;
  }
  const struct ce_package_visitor *visitor = check->visitor;
  bool wanted = !visitor->wants || visitor->wants(visitor->context, check->file);
  if (!wanted) {
    return CE_OK;
  }
  code = visitor->begin(visitor->context, check->file, &wanted, err);
  if (code != CE_OK || !wanted) {
    return code;
  }
  if (check->file->type == CE_MANIFEST_FILE) {
    code = stream_data(package, check, err);
  }
  return code == CE_OK ? visitor->end(visitor->context, check->file, err) : code;
}

static enum ce_code check_end(struct ce_package *package, struct ce_error *err) {
  struct archive_entry *entry = NULL;
  enum ce_code code = next_entry(package, &entry, err);
  if (code != CE_OK) {
    return code;
  }
  if (entry) {
    return refuse(archive_entry_pathname(entry), err, "the manifest does not know it");
  }
  return ce_zstd_source_finish(package->source, (uint64_t)archive_filter_bytes(package->tar, 0), err);
}

enum ce_code ce_package_walk_here(struct ce_package *package, const struct ce_package_visitor *visitor,
                                  struct ce_error *err) {
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  enum ce_code code = ce_hash_new(&hash, err);
  for (size_t i = 0; code == CE_OK && i < package->manifest->file_count; i++) {
    struct member_check check = {visitor, &package->manifest->files[i], hash};
    code = visit(package, &check, err);
  }
  return code == CE_OK ? check_end(package, err) : code;
}

/* Below this a thread costs more than it brings. */
#define AHEAD_BYTES_MIN (1u << 20)

enum ce_code ce_package_walk(struct ce_package *package, const struct ce_package_visitor *visitor,
                             struct ce_error *err) {
  bool started = false;
  if (visitor->wants && package->bytes->any_thread && package->manifest->total_bytes >= AHEAD_BYTES_MIN &&
      ce_crew_cores() > 1) {
    enum ce_code code = ce_package_walk_ahead(package, visitor, &started, err);
    if (started) {
      return code;
    }
  }
  return ce_package_walk_here(package, visitor, err);
}
