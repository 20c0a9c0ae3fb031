/* SPDX-License-Identifier: Apache-2.0
 * File systems told apart by their device numbers. */
#include "txn/place.h"

#include "base/relpath.h"

#include <inttypes.h>
#include <string.h>

void ce_places_clear(struct ce_places *places) {
  for (size_t i = 0; i < places->count; i++) {
    free(places->items[i].directory);
  }
  free(places->items);
  free(places->last_directory);
  *places = (struct ce_places){0};
}

static enum ce_code add(struct ce_places *places, const char *directory, const struct ce_fs_space *space,
                        struct ce_error *err) {
  struct ce_place *grown = realloc(places->items, (places->count + 1) * sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, directory);
  }
  places->items = grown;
  char *copy = strdup(directory);
  if (!copy) {
    return ce_fail_memory(err, directory);
  }
  grown[places->count++] = (struct ce_place){.device = space->device,
                                             .directory = copy,
                                             .read_only = space->read_only,
                                             .free_bytes = space->free_bytes,
                                             .free_inodes = space->free_inodes};
  return CE_OK;
}

static enum ce_code look_up(struct ce_places *places, struct ce_fs *fs, const char *directory,
                            struct ce_error *err) {
  struct ce_fs_space space;
  enum ce_code code = ce_fs_space(fs, directory, &space, err);
  if (code != CE_OK) {
    return code;
  }
  size_t i = 0;
  while (i < places->count && places->items[i].device != space.device) {
    i++;
  }
  char *copy = strdup(directory);
  if (!copy) {
    return ce_fail_memory(err, directory);
  }
  free(places->last_directory);
  places->last_directory = copy;
  places->last = i;
  return i < places->count ? CE_OK : add(places, directory, &space, err);
}

enum ce_code ce_places_find(struct ce_places *places, struct ce_fs *fs, const char *directory,
                            struct ce_place **ret, struct ce_error *err) {
  if (!places->last_directory || strcmp(places->last_directory, directory) != 0) {
    enum ce_code code = look_up(places, fs, directory, err);
    if (code != CE_OK) {
      return code;
    }
  }
  *ret = &places->items[places->last];
  return CE_OK;
}

enum ce_code ce_places_check(const struct ce_places *places, struct ce_error *err) {
  for (size_t i = 0; i < places->count; i++) {
    const struct ce_place *place = &places->items[i];
    if (place->read_only) {
      return ce_fail(err, CE_READ_ONLY, "check", place->directory, "its file system is mounted read-only");
    }
    if (place->need_bytes > place->free_bytes) {
      return ce_fail(err, CE_NO_SPACE, "check", place->directory,
                     "%" PRIu64 " bytes are needed and %" PRIu64 " are free", place->need_bytes,
                     place->free_bytes);
    }
    if (place->need_inodes > place->free_inodes) {
      return ce_fail(err, CE_NO_SPACE, "check", place->directory,
                     "%" PRIu64 " files are to be made and there is room for %" PRIu64, place->need_inodes,
                     place->free_inodes);
    }
  }
  return CE_OK;
}

/* The nearest directory above `directory` that exists lies on the same file system: a mount point cannot be
 * missing. */
static enum ce_code sync_place(struct ce_fs *fs, const char *directory, struct ce_error *err) {
  CE_AUTO(ce_free) char *place = strdup(directory);
  while (place) {
    bool exists = place[0] == '\0';
    enum ce_code code = exists ? CE_OK : ce_fs_exists(fs, place, &exists, NULL, err);
    if (code != CE_OK) {
      return code;
    }
    if (exists) {
      return ce_fs_sync_filesystem(fs, place, err);
    }
    char *parent = ce_relpath_parent(place);
    free(place);
    place = parent;
  }
  return ce_fail_memory(err, directory);
}

enum ce_code ce_places_sync(const struct ce_places *places, struct ce_fs *fs, bool staged_only,
                            struct ce_error *err) {
  for (size_t i = 0; i < places->count; i++) {
    if (!staged_only || places->items[i].staged) {
      enum ce_code code = sync_place(fs, places->items[i].directory, err);
      if (code != CE_OK) {
        return code;
      }
    }
  }
  return CE_OK;
}
