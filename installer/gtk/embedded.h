/* SPDX-License-Identifier: Apache-2.0
 * Files that are in the program (CMakeLists.txt): layouts, the style sheet, the licence, the icon. */
#ifndef CE_GTK_EMBEDDED_H
#define CE_GTK_EMBEDDED_H

#include <stddef.h>

extern const unsigned char ce_ui_frame[], ce_ui_welcome[], ce_ui_check[], ce_ui_key[], ce_ui_install[],
    ce_ui_done[], ce_ui_error[], ce_ui_actions[], ce_style_sheet[], ce_licence_text[], ce_icon_png[];
extern const size_t ce_ui_frame_size, ce_ui_welcome_size, ce_ui_check_size, ce_ui_key_size,
    ce_ui_install_size, ce_ui_done_size, ce_ui_error_size, ce_ui_actions_size, ce_style_sheet_size,
    ce_licence_text_size, ce_icon_png_size;

#endif
