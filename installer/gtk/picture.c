/* SPDX-License-Identifier: Apache-2.0
 * Drawing with cairo. */
#include "gtk/picture.h"

#include <math.h>
#include <stdint.h>

#define DATA_KEY   "ce-picture"
#define SIGN_UNIT  32.0 /* the signs are drawn on a square of this size */
#define KEY_WIDTH  260.0
#define KEY_HEIGHT 150.0

/* The theme's colour of that name, else red, green and blue. */
static void choose_colour(GtkWidget *area, cairo_t *cairo, const char *name, const double fallback[3]) {
  GdkRGBA colour = {fallback[0], fallback[1], fallback[2], 1};
  gtk_style_context_lookup_color(gtk_widget_get_style_context(area), name, &colour);
  cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha);
}

static void ink(GtkWidget *area, cairo_t *cairo, double strength) {
  GdkRGBA colour;
  gtk_style_context_get_color(gtk_widget_get_style_context(area), gtk_widget_get_state_flags(area), &colour);
  cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha * strength);
}

static void stroke_line(cairo_t *cairo, const double points[][2], size_t count) {
  cairo_move_to(cairo, points[0][0], points[0][1]);
  for (size_t i = 1; i < count; i++) {
    cairo_line_to(cairo, points[i][0], points[i][1]);
  }
  cairo_stroke(cairo);
}

/* The white mark inside a sign. */
static void draw_mark(cairo_t *cairo, enum ce_sign sign) {
  static const double tick[][2] = {{9, 16.5}, {14, 21.5}, {23, 11}};
  static const double cross[2][2][2] = {{{11, 11}, {21, 21}}, {{21, 11}, {11, 21}}};
  cairo_set_source_rgba(cairo, 1, 1, 1, 1);
  cairo_set_line_width(cairo, 3);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
  if (sign == CE_SIGN_OK) {
    stroke_line(cairo, tick, 3);
  } else if (sign == CE_SIGN_FAULT) {
    stroke_line(cairo, cross[0], 2);
    stroke_line(cairo, cross[1], 2);
  } else {
    bool warns = sign == CE_SIGN_WARNING;
    const double bar[][2] = {{16, warns ? 12 : 15}, {16, warns ? 19 : 23}};
    stroke_line(cairo, bar, 2);
    cairo_arc(cairo, 16, warns ? 24 : 9.5, 2, 0, 2 * M_PI);
    cairo_fill(cairo);
  }
}

static void draw_ground(GtkWidget *area, cairo_t *cairo, enum ce_sign sign) {
  static const struct {
    const char *name;
    double fallback[3];
  } colours[] = {[CE_SIGN_OK] = {"success_color", {0.15, 0.6, 0.3}},
                 [CE_SIGN_ADVICE] = {"theme_selected_bg_color", {0.2, 0.45, 0.85}},
                 [CE_SIGN_WARNING] = {"warning_color", {0.85, 0.5, 0.05}},
                 [CE_SIGN_FAULT] = {"error_color", {0.8, 0.1, 0.1}}};
  choose_colour(area, cairo, colours[sign].name, colours[sign].fallback);
  if (sign == CE_SIGN_WARNING) {
    cairo_set_line_width(cairo, 4);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_move_to(cairo, 16, 5);
    cairo_line_to(cairo, 29, 28);
    cairo_line_to(cairo, 3, 28);
    cairo_close_path(cairo);
    cairo_fill_preserve(cairo);
    cairo_stroke(cairo);
  } else {
    cairo_arc(cairo, 16, 16, 14, 0, 2 * M_PI);
    cairo_fill(cairo);
  }
}

static int value_of(GtkWidget *area) {
  return (int)(intptr_t)g_object_get_data(G_OBJECT(area), DATA_KEY);
}

static gboolean draw_sign(GtkWidget *area, cairo_t *cairo, gpointer context) {
  (void)context;
  double width = gtk_widget_get_allocated_width(area);
  double height = gtk_widget_get_allocated_height(area);
  double scale = (width < height ? width : height) / SIGN_UNIT;
  cairo_translate(cairo, (width - scale * SIGN_UNIT) / 2, (height - scale * SIGN_UNIT) / 2);
  cairo_scale(cairo, scale, scale);
  draw_ground(area, cairo, (enum ce_sign)value_of(area));
  draw_mark(cairo, (enum ce_sign)value_of(area));
  return TRUE;
}

static void round_box(cairo_t *cairo, double x, double y, double width, double height, double radius) {
  cairo_move_to(cairo, x + radius, y);
  cairo_arc(cairo, x + width - radius, y + radius, radius, -M_PI / 2, 0);
  cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, M_PI / 2);
  cairo_arc(cairo, x + radius, y + height - radius, radius, M_PI / 2, M_PI);
  cairo_arc(cairo, x + radius, y + radius, radius, M_PI, 3 * M_PI / 2);
  cairo_close_path(cairo);
}

static void fill_and_draw(GtkWidget *area, cairo_t *cairo, double fill, double line) {
  ink(area, cairo, fill);
  cairo_fill_preserve(cairo);
  ink(area, cairo, line);
  cairo_stroke(cairo);
}

/* The side of a computer with its port. */
static void draw_port(GtkWidget *area, cairo_t *cairo) {
  round_box(cairo, 208, 14, 48, 122, 12);
  fill_and_draw(area, cairo, 0.08, 0.5);
  cairo_rectangle(cairo, 208, 58, 14, 34);
  fill_and_draw(area, cairo, 0.25, 0.6);
}

static void draw_key_body(GtkWidget *area, cairo_t *cairo) {
  round_box(cairo, 24, 46, 112, 58, 20);
  fill_and_draw(area, cairo, 0.12, 0.75);
  cairo_arc(cairo, 46, 75, 9, 0, 2 * M_PI);
  fill_and_draw(area, cairo, 0.0, 0.6);
  round_box(cairo, 136, 60, 42, 30, 3);
  fill_and_draw(area, cairo, 0.05, 0.75);
  cairo_rectangle(cairo, 152, 67, 8, 6);
  cairo_rectangle(cairo, 152, 78, 8, 6);
  ink(area, cairo, 0.5);
  cairo_fill(cairo);
}

/* The light on the key tells whether it can be used. */
static void draw_light(GtkWidget *area, cairo_t *cairo, enum ce_key_picture picture) {
  static const double green[3] = {0.15, 0.65, 0.3};
  static const double orange[3] = {0.85, 0.5, 0.05};
  if (picture == CE_KEY_PICTURE_PRESENT) {
    choose_colour(area, cairo, "success_color", green);
  } else if (picture == CE_KEY_PICTURE_TROUBLED) {
    choose_colour(area, cairo, "warning_color", orange);
  } else {
    ink(area, cairo, 0.25);
  }
  cairo_arc(cairo, 112, 75, 7, 0, 2 * M_PI);
  cairo_fill(cairo);
}

static void draw_arrow(GtkWidget *area, cairo_t *cairo) {
  static const double shaft[][2] = {{184, 75}, {201, 75}};
  static const double head[][2] = {{194, 68}, {201, 75}, {194, 82}};
  static const double blue[3] = {0.2, 0.45, 0.85};
  choose_colour(area, cairo, "theme_selected_bg_color", blue);
  cairo_set_line_width(cairo, 3);
  stroke_line(cairo, shaft, 2);
  stroke_line(cairo, head, 3);
}

static gboolean draw_key(GtkWidget *area, cairo_t *cairo, gpointer context) {
  (void)context;
  enum ce_key_picture picture = (enum ce_key_picture)value_of(area);
  double width = gtk_widget_get_allocated_width(area);
  double height = gtk_widget_get_allocated_height(area);
  double scale = width / KEY_WIDTH < height / KEY_HEIGHT ? width / KEY_WIDTH : height / KEY_HEIGHT;
  cairo_translate(cairo, (width - scale * KEY_WIDTH) / 2, (height - scale * KEY_HEIGHT) / 2);
  cairo_scale(cairo, scale, scale);
  cairo_rectangle(cairo, 0, 0, KEY_WIDTH, KEY_HEIGHT);
  cairo_clip(cairo);
  cairo_set_line_width(cairo, 2);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
  /* What is drawn, in the middle: a key in its port is narrower than one beside it. */
  cairo_translate(cairo, picture == CE_KEY_PICTURE_ABSENT ? -10 : -28, 0);
  draw_port(area, cairo);
  if (picture == CE_KEY_PICTURE_ABSENT) {
    draw_arrow(area, cairo);
  } else {
    cairo_translate(cairo, 36, 0);
  }
  cairo_set_line_width(cairo, 2);
  draw_key_body(area, cairo);
  draw_light(area, cairo, picture);
  return TRUE;
}

static void show(GtkWidget *area, int value, gboolean (*draw)(GtkWidget *, cairo_t *, gpointer)) {
  if (!g_object_get_data(G_OBJECT(area), DATA_KEY "-drawn")) {
    g_signal_connect(area, "draw", G_CALLBACK(draw), NULL);
    g_object_set_data(G_OBJECT(area), DATA_KEY "-drawn", area);
    atk_object_set_role(gtk_widget_get_accessible(area), ATK_ROLE_IMAGE);
  }
  g_object_set_data(G_OBJECT(area), DATA_KEY, (gpointer)(intptr_t)value);
  gtk_widget_queue_draw(area);
}

void ce_picture_show_sign(GtkWidget *area, enum ce_sign sign) {
  show(area, (int)sign, draw_sign);
}

void ce_picture_show_key(GtkWidget *area, enum ce_key_picture picture) {
  show(area, (int)picture, draw_key);
}
