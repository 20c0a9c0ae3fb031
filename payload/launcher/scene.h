/* SPDX-License-Identifier: Apache-2.0
 * What there is of the launcher: the packaged one, the record, the folder and the file in it. Private to
 * launcher/; reads only, but for a folder that is to be made. */
#ifndef CE_LAUNCHER_SCENE_H
#define CE_LAUNCHER_SCENE_H

#include "launcher/folder.h"
#include "launcher/launcher-file.h"
#include "launcher/launcher.h"
#include "launcher/record-store.h"

/* The launcher of the installed version. */
struct ce_launcher_packaged {
  struct ce_blob bytes;
  struct ce_digest sha256;
  const char *version; /* points into the request's tree */
  bool known;
};

struct ce_launcher_scene {
  const struct ce_launcher_request *request;
  struct ce_launcher_packaged packaged;
  struct ce_record_store store;
  struct ce_launcher_record *record; /* NULL: none */
  struct ce_folder folder;
  char *path; /* NULL without a folder */
  struct ce_launcher_file file;
};
void ce_launcher_scene_clear(struct ce_launcher_scene *scene);
CE_DEFINE_AUTO_IN_PLACE(ce_launcher_scene, struct ce_launcher_scene, ce_launcher_scene_clear);

/* Fills scene->packaged from the request's tree. */
CE_MUST_USE enum ce_code ce_launcher_scene_read_packaged(struct ce_launcher_scene *scene,
                                                         struct ce_error *err);
/* Reads the record anew and looks where it says, or on the desktop; make: the folder, where it is missing. */
CE_MUST_USE enum ce_code ce_launcher_scene_look(struct ce_launcher_scene *scene, bool make,
                                                struct ce_error *err);
/* The same where the record cannot be read: on the desktop, as if there were none. */
CE_MUST_USE enum ce_code ce_launcher_scene_look_unrecorded(struct ce_launcher_scene *scene,
                                                           struct ce_error *err);
/* The file is the packaged launcher; one that the record knows as ours. */
bool ce_launcher_scene_is_packaged(const struct ce_launcher_scene *scene,
                                   const struct ce_launcher_file *file);
bool ce_launcher_scene_is_recorded(const struct ce_launcher_scene *scene,
                                   const struct ce_launcher_file *file);

#endif
