/* SPDX-License-Identifier: Apache-2.0
 * Writing and reading CE_JOURNAL. */
#include "txn/journal.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "model/record.h"
#include "ports/fs-document.h"
#include "ports/hash.h"

#include <string.h>

#define JOURNAL_MODE      0600
#define JOURNAL_BYTES_MAX ((size_t)CE_RECORD_BODY_MAX + (16u << 20))
#define SPARE_MAX         CE_PLAN_STEPS_MAX

static const struct ce_json_context context = {CE_JOURNAL_DAMAGED, "journal"};

void ce_journal_clear(struct ce_journal *journal) {
  ce_plan_free(journal->plan);
  for (char **path = journal->spare; path && *path; path++) {
    free(*path);
  }
  free(journal->spare);
  *journal = (struct ce_journal){0};
}

static enum ce_code append_json(struct ce_blob *bytes, uint64_t sequence, json_t *record,
                                struct ce_error *err) {
  CE_AUTO(ce_json) json_t *owned = record;
  CE_AUTO(ce_blob) struct ce_blob body = {0};
  if (!owned) {
    return ce_fail_memory(err, "journal");
  }
  enum ce_code code = ce_json_write(owned, false, &body, err);
  if (code != CE_OK) {
    return code;
  }
  return ce_record_append(bytes, sequence, body.data, body.size, ce_hash_bytes, err);
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The backups that a receipt names, sorted. The strings are the receipt's. */
static enum ce_code list_backups(const struct ce_receipt *receipt, const char ***ret, size_t *ret_count,
                                 struct ce_error *err) {
  size_t most = receipt->path_count;
  for (char **saved = receipt->saved; saved && *saved; saved++) {
    most++;
  }
  const char **paths = calloc(most + 1, sizeof *paths);
  if (!paths) {
    return ce_fail_memory(err, "receipt");
  }
  size_t count = 0;
  for (size_t i = 0; i < receipt->path_count; i++) {
    if (receipt->paths[i].backup) {
      paths[count++] = receipt->paths[i].backup;
    }
  }
  for (char **saved = receipt->saved; saved && *saved; saved++) {
    paths[count++] = *saved;
  }
  qsort(paths, count, sizeof *paths, compare_texts);
  *ret = paths;
  *ret_count = count;
  return CE_OK;
}

/* What the old receipt names and the new one does not: nobody will ask for it again. */
static enum ce_code list_spare(const struct ce_receipt *old, const struct ce_receipt *after, json_t *spare,
                               struct ce_error *err) {
  CE_AUTO(ce_free) const char **before = NULL;
  CE_AUTO(ce_free) const char **named = NULL;
  size_t before_count = 0;
  size_t named_count = 0;
  enum ce_code code = list_backups(old, &before, &before_count, err);
  if (code == CE_OK) {
    code = list_backups(after, &named, &named_count, err);
  }
  for (size_t i = 0; code == CE_OK && i < before_count; i++) {
    bool needed = bsearch(&before[i], named, named_count, sizeof *named, compare_texts) != NULL;
    bool ours = ce_relpath_is_beneath(before[i], CE_BACKUP);
    if (ours && !needed && json_array_append_new(spare, json_string(before[i])) != 0) {
      return ce_fail_memory(err, "journal");
    }
  }
  return code;
}

enum ce_code ce_journal_format(const struct ce_plan *plan, const struct ce_receipt *old, struct ce_blob *ret,
                               struct ce_error *err) {
  CE_AUTO(ce_json) json_t *spare = json_array();
  CE_AUTO(ce_json) json_t *described = ce_plan_to_json(plan, false);
  if (!spare || !described) {
    return ce_fail_memory(err, "journal");
  }
  enum ce_code code = old ? list_spare(old, plan->after, spare, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  json_t *record = json_pack("{s:s, s:i, s:O, s:O}", "record", "begin", "format", CE_JOURNAL_FORMAT, "plan",
                             described, "spare", spare);
  return append_json(ret, 0, record, err);
}

enum ce_code ce_journal_begin(struct ce_fs *fs, const struct ce_blob *begin, struct ce_error *err) {
  return ce_fs_document_replace(fs, CE_JOURNAL, begin->data, begin->size, JOURNAL_MODE, err);
}

/* The length of the valid records and their number; what lies behind them was never written to its end. */
static enum ce_code measure(struct ce_fs *fs, uint64_t *ret_size, uint64_t *ret_sequence,
                            struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_record_list) struct ce_record_list records = {0};
  enum ce_code code = ce_fs_document_read(fs, CE_JOURNAL, JOURNAL_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_record_scan(bytes.data, bytes.size, ce_hash_bytes, &records, err);
  }
  if (code != CE_OK) {
    return code;
  }
  const struct ce_record *last = &records.items[records.count - 1];
  *ret_size = (uint64_t)(last->body - bytes.data) + last->body_size;
  *ret_sequence = records.count;
  return CE_OK;
}

static enum ce_code append_record(struct ce_fs *fs, json_t *record, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *owned = record;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  uint64_t size = 0;
  uint64_t sequence = 0;
  enum ce_code code = measure(fs, &size, &sequence, err);
  if (code == CE_OK) {
    code = append_json(&bytes, sequence, json_incref(owned), err);
  }
  if (code == CE_OK) {
    code = ce_fs_open(fs, CE_JOURNAL, CE_FS_APPEND, 0, &file, err);
  }
  if (code == CE_OK) {
    code = ce_fs_file_truncate(file, size, err);
  }
  if (code == CE_OK) {
    code = ce_fs_file_write(file, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_fs_file_sync(file, err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&file), err) : code;
}

enum ce_code ce_journal_prepared(struct ce_fs *fs, struct ce_error *err) {
  return append_record(fs, json_pack("{s:s}", "record", "prepared"), err);
}

enum ce_code ce_journal_committed(struct ce_fs *fs, struct ce_error *err) {
  return append_record(fs, json_pack("{s:s}", "record", "committed"), err);
}

enum ce_code ce_journal_remove(struct ce_fs *fs, struct ce_error *err) {
  enum ce_code code = ce_fs_remove_if_present(fs, CE_JOURNAL, err);
  return code == CE_OK ? ce_fs_sync_directory(fs, CE_STATE, err) : code;
}

static enum ce_code read_spare(const json_t *list, struct ce_journal *journal, struct ce_error *err) {
  journal->spare = calloc(json_array_size(list) + 1, sizeof *journal->spare);
  if (!journal->spare) {
    return ce_fail_memory(err, CE_JOURNAL);
  }
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *path = json_string_value(json_array_get(list, i));
    if (!path || !ce_relpath_is_beneath(path, CE_BACKUP) || ce_relpath_problem(path, strlen(path))) {
      return ce_json_refuse(&context, err, "spare", "holds something that is no backup");
    }
    journal->spare[i] = strdup(path);
    if (!journal->spare[i]) {
      return ce_fail_memory(err, CE_JOURNAL);
    }
  }
  return CE_OK;
}

static enum ce_code read_begin(const json_t *record, struct ce_journal *journal, struct ce_error *err) {
  int64_t format = 0;
  json_t *plan = NULL;
  json_t *spare = NULL;
  enum ce_code code = ce_json_get_integer(&context, record, "format", 1, CE_JSON_INTEGER_MAX, &format, err);
  if (code == CE_OK && format > CE_JOURNAL_FORMAT) {
    return ce_fail(err, CE_STATE_FORMAT, "read", CE_JOURNAL,
                   "its format is %lld, this program knows up to %d", (long long)format, CE_JOURNAL_FORMAT);
  }
  if (code == CE_OK) {
    code = ce_json_get_array(&context, record, "spare", SPARE_MAX, &spare, err);
  }
  if (code == CE_OK) {
    code = read_spare(spare, journal, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_object(&context, record, "plan", &plan, err);
  }
  return code == CE_OK ? ce_plan_from_json(plan, &journal->plan, err) : code;
}

/* The record's name fixes its place: begin, prepared, committed. */
static enum ce_code read_record(const struct ce_record *record, struct ce_journal *journal,
                                struct ce_error *err) {
  static const char *const names[] = {"begin", "prepared", "committed"};
  CE_AUTO(ce_json) json_t *body = NULL;
  const char *name = NULL;
  enum ce_code code =
      ce_json_parse(&context, record->body, record->body_size, CE_RECORD_BODY_MAX, &body, err);
  if (code == CE_OK) {
    code = ce_json_get_string(&context, body, "record", 32, &name, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (record->sequence >= sizeof names / sizeof names[0] || strcmp(name, names[record->sequence]) != 0) {
    return ce_fail(err, CE_JOURNAL_DAMAGED, "read", CE_JOURNAL, "record %llu is '%s'",
                   (unsigned long long)record->sequence, name);
  }
  if (record->sequence == 0) {
    return read_begin(body, journal, err);
  }
  journal->prepared = true;
  journal->committed = record->sequence == 2;
  return CE_OK;
}

enum ce_code ce_journal_read(struct ce_fs *fs, bool *ret_exists, struct ce_journal *ret,
                             struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_record_list) struct ce_record_list records = {0};
  CE_AUTO(ce_journal) struct ce_journal journal = {0};
  bool exists = false;
  enum ce_code code = ce_fs_exists(fs, CE_JOURNAL, &exists, NULL, err);
  if (code == CE_OK && exists) {
    code = ce_fs_document_read(fs, CE_JOURNAL, JOURNAL_BYTES_MAX, &bytes, err);
  }
  if (code == CE_OK && exists) {
    code = ce_record_scan(bytes.data, bytes.size, ce_hash_bytes, &records, err);
  }
  for (size_t i = 0; code == CE_OK && i < records.count; i++) {
    code = read_record(&records.items[i], &journal, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (exists) {
    *ret = journal;
    journal = (struct ce_journal){0};
  }
  *ret_exists = exists;
  return CE_OK;
}
