/* SPDX-License-Identifier: Apache-2.0
 * Running a program of the machine and reading what it says, as an ops table so that tests can answer for it.
 */
#ifndef CE_PORTS_PROCESS_H
#define CE_PORTS_PROCESS_H

#include "base/blob.h"

#include <stdint.h>

#define CE_PROCESS_OUTPUT_MAX (4u << 20) /* bytes kept of each stream; the rest is read and dropped */

struct ce_process_result {
  int exit_status;       /* 0..255, or 128 + signal */
  struct ce_blob output; /* standard output */
  struct ce_blob errors; /* standard error */
};
void ce_process_result_clear(struct ce_process_result *result);
CE_DEFINE_AUTO_IN_PLACE(ce_process_result, struct ce_process_result, ce_process_result_clear);

struct ce_process {
  /* Runs argv (argv[0] is looked up in PATH, in its absolute directories only; NULL at the end) in a session
   * of its own, with standard input from /dev/null and environment entries "NAME=VALUE" of extra_env (may be
   * NULL) added, and waits for it, not for what it leaves running. After timeout_ms its process group is
   * asked to end, and killed a second later (CHILD). A program that cannot be started: NOT_FOUND or
   * PERMISSION. A program that ends, with any status: OK. */
  enum ce_code (*run)(void *context, const char *const argv[], const char *const extra_env[],
                      int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err);
  void *context;
};

/* This process's environment with the entries "NAME=VALUE" of extra_env (may be NULL) in place of those of
 * the same name; NULL-terminated. The array is malloc'ed, the entries are not. NULL: out of memory. */
const char **ce_process_environment(const char *const extra_env[]);

/* The real one; static. */
const struct ce_process *ce_process_system(void);

#endif
