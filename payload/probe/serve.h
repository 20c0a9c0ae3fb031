/* SPDX-License-Identifier: Apache-2.0
 * The worker: requests from one descriptor, answers to another, until the input ends. */
#ifndef CE_PROBE_SERVE_H
#define CE_PROBE_SERVE_H

#include "base/error.h"

/* The module is loaded by the first request. A call that takes longer than its class allows, and the parent's
 * end, end this process. OK at the input's end; USAGE after a request that breaks a rule, which is answered
 * under the number 0. */
CE_MUST_USE enum ce_code ce_serve(const char *path, int input_fd, int output_fd, struct ce_error *err);

#endif
