/* SPDX-License-Identifier: Apache-2.0
 * Filling of the download page's template. The language is small, so that a writer can edit the page:
 *
 *   {{name}}              the field's text, escaped for HTML text and quoted attributes
 *   {{#name}}...{{/name}} once for each item of a list; for a field, once unless its text is empty
 *   {{#name text}}...{{/name}}  for a field: only when its text is exactly this
 *   {{! ... }}            a note to whoever edits the template
 *
 * A name is looked for in the innermost item first, then outwards. A line that holds nothing but a section's
 * mark or a note leaves no line behind. */
#ifndef CE_PUBLISH_SITE_TEMPLATE_H
#define CE_PUBLISH_SITE_TEMPLATE_H

#include "base/blob.h"

#include <stdbool.h>

#define CE_SITE_TEMPLATE_DEPTH_MAX 8 /* sections inside sections */

struct ce_site_field {
  const char *name;
  const char *text;
  bool is_markup; /* HTML of our own: not escaped */
};

struct ce_site_list;
struct ce_site_scope {
  const struct ce_site_field *fields;
  size_t field_count;
  const struct ce_site_list *lists;
  size_t list_count;
};
struct ce_site_list {
  const char *name;
  const struct ce_site_scope *items;
  size_t count;
};

/* Appends text in which & < > " and ' are character references: good in HTML text and in quoted attributes.
 */
CE_MUST_USE enum ce_code ce_site_escape(const char *text, struct ce_blob *ret, struct ce_error *err);

/* Appends the filled template. INTERNAL, naming the mark, for a template that breaks the rules above or names
 * what the scope does not have; *ret is then to be thrown away. */
CE_MUST_USE enum ce_code ce_site_template_fill(const char *page, size_t size,
                                               const struct ce_site_scope *scope, struct ce_blob *ret,
                                               struct ce_error *err);

#endif
