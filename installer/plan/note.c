/* SPDX-License-Identifier: Apache-2.0
 * The table of notes. */
#include "plan/note.h"

#include "base/event.h"

#include <assert.h>

static const struct {
  const char *name, *sentence;
} rows[CE_NOTE_COUNT] = {
    [CE_NOTE_SAVED_EDITED] = {"saved-edited",
                              N_("%s was changed on this machine: the original is put back and a copy "
                                 "of the changed file is kept.")},
    [CE_NOTE_REPLACED_FOREIGN] = {"replaced-foreign",
                                  N_("%s was there before: it is kept and comes back with an uninstall.")},
    [CE_NOTE_REPLACED_LINK] = {"replaced-link",
                               N_("A link that was changed on this machine is replaced: %s")},
    [CE_NOTE_KEPT_EDITED] = {"kept-edited", N_("%s was changed on this machine and stays.")},
    [CE_NOTE_KEPT_ADOPTED] = {"kept-adopted", N_("%s was there before the installation and stays.")},
    [CE_NOTE_KEPT_FOREIGN] = {"kept-foreign", N_("%s was not put there by the installation and stays.")},
    [CE_NOTE_ORIGINAL_KEPT] = {"original-kept",
                               N_("The file that was there before the installation is kept as %s.")},
    [CE_NOTE_ORIGINAL_LINK] = {"original-link",
                               N_("The link that was there before the installation is not put back: %s")},
    [CE_NOTE_ORIGINAL_LOST] =
        {"original-lost", N_("What was at %s before the installation cannot be put back: its copy is gone.")},
    [CE_NOTE_IMAGE] = {"not-started-image",
                       N_("This is not the running system: its services are left alone.")},
    [CE_NOTE_NO_SYSTEMD] = {"not-started-no-systemd",
                            N_("systemd is not running: the services are enabled and start with it.")},
    [CE_NOTE_NO_UDEV] = {"no-udev", N_("udev is not running: the device rules take effect when it starts.")},
    [CE_NOTE_NO_PCSCD_RESTART] =
        {"pcscd-not-restarted",
         N_("systemd is not running: the key's driver takes effect after this computer is restarted.")},
    [CE_NOTE_NO_DISPLAY] =
        {"no-display", N_("There is no graphical session: the desktop entries show up in the next one.")},
};

const char *ce_note_name(enum ce_note note) {
  assert(note < CE_NOTE_COUNT);
  return rows[note].name;
}

const char *ce_note_sentence(enum ce_note note) {
  assert(note < CE_NOTE_COUNT);
  return rows[note].sentence;
}
