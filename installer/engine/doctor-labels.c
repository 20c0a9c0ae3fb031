/* SPDX-License-Identifier: Apache-2.0
 * The doctor on SELinux's labels. */
#include "engine/doctor-look.h"

#include "model/layout.h"

/* What does not have its label. */
struct strangers {
  struct ce_fs *fs;
  size_t count;
  char *first;
};

static void strangers_clear(struct strangers *strangers) {
  free(strangers->first);
}
CE_DEFINE_AUTO_IN_PLACE(strangers, struct strangers, strangers_clear);

/* What is missing, or may not be looked at, is told elsewhere. */
static enum ce_code look_at(struct strangers *strangers, const char *path, struct ce_error *err) {
  bool fits = true;
  struct ce_error ignored;
  if (!path) {
    return ce_fail_memory(err, "labels");
  }
  if (ce_fs_label_fits(strangers->fs, path, &fits, &ignored) != CE_OK || fits) {
    return CE_OK;
  }
  if (strangers->count++ == 0) {
    strangers->first = strdup(path);
  }
  return CE_OK;
}

static enum ce_code look_at_all(const struct ce_receipt *receipt, struct strangers *strangers,
                                struct ce_error *err) {
  const struct ce_manifest *manifest = receipt->manifest;
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < manifest->file_count; i++) {
    CE_AUTO(ce_free)
    char *path = ce_text_format("%s/%s/%s", CE_VERSIONS, manifest->version, manifest->files[i].path);
    code = look_at(strangers, path, err);
  }
  for (size_t i = 0; code == CE_OK && i < receipt->path_count; i++) {
    code = look_at(strangers, receipt->paths[i].path, err);
  }
  return code;
}

enum ce_code ce_doctor_look_labels(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                   struct ce_error *err) {
  CE_AUTO(strangers) struct strangers strangers = {.fs = subject->engine->fs};
  enum ce_code code = look_at_all(subject->receipt, &strangers, err);
  if (code != CE_OK || strangers.count == 0) {
    return code;
  }
  CE_AUTO(ce_free)
  char *detail =
      ce_text_format("%zu; the first: /%s", strangers.count, strangers.first ? strangers.first : "");
  const struct ce_check check = {
      .group = CE_CHECK_ENVIRONMENT,
      .level = CE_CHECK_WARNING,
      .id = "labels",
      .subject = "SELinux",
      .sentence = N_("Files of the environment do not have the label that %s expects in their place."),
      .remedy = N_("Run \"certenv doctor --fix\"."),
      .fix = "selinux",
      .detail = detail};
  return ce_check_add(list, &check, err);
}
