/* SPDX-License-Identifier: Apache-2.0
 * What the log is told about keys: which came, which went, and why one cannot be used, as far as that is seen
 * without asking PC/SC and for nobody's session in particular. */
#ifndef CE_MONITOR_KEY_LOG_H
#define CE_MONITOR_KEY_LOG_H

#include "device/match.h"
#include "device/watch.h"

struct ce_key_log_request {
  const struct ce_device_places *places; /* must outlive the log */
  const char *root;                      /* where the installed environment and the drivers are: "/" */
};

struct ce_key_log;
/* Keys that are there already are no news. IO or PERMISSION where the kernel gives no event socket; MEMORY.
 */
CE_MUST_USE enum ce_code ce_key_log_open(const struct ce_key_log_request *request, struct ce_key_log **ret,
                                         struct ce_error *err);
void ce_key_log_free(struct ce_key_log *log);
CE_DEFINE_AUTO(ce_key_log, struct ce_key_log *, ce_key_log_free);

int ce_key_log_fd(const struct ce_key_log *log);
/* Says a line, with syslog's "<6>" in front, for each key that came or went. Never blocks. */
CE_MUST_USE enum ce_code ce_key_log_dispatch(struct ce_key_log *log,
                                             void (*say)(void *context, const char *line), void *context,
                                             struct ce_error *err);

/* Pure: whether a reason holds whatever PC/SC would say, so that it is worth a warning. */
bool ce_key_log_is_certain(enum ce_key_reason reason);

#endif
