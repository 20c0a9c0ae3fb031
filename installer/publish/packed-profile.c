/* SPDX-License-Identifier: Apache-2.0
 * What a client would pass over in silence is refused where somebody can mend it. */
#include "publish/packed-profile.h"

#include "model/icon.h"
#include "ports/fs-document.h"
#include "publish/site-profile.h"

#define ICON_BYTES_READ_MAX ((size_t)16 << 20) /* one that is too large is told so, not just refused */

static enum ce_code refuse_icon(const char *problem, struct ce_error *err) {
  return ce_fail(err, CE_PACKAGE_INVALID, "pack", CE_ICON_MEMBER, "%s", problem);
}

static enum ce_code check_icon(struct ce_fs *tree, const struct ce_profile *profile, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error problem;
  enum ce_code code = ce_fs_document_read(tree, CE_ICON_MEMBER, ICON_BYTES_READ_MAX, &bytes, &problem);
  if (code == CE_NOT_FOUND) {
    return profile->has_icon ? refuse_icon("is missing, and the profile has \"icon\": true; put icon.png "
                                           "beside profile.json",
                                           err)
                             : CE_OK;
  }
  if (!profile->has_icon) {
    return refuse_icon("is not asked for; put \"icon\": true into profile.json, or take the file away", err);
  }
  if (code != CE_OK) {
    *err = problem;
    return code;
  }
  const char *wrong = ce_icon_problem(bytes.data, bytes.size);
  return wrong ? refuse_icon(wrong, err) : CE_OK;
}

enum ce_code ce_packed_profile_read(struct ce_fs *tree, struct ce_profile **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error problem;
  enum ce_code code =
      ce_fs_document_read(tree, CE_SITE_PROFILE_MEMBER, CE_PROFILE_BYTES_MAX, &bytes, &problem);
  if (code == CE_NOT_FOUND) {
    *ret = NULL;
    return CE_OK;
  }
  if (code != CE_OK) {
    *err = problem;
    return code;
  }
  code = ce_profile_parse(bytes.data, bytes.size, &profile, err);
  if (code == CE_OK) {
    code = check_icon(tree, profile, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&profile);
  }
  return code;
}
