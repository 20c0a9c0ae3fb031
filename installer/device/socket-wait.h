/* SPDX-License-Identifier: Apache-2.0
 * Waiting, without polling, for a socket's file to be made; private to device/. */
#ifndef CE_DEVICE_SOCKET_WAIT_H
#define CE_DEVICE_SOCKET_WAIT_H

/* Starts to notice what happens to path and to the directory that it will be in. -1: it cannot be noticed. */
int ce_socket_wait_open(const char *path);
/* Returns when something happened that concerns it since the opening; for ever when fd is -1. */
void ce_socket_wait(int fd);

#endif
