/* SPDX-License-Identifier: Apache-2.0
 * Decoding and showing of icons. The organisation's is decoded by cairo, which reads PNG only and says so
 * when it cannot: GdkPixbuf gives a picture in any case, of whatever was in memory. */
#include "gtk/emblem.h"

#include "gtk/embedded.h"
#include "gtk/shell.h"

#include <string.h>

#define SIDE 48.0 /* of the icon in the frame; on a screen of double density it has twice the pixels */

struct unread {
  const uint8_t *bytes;
  size_t size;
};

static cairo_status_t read_some(void *context, unsigned char *ret_bytes, unsigned size) {
  struct unread *unread = context;
  if (size > unread->size) {
    return CAIRO_STATUS_READ_ERROR;
  }
  memcpy(ret_bytes, unread->bytes, size);
  unread->bytes += size;
  unread->size -= size;
  return CAIRO_STATUS_SUCCESS;
}

static void show(const struct ce_wizard *wizard, cairo_surface_t *surface) {
  double scale = cairo_image_surface_get_width(surface) / SIDE;
  cairo_surface_set_device_scale(surface, scale, scale);
  gtk_image_set_from_surface(GTK_IMAGE(gtk_builder_get_object(wizard->frame, "icon")), surface);
}

static bool show_png(const struct ce_wizard *wizard, const void *bytes, size_t size) {
  struct unread unread = {bytes, size};
  cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_some, &unread);
  bool decoded = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
  if (decoded) {
    show(wizard, surface);
  }
  cairo_surface_destroy(surface);
  return decoded;
}

/* The same file, as the window manager wants it. */
static void set_window_icon(const struct ce_wizard *wizard) {
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new();
  bool loaded = gdk_pixbuf_loader_write(loader, ce_icon_png, ce_icon_png_size, NULL);
  loaded = gdk_pixbuf_loader_close(loader, NULL) && loaded;
  GdkPixbuf *picture = loaded ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
  if (picture) {
    gtk_window_set_icon(GTK_WINDOW(wizard->window), picture);
  }
  g_object_unref(loader);
}

void ce_emblem_show(struct ce_wizard *wizard) {
  const struct ce_blob *icon = &wizard->organisation.icon;
  wizard->has_emblem = icon->size > 0 && show_png(wizard, icon->data, icon->size);
  if (!wizard->has_emblem) {
    show_png(wizard, ce_icon_png, ce_icon_png_size);
    set_window_icon(wizard);
  }
}
