/* SPDX-License-Identifier: Apache-2.0
 * Memory for secrets: a mapping each, so that locking and wiping meet nothing else. */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>

#define ROOM (CE_SECRET_MAX + 1)

void ce_secret_clear(struct ce_secret *secret) {
  if (secret->bytes) {
    explicit_bzero(secret->bytes, ROOM);
    munmap(secret->bytes, ROOM);
  }
  *secret = (struct ce_secret){0};
}

enum ce_code ce_secret_allocate(struct ce_secret *secret, struct ce_error *err) {
  ce_secret_clear(secret);
  void *page = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    return ce_fail_memory(err, "secret");
  }
  /* Without the right to lock memory a key must still be usable; the memory is wiped all the same. */
  (void)mlock(page, ROOM);
  (void)madvise(page, ROOM, MADV_DONTDUMP);
  (void)madvise(page, ROOM, MADV_WIPEONFORK);
  *secret = (struct ce_secret){.bytes = page};
  return CE_OK;
}

enum ce_code ce_secret_set(struct ce_secret *secret, const void *bytes, size_t size, struct ce_error *err) {
  if (size > CE_SECRET_MAX) {
    return ce_fail(err, CE_USAGE, "read", "secret", "it has %zu bytes; at most %d are taken", size,
                   CE_SECRET_MAX);
  }
  enum ce_code code = ce_secret_allocate(secret, err);
  if (code == CE_OK && size > 0) {
    memcpy(secret->bytes, bytes, size);
    secret->size = size;
  }
  return code;
}
