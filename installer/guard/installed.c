/* SPDX-License-Identifier: Apache-2.0
 * What is installed, by units, packages, names of the bus, modules and paths. */
#include "guard/look-part.h"

#include <stdio.h>
#include <string.h>

#define DPKG_STATUS           "var/lib/dpkg/status"
#define DPKG_STATUS_BYTES_MAX ((size_t)64 << 20)
#define MODULES_BYTES_MAX     ((size_t)1 << 20)
#define EVENTS_BYTES_MAX      4096
#define PATH_SIZE             512

static const char *const system_unit_places[] = {"etc/systemd/system", "usr/local/lib/systemd/system",
                                                 "usr/lib/systemd/system", "lib/systemd/system",
                                                 "run/systemd/generator.late"};
static const char *const user_unit_places[] = {"etc/systemd/user", "usr/lib/systemd/user",
                                               "usr/local/lib/systemd/user"};
static const char *const bus_places[] = {"usr/share/dbus-1/system-services", "usr/share/dbus-1/services"};

/* The first path place/name.suffix that exists; "" when none does. */
static void find_in(const struct ce_guard_place *place, const char *const *directories, size_t count,
                    const char *name, const char *suffix, char ret[PATH_SIZE]) {
  for (size_t i = 0; i < count; i++) {
    snprintf(ret, PATH_SIZE, "%s/%s%s", directories[i], name, suffix);
    if (ce_look_has(place, ret)) {
      return;
    }
  }
  ret[0] = '\0';
}

/* systemd keeps a unit's control group as long as something runs in it. */
static enum ce_code unit_runs(const struct ce_guard_place *place, const char *unit, bool *ret,
                              struct ce_error *err) {
  static const char *const hierarchies[] = {"sys/fs/cgroup", "sys/fs/cgroup/systemd",
                                            "sys/fs/cgroup/unified"};
  const char *at = strchr(unit, '@');
  char slice[PATH_SIZE / 2] = "";
  if (at) {
    snprintf(slice, sizeof slice, "system-%.*s.slice/", (int)(at - unit), unit);
  }
  for (size_t i = 0; i < sizeof hierarchies / sizeof hierarchies[0]; i++) {
    char path[PATH_SIZE];
    CE_AUTO(ce_blob) struct ce_blob events = {0};
    snprintf(path, sizeof path, "%s/system.slice/%s%s", hierarchies[i], slice, unit);
    if (!ce_look_has(place, path)) {
      continue;
    }
    strncat(path, "/cgroup.events", sizeof path - strlen(path) - 1);
    enum ce_code code = ce_look_read(place, path, EVENTS_BYTES_MAX, &events, err);
    if (code != CE_OK) {
      return code;
    }
    *ret = !strstr(ce_blob_text(&events), "populated 0");
    if (*ret) {
      return CE_OK;
    }
  }
  return CE_OK;
}

static enum ce_code look_for_unit(const struct ce_guard_place *place, const struct ce_sign_row *sign,
                                  struct ce_clues *clues, struct ce_error *err) {
  bool is_user = sign->kind == CE_SIGN_USER_UNIT;
  bool runs = false;
  char path[PATH_SIZE];
  enum ce_code code = is_user ? CE_OK : unit_runs(place, sign->pattern, &runs, err);
  if (code == CE_OK && runs) {
    return ce_clues_add_sign(clues, sign, CE_CLUE_RUNNING, err, "unit %s is active", sign->pattern);
  }
  size_t count = is_user ? sizeof user_unit_places / sizeof user_unit_places[0]
                         : sizeof system_unit_places / sizeof system_unit_places[0];
  find_in(place, is_user ? user_unit_places : system_unit_places, count, sign->pattern, "", path);
  return code == CE_OK && path[0]
             ? ce_clues_add_sign(clues, sign, CE_CLUE_INSTALLED, err, "unit %s", sign->pattern)
             : code;
}

static enum ce_code look_for_bus_name(const struct ce_guard_place *place, const struct ce_sign_row *sign,
                                      struct ce_clues *clues, struct ce_error *err) {
  char path[PATH_SIZE];
  find_in(place, bus_places, sizeof bus_places / sizeof bus_places[0], sign->pattern, ".service", path);
  return path[0] ? ce_clues_add_sign(clues, sign, CE_CLUE_INSTALLED, err, "bus name %s", sign->pattern)
                 : CE_OK;
}

/* The last name of the path is a pattern. */
static enum ce_code look_for_rest(const struct ce_guard_place *place, const struct ce_sign_row *sign,
                                  struct ce_clues *clues, struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  char directory[PATH_SIZE];
  struct ce_error ignored;
  const char *pattern = strrchr(sign->pattern, '/') + 1;
  snprintf(directory, sizeof directory, "%.*s", (int)(pattern - sign->pattern - 1), sign->pattern);
  if (ce_fs_list(place->fs, directory, &names, &ignored) != CE_OK) {
    return CE_OK;
  }
  for (size_t i = 0; i < names.count; i++) {
    if (ce_sign_matches(pattern, names.items[i], strlen(names.items[i]))) {
      return ce_clues_add_sign(clues, sign, CE_CLUE_INSTALLED, err, "/%s/%s", directory, names.items[i]);
    }
  }
  return CE_OK;
}

static enum ce_code look_for_path(const struct ce_guard_place *place, const struct ce_sign_row *sign,
                                  struct ce_clues *clues, struct ce_error *err) {
  if (strchr(sign->pattern, '*')) {
    return look_for_rest(place, sign, clues, err);
  }
  return ce_look_has(place, sign->pattern)
             ? ce_clues_add_sign(clues, sign, CE_CLUE_INSTALLED, err, "/%s", sign->pattern)
             : CE_OK;
}

static enum ce_code look_for(const struct ce_guard_place *place, const struct ce_sign_row *sign,
                             struct ce_clues *clues, struct ce_error *err) {
  switch (sign->kind) {
  case CE_SIGN_UNIT:
  case CE_SIGN_USER_UNIT:
    return look_for_unit(place, sign, clues, err);
  case CE_SIGN_BUS_NAME:
    return look_for_bus_name(place, sign, clues, err);
  case CE_SIGN_PLACE:
  case CE_SIGN_PATH:
    return look_for_path(place, sign, clues, err);
  default:
    return CE_OK; /* all of that kind at once */
  }
}

static enum ce_code add_named(struct ce_clues *clues, enum ce_sign_kind kind, enum ce_clue_state state,
                              const char *name, size_t length, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < ce_sign_count; i++) {
    const struct ce_sign_row *sign = &ce_signs[i];
    if (sign->kind == kind && ce_sign_matches(sign->pattern, name, length)) {
      code = ce_clues_add_sign(clues, sign, state, err, "%s %.*s",
                               kind == CE_SIGN_MODULE ? "kernel module" : "package",
                               (int)(length < 128 ? length : 128), name);
    }
  }
  return code;
}

/* deb-status: "Package: NAME" and, somewhat later, "Status: ... installed". */
static enum ce_code look_at_packages(const struct ce_guard_place *place, struct ce_clues *clues,
                                     struct ce_error *err) {
  static const char head[] = "Package: ";
  static const char state[] = "Status: ";
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  const char *name = NULL;
  size_t length = 0;
  enum ce_code code = ce_look_read(place, DPKG_STATUS, DPKG_STATUS_BYTES_MAX, &text, err);
  for (const char *line = ce_blob_text(&text); code == CE_OK && *line;) {
    size_t size = strcspn(line, "\n");
    if (strncmp(line, head, sizeof head - 1) == 0) {
      name = line + sizeof head - 1;
      length = size - (sizeof head - 1);
    } else if (name && strncmp(line, state, sizeof state - 1) == 0) {
      static const char installed[] = " installed";
      size_t tail = sizeof installed - 1;
      bool is_there = size > tail && memcmp(line + size - tail, installed, tail) == 0;
      code = is_there ? add_named(clues, CE_SIGN_PACKAGE, CE_CLUE_INSTALLED, name, length, err) : CE_OK;
      name = NULL;
    }
    line += size + (line[size] == '\n');
  }
  return code;
}

static enum ce_code look_at_modules(const struct ce_guard_place *place, struct ce_clues *clues,
                                    struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_look_read(place, "proc/modules", MODULES_BYTES_MAX, &text, err);
  for (const char *line = ce_blob_text(&text); code == CE_OK && *line;) {
    size_t size = strcspn(line, "\n");
    size_t length = strcspn(line, " \n");
    code = add_named(clues, CE_SIGN_MODULE, CE_CLUE_RUNNING, line, length, err);
    line += size + (line[size] == '\n');
  }
  return code;
}

enum ce_code ce_look_installed(const struct ce_guard_place *place, struct ce_clues *clues,
                               struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < ce_sign_count; i++) {
    code = look_for(place, &ce_signs[i], clues, err);
  }
  if (code == CE_OK) {
    code = look_at_packages(place, clues, err);
  }
  return code == CE_OK ? look_at_modules(place, clues, err) : code;
}
