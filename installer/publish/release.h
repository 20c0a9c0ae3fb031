/* SPDX-License-Identifier: Apache-2.0
 * Packages that are to be published: files named on the command line, or all packages of a directory, each
 * read as a client would and named after its manifest. */
#ifndef CE_PUBLISH_RELEASE_H
#define CE_PUBLISH_RELEASE_H

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"

#include <stddef.h>

#define CE_RELEASES_MAX 20000 /* packages in one publication */

struct ce_release {
  char *file; /* where the package is now */
  char *version, *arch;
  struct ce_digest sha256;
};
struct ce_releases {
  struct ce_release *items;
  size_t count;
};
void ce_releases_clear(struct ce_releases *releases);
CE_DEFINE_AUTO_IN_PLACE(ce_releases, struct ce_releases, ce_releases_clear);

/* Appends the package, or the directory's *.tar.zst. PACKAGE_INVALID; NOT_FOUND for a directory without
 * packages; CONFLICT when the same version and architecture is there already with other content. */
CE_MUST_USE enum ce_code ce_releases_read(struct ce_releases *releases, const char *path,
                                          struct ce_error *err);
/* The newest of the architecture; NULL when there is none. */
const struct ce_release *ce_releases_newest(const struct ce_releases *releases, const char *arch);

#endif
