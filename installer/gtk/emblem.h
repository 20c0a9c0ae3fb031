/* SPDX-License-Identifier: Apache-2.0
 * The icon in the window's frame: the organisation's, or certenv's own where there is none or it cannot be
 * decoded. */
#ifndef CE_GTK_EMBLEM_H
#define CE_GTK_EMBLEM_H

struct ce_wizard;

/* To be called again whenever the organisation is another. The icon of the window stays certenv's: it is that
 * of the program in the task bar and in the menu. */
void ce_emblem_show(struct ce_wizard *wizard);

#endif
