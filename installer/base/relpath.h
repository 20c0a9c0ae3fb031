/* SPDX-License-Identifier: Apache-2.0
 * Paths relative to a root: "etc/udev/rules.d/70-certenv.rules". The only kind of path below floor 4.
 *
 * A valid relpath is UTF-8, 1..CE_RELPATH_MAX bytes, components of 1..255 bytes joined by single slashes, no
 * leading or trailing slash, no "." or ".." component, no control character and no backslash. */
#ifndef CE_BASE_RELPATH_H
#define CE_BASE_RELPATH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define CE_RELPATH_MAX      1024
#define CE_RELPATH_NAME_MAX 255

/* NULL when path is valid, otherwise an English phrase that says why not ("has a '..' component"). */
const char *ce_relpath_problem(const char *path, size_t length);
/* Fails with code (PACKAGE_INVALID, RECEIPT_DAMAGED ...) when path is not valid. */
CE_MUST_USE enum ce_code ce_relpath_check(const char *path, enum ce_code code, struct ce_error *err);
/* True when path lies in directory (at any depth) and is not directory itself. "" contains everything. */
bool ce_relpath_is_beneath(const char *path, const char *directory);
/* The last component, pointing into path. */
const char *ce_relpath_name(const char *path);
/* A malloc'ed copy of the parent, "" for a path of one component; NULL when memory is out. */
char *ce_relpath_parent(const char *path);
/* directory + "/" + name, malloc'ed ("" for directory gives name); NULL when memory is out. */
char *ce_relpath_join(const char *directory, const char *name);
/* Where a symbolic link at link_path that says target leads, as a relpath malloc'ed into *ret; fails with
 * code when the target is absolute, empty, or leads out of the root. */
CE_MUST_USE enum ce_code ce_relpath_resolve_link(const char *link_path, const char *target, enum ce_code code,
                                                 char **ret, struct ce_error *err);

#endif
