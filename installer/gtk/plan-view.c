/* SPDX-License-Identifier: Apache-2.0
 * What is to be installed and whose it is. */
#include "gtk/run-view.h"

#include "model/icon.h"
#include "model/layout.h"
#include "model/profile.h"
#include "ports/base64.h"
#include "ports/fs-document.h"

#include <string.h>

#define PROFILE_FILE CE_CURRENT "/share/certenv/profile.json"
#define ICON_FILE    CE_CURRENT "/" CE_ICON_MEMBER

void ce_plan_view_clear(struct ce_plan_view *plan) {
  json_decref(plan->summary);
  *plan = (struct ce_plan_view){0};
}

bool ce_plan_view_read(struct ce_plan_view *ret, const json_t *document) {
  json_t *summary = json_object_get(document, "summary");
  ce_plan_view_clear(ret);
  if (!json_is_object(summary)) {
    const char *id = json_string_value(json_object_get(document, "id"));
    snprintf(ret->problem_id, sizeof ret->problem_id, "%s", id ? id : "");
    return false;
  }
  ret->summary = json_incref(summary);
  ret->step_count = (unsigned)json_array_size(json_object_get(document, "steps"));
  return true;
}

static bool has_text(const json_t *array, const char *text) {
  for (size_t i = 0; i < json_array_size(array); i++) {
    const char *item = json_string_value(json_array_get(array, i));
    if (item && strcmp(item, text) == 0) {
      return true;
    }
  }
  return false;
}

static bool covers_list(const json_t *agreed, const json_t *asked, const char *member) {
  const json_t *wanted = json_object_get(asked, member);
  const json_t *known = json_object_get(agreed, member);
  for (size_t i = 0; i < json_array_size(wanted); i++) {
    const char *item = json_string_value(json_array_get(wanted, i));
    if (!item || !has_text(known, item)) {
      return false;
    }
  }
  return true;
}

bool ce_plan_view_covers(const struct ce_plan_view *plan, const json_t *asked) {
  return covers_list(plan->summary, asked, "packages") && covers_list(plan->summary, asked, "restarts");
}

void ce_organisation_clear(struct ce_organisation *organisation) {
  free(organisation->name_zh);
  free(organisation->name_en);
  free(organisation->phone);
  free(organisation->initial_pin);
  ce_blob_clear(&organisation->icon);
  *organisation = (struct ce_organisation){0};
}

static bool read_profile(struct ce_organisation *ret, const void *bytes, size_t size, bool *ret_has_icon) {
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error ignored;
  if (ce_profile_parse(bytes, size, &profile, &ignored) != CE_OK) {
    return false;
  }
  ce_organisation_clear(ret);
  ret->name_zh = ce_take(&profile->organisation_zh);
  ret->name_en = ce_take(&profile->organisation_en);
  ret->phone = ce_take(&profile->phone);
  ret->initial_pin = ce_take(&profile->initial_pin);
  *ret_has_icon = profile->has_icon;
  return true;
}

static void drop_icon_with_problem(struct ce_organisation *organisation) {
  if (ce_icon_problem(organisation->icon.data, organisation->icon.size)) {
    ce_blob_clear(&organisation->icon);
  }
}

bool ce_organisation_read(struct ce_organisation *ret, const json_t *document) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  const json_t *profile = json_object_get(document, "profile");
  const char *icon = json_string_value(json_object_get(document, "icon"));
  bool has_icon = false;
  if (!json_is_object(profile) || ce_json_write(profile, false, &text, &ignored) != CE_OK ||
      !read_profile(ret, text.data, text.size, &has_icon)) {
    return false;
  }
  if (has_icon && icon && ce_base64_decode(icon, &ret->icon)) {
    drop_icon_with_problem(ret);
  }
  return true;
}

bool ce_organisation_read_installed(struct ce_organisation *ret, const char *root_path) {
  CE_AUTO(ce_fs) struct ce_fs *root = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error ignored;
  bool has_icon = false;
  if (ce_fs_open_root(root_path, &root, &ignored) != CE_OK ||
      ce_fs_document_read(root, PROFILE_FILE, CE_PROFILE_BYTES_MAX, &bytes, &ignored) != CE_OK ||
      !read_profile(ret, bytes.data, bytes.size, &has_icon)) {
    return false;
  }
  if (has_icon && ce_fs_document_read(root, ICON_FILE, CE_ICON_BYTES_MAX, &ret->icon, &ignored) == CE_OK) {
    drop_icon_with_problem(ret);
  }
  return true;
}
