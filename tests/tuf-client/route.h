/* SPDX-License-Identifier: Apache-2.0
 * One source made of two: metadata from one server's directory, targets from another's. */
#ifndef CE_TESTS_TUF_CLIENT_ROUTE_H
#define CE_TESTS_TUF_CLIENT_ROUTE_H

#include "ports/fetch.h"
#include "ports/http.h"

/* "metadata/<path>" is asked from metadata_url, "targets/<path>" from targets_url, which may be NULL: then
 * there are no targets. settings must outlive the source. */
CE_MUST_USE enum ce_code route_open(const char *metadata_url, const char *targets_url,
                                    const struct ce_http_settings *settings, struct ce_fetch **ret,
                                    struct ce_error *err);

#endif
