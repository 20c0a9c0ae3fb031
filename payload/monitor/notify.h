/* SPDX-License-Identifier: Apache-2.0
 * Telling systemd that the service is ready (sd_notify(3)), without its library. */
#ifndef CE_MONITOR_NOTIFY_H
#define CE_MONITOR_NOTIFY_H

#include "base/error.h"

/* Sends state ("READY=1") to the socket; socket_path is $NOTIFY_SOCKET, where NULL or "" means that nobody
 * asks. IO. */
CE_MUST_USE enum ce_code ce_notify(const char *socket_path, const char *state, struct ce_error *err);

#endif
