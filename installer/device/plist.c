/* SPDX-License-Identifier: Apache-2.0
 * A pull reader of tags, and the grammar of a property list on top. */
#include "device/plist.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 16 /* of an element; the longest known one is "integer" */

enum tag_kind { TAG_OPEN, TAG_CLOSE, TAG_EMPTY, TAG_END };
struct tag {
  enum tag_kind kind;
  char name[NAME_SIZE];
};

struct plist {
  const char *text;
  size_t size, at;
  const char *subject;
  ce_plist_visit *visit;
  void *context;
};

static enum ce_code refuse(const struct plist *plist, struct ce_error *err, const char *problem) {
  size_t line = 1;
  for (size_t i = 0; i < plist->at && i < plist->size; i++) {
    line += plist->text[i] == '\n';
  }
  return ce_fail(err, CE_USAGE, "parse", plist->subject, "line %zu: %s", line, problem);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool starts_with(const struct plist *plist, const char *word) {
  size_t length = strlen(word);
  return plist->size - plist->at >= length && memcmp(plist->text + plist->at, word, length) == 0;
}

/* Behind the next occurrence of word; false when there is none. */
static bool skip_behind(struct plist *plist, const char *word) {
  const char *found = memmem(plist->text + plist->at, plist->size - plist->at, word, strlen(word));
  if (!found) {
    return false;
  }
  plist->at = (size_t)(found - plist->text) + strlen(word);
  return true;
}

/* Comments are allowed everywhere; "<?" and "<!" only in front of the document, where they are skipped too.
 */
static enum ce_code skip_insignificant(struct plist *plist, bool in_prolog, struct ce_error *err) {
  for (;;) {
    while (plist->at < plist->size && is_blank(plist->text[plist->at])) {
      plist->at++;
    }
    const char *end = NULL;
    if (starts_with(plist, "<!--")) {
      end = "-->";
    } else if (in_prolog && starts_with(plist, "<?")) {
      end = "?>";
    } else if (in_prolog && starts_with(plist, "<!DOCTYPE")) {
      end = ">";
    } else {
      return CE_OK;
    }
    size_t start = plist->at;
    if (!skip_behind(plist, end)) {
      return refuse(plist, err, "something begins and does not end");
    }
    if (end[0] == '>' && memchr(plist->text + start, '[', plist->at - start)) {
      return refuse(plist, err, "it has a DTD of its own");
    }
  }
}

static bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The tag at plist->at, which is '<'. Attributes are skipped. */
static enum ce_code read_tag(struct plist *plist, struct tag *ret, struct ce_error *err) {
  const char *end = memchr(plist->text + plist->at, '>', plist->size - plist->at);
  if (!end) {
    return refuse(plist, err, "a tag does not end");
  }
  const char *from = plist->text + plist->at + 1;
  struct tag tag = {.kind = TAG_OPEN};
  if (*from == '/') {
    tag.kind = TAG_CLOSE;
    from++;
  } else if (end > from && end[-1] == '/') {
    tag.kind = TAG_EMPTY;
  }
  size_t length = 0;
  while (from + length < end && is_name_character(from[length])) {
    length++;
  }
  bool ends = from[length] == '>' || from[length] == '/' || is_blank(from[length]);
  if (length == 0 || length >= NAME_SIZE || !ends || memchr(from, '<', (size_t)(end - from))) {
    return refuse(plist, err, "a tag is malformed");
  }
  memcpy(tag.name, from, length);
  plist->at = (size_t)(end - plist->text) + 1;
  *ret = tag;
  return CE_OK;
}

/* The next tag; between tags there is nothing but blanks and comments. */
static enum ce_code next_tag(struct plist *plist, bool in_prolog, struct tag *ret, struct ce_error *err) {
  enum ce_code code = skip_insignificant(plist, in_prolog, err);
  if (code != CE_OK) {
    return code;
  }
  if (plist->at == plist->size) {
    *ret = (struct tag){.kind = TAG_END};
    return CE_OK;
  }
  return plist->text[plist->at] == '<' ? read_tag(plist, ret, err)
                                       : refuse(plist, err, "there is text where a tag is expected");
}

static enum ce_code expect(struct plist *plist, bool in_prolog, enum tag_kind kind, const char *name,
                           struct ce_error *err) {
  struct tag tag;
  enum ce_code code = next_tag(plist, in_prolog, &tag, err);
  if (code != CE_OK) {
    return code;
  }
  return tag.kind == kind && strcmp(tag.name, name) == 0
             ? CE_OK
             : refuse(plist, err, "it is not the tag that belongs here");
}

/* Characters that a reference may stand for: ASCII that can be shown; names need no others. */
static char decode_reference(const char *text, size_t length) {
  static const struct {
    const char *name;
    char value;
  } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
    if (strlen(entities[i].name) == length && memcmp(entities[i].name, text, length) == 0) {
      return entities[i].value;
    }
  }
  unsigned number = 0;
  for (size_t i = 1; i < length; i++) {
    if (text[0] != '#' || text[i] < '0' || text[i] > '9' || number > 127) {
      return 0;
    }
    number = number * 10 + (unsigned)(text[i] - '0');
  }
  return number >= 0x20 && number < 0x7f ? (char)number : 0;
}

static enum ce_code decode_text(struct plist *plist, size_t end, char ret[CE_PLIST_TEXT_SIZE],
                                struct ce_error *err) {
  size_t used = 0;
  while (plist->at < end) {
    char c = plist->text[plist->at];
    if (c == '&') {
      const char *name = plist->text + plist->at + 1;
      const char *semicolon = memchr(name, ';', end - plist->at - 1);
      c = semicolon ? decode_reference(name, (size_t)(semicolon - name)) : 0;
      plist->at += semicolon ? (size_t)(semicolon - name) + 1 : 0;
    }
    if (c == '\0') {
      return refuse(plist, err, "there is a NUL byte or an unknown character reference");
    }
    if (used + 1 >= CE_PLIST_TEXT_SIZE) {
      return refuse(plist, err, "a text is longer than 255 bytes");
    }
    ret[used++] = c;
    plist->at++;
  }
  ret[used] = '\0';
  return CE_OK;
}

/* Up to the closing tag of name, that tag included. ret may be NULL: the text does not matter then. */
static enum ce_code read_text(struct plist *plist, const char *name, char ret[CE_PLIST_TEXT_SIZE],
                              struct ce_error *err) {
  const char *end = memchr(plist->text + plist->at, '<', plist->size - plist->at);
  if (!end) {
    return refuse(plist, err, "a text does not end");
  }
  enum ce_code code = ret ? decode_text(plist, (size_t)(end - plist->text), ret, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  plist->at = (size_t)(end - plist->text);
  struct tag tag;
  code = read_tag(plist, &tag, err);
  if (code != CE_OK) {
    return code;
  }
  return tag.kind == TAG_CLOSE && strcmp(tag.name, name) == 0
             ? CE_OK
             : refuse(plist, err, "a text holds another element");
}

static bool is_scalar(const char *name) {
  static const char *const names[] = {"string", "integer", "real", "date", "data"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

static enum ce_code read_value(struct plist *plist, const struct tag *tag, const char *key, unsigned depth,
                               struct ce_error *err);

/* The members of an array up to its end. key is NULL below the top dictionary's arrays. */
static enum ce_code read_array(struct plist *plist, const char *key, unsigned depth, struct ce_error *err) {
  struct tag tag;
  enum ce_code code = next_tag(plist, false, &tag, err);
  for (; code == CE_OK && tag.kind != TAG_CLOSE; code = next_tag(plist, false, &tag, err)) {
    if (!key || tag.kind != TAG_OPEN || strcmp(tag.name, "string") != 0) {
      code = read_value(plist, &tag, NULL, depth + 1, err);
    } else {
      char value[CE_PLIST_TEXT_SIZE];
      code = read_text(plist, "string", value, err);
      code = code == CE_OK ? plist->visit(plist->context, key, value, err) : code;
    }
    if (code != CE_OK) {
      return code;
    }
  }
  if (code == CE_OK && strcmp(tag.name, "array") != 0) {
    return refuse(plist, err, "an array ends as something else");
  }
  return code;
}

static enum ce_code read_member(struct plist *plist, unsigned depth, struct ce_error *err) {
  char key[CE_PLIST_TEXT_SIZE];
  enum ce_code code = read_text(plist, "key", key, err);
  struct tag tag = {0};
  code = code == CE_OK ? next_tag(plist, false, &tag, err) : code;
  return code == CE_OK ? read_value(plist, &tag, depth == 1 ? key : NULL, depth, err) : code;
}

static enum ce_code read_dictionary(struct plist *plist, unsigned depth, struct ce_error *err) {
  struct tag tag;
  enum ce_code code = next_tag(plist, false, &tag, err);
  for (; code == CE_OK && tag.kind != TAG_CLOSE; code = next_tag(plist, false, &tag, err)) {
    if (tag.kind != TAG_OPEN || strcmp(tag.name, "key") != 0) {
      return refuse(plist, err, "a dictionary has something that is not a key");
    }
    code = read_member(plist, depth, err);
    if (code != CE_OK) {
      return code;
    }
  }
  if (code == CE_OK && strcmp(tag.name, "dict") != 0) {
    return refuse(plist, err, "a dictionary ends as something else");
  }
  return code;
}

static enum ce_code read_value(struct plist *plist, const struct tag *tag, const char *key, unsigned depth,
                               struct ce_error *err) {
  if (depth > CE_PLIST_DEPTH_MAX) {
    return refuse(plist, err, "it is nested too deep");
  }
  if (tag->kind == TAG_EMPTY) {
    return CE_OK;
  }
  if (tag->kind == TAG_OPEN && strcmp(tag->name, "array") == 0) {
    return read_array(plist, key, depth, err);
  }
  if (tag->kind == TAG_OPEN && strcmp(tag->name, "dict") == 0) {
    return read_dictionary(plist, depth + 1, err);
  }
  return tag->kind == TAG_OPEN && is_scalar(tag->name) ? read_text(plist, tag->name, NULL, err)
                                                       : refuse(plist, err, "it is no value");
}

enum ce_code ce_plist_read(const char *text, size_t size, const char *subject, ce_plist_visit *visit,
                           void *context, struct ce_error *err) {
  struct plist plist = {.text = text, .size = size, .subject = subject, .visit = visit, .context = context};
  enum ce_code code = expect(&plist, true, TAG_OPEN, "plist", err);
  code = code == CE_OK ? expect(&plist, false, TAG_OPEN, "dict", err) : code;
  code = code == CE_OK ? read_dictionary(&plist, 1, err) : code;
  code = code == CE_OK ? expect(&plist, false, TAG_CLOSE, "plist", err) : code;
  struct tag tag = {0};
  code = code == CE_OK ? next_tag(&plist, false, &tag, err) : code;
  if (code == CE_OK && tag.kind != TAG_END) {
    return refuse(&plist, err, "there is something behind its end");
  }
  return code;
}
