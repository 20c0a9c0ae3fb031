/* SPDX-License-Identifier: Apache-2.0
 * Places that nothing may be run from. */
#include "guard/look-part.h"

#include "guard/mountinfo.h"
#include "model/layout.h"

#include <stdio.h>
#include <string.h>

#define N_(text) text

#define MOUNTINFO_BYTES_MAX ((size_t)16 << 20)
#define LINKS_MAX           16

/* "/a/../b" is "/b": what is before the dots was followed already. */
static void drop_dots(char path[PATH_MAX]) {
  size_t used = 0;
  for (const char *at = path; *at;) {
    size_t length = 1 + strcspn(at + 1, "/");
    if (length == 3 && memcmp(at, "/..", 3) == 0) {
      while (used > 0 && path[--used] != '/') {
      }
    } else if (!(length == 2 && at[1] == '.')) {
      memmove(path + used, at, length);
      used += length;
    }
    at += length;
  }
  path[used] = '\0';
}

/* Replaces the link that the first length bytes of path name. False when the result is too long or no path.
 */
static bool follow(char path[PATH_MAX], size_t length, const char *target) {
  char whole[PATH_MAX];
  size_t parent = length;
  while (target[0] != '/' && parent > 0 && path[parent - 1] != '/') {
    parent--;
  }
  size_t kept = target[0] == '/' ? 0 : parent;
  int size = snprintf(whole, sizeof whole, "%.*s%s%s", (int)kept, path, target, path + length);
  if (size < 1 || (size_t)size >= sizeof whole) {
    return false;
  }
  drop_dots(whole);
  memcpy(path, whole, strlen(whole) + 1);
  return true;
}

/* The path without the links in it, as far as they can be read. */
static void resolve(const struct ce_guard_place *place, const char *path, char ret[PATH_MAX]) {
  snprintf(ret, PATH_MAX, "%s", path);
  unsigned links = 0;
  for (size_t at = 1; links < LINKS_MAX;) {
    size_t length = at + strcspn(ret + at, "/");
    char prefix[PATH_MAX];
    CE_AUTO(ce_free) char *target = NULL;
    struct ce_error ignored;
    snprintf(prefix, sizeof prefix, "%.*s", (int)(length - 1), ret + 1);
    if (ce_fs_read_link(place->fs, prefix, &target, &ignored) == CE_OK) {
      if (!follow(ret, length, target)) {
        return;
      }
      links++;
      at = 1;
    } else if (ret[length] == '\0') {
      return;
    } else {
      at = length + 1;
    }
  }
}

struct placed {
  const char *path;
  enum ce_finding_level level;
  const char *sentence;
};

enum ce_code ce_look_mounts(const struct ce_guard_place *place, struct ce_clues *clues,
                            struct ce_error *err) {
  const struct placed places[] = {
      {"/" CE_HOME, CE_FINDING_FAULT,
       N_("Programs may not be run from the place of the certificate environment.")},
      {place->program, CE_FINDING_WARNING,
       N_("Programs may not be run from the place where this program lies.")},
      {"/usr/local/bin", CE_FINDING_ADVICE, N_("Programs may not be run from /usr/local.")},
  };
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_clue *clue = &clues->of[CE_PRODUCT_NOEXEC];
  enum ce_code code = ce_look_read(place, "proc/self/mountinfo", MOUNTINFO_BYTES_MAX, &text, err);
  for (size_t i = 0; code == CE_OK && i < sizeof places / sizeof places[0]; i++) {
    char path[PATH_MAX];
    struct ce_mount mount;
    if (!places[i].path || places[i].path[0] != '/') {
      continue;
    }
    resolve(place, places[i].path, path);
    if (!ce_mountinfo_find(ce_blob_text(&text), text.size, path, &mount) || !mount.noexec) {
      continue;
    }
    if (!clue->sentence) {
      clue->level = places[i].level;
      clue->sentence = places[i].sentence;
    }
    code = ce_clues_add(clues, CE_PRODUCT_NOEXEC, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                        "%s is mounted noexec, which %s lies on", mount.point, places[i].path);
  }
  return code;
}
