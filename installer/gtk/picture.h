/* SPDX-License-Identifier: Apache-2.0
 * Drawings of our own, in the colours of the theme, so that they look the same on any desktop and need no
 * icon theme: a USB key with its port, and the signs of rows, which differ in shape, not in colour alone. */
#ifndef CE_GTK_PICTURE_H
#define CE_GTK_PICTURE_H

#include "gtk/gtk-calls.h"

enum ce_sign { CE_SIGN_OK, CE_SIGN_ADVICE, CE_SIGN_WARNING, CE_SIGN_FAULT };
enum ce_key_picture { CE_KEY_PICTURE_ABSENT, CE_KEY_PICTURE_TROUBLED, CE_KEY_PICTURE_PRESENT };

/* Both draw on a GtkDrawingArea at any size, and again when called again. */
void ce_picture_show_sign(GtkWidget *area, enum ce_sign sign);
void ce_picture_show_key(GtkWidget *area, enum ce_key_picture picture);

#endif
