/* SPDX-License-Identifier: Apache-2.0
 * A repository as files in a directory, and the order in which they are replaced: what a file names is there
 * before the file is, and timestamp.json, from which a reader starts, comes last. */
#ifndef CE_PUBLISH_REPOSITORY_H
#define CE_PUBLISH_REPOSITORY_H

#include "base/blob.h"
#include "base/digest.h"
#include "ports/fs.h"
#include "ports/reader.h"
#include "publish/role.h"

struct ce_repository {
  struct ce_fs *fs;
  struct ce_fs_file *lock;
};
void ce_repository_close(struct ce_repository *repository);
CE_DEFINE_AUTO_IN_PLACE(ce_repository, struct ce_repository, ce_repository_close);

/* Makes the directory and locks it. CONFLICT when a repository is there. */
CE_MUST_USE enum ce_code ce_repository_create(const char *directory, struct ce_repository *ret,
                                              struct ce_error *err);
/* SOURCE_UNUSABLE when there is no repository; LOCKED while another publisher works on it. */
CE_MUST_USE enum ce_code ce_repository_open(const char *directory, struct ce_repository *ret,
                                            struct ce_error *err);
/* To read only, without a lock. */
CE_MUST_USE enum ce_code ce_repository_look(const char *directory, struct ce_repository *ret,
                                            struct ce_error *err);

/* Makes metadata/ and targets/: from now on it is a repository. */
CE_MUST_USE enum ce_code ce_repository_make_directories(struct ce_repository *repository,
                                                        struct ce_error *err);

/* The newest root's version. */
CE_MUST_USE enum ce_code ce_repository_root_version(struct ce_repository *repository, int64_t *ret,
                                                    struct ce_error *err);
/* "metadata/3.targets.json"; timestamp has no version in its name. NULL when memory is out. */
char *ce_repository_metadata_path(enum ce_role role, int64_t version);
/* "targets/packages/<sha256>.name" for the target "packages/name". NULL when memory is out. */
char *ce_repository_target_path(const char *target, const struct ce_digest *sha256);

CE_MUST_USE enum ce_code ce_repository_read_metadata(struct ce_repository *repository, enum ce_role role,
                                                     int64_t version, size_t limit_bytes, struct ce_blob *ret,
                                                     struct ce_error *err);
/* The same for any role but timestamp by its name, a delegated one's too. */
char *ce_repository_role_path(const char *role, int64_t version);
CE_MUST_USE enum ce_code ce_repository_read_role(struct ce_repository *repository, const char *role,
                                                 int64_t version, size_t limit_bytes, struct ce_blob *ret,
                                                 struct ce_error *err);
CE_MUST_USE enum ce_code ce_repository_write_role(struct ce_repository *repository, const char *role,
                                                  int64_t version, const struct ce_blob *bytes,
                                                  struct ce_error *err);
CE_MUST_USE enum ce_code ce_repository_write_metadata(struct ce_repository *repository, enum ce_role role,
                                                      int64_t version, const struct ce_blob *bytes,
                                                      struct ce_error *err);
/* Puts a target's file, which must have that digest (IO otherwise), in its place; one that is there already
 * stays. It is durable after ce_repository_sync(). */
CE_MUST_USE enum ce_code ce_repository_store_target(struct ce_repository *repository, const char *target,
                                                    struct ce_reader *bytes, const struct ce_digest *sha256,
                                                    struct ce_error *err);
/* Everything that was stored is durable: to be called before metadata that names it is written. */
CE_MUST_USE enum ce_code ce_repository_sync(struct ce_repository *repository, struct ce_error *err);

#endif
