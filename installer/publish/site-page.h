/* SPDX-License-Identifier: Apache-2.0
 * The download page as bytes: Chinese and English in one HTML document with its style inside, made of
 * site/page.html and site/page.css, which are in the program. It loads nothing and has no script; its
 * content security policy allows exactly its own style. Pure: the same input gives the same bytes. */
#ifndef CE_PUBLISH_SITE_PAGE_H
#define CE_PUBLISH_SITE_PAGE_H

#include "model/profile.h"
#include "publish/site-installer.h"

struct ce_site {
  const struct ce_profile *profile;
  const struct ce_site_installer *installers; /* at least one; the first one serves as the example */
  size_t installer_count;
  const char *base_url; /* what file names are appended to; "" for files beside the page */
  int64_t made_s;       /* the date below the text */
};

/* Replaces *ret's content on success. MEMORY; INTERNAL when site/page.html has a fault. */
CE_MUST_USE enum ce_code ce_site_page_make(const struct ce_site *site, struct ce_blob *ret,
                                           struct ce_error *err);

#endif
