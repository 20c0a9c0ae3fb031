/* SPDX-License-Identifier: Apache-2.0
 * One change to the file system, as data: what is done, on what condition, and what was there before.
 *
 * A step is carried out in two halves (txn/): STAGE prepares beside its place, COMMIT is one rename (or
 * unlink). It can be reverted from `path`, `prior` and the transaction's id alone. */
#ifndef CE_MODEL_STEP_H
#define CE_MODEL_STEP_H

#include "model/facts.h"

#define CE_STEP_TEXT_MAX (1u << 20) /* bytes of a file whose content stands in its step */

enum ce_step_kind {
  CE_STEP_MAKE_DIRECTORY, /* "make-directory"   mkdir at STAGE; revert: rmdir when empty */
  CE_STEP_ADD_TREE,    /* "add-tree"         unpack the whole package as <path>.partial, rename to <path> */
  CE_STEP_REMOVE_TREE, /* "remove-tree"      rename <path> aside, deleted after the commit point */
  CE_STEP_PUT_FILE,    /* "put-file"         stage beside, rename over <path> */
  CE_STEP_PUT_LINK,    /* "put-link"         symbolic link made beside, rename over <path> */
  CE_STEP_SET_MODE,    /* "set-mode"         mode and owner of an existing file or directory */
  CE_STEP_REMOVE_FILE, /* "remove-file"      a file or link: rename aside, deleted after the commit point */
  CE_STEP_REMOVE_DIRECTORY, /* "remove-directory" rmdir after the commit point, when empty */
  CE_STEP_KIND_COUNT
};

/* What the planner saw at `path`. */
enum ce_precondition {
  CE_PRECONDITION_ABSENT,
  CE_PRECONDITION_OURS,      /* what the receipt says, or our file damaged or edited */
  CE_PRECONDITION_FOREIGN,   /* something that the receipt does not know */
  CE_PRECONDITION_IDENTICAL, /* not in the receipt, but exactly what is wanted */
};

/* Where a file's bytes come from. */
enum ce_content {
  CE_CONTENT_PACKAGE, /* member content_path of the package */
  CE_CONTENT_TREE,    /* the file content_path below the root, already in place with the digest wanted */
  CE_CONTENT_BACKUP,  /* the file content_path below the root in CE_BACKUP: restores bytes, mode, owner, times
                       */
  CE_CONTENT_INLINE,  /* the step's own text: a file that was made for this machine */
};

struct ce_step {
  enum ce_step_kind kind;
  enum ce_precondition precondition;
  char *path;
  struct ce_path_state prior; /* ABSENT for what is new */
  union {
    struct {
      uint32_t mode, uid, gid;
      uint64_t size_bytes;
      struct ce_digest sha256;
      enum ce_content content;
      char *content_path; /* NULL for INLINE */
      char *text;         /* INLINE: size_bytes of it, no NUL; otherwise NULL */
      bool keep_prior;    /* the copy of what was there stays in CE_BACKUP after the commit */
    } file;               /* PUT_FILE */
    struct {
      char *target;
      uint32_t uid, gid;
      bool keep_prior; /* as for PUT_FILE, when a file was there */
    } link;            /* PUT_LINK */
    struct {
      uint32_t mode, uid, gid;
    } meta; /* MAKE_DIRECTORY, ADD_TREE (owner of all of it; mode of its directories), SET_MODE */
  };
};

/* "put-file"; the kind by name, or CE_STEP_KIND_COUNT. */
const char *ce_step_kind_name(enum ce_step_kind kind);
enum ce_step_kind ce_step_kind_by_name(const char *name);
void ce_step_clear(struct ce_step *step);

CE_MUST_USE enum ce_code ce_step_from_json(const json_t *json, const struct ce_json_context *context,
                                           struct ce_step *ret, struct ce_error *err);
json_t *ce_step_to_json(const struct ce_step *step);

/* CE_BACKUP "/<txid>-<index>": where the transaction keeps what a PUT_FILE step replaces. malloc'ed. */
char *ce_step_backup_path(const char *txid, size_t index);

#endif
