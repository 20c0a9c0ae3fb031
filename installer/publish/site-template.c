/* SPDX-License-Identifier: Apache-2.0
 * Reading of the template's marks, and what each becomes. */
#include "publish/site-template.h"

#include <stdio.h>
#include <string.h>

/* A piece of the template. */
struct span {
  const char *at, *end;
};

/* {{...}}; for a mark alone on its line start and after take the line in. */
struct mark {
  char kind; /* '#', '/', '!', or 0 for a field */
  struct span name, value;
  const char *start, *after;
};

/* Scopes from the innermost outwards. */
struct frame {
  const struct ce_site_scope *scope;
  const struct frame *outer;
  int depth;
};

static enum ce_code refuse(const struct mark *mark, struct ce_error *err, const char *why) {
  char name[64];
  snprintf(name, sizeof name, "%.*s", (int)(mark->name.end - mark->name.at), mark->name.at);
  return ce_fail(err, CE_INTERNAL, "fill template", name, "%s", why);
}

static bool span_is(const struct span *span, const char *text) {
  size_t length = (size_t)(span->end - span->at);
  return strlen(text) == length && memcmp(span->at, text, length) == 0;
}

/* "#name value" without its braces. */
static void read_words(const char *at, const char *end, struct mark *mark) {
  mark->kind = 0;
  if (at < end && strchr("#/!", *at)) {
    mark->kind = *at++;
  }
  const char *space = memchr(at, ' ', (size_t)(end - at));
  mark->name = (struct span){at, space ? space : end};
  mark->value = (struct span){space ? space + 1 : end, end};
}

static void take_line(const struct span *text, struct mark *mark) {
  const char *start = mark->start;
  while (start > text->at && (start[-1] == ' ' || start[-1] == '\t')) {
    start--;
  }
  bool first = start == text->at || start[-1] == '\n';
  if (mark->kind && first && mark->after < text->end && *mark->after == '\n') {
    mark->start = start;
    mark->after++;
  }
}

static bool find_mark(const struct span *text, const char *from, struct mark *ret) {
  const char *open = memmem(from, (size_t)(text->end - from), "{{", 2);
  const char *close = open ? memmem(open, (size_t)(text->end - open), "}}", 2) : NULL;
  if (!close) {
    return false;
  }
  ret->start = open;
  ret->after = close + 2;
  read_words(open + 2, close, ret);
  take_line(text, ret);
  return true;
}

/* The mark that ends the section: sections nest, so those in between are counted. */
static bool find_end(const struct span *text, const struct mark *section, struct mark *ret) {
  size_t open = 1;
  for (const char *from = section->after; find_mark(text, from, ret); from = ret->after) {
    open += ret->kind == '#';
    open -= ret->kind == '/';
    if (open == 0) {
      size_t length = (size_t)(section->name.end - section->name.at);
      return (size_t)(ret->name.end - ret->name.at) == length &&
             memcmp(ret->name.at, section->name.at, length) == 0;
    }
  }
  return false;
}

static const struct ce_site_field *find_field(const struct frame *frame, const struct span *name) {
  for (; frame; frame = frame->outer) {
    for (size_t i = 0; i < frame->scope->field_count; i++) {
      if (span_is(name, frame->scope->fields[i].name)) {
        return &frame->scope->fields[i];
      }
    }
  }
  return NULL;
}

static const struct ce_site_list *find_list(const struct frame *frame, const struct span *name) {
  for (; frame; frame = frame->outer) {
    for (size_t i = 0; i < frame->scope->list_count; i++) {
      if (span_is(name, frame->scope->lists[i].name)) {
        return &frame->scope->lists[i];
      }
    }
  }
  return NULL;
}

enum ce_code ce_site_escape(const char *text, struct ce_blob *ret, struct ce_error *err) {
  static const char special[] = "&<>\"'";
  static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  enum ce_code code = CE_OK;
  while (code == CE_OK && *text) {
    size_t plain = strcspn(text, special);
    code = ce_blob_append(ret, text, plain, err);
    text += plain;
    if (code == CE_OK && *text) {
      const char *reference = references[strchr(special, *text) - special];
      code = ce_blob_append(ret, reference, strlen(reference), err);
      text++;
    }
  }
  return code;
}

static enum ce_code put_field(const struct frame *frame, const struct mark *mark, struct ce_blob *ret,
                              struct ce_error *err) {
  const struct ce_site_field *field = find_field(frame, &mark->name);
  if (!field) {
    return refuse(mark, err, "no field has this name");
  }
  return field->is_markup ? ce_blob_append(ret, field->text, strlen(field->text), err)
                          : ce_site_escape(field->text, ret, err);
}

static enum ce_code fill(const struct span *text, const struct frame *frame, struct ce_blob *ret,
                         struct ce_error *err);

static enum ce_code fill_items(const struct ce_site_list *list, const struct span *body,
                               const struct frame *outer, struct ce_blob *ret, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < list->count; i++) {
    struct frame frame = {&list->items[i], outer, outer->depth + 1};
    code = fill(body, &frame, ret, err);
  }
  return code;
}

static enum ce_code fill_section(const struct mark *mark, const struct span *body, const struct frame *frame,
                                 struct ce_blob *ret, struct ce_error *err) {
  static const struct ce_site_scope nothing;
  if (frame->depth == CE_SITE_TEMPLATE_DEPTH_MAX) {
    return refuse(mark, err, "sections are nested too deeply");
  }
  const struct ce_site_list *list = find_list(frame, &mark->name);
  if (list) {
    return fill_items(list, body, frame, ret, err);
  }
  const struct ce_site_field *field = find_field(frame, &mark->name);
  if (!field) {
    return refuse(mark, err, "no list or field has this name");
  }
  bool any = mark->value.at == mark->value.end;
  if (any ? field->text[0] == '\0' : !span_is(&mark->value, field->text)) {
    return CE_OK;
  }
  struct frame inner = {&nothing, frame, frame->depth + 1};
  return fill(body, &inner, ret, err);
}

static enum ce_code fill(const struct span *text, const struct frame *frame, struct ce_blob *ret,
                         struct ce_error *err) {
  const char *at = text->at;
  struct mark mark, end;
  enum ce_code code = CE_OK;
  while (code == CE_OK && find_mark(text, at, &mark)) {
    code = ce_blob_append(ret, at, (size_t)(mark.start - at), err);
    at = mark.after;
    if (code == CE_OK && mark.kind == '#') {
      if (!find_end(text, &mark, &end)) {
        return refuse(&mark, err, "the section does not end");
      }
      struct span body = {mark.after, end.start};
      code = fill_section(&mark, &body, frame, ret, err);
      at = end.after;
    } else if (code == CE_OK && mark.kind == '/') {
      return refuse(&mark, err, "it ends a section that is not open");
    } else if (code == CE_OK && mark.kind != '!') {
      code = put_field(frame, &mark, ret, err);
    }
  }
  return code == CE_OK ? ce_blob_append(ret, at, (size_t)(text->end - at), err) : code;
}

enum ce_code ce_site_template_fill(const char *page, size_t size, const struct ce_site_scope *scope,
                                   struct ce_blob *ret, struct ce_error *err) {
  struct span text = {page, page + size};
  struct frame frame = {scope, NULL, 0};
  return fill(&text, &frame, ret, err);
}
