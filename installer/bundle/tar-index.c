/* SPDX-License-Identifier: Apache-2.0
 * Reading of tar headers that nobody has signed yet. */
#include "bundle/tar-index.h"

#include "base/blob.h"
#include "base/relpath.h"
#include "bundle/ustar.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct walk {
  struct ce_reader *tar;
  uint64_t at;
  size_t capacity;
  struct ce_tar_index index;
};

void ce_tar_index_clear(struct ce_tar_index *index) {
  for (size_t i = 0; i < index->count; i++) {
    free(index->members[i].name);
  }
  free(index->members);
  *index = (struct ce_tar_index){0};
}

static enum ce_code refuse(const struct walk *walk, struct ce_error *err, const char *why) {
  char place[48];
  snprintf(place, sizeof place, "offset %" PRIu64, walk->at);
  return ce_fail(err, CE_BUNDLE_DAMAGED, "read bundle", place, "%s", why);
}

static enum ce_code read_block(struct walk *walk, void *block, struct ce_error *err) {
  size_t got = 0;
  enum ce_code code = ce_reader_read_at(walk->tar, walk->at, block, CE_USTAR_BLOCK, &got, err);
  if (code != CE_OK) {
    return code;
  }
  if (got != CE_USTAR_BLOCK) {
    return refuse(walk, err, "the bundle ends inside a member");
  }
  walk->at += CE_USTAR_BLOCK;
  return CE_OK;
}

static bool is_zero(const struct ce_ustar_header *header) {
  static const struct ce_ustar_header zero;
  return memcmp(header, &zero, sizeof zero) == 0;
}

/* Octal digits up to a NUL, a space or the field's end. GNU's binary form of large numbers is refused with
 * the rest. */
static bool parse_octal(const char *field, size_t size, uint64_t *ret) {
  uint64_t value = 0;
  size_t i = 0;
  for (; i < size && field[i] >= '0' && field[i] <= '7'; i++) {
    value = value * 8 + (uint64_t)(field[i] - '0');
  }
  if (i == 0 || (i < size && field[i] != '\0' && field[i] != ' ')) {
    return false;
  }
  *ret = value;
  return true;
}

/* Six digits, a NUL and a space, as tar has always written it. */
static bool has_right_checksum(const struct ce_ustar_header *header) {
  char expected[sizeof header->checksum + 1];
  snprintf(expected, sizeof expected, "%06" PRIo32 "%c ", ce_ustar_checksum(header), '\0');
  return memcmp(header->checksum, expected, sizeof header->checksum) == 0;
}

static enum ce_code check_header(const struct walk *walk, const struct ce_ustar_header *header,
                                 uint64_t *ret_size_bytes, struct ce_error *err) {
  uint64_t size_bytes = 0;
  if (!has_right_checksum(header)) {
    return refuse(walk, err, "a member's header has a wrong checksum");
  }
  if (memcmp(header->magic, CE_USTAR_MAGIC, CE_USTAR_MAGIC_SIZE) != 0) {
    return refuse(walk, err, "a member's header is not of the ustar format");
  }
  if (!parse_octal(header->size, sizeof header->size, &size_bytes)) {
    return refuse(walk, err, "a member's size is not a number");
  }
  if (ce_ustar_padded(size_bytes) > walk->tar->size_bytes - walk->at) {
    return refuse(walk, err, "a member is larger than the rest of the bundle");
  }
  *ret_size_bytes = size_bytes;
  return CE_OK;
}

static enum ce_code short_name(const struct ce_ustar_header *header, char **ret, struct ce_error *err) {
  int prefix = (int)strnlen(header->prefix, sizeof header->prefix);
  int name = (int)strnlen(header->name, sizeof header->name);
  *ret = ce_text_format("%.*s%s%.*s", prefix, header->prefix, prefix > 0 ? "/" : "", name, header->name);
  return *ret ? CE_OK : ce_fail_memory(err, "bundle");
}

/* The data of an 'L' member: the next member's name. */
static enum ce_code long_name(struct walk *walk, uint64_t size_bytes, char **ret, struct ce_error *err) {
  if (size_bytes < 2 || size_bytes > CE_RELPATH_MAX + 1) {
    return refuse(walk, err, "a long name has an impossible length");
  }
  char *name = malloc((size_t)ce_ustar_padded(size_bytes));
  if (!name) {
    return ce_fail_memory(err, "bundle");
  }
  for (uint64_t done = 0; done < size_bytes; done += CE_USTAR_BLOCK) {
    enum ce_code code = read_block(walk, name + done, err);
    if (code != CE_OK) {
      free(name);
      return code;
    }
  }
  if (strnlen(name, (size_t)size_bytes) != size_bytes - 1) {
    free(name);
    return refuse(walk, err, "a long name does not end where it should");
  }
  *ret = name;
  return CE_OK;
}

static enum ce_code check_name(const char *name, struct ce_error *err) {
  enum ce_code code = ce_relpath_check(name, CE_BUNDLE_DAMAGED, err);
  if (code != CE_OK) {
    return code;
  }
  if (!ce_relpath_is_beneath(name, "metadata") && !ce_relpath_is_beneath(name, "targets")) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "read bundle", name, "it lies outside metadata/ and targets/");
  }
  return CE_OK;
}

static enum ce_code add_member(struct walk *walk, char **name, uint64_t size_bytes, struct ce_error *err) {
  struct ce_tar_index *index = &walk->index;
  if (index->count == CE_TAR_MEMBERS_MAX) {
    return refuse(walk, err, "the bundle has too many members");
  }
  if (index->count == walk->capacity) {
    size_t capacity = walk->capacity ? walk->capacity * 2 : 64;
    struct ce_tar_member *grown = reallocarray(index->members, capacity, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, "bundle");
    }
    index->members = grown;
    walk->capacity = capacity;
  }
  index->members[index->count++] = (struct ce_tar_member){ce_take(name), walk->at, size_bytes};
  return CE_OK;
}

static enum ce_code read_member(struct walk *walk, struct ce_ustar_header *header, struct ce_error *err) {
  uint64_t size_bytes = 0;
  enum ce_code code = check_header(walk, header, &size_bytes, err);
  CE_AUTO(ce_free) char *name = NULL;
  if (code == CE_OK && header->type == CE_USTAR_TYPE_LONG_NAME) {
    code = long_name(walk, size_bytes, &name, err);
    if (code == CE_OK) {
      code = read_block(walk, header, err);
    }
    if (code == CE_OK) {
      code = check_header(walk, header, &size_bytes, err);
    }
  }
  if (code != CE_OK) {
    return code;
  }
  if (header->type != CE_USTAR_TYPE_FILE) {
    return refuse(walk, err, "a member is not a regular file");
  }
  if (!name) {
    code = short_name(header, &name, err);
  }
  if (code == CE_OK) {
    code = check_name(name, err);
  }
  if (code == CE_OK) {
    code = add_member(walk, &name, size_bytes, err);
  }
  walk->at += ce_ustar_padded(size_bytes);
  return code;
}

static enum ce_code check_end(struct walk *walk, struct ce_error *err) {
  struct ce_ustar_header second;
  enum ce_code code = read_block(walk, &second, err);
  if (code != CE_OK) {
    return code;
  }
  if (!is_zero(&second) || walk->at != walk->tar->size_bytes) {
    return refuse(walk, err, "something follows the end of the bundle's tar");
  }
  return walk->index.count > 0 ? CE_OK : refuse(walk, err, "the bundle is empty");
}

static int compare_members(const void *a, const void *b) {
  const struct ce_tar_member *left = a, *right = b;
  return strcmp(left->name, right->name);
}

static enum ce_code sort_members(struct ce_tar_index *index, struct ce_error *err) {
  qsort(index->members, index->count, sizeof *index->members, compare_members);
  for (size_t i = 1; i < index->count; i++) {
    if (strcmp(index->members[i - 1].name, index->members[i].name) == 0) {
      return ce_fail(err, CE_BUNDLE_DAMAGED, "read bundle", index->members[i].name, "it is there twice");
    }
  }
  return CE_OK;
}

enum ce_code ce_tar_index_read(struct ce_reader *tar, struct ce_tar_index *ret, struct ce_error *err) {
  struct walk walk = {.tar = tar};
  struct ce_ustar_header header;
  enum ce_code code = read_block(&walk, &header, err);
  while (code == CE_OK && !is_zero(&header)) {
    code = read_member(&walk, &header, err);
    if (code == CE_OK) {
      code = read_block(&walk, &header, err);
    }
  }
  if (code == CE_OK) {
    code = check_end(&walk, err);
  }
  if (code == CE_OK) {
    code = sort_members(&walk.index, err);
  }
  if (code != CE_OK) {
    ce_tar_index_clear(&walk.index);
    return code;
  }
  *ret = walk.index;
  return CE_OK;
}

const struct ce_tar_member *ce_tar_index_find(const struct ce_tar_index *index, const char *name) {
  struct ce_tar_member key = {.name = (char *)(uintptr_t)name};
  return bsearch(&key, index->members, index->count, sizeof key, compare_members);
}
