/* SPDX-License-Identifier: Apache-2.0
 * Somebody who watches over a run (--attended): the one reader of standard input while the run works.
 *
 * A thread reads line by line. A line that cancels the run, the end of the input, or an output that nobody
 * reads any more interrupts the thread that opened the attendance with SIGINT, as a person at the terminal
 * would, and ends the stream of answers; every other line is handed on through that stream, in its order.
 * What the signal does is up to its handler: a transaction that is past its commit point is finished. */
#ifndef CE_CLI_ATTENDANCE_H
#define CE_CLI_ATTENDANCE_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct ce_attendance;

/* Pure: whether a line, without its newline, cancels the run: the word cancel, or an object with the id "run"
 * and the answer "cancel". */
bool ce_attendance_is_cancel(const char *line, size_t length);

/* input and output are borrowed; nobody else may read input until the attendance is freed. IO, MEMORY. */
CE_MUST_USE enum ce_code ce_attendance_open(int input, int output, struct ce_attendance **ret,
                                            struct ce_error *err);
/* Where the answers are read: at its end nobody will answer any more. For another process it may become
 * standard input; it ends as well when this process does. */
int ce_attendance_answers(const struct ce_attendance *attendance);
/* Ends the stream of answers. */
void ce_attendance_end(struct ce_attendance *attendance);
/* Stops the reading; what was read and not asked for is lost. */
void ce_attendance_free(struct ce_attendance *attendance);
CE_DEFINE_AUTO(ce_attendance, struct ce_attendance *, ce_attendance_free);

#endif
