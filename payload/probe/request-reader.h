/* SPDX-License-Identifier: Apache-2.0
 * Requests from a descriptor: a line, and the secrets that it announces, which go from the descriptor
 * straight into their locked memory. */
#ifndef CE_PROBE_REQUEST_READER_H
#define CE_PROBE_REQUEST_READER_H

#include "device/token-request.h"

/* *ret_end becomes true at the input's end, where no request begins; the rest is untouched then. Secrets that
 * the request has not are empty. USAGE for a line that breaks a rule or input that ends within a request:
 * what follows cannot be told from secrets, so that nothing more can be read. */
CE_MUST_USE enum ce_code ce_request_read(int fd, struct ce_token_request *ret, struct ce_secret *ret_pin,
                                         struct ce_secret *ret_new_pin, bool *ret_end, struct ce_error *err);

#endif
