/* SPDX-License-Identifier: Apache-2.0
 * What happened, as a text for whoever is to help: versions, the outcome, what was found on the machine,
 * every event. It holds no PIN, since none ever comes into this program; paths are as they are. */
#ifndef CE_GTK_FAILURE_REPORT_H
#define CE_GTK_FAILURE_REPORT_H

#include "base/blob.h"
#include "gtk/checks.h"
#include "gtk/run-view.h"

/* Malloc'ed; NULL when memory is out. */
char *ce_failure_report(const struct ce_run_view *run, const struct ce_checks *checks, const char *program);
/* Writes it to a new file, or over an old one. */
CE_MUST_USE enum ce_code ce_failure_report_save(const char *path, const char *report, struct ce_error *err);

#endif
