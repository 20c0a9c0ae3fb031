/* SPDX-License-Identifier: Apache-2.0
 * The bundle at the end of a program, offered as a source of repository files. */
#include "bundle/bundle.h"

#include "bundle/elf.h"
#include "bundle/mark.h"
#include "bundle/tar-index.h"

#include <inttypes.h>
#include <string.h>

#define BLOCK_BYTES (256u << 10)

struct bundle {
  struct ce_fetch fetch;
  struct ce_reader *tar;
  struct ce_tar_index index;
};

static enum ce_code read_mark(struct ce_reader *program, uint64_t offset, bool *ret_found,
                              struct ce_mark *ret, struct ce_error *err) {
  uint8_t bytes[CE_MARK_SIZE];
  size_t got = 0;
  enum ce_code code = ce_reader_read_at(program, offset, bytes, sizeof bytes, &got, err);
  if (code == CE_OK) {
    *ret_found = got == sizeof bytes && ce_mark_decode(bytes, ret);
  }
  return code;
}

/* The head says how long the file must be, so a short download is told in numbers. */
static enum ce_code check_length(const struct ce_reader *program, const char *name,
                                 const struct ce_mark *head, struct ce_error *err) {
  uint64_t needed = 0;
  if (__builtin_add_overflow(head->head_offset, head->tar_bytes, &needed) ||
      __builtin_add_overflow(needed, 2 * CE_MARK_SIZE, &needed)) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name, "its head holds an impossible length");
  }
  if (program->size_bytes < needed) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name,
                   "the file is %" PRIu64 " bytes long, %" PRIu64 " are missing", program->size_bytes,
                   needed - program->size_bytes);
  }
  if (program->size_bytes > needed) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name,
                   "the file is %" PRIu64 " bytes long, %" PRIu64 " too many", program->size_bytes,
                   program->size_bytes - needed);
  }
  return CE_OK;
}

static enum ce_code check_marks(struct ce_reader *program, const char *name, uint64_t head_offset,
                                const struct ce_mark *head, struct ce_error *err) {
  if (head->format != CE_MARK_FORMAT) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name, "its format is %" PRIu32 ", only %d is known",
                   head->format, CE_MARK_FORMAT);
  }
  if (head->head_offset != head_offset) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name, "its head does not belong to this program");
  }
  enum ce_code code = check_length(program, name, head, err);
  if (code != CE_OK) {
    return code;
  }
  bool found = false;
  struct ce_mark footer = {0};
  code = read_mark(program, program->size_bytes - CE_MARK_SIZE, &found, &footer, err);
  if (code != CE_OK) {
    return code;
  }
  if (!found || footer.format != head->format || footer.head_offset != head->head_offset ||
      footer.tar_bytes != head->tar_bytes) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name, "its footer does not match its head");
  }
  return CE_OK;
}

static enum ce_code locate(struct ce_reader *program, const char *name, struct ce_mark *ret,
                           struct ce_error *err) {
  struct ce_elf elf = {0};
  enum ce_code code = ce_elf_read(program, name, &elf, err);
  if (code != CE_OK) {
    return code;
  }
  if (program->size_bytes == elf.size_bytes) {
    return ce_fail(err, CE_NO_SOURCE, "open bundle", name, "the program carries no bundle");
  }
  uint64_t head_offset = ce_mark_head_offset(elf.size_bytes);
  bool found = false;
  struct ce_mark head = {0};
  code = read_mark(program, head_offset, &found, &head, err);
  if (code != CE_OK) {
    return code;
  }
  if (!found) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open bundle", name,
                   "what follows the program (%" PRIu64 " bytes) is no complete bundle",
                   program->size_bytes - elf.size_bytes);
  }
  code = check_marks(program, name, head_offset, &head, err);
  if (code == CE_OK) {
    *ret = head;
  }
  return code;
}

static enum ce_code stream(struct ce_reader *tar, const struct ce_tar_member *member, uint64_t offset_bytes,
                           const char *name, ce_fetch_receive *receive, void *context, struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  if (!block) {
    return ce_fail_memory(err, name);
  }
  for (uint64_t done = offset_bytes; done < member->size_bytes;) {
    uint64_t left = member->size_bytes - done;
    size_t wanted = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, got = 0;
    enum ce_code code = ce_reader_read_at(tar, member->offset + done, block, wanted, &got, err);
    if (code == CE_OK && got != wanted) {
      return ce_fail(err, CE_IO, "read bundle", name, "the file became shorter while it was read");
    }
    if (code == CE_OK) {
      code = receive(context, block, got, err);
    }
    if (code != CE_OK) {
      return code;
    }
    done += got;
  }
  return CE_OK;
}

static enum ce_code get(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes, uint64_t limit_bytes,
                        ce_fetch_receive *receive, void *context, struct ce_error *err) {
  const struct bundle *bundle = (const struct bundle *)fetch;
  const struct ce_tar_member *member = ce_tar_index_find(&bundle->index, path);
  if (!member) {
    return ce_fail(err, CE_NOT_FOUND, "read bundle", path, "the bundle has no such file");
  }
  if (member->size_bytes > limit_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "read bundle", path,
                   "it is %" PRIu64 " bytes long, at most %" PRIu64 " are expected", member->size_bytes,
                   limit_bytes);
  }
  return stream(bundle->tar, member, offset_bytes, path, receive, context, err);
}

static void free_bundle(struct ce_fetch *fetch) {
  struct bundle *bundle = (struct bundle *)fetch;
  ce_tar_index_clear(&bundle->index);
  ce_reader_free(bundle->tar);
  free(bundle->fetch.name);
  free(bundle);
}

static const struct ce_fetch_ops bundle_ops = {.get = get, .free = free_bundle};

enum ce_code ce_bundle_open(struct ce_reader *program, const char *name, struct ce_fetch **ret,
                            struct ce_error *err) {
  struct ce_mark mark = {0};
  enum ce_code code = locate(program, name, &mark, err);
  if (code != CE_OK) {
    return code;
  }
  struct bundle *bundle = calloc(1, sizeof *bundle);
  if (!bundle) {
    return ce_fail_memory(err, name);
  }
  bundle->fetch.ops = &bundle_ops;
  CE_AUTO(ce_fetch) struct ce_fetch *owner = &bundle->fetch;
  bundle->fetch.name = strdup(name);
  if (!bundle->fetch.name) {
    return ce_fail_memory(err, name);
  }
  code = ce_reader_slice(program, mark.head_offset + CE_MARK_SIZE, mark.tar_bytes, &bundle->tar, err);
  if (code == CE_OK) {
    code = ce_tar_index_read(bundle->tar, &bundle->index, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&owner);
  }
  return code;
}

enum ce_code ce_bundle_program_size(struct ce_reader *program, uint64_t *ret_size_bytes,
                                    struct ce_error *err) {
  struct ce_elf elf = {0};
  enum ce_code code = ce_elf_read(program, "program", &elf, err);
  if (code == CE_OK) {
    *ret_size_bytes = elf.size_bytes;
  }
  return code;
}
