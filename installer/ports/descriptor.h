/* SPDX-License-Identifier: Apache-2.0
 * Calls on a bare descriptor that go on to the end. */
#ifndef CE_PORTS_DESCRIPTOR_H
#define CE_PORTS_DESCRIPTOR_H

#include <stddef.h>

/* write(2) until all is written. Returns 0 or the errno. */
int ce_descriptor_write(int fd, const void *bytes, size_t size);

#endif
