/* SPDX-License-Identifier: Apache-2.0
 * What the system calls itself: os-release(5). */
#ifndef CE_GUARD_OS_RELEASE_H
#define CE_GUARD_OS_RELEASE_H

#include "guard/text.h"
#include "ports/fs.h"

/* "" where it does not say so, or in CE_SETTING_SIZE bytes or more. */
struct ce_os_release {
  char id[CE_SETTING_SIZE];          /* ID */
  char like[CE_SETTING_SIZE];        /* ID_LIKE */
  char version[CE_SETTING_SIZE];     /* VERSION_ID */
  char pretty_name[CE_SETTING_SIZE]; /* PRETTY_NAME */
};

/* Of the system below fs. What cannot be read says nothing. */
void ce_os_release_read(struct ce_fs *fs, struct ce_os_release *ret);

#endif
