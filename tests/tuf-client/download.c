/* SPDX-License-Identifier: Apache-2.0
 * Fetching a target into its file. */
#include "download.h"

#include "trust/percent.h"
#include "trust/target-check.h"

#define PART        ".tuf-client.part"
#define FILE_MODE   0644
#define BUFFER_SIZE ((size_t)64 << 10)

static enum ce_code check_file(struct ce_fs_file *file, struct ce_target_check *check, struct ce_error *err) {
  CE_AUTO(ce_free) char *buffer = malloc(BUFFER_SIZE);
  size_t got = BUFFER_SIZE;
  enum ce_code code = buffer ? CE_OK : ce_fail_memory(err, "file");
  while (code == CE_OK && got == BUFFER_SIZE) {
    code = ce_fs_file_read_at(file, ce_target_check_size(check), buffer, BUFFER_SIZE, &got, err);
    if (code == CE_OK) {
      code = ce_target_check_add(check, buffer, got, err);
    }
  }
  return code == CE_OK ? ce_target_check_finish(check, err) : code;
}

static bool is_there(struct ce_fs *directory, const char *name, const struct ce_target *target) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
  struct ce_error ignored;
  return ce_fs_open(directory, name, CE_FS_READ, 0, &file, &ignored) == CE_OK &&
         ce_target_check_new(target, &check, &ignored) == CE_OK && check_file(file, check, &ignored) == CE_OK;
}

static enum ce_code write_file(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_fs_file_write(context, bytes, size, err);
}

static enum ce_code fetch_part(struct ce_fetch *source, const struct ce_trusted_set *set,
                               const struct ce_target *target, struct ce_fs *directory,
                               struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *part = NULL;
  enum ce_code code = ce_fs_remove_if_present(directory, PART, err);
  if (code == CE_OK) {
    code = ce_fs_open(directory, PART, CE_FS_CREATE, FILE_MODE, &part, err);
  }
  if (code == CE_OK) {
    code = ce_trust_fetch(source, set, target, write_file, part, err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&part), err) : code;
}

enum ce_code download_target(struct ce_fetch *source, const struct ce_trusted_set *set,
                             const struct ce_target *target, struct ce_fs *directory, struct ce_error *err) {
  CE_AUTO(ce_free) char *name = ce_percent_encode(target->path);
  if (!name) {
    return ce_fail_memory(err, target->path);
  }
  if (is_there(directory, name, target)) {
    return CE_OK;
  }
  enum ce_code code = fetch_part(source, set, target, directory, err);
  if (code == CE_OK) {
    code = ce_fs_rename(directory, PART, name, err);
  }
  if (code != CE_OK) {
    struct ce_error ignored;
    if (ce_fs_remove_if_present(directory, PART, &ignored) != CE_OK) {
      /* The next download removes it first. */
    }
  }
  return code;
}
