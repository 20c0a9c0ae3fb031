/* SPDX-License-Identifier: Apache-2.0
 * Who is connected to a unix socket, by inode, as the kernel's sock_diag tells; private to device/. */
#ifndef CE_DEVICE_UNIX_PEERS_H
#define CE_DEVICE_UNIX_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_UNIX_PEERS_MAX 64

/* The inodes of the clients' ends of the connections to the socket listening at path. False: the kernel does
 * not tell. */
bool ce_unix_peers_find(const char *path, uint32_t ret[CE_UNIX_PEERS_MAX], size_t *ret_count);

#endif
