/* SPDX-License-Identifier: Apache-2.0
 * What a transaction leaves where it is, told to the sink. */
#ifndef CE_TXN_NOTE_H
#define CE_TXN_NOTE_H

#include "base/event.h"

/* "kept-edited": path was changed by somebody since, and stays. Subjects of notes are absolute below the
 * root. */
void ce_note_kept_edited(const struct ce_sink *sink, const char *path);
/* "original-kept": the file that was there before certenv's lies at path now. */
void ce_note_original_kept(const struct ce_sink *sink, const char *path);
/* "saved-left": a purge leaves path, which holds copies of somebody's files. */
void ce_note_saved_left(const struct ce_sink *sink, const char *path);

#endif
