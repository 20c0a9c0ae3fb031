/* SPDX-License-Identifier: Apache-2.0
 * Checks and arithmetic on relative paths. */
#include "base/relpath.h"

#include "base/blob.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *characters_problem(const char *path, size_t length) {
  const unsigned char *text = (const unsigned char *)path;
  for (size_t i = 0; i < length;) {
    if (text[i] == '\0') {
      return "has a NUL byte";
    }
    if (text[i] < 0x20 || text[i] == 0x7f) {
      return "has a control character";
    }
    if (text[i] == '\\') {
      return "has a backslash";
    }
    if (text[i] < 0x80) {
      i++;
      continue;
    }
    size_t sequence = ce_utf8_sequence(path + i, length - i);
    if (sequence == 0) {
      return "is not valid UTF-8";
    }
    i += sequence;
  }
  return NULL;
}

static const char *component_problem(const char *component, size_t length) {
  if (length == 0) {
    return "has an empty component";
  }
  if (length == 1 && component[0] == '.') {
    return "has a '.' component";
  }
  if (length == 2 && component[0] == '.' && component[1] == '.') {
    return "has a '..' component";
  }
  return length > CE_RELPATH_NAME_MAX ? "has a component of more than 255 bytes" : NULL;
}

const char *ce_relpath_problem(const char *path, size_t length) {
  if (length == 0) {
    return "is empty";
  }
  if (length > CE_RELPATH_MAX) {
    return "is longer than 1024 bytes";
  }
  if (path[0] == '/') {
    return "is absolute";
  }
  for (size_t start = 0; start <= length;) {
    const char *slash = memchr(path + start, '/', length - start);
    size_t end = slash ? (size_t)(slash - path) : length;
    const char *problem = component_problem(path + start, end - start);
    if (problem) {
      return problem;
    }
    start = end + 1;
  }
  return characters_problem(path, length);
}

enum ce_code ce_relpath_check(const char *path, enum ce_code code, struct ce_error *err) {
  const char *problem = ce_relpath_problem(path, strlen(path));
  if (problem) {
    return ce_fail(err, code, "path", path, "the path %s", problem);
  }
  return CE_OK;
}

bool ce_relpath_is_beneath(const char *path, const char *directory) {
  size_t length = strlen(directory);
  if (length == 0) {
    return path[0] != '\0';
  }
  return strncmp(path, directory, length) == 0 && path[length] == '/' && path[length + 1] != '\0';
}

const char *ce_relpath_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *ce_relpath_parent(const char *path) {
  const char *slash = strrchr(path, '/');
  return strndup(path, slash ? (size_t)(slash - path) : 0);
}

char *ce_relpath_join(const char *directory, const char *name) {
  if (!directory[0]) {
    return strdup(name);
  }
  /* Without printf: trees have many thousands of these. */
  size_t length = strlen(directory);
  size_t size = strlen(name) + 1;
  char *path = malloc(length + 1 + size);
  if (path) {
    memcpy(path, directory, length);
    path[length] = '/';
    memcpy(path + length + 1, name, size);
  }
  return path;
}

/* Goes one component up; false when path is the root already. */
static bool strip_last(char *path) {
  if (path[0] == '\0') {
    return false;
  }
  char *slash = strrchr(path, '/');
  *(slash ? slash : path) = '\0';
  return true;
}

enum ce_code ce_relpath_resolve_link(const char *link_path, const char *target, enum ce_code code, char **ret,
                                     struct ce_error *err) {
  if (target[0] == '\0' || target[0] == '/') {
    return ce_fail(err, code, "link", link_path, "the link's target %s",
                   target[0] ? "is absolute" : "is empty");
  }
  CE_AUTO(ce_free) char *path = malloc(strlen(link_path) + strlen(target) + 2);
  if (!path) {
    return ce_fail_memory(err, link_path);
  }
  strcpy(path, link_path);
  strip_last(path);
  for (const char *rest = target; *rest;) {
    size_t length = strcspn(rest, "/");
    if (length == 2 && rest[0] == '.' && rest[1] == '.') {
      if (!strip_last(path)) {
        return ce_fail(err, code, "link", link_path, "the link's target leads outside");
      }
    } else if (length > 0 && !(length == 1 && rest[0] == '.')) {
      size_t used = strlen(path);
      if (used > 0) {
        path[used++] = '/';
      }
      memcpy(path + used, rest, length);
      path[used + length] = '\0';
    }
    rest += length + (rest[length] == '/');
  }
  const char *problem = ce_relpath_problem(path, strlen(path));
  if (problem) {
    return ce_fail(err, code, "link", link_path, "the link's target %s", problem);
  }
  *ret = ce_take(&path);
  return CE_OK;
}
