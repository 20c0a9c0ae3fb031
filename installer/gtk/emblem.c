/* SPDX-License-Identifier: Apache-2.0
 * Decoding and showing of the icon. */
#include "gtk/emblem.h"

#include "gtk/embedded.h"
#include "gtk/shell.h"

#define PIXELS 96 /* stand on 48: sharp on a screen of double density, too */

/* Only the PNG decoder sees the bytes, whatever they look like. NULL when it cannot read them. */
static GdkPixbuf *decode(const void *bytes, size_t size) {
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type("png", NULL);
  if (!loader) {
    return NULL;
  }
  bool loaded = gdk_pixbuf_loader_write(loader, bytes, size, NULL);
  loaded = gdk_pixbuf_loader_close(loader, NULL) && loaded;
  GdkPixbuf *decoded = loaded ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
  GdkPixbuf *scaled = decoded ? gdk_pixbuf_scale_simple(decoded, PIXELS, PIXELS, GDK_INTERP_BILINEAR) : NULL;
  g_object_unref(loader);
  return scaled;
}

static bool show(const struct ce_wizard *wizard, GdkPixbuf *picture) {
  if (!picture) {
    return false;
  }
  cairo_surface_t *surface = gdk_cairo_surface_create_from_pixbuf(picture, 2, NULL);
  gtk_image_set_from_surface(GTK_IMAGE(gtk_builder_get_object(wizard->frame, "icon")), surface);
  cairo_surface_destroy(surface);
  return true;
}

static void show_own(const struct ce_wizard *wizard) {
  GdkPixbuf *picture = decode(ce_icon_png, ce_icon_png_size);
  if (show(wizard, picture)) {
    gtk_window_set_icon(GTK_WINDOW(wizard->window), picture);
    g_object_unref(picture);
  }
}

void ce_emblem_show(struct ce_wizard *wizard) {
  const struct ce_blob *icon = &wizard->organisation.icon;
  GdkPixbuf *picture = icon->size > 0 ? decode(icon->data, icon->size) : NULL;
  wizard->has_emblem = show(wizard, picture);
  if (picture) {
    g_object_unref(picture);
  } else {
    show_own(wizard);
  }
}
