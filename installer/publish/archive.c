/* SPDX-License-Identifier: Apache-2.0
 * Moving packages into archives and out of them. */
#include "publish/archive.h"

#include "publish/delegation.h"
#include "publish/document.h"
#include "trust/path-pattern.h"

#include <inttypes.h>
#include <string.h>

/* What a target's entry takes in the metadata beside its path: indentation, names, digest, length. */
#define ENTRY_BYTES 200

struct arranging {
  struct ce_published *published;
  const struct ce_offers *offers;
  size_t limit_bytes;
  size_t last;       /* the archive with the highest number; delegated_count: none yet */
  size_t last_bytes; /* its estimated size */
};

int64_t ce_archive_number(const char *role) {
  size_t length = strlen(CE_ARCHIVE_ROLE);
  if (strncmp(role, CE_ARCHIVE_ROLE, length) != 0) {
    return 0;
  }
  if (role[length] == '\0') {
    return 1;
  }
  const char *digits = role + length + 1;
  size_t count = strspn(digits, "0123456789");
  bool is_number =
      role[length] == '-' && count > 0 && count <= 6 && digits[count] == '\0' && digits[0] != '0';
  return is_number ? strtoll(digits, NULL, 10) : 0;
}

static size_t entry_bytes(const char *path) {
  return strlen(path) + ENTRY_BYTES;
}

static size_t estimate(const json_t *body) {
  size_t bytes = 0;
  const char *path;
  json_t *ignored;
  json_object_foreach(json_object_get(body, "targets"), path, ignored) {
    bytes += entry_bytes(path);
  }
  return bytes;
}

static void find_last(struct arranging *arranging) {
  const struct ce_published *published = arranging->published;
  int64_t newest = 0;
  arranging->last = published->delegated_count;
  for (size_t i = 0; i < published->delegated_count; i++) {
    int64_t number = ce_archive_number(published->delegated[i].name);
    if (number > newest) {
      newest = number;
      arranging->last = i;
    }
  }
  arranging->last_bytes = newest > 0 ? estimate(published->delegated[arranging->last].body) : 0;
}

static enum ce_code delegate(struct ce_published *published, const char *name, struct ce_error *err) {
  static const char *const paths[] = {CE_ARCHIVE_PATTERN};
  struct ce_delegation delegation = {.name = name, .paths = paths, .path_count = 1};
  json_t *targets = published->targets.body;
  if (ce_delegation_count(targets) >= CE_DELEGATION_ROLES_MAX) {
    return ce_fail(err, CE_CONFLICT, "archive", name, "a repository has at most %d delegated roles",
                   CE_DELEGATION_ROLES_MAX);
  }
  int failed = ce_delegation_set_following(targets, &delegation, published->root.body);
  if (!failed && ce_archive_number(name) > 1 && ce_delegation_find(targets, CE_ARCHIVE_ROLE)) {
    failed = ce_delegation_copy_keys(targets, name, CE_ARCHIVE_ROLE);
  }
  return failed ? ce_fail_memory(err, name) : ce_published_add_role(published, name, err);
}

static enum ce_code begin_archive(struct arranging *arranging, struct ce_error *err) {
  struct ce_published *published = arranging->published;
  bool is_first = arranging->last == published->delegated_count;
  int64_t number = is_first ? 1 : ce_archive_number(published->delegated[arranging->last].name) + 1;
  CE_AUTO(ce_free)
  char *name = number == 1 ? strdup(CE_ARCHIVE_ROLE) : ce_text_format(CE_ARCHIVE_ROLE "-%" PRId64, number);
  enum ce_code code = name ? delegate(published, name, err) : ce_fail_memory(err, CE_ARCHIVE_ROLE);
  if (code == CE_OK) {
    find_last(arranging);
  }
  return code;
}

static enum ce_code move(json_t *from, json_t *to, const char *path, struct ce_error *err) {
  json_t *source = json_object_get(from, "targets");
  json_t *entry = json_incref(json_object_get(source, path));
  if (json_object_set_new(json_object_get(to, "targets"), path, entry) != 0) {
    return ce_fail_memory(err, path);
  }
  json_object_del(source, path);
  return CE_OK;
}

/* path must outlive its entry in targets. */
static enum ce_code put_away(struct arranging *arranging, const char *path, struct ce_error *err) {
  enum ce_code code = CE_OK;
  if (arranging->last == arranging->published->delegated_count ||
      arranging->last_bytes + entry_bytes(path) > arranging->limit_bytes) {
    code = begin_archive(arranging, err);
  }
  if (code == CE_OK) {
    struct ce_published_role *archive = &arranging->published->delegated[arranging->last];
    code = move(arranging->published->targets.body, archive->body, path, err);
    archive->changed = true;
    arranging->last_bytes += entry_bytes(path);
  }
  return code;
}

/* The paths in body that belong on the other side: offered ones in archives, the others in targets. */
static enum ce_code list_misplaced(const struct arranging *arranging, const json_t *body, bool offered,
                                   json_t **ret, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *paths = json_array();
  const char *path;
  json_t *ignored;
  if (!paths) {
    return ce_fail_memory(err, "targets");
  }
  json_object_foreach(json_object_get(body, "targets"), path, ignored) {
    if (ce_path_pattern_matches(CE_ARCHIVE_PATTERN, path) &&
        (ce_offers_naming(arranging->offers, path) != NULL) == offered &&
        json_array_append_new(paths, json_string(path)) != 0) {
      return ce_fail_memory(err, path);
    }
  }
  *ret = ce_take(&paths);
  return CE_OK;
}

static enum ce_code take_back(struct arranging *arranging, struct ce_published_role *archive,
                              struct ce_error *err) {
  CE_AUTO(ce_json) json_t *paths = NULL;
  enum ce_code code = list_misplaced(arranging, archive->body, true, &paths, err);
  for (size_t i = 0; code == CE_OK && i < json_array_size(paths); i++) {
    const char *path = json_string_value(json_array_get(paths, i));
    archive->changed = true;
    /* A package that was replaced while it lay in the archive is in targets already. */
    if (json_object_get(json_object_get(arranging->published->targets.body, "targets"), path)) {
      json_object_del(json_object_get(archive->body, "targets"), path);
    } else {
      code = move(archive->body, arranging->published->targets.body, path, err);
    }
  }
  return code;
}

enum ce_code ce_archive_arrange(struct ce_published *published, const struct ce_offers *offers,
                                size_t limit_bytes, struct ce_error *err) {
  struct arranging arranging = {.published = published, .offers = offers, .limit_bytes = limit_bytes};
  CE_AUTO(ce_json) json_t *paths = NULL;
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < published->delegated_count; i++) {
    if (ce_archive_number(published->delegated[i].name) > 0) {
      code = take_back(&arranging, &published->delegated[i], err);
    }
  }
  if (code == CE_OK) {
    find_last(&arranging);
    code = list_misplaced(&arranging, published->targets.body, false, &paths, err);
  }
  for (size_t i = 0; code == CE_OK && i < json_array_size(paths); i++) {
    code = put_away(&arranging, json_string_value(json_array_get(paths, i)), err);
  }
  return code;
}
