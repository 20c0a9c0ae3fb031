/* SPDX-License-Identifier: Apache-2.0
 * Reading of packages that are to be published. */
#include "publish/release.h"

#include "base/blob.h"
#include "base/version.h"
#include "ports/fs.h"
#include "publish/package-check.h"

#include <string.h>
#include <sys/stat.h>

#define SUFFIX ".tar.zst"

static void clear_release(struct ce_release *release) {
  free(release->file);
  free(release->version);
  free(release->arch);
  *release = (struct ce_release){0};
}
CE_DEFINE_AUTO_IN_PLACE(release, struct ce_release, clear_release);

void ce_releases_clear(struct ce_releases *releases) {
  for (size_t i = 0; i < releases->count; i++) {
    clear_release(&releases->items[i]);
  }
  free(releases->items);
  *releases = (struct ce_releases){0};
}

static enum ce_code inspect(const char *file, struct ce_release *ret, struct ce_error *err) {
  CE_AUTO(release) struct ce_release release = {.file = strdup(file)};
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  enum ce_code code = ce_reader_open_path(file, &reader, err);
  if (code == CE_OK) {
    code = ce_package_check(reader, &package, err);
  }
  if (code == CE_OK) {
    code = ce_package_digest(reader, &release.sha256, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "%.200s", file);
    return code;
  }
  release.version = strdup(ce_package_manifest(package)->version);
  release.arch = strdup(ce_package_manifest(package)->arch);
  if (!release.file || !release.version || !release.arch) {
    return ce_fail_memory(err, file);
  }
  *ret = release;
  release = (struct ce_release){0};
  return CE_OK;
}

/* By architecture, then version: the order in which releases are kept. */
static int compare(const struct ce_release *a, const struct ce_release *b) {
  int order = strcmp(a->arch, b->arch);
  return order != 0 ? order : ce_version_compare(a->version, b->version);
}

/* The place of the first release that is not before this one. */
static size_t place_of(const struct ce_releases *releases, const struct ce_release *release) {
  size_t low = 0, high = releases->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare(&releases->items[middle], release) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/* Versions that compare as equal may be written differently ("1.0", "1.00"); the text is the name. */
static const struct ce_release *find_same(const struct ce_releases *releases,
                                          const struct ce_release *release, size_t place) {
  for (; place < releases->count && compare(&releases->items[place], release) == 0; place++) {
    if (strcmp(releases->items[place].version, release->version) == 0) {
      return &releases->items[place];
    }
  }
  return NULL;
}

static enum ce_code insert(struct ce_releases *releases, struct ce_release *release, struct ce_error *err) {
  size_t place = place_of(releases, release);
  const struct ce_release *same = find_same(releases, release, place);
  if (same && ce_digest_equal(&same->sha256, &release->sha256)) {
    return CE_OK;
  }
  if (same) {
    return ce_fail(err, CE_CONFLICT, "read package", release->file, "%.200s has the same version, %s",
                   same->file, same->version);
  }
  if (releases->count == CE_RELEASES_MAX) {
    return ce_fail(err, CE_USAGE, "read package", release->file, "more than %d packages", CE_RELEASES_MAX);
  }
  struct ce_release *grown = reallocarray(releases->items, releases->count + 1, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, release->file);
  }
  releases->items = grown;
  memmove(&grown[place + 1], &grown[place], (releases->count - place) * sizeof *grown);
  grown[place] = *release;
  releases->count++;
  *release = (struct ce_release){0};
  return CE_OK;
}

static enum ce_code read_file(struct ce_releases *releases, const char *file, struct ce_error *err) {
  CE_AUTO(release) struct ce_release release = {0};
  enum ce_code code = inspect(file, &release, err);
  return code == CE_OK ? insert(releases, &release, err) : code;
}

static bool is_package_name(const char *name) {
  size_t length = strlen(name);
  return length > strlen(SUFFIX) && strcmp(name + length - strlen(SUFFIX), SUFFIX) == 0;
}

static enum ce_code read_directory(struct ce_releases *releases, const char *path, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  size_t found = 0;
  enum ce_code code = ce_fs_open_root(path, &fs, err);
  if (code == CE_OK) {
    code = ce_fs_list(fs, "", &names, err);
  }
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    CE_AUTO(ce_free) char *file = ce_text_format("%s/%s", path, names.items[i]);
    if (!file) {
      return ce_fail_memory(err, path);
    }
    if (is_package_name(names.items[i])) {
      code = read_file(releases, file, err);
      found++;
    }
  }
  if (code == CE_OK && found == 0) {
    return ce_fail(err, CE_NOT_FOUND, "read packages", path, "there is no file *%s", SUFFIX);
  }
  return code;
}

enum ce_code ce_releases_read(struct ce_releases *releases, const char *path, struct ce_error *err) {
  struct stat found;
  bool is_directory = stat(path, &found) == 0 && S_ISDIR(found.st_mode);
  return is_directory ? read_directory(releases, path, err) : read_file(releases, path, err);
}

const struct ce_release *ce_releases_newest(const struct ce_releases *releases, const char *arch) {
  for (size_t i = releases->count; i > 0; i--) {
    if (strcmp(releases->items[i - 1].arch, arch) == 0) {
      return &releases->items[i - 1];
    }
  }
  return NULL;
}
