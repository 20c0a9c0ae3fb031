/* SPDX-License-Identifier: Apache-2.0
 * What a plan tells besides its steps: names that never change, with their sentences. */
#ifndef CE_PLAN_NOTE_H
#define CE_PLAN_NOTE_H

/* The subject is an absolute path below the root unless it says otherwise. */
enum ce_note {
  CE_NOTE_SAVED_EDITED,     /* "saved-edited" */
  CE_NOTE_REPLACED_FOREIGN, /* "replaced-foreign" */
  CE_NOTE_REPLACED_LINK,    /* "replaced-link"; subject "/path -> what the link said" */
  CE_NOTE_KEPT_EDITED,      /* "kept-edited" */
  CE_NOTE_KEPT_ADOPTED,     /* "kept-adopted" */
  CE_NOTE_KEPT_FOREIGN,     /* "kept-foreign" */
  CE_NOTE_ORIGINAL_KEPT,    /* "original-kept"; subject: the backup */
  CE_NOTE_ORIGINAL_LINK,    /* "original-link"; subject "/path -> what the link said" */
  CE_NOTE_ORIGINAL_LOST,    /* "original-lost" */
  CE_NOTE_IMAGE,            /* "not-started-image"; no subject */
  CE_NOTE_NO_SYSTEMD,       /* "not-started-no-systemd"; no subject */
  CE_NOTE_NO_UDEV,          /* "no-udev"; no subject */
  CE_NOTE_NO_PCSCD_RESTART, /* "pcscd-not-restarted"; no subject */
  CE_NOTE_NO_DISPLAY,       /* "no-display"; no subject */
  CE_NOTE_COUNT
};

const char *ce_note_name(enum ce_note note);
const char *ce_note_sentence(enum ce_note note);

#endif
