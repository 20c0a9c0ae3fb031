/* SPDX-License-Identifier: Apache-2.0
 * The proxy that the desktop of the calling user is set to: GNOME's settings (also of MATE, Cinnamon, UKUI
 * and, under a name of its own, DDE), or KDE's.
 *
 * What is found is what a user wrote, so it is read as data, and as that user: through setpriv(1) when this
 * process is root on behalf of somebody (pkexec, sudo). A proxy that a script decides (PAC, WPAD) is not
 * followed. */
#ifndef CE_PORTS_DESKTOP_PROXY_H
#define CE_PORTS_DESKTOP_PROXY_H

#include "ports/process.h"

#include <stdbool.h>

#define CE_DESKTOP_PROXY_TEXT_MAX ((size_t)64 << 10) /* bytes of settings that are looked at */

/* {0}: the desktop names none. */
struct ce_desktop_proxy {
  char *url;        /* for ce_http_settings.proxy; NULL: none */
  char *exceptions; /* for ce_http_settings.no_proxy; NULL: none */
  bool automatic;   /* a script decides; nothing is known without running it */
};
void ce_desktop_proxy_clear(struct ce_desktop_proxy *proxy);
CE_DEFINE_AUTO_IN_PLACE(ce_desktop_proxy, struct ce_desktop_proxy, ce_desktop_proxy_clear);

/* tls: for servers of https. Settings that are absent, or that cannot be read or understood, are no proxy;
 * fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_desktop_proxy_find(const struct ce_process *process, bool tls,
                                               struct ce_desktop_proxy *ret, struct ce_error *err);

/* What `gsettings list-recursively` says of a schema like org.gnome.system.proxy. Pure. */
CE_MUST_USE enum ce_code ce_desktop_proxy_parse_gsettings(const char *text, bool tls,
                                                          struct ce_desktop_proxy *ret, struct ce_error *err);
/* What KDE's kioslaverc says. Pure. */
CE_MUST_USE enum ce_code ce_desktop_proxy_parse_kde(const char *text, bool tls, struct ce_desktop_proxy *ret,
                                                    struct ce_error *err);

/* For the parsers: takes over what is said, when it makes a proxy that can be used. host may be an URL;
 * exceptions are separated by commas or blanks. */
struct ce_desktop_proxy_words {
  const char *scheme, *host, *port, *user, *password, *exceptions;
};
CE_MUST_USE enum ce_code ce_desktop_proxy_make(const struct ce_desktop_proxy_words *words,
                                               struct ce_desktop_proxy *ret, struct ce_error *err);

#endif
