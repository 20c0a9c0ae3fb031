/* SPDX-License-Identifier: Apache-2.0
 * Environment packages for tests, made in memory: a real .tar.zst with its manifest. Running out of memory
 * aborts. */
#ifndef FAKES_PACKAGE_H
#define FAKES_PACKAGE_H

#include "bundle/package.h"

/* A file with this text or, where link_target is not NULL, a link. */
struct ce_fake_member {
  const char *path; /* given in the order of their bytes */
  uint32_t mode;
  const char *text;
  const char *link_target;
};

struct ce_fake_recipe {
  const char *version;
  const struct ce_fake_member *members;     /* up to one without a path */
  const struct ce_integration *integration; /* up to one without a file */
};

struct ce_fake_package {
  struct ce_blob bytes;
  struct ce_digest sha256;
  struct ce_reader *reader;
};
void ce_fake_package_clear(struct ce_fake_package *package);
CE_DEFINE_AUTO_IN_PLACE(ce_fake_package, struct ce_fake_package, ce_fake_package_clear);

void ce_fake_package_make(const struct ce_fake_recipe *recipe, struct ce_fake_package *ret);
/* Opened anew for each walk; ce_package_free() it before the fake. */
struct ce_package *ce_fake_package_open(const struct ce_fake_package *package);

#endif
