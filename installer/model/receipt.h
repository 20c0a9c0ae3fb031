/* SPDX-License-Identifier: Apache-2.0
 * receipt.json: what certenv put on this machine, and so what it may repair and remove (docs/FORMATS.md).
 *
 * Its replacement by rename is the one commit point of every transaction: its txid says whether the
 * transaction in the journal happened. A release never fails to read what an older one wrote. */
#ifndef CE_MODEL_RECEIPT_H
#define CE_MODEL_RECEIPT_H

#include "base/blob.h"
#include "model/facts.h"
#include "model/manifest.h"

#define CE_RECEIPT_FORMAT    1
#define CE_RECEIPT_BYTES_MAX (64u << 20)
#define CE_RECEIPT_PATHS_MAX 100000
#define CE_RECEIPT_SAVED_MAX 100000
#define CE_TXID_MIN          16 /* lower-case hexadecimal digits */
#define CE_TXID_MAX          64

enum ce_origin {
  CE_ORIGIN_CREATED,  /* nothing was there */
  CE_ORIGIN_REPLACED, /* a foreign file was there; `prior` describes it, `backup` holds it */
  CE_ORIGIN_ADOPTED,  /* an identical file was there; it stays at uninstall */
};

/* One path outside the version tree that certenv owns. */
struct ce_receipt_path {
  char *path;
  enum ce_path_type type;  /* FILE, LINK or DIRECTORY (a directory that we made; removed when empty) */
  uint32_t mode;           /* files and directories */
  uint64_t size_bytes;     /* files */
  struct ce_digest sha256; /* files */
  char *link_target;       /* links */
  enum ce_origin origin;
  struct ce_path_state prior; /* REPLACED: what was there first, with exact mode and owner */
  char *backup;               /* REPLACED files: relpath of the kept file, below CE_BACKUP */
};

struct ce_receipt {
  char *txid;     /* of the transaction that wrote it */
  bool installed; /* false after an uninstall that kept the state directory */
  char *channel;  /* "stable"; "" when it is not known */
  char *package;  /* target path in the repository; "" when it is not known */
  uint64_t package_size_bytes;
  struct ce_digest package_sha256;
  int64_t installed_at_s;        /* of the first install of the environment */
  struct ce_manifest *manifest;  /* of the installed package; NULL when not installed */
  struct ce_receipt_path *paths; /* sorted by path */
  size_t path_count;
  char **saved; /* NULL-terminated: relpaths of copies of files that the user had edited, and of originals
                   that could not be restored */
};

bool ce_txid_is_valid(const char *txid);

void ce_receipt_free(struct ce_receipt *receipt);
CE_DEFINE_AUTO(ce_receipt, struct ce_receipt *, ce_receipt_free);
/* RECEIPT_DAMAGED, or STATE_FORMAT for a major format that is newer than this program. */
CE_MUST_USE enum ce_code ce_receipt_parse(const void *bytes, size_t size, struct ce_receipt **ret,
                                          struct ce_error *err);
/* A new reference. NULL only when memory is out. */
json_t *ce_receipt_to_json(const struct ce_receipt *receipt);
/* The same with one null in the place of the manifest's files, which can be many. */
json_t *ce_receipt_frame_to_json(const struct ce_receipt *receipt);
CE_MUST_USE enum ce_code ce_receipt_from_json(const json_t *json, struct ce_receipt **ret,
                                              struct ce_error *err);
/* The file's bytes. */
CE_MUST_USE enum ce_code ce_receipt_write(const struct ce_receipt *receipt, struct ce_blob *ret,
                                          struct ce_error *err);
const struct ce_receipt_path *ce_receipt_find(const struct ce_receipt *receipt, const char *path);
/* Sorts paths after they were filled in. */
void ce_receipt_sort(struct ce_receipt *receipt);

#endif
