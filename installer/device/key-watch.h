/* SPDX-License-Identifier: Apache-2.0
 * The answers about the keys at this machine, once or kept current by events.
 *
 *   ce_key_look(&request, &report, &err)               once; at most the PC/SC request's time limit
 *
 *   ce_key_watch_open(&request, &watch, &err)          the first report is there at once; what PC/SC says
 * follows poll(ce_key_watch_fd(watch), POLLIN) ce_key_watch_dispatch(watch, &changed, &err)       never
 * blocks ce_key_watch_report(watch)
 *
 * USB events, PC/SC's own and the end of a key's settling time are all behind the one descriptor; nothing
 * polls. Which drivers pcscd has, and the session, are looked at when the watch is opened, when PC/SC's
 * service comes back, and by ce_key_watch_retry(), the person's Retry. A PC/SC that failed is asked again by
 * Retry, and when a device comes or goes.
 *
 * One thread at a time. What the request points to must outlive the watch. */
#ifndef CE_DEVICE_KEY_WATCH_H
#define CE_DEVICE_KEY_WATCH_H

#include "device/match.h"
#include "ports/clock.h"

struct ce_key_watch_request {
  const struct ce_device_places *places;
  const struct ce_pcsc_request *pcsc; /* its user is the one below */
  const struct ce_key_catalogue *catalogue;
  const struct ce_access_user *user; /* whose keys they are; NULL: nobody's, access is not judged */
  const struct ce_clock *clock;
  const char *session_library; /* for dlopen: CE_SESSION_LIBRARY */
  const char *rules;           /* absolute path of certenv's udev rules */
  int root_fd;                 /* where driver bundles are looked for: "/" */
};

/* Fails with IO (no child for PC/SC can be made) or MEMORY. */
CE_MUST_USE enum ce_code ce_key_look(const struct ce_key_watch_request *request, struct ce_key_report *ret,
                                     struct ce_error *err);

struct ce_key_watch;
/* IO or PERMISSION where the kernel gives no event socket (a sandbox); MEMORY. */
CE_MUST_USE enum ce_code ce_key_watch_open(const struct ce_key_watch_request *request,
                                           struct ce_key_watch **ret, struct ce_error *err);
void ce_key_watch_free(struct ce_key_watch *watch);
CE_DEFINE_AUTO(ce_key_watch, struct ce_key_watch *, ce_key_watch_free);

int ce_key_watch_fd(const struct ce_key_watch *watch);
/* *ret_changed: the report has become another one (ce_key_found_same() on each key and the overall one). */
CE_MUST_USE enum ce_code ce_key_watch_dispatch(struct ce_key_watch *watch, bool *ret_changed,
                                               struct ce_error *err);
/* Looks at everything anew: devices, drivers, session; PC/SC is asked again when it had given up. */
CE_MUST_USE enum ce_code ce_key_watch_retry(struct ce_key_watch *watch, struct ce_error *err);
/* Valid until the next dispatch or retry. */
const struct ce_key_report *ce_key_watch_report(const struct ce_key_watch *watch);
/* The devices that the report was made of; the same lifetime. */
const struct ce_device_list *ce_key_watch_devices(const struct ce_key_watch *watch);
/* False until PC/SC has said something: a key that needs it cannot be judged before. */
bool ce_key_watch_is_complete(const struct ce_key_watch *watch);

/* The same keys in the same condition, and the same one to speak of. */
bool ce_key_report_same(const struct ce_key_report *one, const struct ce_key_report *other);

#endif
