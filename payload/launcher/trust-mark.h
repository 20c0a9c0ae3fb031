/* SPDX-License-Identifier: Apache-2.0
 * Telling the desktops that a launcher may be started without a question. KDE and DDE ask for the executable
 * bit only; GNOME's DING wants metadata::trusted, Xfce (4.18 and later) the file's SHA-256 as
 * metadata::xfce-exe-checksum. Both lie in the person's GVfs metadata, which only a session can write.
 *
 * The program starts itself for it, with a verb that no help tells of: the library loads modules and waits
 * for the session's bus, and what hangs there or dies is ended from outside. */
#ifndef CE_LAUNCHER_TRUST_MARK_H
#define CE_LAUNCHER_TRUST_MARK_H

#include "base/digest.h"
#include "ports/process.h"

#include <stdbool.h>

#define CE_TRUST_MARK_VERB "mark" /* certenv-launcher mark PATH [SHA256]; without it the marks go */

/* True when both marks are set. False where libgio or GVfs is missing: then hardly any desktop asks for them.
 */
bool ce_trust_mark_set(const struct ce_process *process, const char *path, const struct ce_digest *sha256);
/* Before the file goes: GVfs has no marks for what is not there. */
void ce_trust_mark_clear(const struct ce_process *process, const char *path);

/* The verb itself, in the process that was started for it. checksum: as text; NULL takes the marks away. */
bool ce_trust_mark_write(const char *path, const char *checksum);

#endif
