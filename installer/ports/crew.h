/* SPDX-License-Identifier: Apache-2.0
 * A job cut into parts that are worked on at the same time, by as many threads as the machine has cores for.
 *
 * The threads live no longer than the call. Each works through a handle of its own on the same root; where
 * the file system has none to share, or threads cannot be had, the caller's thread does all parts in turn. */
#ifndef CE_PORTS_CREW_H
#define CE_PORTS_CREW_H

#include "ports/fs.h"

#include <pthread.h>

#define CE_CREW_THREADS_MAX 8

/* One part. fs is the thread's own handle. It may touch what belongs to this part alone, and read what nobody
 * writes during the job. */
typedef enum ce_code ce_crew_work(void *context, struct ce_fs *fs, size_t part, struct ce_error *err);

/* Works on the parts 0 to part_count - 1, each once, in any order. After a failure no further part is begun;
 * returned is the failure of the lowest part, which is what working in turn would have met. */
CE_MUST_USE enum ce_code ce_crew_run(struct ce_fs *fs, size_t part_count, ce_crew_work *work, void *context,
                                     struct ce_error *err);

/* How many threads this process can have running at the same time: 1 or more. */
size_t ce_crew_cores(void);
/* A thread beside the caller's, with all signals blocked: they are for the one that the program waits in. The
 * caller joins it. False when there can be none. */
bool ce_crew_start(pthread_t *ret, void *(*run)(void *context), void *context);

#endif
