/* SPDX-License-Identifier: Apache-2.0
 * The kinds of integration: their names, the directories they own and the file names that work there. */
#include "base/relpath.h"
#include "model/layout.h"
#include "model/manifest.h"
#include "model/text-rule.h"

#include <assert.h>
#include <string.h>

static const struct {
  const char *name;
  const char *directory;
  bool any_depth;
  const char *suffixes[9]; /* none: every name */
} kinds[CE_INTEGRATION_KIND_COUNT] = {
    [CE_INTEGRATION_UDEV_RULES] = {"udev-rules", "etc/udev/rules.d", false, {".rules"}},
    [CE_INTEGRATION_HWDB] = {"hwdb", "etc/udev/hwdb.d", false, {".hwdb"}},
    [CE_INTEGRATION_P11_MODULE] = {"p11-module", "etc/pkcs11/modules", false, {".module"}},
    [CE_INTEGRATION_UNIT] = {"unit", "etc/systemd/system", false, {".service"}},
    [CE_INTEGRATION_LAUNCHER] = {"launcher", "usr/local/share/applications", false, {".desktop"}},
    [CE_INTEGRATION_ICON] = {"icon", "usr/local/share/icons", true, {".svg", ".png"}},
    [CE_INTEGRATION_AUTOSTART] = {"autostart", "etc/xdg/autostart", false, {".desktop"}},
    [CE_INTEGRATION_MAN] = {"man",
                            "usr/local/share/man",
                            true,
                            {".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8"}},
    [CE_INTEGRATION_POLKIT_ACTION] = {"polkit-action", "usr/share/polkit-1/actions", false, {".policy"}},
    [CE_INTEGRATION_COMMAND] = {"command", "usr/local/bin", false, {NULL}},
    [CE_INTEGRATION_METAINFO] = {"metainfo", "usr/local/share/metainfo", false, {".metainfo.xml"}},
    [CE_INTEGRATION_PCSC_DRIVER] = {"pcsc-driver", CE_DRIVER_DIRECTORY, true, {".so"}},
};

const char *ce_integration_kind_name(enum ce_integration_kind kind) {
  assert(kind < CE_INTEGRATION_KIND_COUNT);
  return kinds[kind].name;
}

enum ce_integration_kind ce_integration_kind_by_name(const char *name) {
  for (size_t i = 0; i < CE_INTEGRATION_KIND_COUNT; i++) {
    if (strcmp(kinds[i].name, name) == 0) {
      return (enum ce_integration_kind)i;
    }
  }
  return CE_INTEGRATION_KIND_COUNT;
}

const char *ce_integration_kind_directory(enum ce_integration_kind kind) {
  assert(kind < CE_INTEGRATION_KIND_COUNT);
  return kinds[kind].directory;
}

static bool has_suffix(enum ce_integration_kind kind, const char *name) {
  if (!kinds[kind].suffixes[0]) {
    return true;
  }
  for (size_t i = 0; i < 9 && kinds[kind].suffixes[i]; i++) {
    if (ce_text_ends_with(name, kinds[kind].suffixes[i])) {
      return true;
    }
  }
  return false;
}

const char *ce_integration_target_problem(enum ce_integration_kind kind, const char *target) {
  const char *directory = ce_integration_kind_directory(kind);
  const char *name = ce_relpath_name(target);
  if (kind == CE_INTEGRATION_PCSC_DRIVER) {
    bool right = strcmp(target, CE_DRIVER_DIRECTORY "/" CE_DRIVER_PLACE) == 0;
    return right ? NULL : "is not the one place of its kind";
  }
  if (!ce_relpath_is_beneath(target, directory)) {
    return "lies outside the directory of its kind";
  }
  if (!kinds[kind].any_depth && name != target + strlen(directory) + 1) {
    return "does not lie directly in the directory of its kind";
  }
  const char *problem = ce_text_portable_name_problem(name);
  if (problem) {
    return problem;
  }
  return has_suffix(kind, name) ? NULL : "does not have the suffix of its kind";
}

const char *ce_integration_wanted_by_problem(const char *unit) {
  static const char suffix[] = ".target";
  if (!ce_text_ends_with(unit, suffix) || strlen(unit) == strlen(suffix)) {
    return "is not the name of a target unit";
  }
  return ce_text_portable_name_problem(unit);
}
