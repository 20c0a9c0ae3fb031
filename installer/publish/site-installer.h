/* SPDX-License-Identifier: Apache-2.0
 * What the download page says of an installer: read from the file's own program and bundle, after the bundle
 * was verified from the repository's first root on, as a client would. */
#ifndef CE_PUBLISH_SITE_INSTALLER_H
#define CE_PUBLISH_SITE_INSTALLER_H

#include "base/digest.h"
#include "publish/client.h"

#define CE_SITE_INSTALLERS_MAX 64

struct ce_site_installer {
  char *file_name;    /* letters, digits and "._+-": it is shown in commands, too */
  const char *arch;   /* of the program; static */
  char *channel;      /* "stable" where the bundle has that channel */
  char *version;      /* of the channel's package */
  char *libc;         /* the C library's version that the program needs, "2.34"; "" when it needs none */
  int64_t released_s; /* when the bundle's targets were signed */
  uint64_t size_bytes;
  struct ce_digest sha256;
};
void ce_site_installer_clear(struct ce_site_installer *installer);
CE_DEFINE_AUTO_IN_PLACE(ce_site_installer, struct ce_site_installer, ce_site_installer_clear);

/* how->root: the repository's first root. USAGE for a file name that is not fit to be shown, UNSUPPORTED for
 * an unknown machine, NO_SOURCE without a bundle or when the bundle has nothing for the program's machine,
 * BUNDLE_DAMAGED, TRUST_*, PACKAGE_*, IO. */
CE_MUST_USE enum ce_code ce_site_installer_read(const char *path, const struct ce_client_options *how,
                                                struct ce_site_installer *ret, struct ce_error *err);

/* A growing list; {0} is empty. */
struct ce_site_installers {
  struct ce_site_installer items[CE_SITE_INSTALLERS_MAX];
  size_t count;
};
void ce_site_installers_clear(struct ce_site_installers *installers);
CE_DEFINE_AUTO_IN_PLACE(ce_site_installers, struct ce_site_installers, ce_site_installers_clear);

#endif
