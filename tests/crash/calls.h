/* SPDX-License-Identifier: Apache-2.0
 * Which system calls change the file system. */
#ifndef CRASH_CALLS_H
#define CRASH_CALLS_H

#include <stdbool.h>
#include <sys/types.h>

/* The name of the call that the traced task has just entered, when it changes a file, a name or a directory
 * or makes one durable; NULL otherwise. Writes count when they go to a regular file, opening when it may
 * create. */
const char *calls_change(pid_t pid);

#endif
