/* SPDX-License-Identifier: Apache-2.0
 * manifest.json: what one environment package holds and where it belongs (docs/FORMATS.md).
 *
 * Parsing accepts only manifests that are safe to carry out: every path is a relpath, sorted and unique; no
 * file lies below a link or another file; links name an entry or a directory of the package and use ".." only
 * at their start; modes have all read bits, no write bit for others, no setuid, setgid or sticky bit;
 * integration targets lie in the directory that their kind owns; sizes add up to CE_MANIFEST_TOTAL_MAX at
 * most. Members that this version does not know are ignored. */
#ifndef CE_MODEL_MANIFEST_H
#define CE_MODEL_MANIFEST_H

#include "base/blob.h"
#include "base/digest.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_MANIFEST_FORMAT            1
#define CE_MANIFEST_BYTES_MAX         (32u << 20)
#define CE_MANIFEST_FILES_MAX         100000
#define CE_MANIFEST_INTEGRATION_MAX   1000
#define CE_MANIFEST_FILE_SIZE_MAX     (UINT64_C(4) << 30)
#define CE_MANIFEST_TOTAL_MAX         (UINT64_C(16) << 30)
#define CE_MANIFEST_PREREQUISITES_MAX 64
#define CE_MANIFEST_PACKAGES_MAX      32 /* for one prerequisite in one distribution family */
#define CE_MANIFEST_SONAMES_MAX       256
#define CE_MANIFEST_MODULE_MAX        64  /* bytes of a PKCS#11 module's name, as in the key catalogue */
#define CE_MANIFEST_NAME_MAX          128 /* bytes of a package's name, a soname, a capability, a profile id */

enum ce_manifest_entry_type { CE_MANIFEST_FILE, CE_MANIFEST_LINK };

struct ce_manifest_file {
  char *path; /* inside the package, e.g. "lib/pkcs11/opensc-pkcs11.so" */
  enum ce_manifest_entry_type type;
  uint32_t mode;           /* files */
  uint64_t size_bytes;     /* files */
  struct ce_digest sha256; /* files */
  char *link_target;       /* links: relative, inside the package; NULL for files */
};

/* Kinds of integration and the directory below the root that each may write to. */
enum ce_integration_kind {
  CE_INTEGRATION_UDEV_RULES, /* "udev-rules"     etc/udev/rules.d/ */
  CE_INTEGRATION_HWDB,       /* "hwdb"           etc/udev/hwdb.d/ */
  CE_INTEGRATION_P11_MODULE, /* "p11-module"     etc/pkcs11/modules/ */
  CE_INTEGRATION_UNIT,     /* "unit"           etc/systemd/system/; enabled by a link in <wanted_by>.wants/ */
  CE_INTEGRATION_LAUNCHER, /* "launcher"       usr/local/share/applications/ */
  CE_INTEGRATION_ICON,     /* "icon"           usr/local/share/icons/ (any depth) */
  CE_INTEGRATION_AUTOSTART,     /* "autostart"      etc/xdg/autostart/ */
  CE_INTEGRATION_MAN,           /* "man"            usr/local/share/man/ (any depth) */
  CE_INTEGRATION_POLKIT_ACTION, /* "polkit-action"  usr/share/polkit-1/actions/ */
  CE_INTEGRATION_COMMAND,       /* "command"        usr/local/bin/: a link to /opt/certenv/current/<file> */
  CE_INTEGRATION_METAINFO,      /* "metainfo"       usr/local/share/metainfo/ */
  CE_INTEGRATION_PCSC_DRIVER, /* "pcsc-driver"    CE_DRIVER_DIRECTORY/CE_DRIVER_PLACE: put below the directory
                                 that the machine's pcscd has, where the driver is wanted at all */
  CE_INTEGRATION_KIND_COUNT
};

struct ce_integration {
  enum ce_integration_kind kind;
  char *file;      /* path of a regular file in the package */
  char *target;    /* relpath below the root */
  char *wanted_by; /* units only: "multi-user.target"; NULL when the unit is not enabled */
  char *module;    /* p11-module only: put when this module is selected; NULL: always */
};

/* What the machine itself must have. A capability that certenv knows how to find, and the packages that give
 * it. */
struct ce_prerequisite {
  char *capability;                        /* "pcscd", "ccid", "p11-kit" ... */
  bool required;                           /* missing: exit 6; otherwise a warning */
  char **debian, **fedora, **suse, **arch; /* NULL-terminated lists of package names */
};

struct ce_manifest {
  char *profile, *version, *arch; /* arch as uname -m says: "x86_64" */
  struct ce_manifest_file *files; /* sorted by path (bytes) */
  size_t file_count;
  struct ce_integration *integration;
  size_t integration_count;
  struct ce_prerequisite *prerequisites;
  size_t prerequisite_count;
  char **sonames;       /* NULL-terminated; libraries of the host that the payload opens */
  uint64_t total_bytes; /* sum of the sizes, computed */
};

void ce_manifest_free(struct ce_manifest *manifest);
CE_DEFINE_AUTO(ce_manifest, struct ce_manifest *, ce_manifest_free);

/* PACKAGE_FORMAT for a major format that this program does not know, PACKAGE_INVALID for anything else that
 * is wrong; the error names the entry. */
CE_MUST_USE enum ce_code ce_manifest_parse(const void *bytes, size_t size, struct ce_manifest **ret,
                                           struct ce_error *err);
/* The same from a document that is parsed already (a receipt holds one). code replaces PACKAGE_INVALID. */
CE_MUST_USE enum ce_code ce_manifest_from_json(const json_t *json, const struct ce_json_context *context,
                                               struct ce_manifest **ret, struct ce_error *err);
/* The same with the elements of "files" apart (ce_json_parse_apart); files may be NULL. */
CE_MUST_USE enum ce_code ce_manifest_from_parts(const json_t *json, struct ce_json_items *files,
                                                const struct ce_json_context *context,
                                                struct ce_manifest **ret, struct ce_error *err);
/* A deep copy. MEMORY. */
CE_MUST_USE enum ce_code ce_manifest_copy(const struct ce_manifest *manifest, struct ce_manifest **ret,
                                          struct ce_error *err);
/* A new reference. NULL only when memory is out. */
json_t *ce_manifest_to_json(const struct ce_manifest *manifest);
/* The same in two parts, for ce_json_write_around(): one null in the place of the files, and each file. */
json_t *ce_manifest_frame_to_json(const struct ce_manifest *manifest);
json_t *ce_manifest_file_to_json(const struct ce_manifest_file *file);
/* The same files, all of their members. */
bool ce_manifest_has_same_files(const struct ce_manifest *a, const struct ce_manifest *b);
/* The file with this path, or NULL. */
const struct ce_manifest_file *ce_manifest_find(const struct ce_manifest *manifest, const char *path);
/* Whether a file is a program, or a library that programs load. */
bool ce_manifest_is_code(const char *path, uint32_t mode);

/* "udev-rules"; the kind by name, or CE_INTEGRATION_KIND_COUNT. */
const char *ce_integration_kind_name(enum ce_integration_kind kind);
enum ce_integration_kind ce_integration_kind_by_name(const char *name);
/* "etc/udev/rules.d"; static. */
const char *ce_integration_kind_directory(enum ce_integration_kind kind);
/* NULL when target may hold an integration of this kind, otherwise an English phrase that says why not. */
const char *ce_integration_target_problem(enum ce_integration_kind kind, const char *target);
/* The same for what a unit is wanted by: "multi-user.target". */
const char *ce_integration_wanted_by_problem(const char *unit);

#endif
