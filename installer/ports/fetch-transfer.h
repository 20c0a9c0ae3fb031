/* SPDX-License-Identifier: Apache-2.0
 * One request after the other through libcurl; inside the fetch child, and the only user of libcurl. */
#ifndef CE_PORTS_FETCH_TRANSFER_H
#define CE_PORTS_FETCH_TRANSFER_H

#include "ports/fetch-child.h"

/* libcurl and its connections. NULL when memory is out. */
struct ce_fetch_transfer *ce_fetch_transfer_new(const struct ce_fetch_config *config, int fd);

/* Fetches get, telling the parent through fd. False when the parent is gone. */
bool ce_fetch_transfer_run(struct ce_fetch_transfer *transfer, const struct ce_fetch_get *get);

#endif
