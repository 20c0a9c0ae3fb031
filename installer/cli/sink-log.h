/* SPDX-License-Identifier: Apache-2.0
 * Events as lines of a log file: time, kind, name, id, English sentence, subject and detail. Progress is left
 * out.
 *
 * A log that cannot be written is given up without a word: it never fails a run. */
#ifndef CE_CLI_SINK_LOG_H
#define CE_CLI_SINK_LOG_H

#include "base/event.h"
#include "ports/clock.h"
#include "ports/fs.h"

#include <stdbool.h>

#define CE_LOG_NAME      "certenv.log"
#define CE_LOG_OLD_NAME  "certenv.log.old"
#define CE_LOG_BYTES_MAX (1u << 20) /* a larger log in CE_LOG_DIRECTORY becomes CE_LOG_OLD_NAME first */

struct ce_sink_log {
  struct ce_sink sink; /* to hand to others; valid while this struct stays where it is */
  const struct ce_clock *clock;
  struct ce_fs *fs;        /* of a file given by its path; NULL for the log of a root */
  struct ce_fs_file *file; /* NULL when nothing is logged */
};

/* Appends to the file at path of the running machine. The error is for a warning. */
CE_MUST_USE enum ce_code ce_sink_log_open_path(struct ce_sink_log *ret, const char *path,
                                               const struct ce_clock *clock, struct ce_error *err);
/* Appends to CE_LOG_DIRECTORY below the root, which must outlive it. make: makes the directory when it is
 * missing and its parent is there; otherwise an absent directory is NOT_FOUND, and nothing is left behind. */
CE_MUST_USE enum ce_code ce_sink_log_open_root(struct ce_sink_log *ret, struct ce_fs *root, bool make,
                                               const struct ce_clock *clock, struct ce_error *err);
/* A line that belongs to no event: the start of a run. */
void ce_sink_log_write(struct ce_sink_log *log, const char *format, ...) CE_PRINTF(2, 3);
/* {0} and a log that did not open are fine. */
void ce_sink_log_close(struct ce_sink_log *log);

#endif
