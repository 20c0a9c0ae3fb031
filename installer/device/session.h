/* SPDX-License-Identifier: Apache-2.0
 * Where a person sits: at the screen, at the other end of a network connection, or nowhere; as logind tells.
 *
 * libsystemd.so.0 is opened at run time. Where it or logind is missing (containers, other init systems)
 * nothing gives or withholds rights by session, so the person counts as sitting at the screen. */
#ifndef CE_DEVICE_SESSION_H
#define CE_DEVICE_SESSION_H

#include "device/match.h"

#define CE_SESSION_LIBRARY "libsystemd.so.0"

/* Fills known, active and remote; user NULL is nobody: all false. active is about all of the user's sessions,
 * since nodes are opened for the user; remote is about the session that this process belongs to, since polkit
 * judges that one. rules_installed is false: the caller knows it. */
struct ce_key_session ce_session_look(const char *library, const struct ce_access_user *user);

#endif
