/* SPDX-License-Identifier: Apache-2.0
 * The log file. */
#include "cli/sink-log.h"

#include "base/utf8.h"
#include "cli/phrase.h"
#include "model/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_SIZE (4 * CE_PHRASE_SIZE)
#define LOG_MODE  0644

static void write_line(struct ce_sink_log *log, const char *text) {
  char stamp[32];
  char clean[LINE_SIZE];
  struct tm utc;
  struct ce_error ignored;
  time_t now = log->file ? (time_t)log->clock->now_s(log->clock->context) : 0;
  if (!log->file || !gmtime_r(&now, &utc)) {
    return;
  }
  strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  ce_utf8_clean(text, clean, sizeof clean);
  char line[LINE_SIZE + sizeof stamp + 2];
  int length = snprintf(line, sizeof line, "%s %s\n", stamp, clean);
  if (ce_fs_file_write(log->file, line, (size_t)length, &ignored) != CE_OK) {
    ce_fs_file_discard(ce_take(&log->file));
  }
}

void ce_sink_log_write(struct ce_sink_log *log, const char *format, ...) {
  char text[LINE_SIZE];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  write_line(log, text);
}

static void emit(void *context, const struct ce_event *event) {
  struct ce_sink_log *log = context;
  if (event->kind == CE_EVENT_PROGRESS || event->kind == CE_EVENT_COUNTDOWN) {
    return;
  }
  char message[CE_PHRASE_SIZE];
  char subject[CE_PHRASE_SIZE];
  bool has_code = event->kind == CE_EVENT_WARNING || event->kind == CE_EVENT_RESULT;
  bool apart = ce_phrase_leaves_subject(event);
  ce_phrase_message(ce_language_by_name("en"), event, message);
  ce_phrase_subject(event->subject ? event->subject : "", subject);
  const char *detail = event->detail ? event->detail : "";
  ce_sink_log_write(log, "%s %s%s%s:%s%s%s%s%s%s", ce_event_kind_name(event->kind), event->name,
                    has_code ? " " : "", has_code ? ce_code_id(event->code) : "", message[0] ? " " : "",
                    message, apart ? " " : "", apart ? subject : "", detail[0] ? ": " : "", detail);
}

/* Opens name for appending and makes it when it is not there. */
static enum ce_code open_file(struct ce_fs *fs, const char *name, struct ce_fs_file **ret,
                              struct ce_error *err) {
  enum ce_code code = ce_fs_open(fs, name, CE_FS_APPEND, 0, ret, err);
  return code == CE_NOT_FOUND ? ce_fs_open(fs, name, CE_FS_CREATE, LOG_MODE, ret, err) : code;
}

static void start(struct ce_sink_log *log, struct ce_fs_file *file, const struct ce_clock *clock) {
  *log = (struct ce_sink_log){.sink = {.emit = emit, .context = log}, .clock = clock, .file = file};
}

enum ce_code ce_sink_log_open_path(struct ce_sink_log *ret, const char *path, const struct ce_clock *clock,
                                   struct ce_error *err) {
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  CE_AUTO(ce_free) char *directory = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_fs_file *file = NULL;
  if (!directory) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = ce_fs_open_root(directory, &fs, err);
  if (code == CE_OK) {
    code = open_file(fs, name, &file, err);
  }
  if (code == CE_OK) {
    start(ret, file, clock);
    ret->fs = ce_take(&fs);
  }
  return code;
}

/* A log that has grown too large makes room for a new one. */
static enum ce_code turn_over(struct ce_fs *root, struct ce_error *err) {
  struct ce_fs_stat stat;
  bool exists = false;
  enum ce_code code = ce_fs_exists(root, CE_LOG_DIRECTORY "/" CE_LOG_NAME, &exists, &stat, err);
  if (code != CE_OK || !exists || stat.size_bytes <= CE_LOG_BYTES_MAX) {
    return code;
  }
  return ce_fs_rename(root, CE_LOG_DIRECTORY "/" CE_LOG_NAME, CE_LOG_DIRECTORY "/" CE_LOG_OLD_NAME, err);
}

enum ce_code ce_sink_log_open_root(struct ce_sink_log *ret, struct ce_fs *root, bool make,
                                   const struct ce_clock *clock, struct ce_error *err) {
  struct ce_fs_file *file = NULL;
  bool exists = false;
  enum ce_code code = ce_fs_exists(root, CE_LOG_DIRECTORY, &exists, NULL, err);
  if (code == CE_OK && !exists) {
    code = make ? ce_fs_make_directory(root, CE_LOG_DIRECTORY, CE_DIRECTORY_MODE, err)
                : ce_fail(err, CE_NOT_FOUND, "log", CE_LOG_DIRECTORY, "there is no log directory");
  }
  if (code == CE_OK) {
    code = turn_over(root, err);
  }
  if (code == CE_OK) {
    code = open_file(root, CE_LOG_DIRECTORY "/" CE_LOG_NAME, &file, err);
  }
  if (code == CE_OK) {
    start(ret, file, clock);
  }
  return code;
}

void ce_sink_log_close(struct ce_sink_log *log) {
  struct ce_error ignored;
  if (log->file && ce_fs_file_close(ce_take(&log->file), &ignored) != CE_OK) {
    log->file = NULL;
  }
  ce_fs_free(ce_take(&log->fs));
}
