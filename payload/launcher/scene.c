/* SPDX-License-Identifier: Apache-2.0
 * Looking for the launcher: where the record says, else on the desktop. */
#include "launcher/scene.h"

#include "base/relpath.h"
#include "ports/fs-document.h"
#include "ports/hash.h"

#define PACKAGED "share/applications/" CE_LAUNCHER_NAME

void ce_launcher_scene_clear(struct ce_launcher_scene *scene) {
  ce_blob_clear(&scene->packaged.bytes);
  ce_record_store_clear(&scene->store);
  ce_launcher_record_free(scene->record);
  ce_folder_clear(&scene->folder);
  free(scene->path);
}

enum ce_code ce_launcher_scene_read_packaged(struct ce_launcher_scene *scene, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_launcher_packaged *packaged = &scene->packaged;
  enum ce_code code = ce_fs_open_root(scene->request->tree, &fs, err);
  if (!code) {
    code = ce_fs_document_read(fs, PACKAGED, CE_LAUNCHER_BYTES_MAX, &packaged->bytes, err);
  }
  if (!code) {
    ce_hash_bytes(packaged->bytes.data, packaged->bytes.size, &packaged->sha256);
    packaged->version = ce_relpath_name(scene->request->tree);
    packaged->known = true;
  }
  return code;
}

bool ce_launcher_scene_is_packaged(const struct ce_launcher_scene *scene,
                                   const struct ce_launcher_file *file) {
  return scene->packaged.known && file->kind == CE_LAUNCHER_FILE_READ &&
         ce_digest_equal(&file->sha256, &scene->packaged.sha256);
}

bool ce_launcher_scene_is_recorded(const struct ce_launcher_scene *scene,
                                   const struct ce_launcher_file *file) {
  return scene->record && file->kind == CE_LAUNCHER_FILE_READ &&
         ce_launcher_record_knows(scene->record, &file->sha256);
}

/* Takes folder. */
static enum ce_code look_into(struct ce_launcher_scene *scene, struct ce_folder *folder, const char *name,
                              struct ce_error *err) {
  char *path = folder->path ? ce_text_format("%s/%s", folder->path, name) : NULL;
  if (folder->path && !path) {
    return ce_fail_memory(err, name);
  }
  free(scene->path);
  scene->path = path;
  ce_folder_clear(&scene->folder);
  scene->folder = *folder;
  *folder = (struct ce_folder){.fd = -1};
  scene->file = (struct ce_launcher_file){.kind = CE_LAUNCHER_FILE_ABSENT};
  if (scene->folder.state == CE_FOLDER_FOUND) {
    scene->file = ce_launcher_file_look(scene->folder.fd, name);
  }
  return CE_OK;
}

static enum ce_code find_folder(const struct ce_launcher_scene *scene, bool make, struct ce_folder *ret,
                                struct ce_error *err) {
  const struct ce_folder_request request = {scene->request->home, scene->request->config_home, make};
  return ce_folder_find(&request, ret, err);
}

static enum ce_code look_on_desktop(struct ce_launcher_scene *scene, bool make, struct ce_error *err) {
  CE_AUTO(ce_folder) struct ce_folder folder = {.fd = -1};
  enum ce_code code = find_folder(scene, make, &folder, err);
  return code ? code : look_into(scene, &folder, CE_LAUNCHER_NAME, err);
}

/* The folder itself may have been renamed, as when a person takes another language: it is there then. */
static enum ce_code look_where_it_went(struct ce_launcher_scene *scene, struct ce_error *err) {
  CE_AUTO(ce_folder) struct ce_folder folder = {.fd = -1};
  enum ce_code code = find_folder(scene, false, &folder, err);
  if (code || folder.state != CE_FOLDER_FOUND) {
    return code;
  }
  struct ce_launcher_file file = ce_launcher_file_look(folder.fd, CE_LAUNCHER_NAME);
  return ce_launcher_scene_is_recorded(scene, &file) ? look_into(scene, &folder, CE_LAUNCHER_NAME, err)
                                                     : CE_OK;
}

static enum ce_code look_where_recorded(struct ce_launcher_scene *scene, struct ce_error *err) {
  CE_AUTO(ce_folder) struct ce_folder folder = {.fd = -1};
  const char *name = ce_relpath_name(scene->record->path);
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(scene->record->path);
  if (!parent) {
    return ce_fail_memory(err, name);
  }
  enum ce_code code = ce_folder_open(parent[0] ? parent : "/", &folder, err);
  if (!code) {
    code = look_into(scene, &folder, name, err);
  }
  return code || scene->file.kind != CE_LAUNCHER_FILE_ABSENT ? code : look_where_it_went(scene, err);
}

enum ce_code ce_launcher_scene_look_unrecorded(struct ce_launcher_scene *scene, struct ce_error *err) {
  ce_launcher_record_free(ce_take(&scene->record));
  return look_on_desktop(scene, false, err);
}

enum ce_code ce_launcher_scene_look(struct ce_launcher_scene *scene, bool make, struct ce_error *err) {
  ce_launcher_record_free(ce_take(&scene->record));
  enum ce_code code = ce_record_store_read(&scene->store, &scene->record, err);
  if (code) {
    return code;
  }
  return scene->record && scene->record->placed ? look_where_recorded(scene, err)
                                                : look_on_desktop(scene, make, err);
}
