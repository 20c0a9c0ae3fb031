/* SPDX-License-Identifier: Apache-2.0
 * The notes' sentences. */
#include "txn/note.h"

#include "base/blob.h"

static void note(const struct ce_sink *sink, const char *name, const char *sentence, const char *path) {
  CE_AUTO(ce_free) char *absolute = ce_text_format("/%s", path);
  ce_emit_note(sink, name, sentence, absolute ? absolute : path);
}

void ce_note_kept_edited(const struct ce_sink *sink, const char *path) {
  note(sink, "kept-edited", N_("%s was changed in the meantime and stays as it is."), path);
}

void ce_note_original_kept(const struct ce_sink *sink, const char *path) {
  note(sink, "original-kept", N_("The file that was there before is kept as %s."), path);
}

void ce_note_saved_left(const struct ce_sink *sink, const char *path) {
  note(sink, "saved-left", N_("Copies of your own files are left in %s."), path);
}
