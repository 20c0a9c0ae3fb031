/* SPDX-License-Identifier: Apache-2.0
 * Look, judge, act: what is there and what the record says decides what may be done. */
#include "launcher/launcher.h"

#include "base/relpath.h"
#include "launcher/folder.h"
#include "launcher/launcher-file.h"
#include "launcher/record-store.h"
#include "launcher/trust-mark.h"
#include "ports/fs-document.h"
#include "ports/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define PACKAGED "share/applications/" CE_LAUNCHER_NAME

static const char *const state_names[CE_LAUNCHER_STATE_COUNT] = {
    [CE_LAUNCHER_ABSENT] = "absent",     [CE_LAUNCHER_PLACED] = "placed",
    [CE_LAUNCHER_CHANGED] = "changed",   [CE_LAUNCHER_DELETED] = "deleted",
    [CE_LAUNCHER_TAKEN] = "taken",       [CE_LAUNCHER_NO_FOLDER] = "no-folder",
    [CE_LAUNCHER_DISABLED] = "disabled", [CE_LAUNCHER_FOREIGN] = "foreign",
    [CE_LAUNCHER_NO_HOME] = "no-home",
};

const char *ce_launcher_state_name(enum ce_launcher_state state) {
  return state_names[state];
}

void ce_launcher_report_clear(struct ce_launcher_report *report) {
  free(report->path);
  *report = (struct ce_launcher_report){0};
}

/* The launcher of the installed version. */
struct packaged {
  struct ce_blob bytes;
  struct ce_digest sha256;
  const char *version; /* points into the request's tree */
  bool known;
};

struct scene {
  const struct ce_launcher_request *request;
  struct packaged packaged;
  struct ce_record_store store;
  struct ce_launcher_record *record; /* NULL: none */
  struct ce_folder folder;
  char *path; /* NULL without a folder */
  struct ce_launcher_file file;
};

static void clear_scene(struct scene *scene) {
  ce_blob_clear(&scene->packaged.bytes);
  ce_record_store_clear(&scene->store);
  ce_launcher_record_free(scene->record);
  ce_folder_clear(&scene->folder);
  free(scene->path);
}
CE_DEFINE_AUTO_IN_PLACE(scene, struct scene, clear_scene);

static bool has_home(const struct ce_launcher_request *request) {
  struct stat found;
  return stat(request->home, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

static enum ce_code read_packaged(struct scene *scene, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct packaged *packaged = &scene->packaged;
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

static bool is_packaged(const struct scene *scene, const struct ce_launcher_file *file) {
  return scene->packaged.known && file->kind == CE_LAUNCHER_FILE_READ &&
         ce_digest_equal(&file->sha256, &scene->packaged.sha256);
}

static bool is_recorded(const struct scene *scene, const struct ce_launcher_file *file) {
  return scene->record && file->kind == CE_LAUNCHER_FILE_READ &&
         ce_launcher_record_knows(scene->record, &file->sha256);
}

/* Takes folder. */
static enum ce_code look_into(struct scene *scene, struct ce_folder *folder, const char *name,
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

static enum ce_code find_folder(const struct scene *scene, bool make, struct ce_folder *ret,
                                struct ce_error *err) {
  const struct ce_folder_request request = {scene->request->home, scene->request->config_home, make};
  return ce_folder_find(&request, ret, err);
}

static enum ce_code look_on_desktop(struct scene *scene, bool make, struct ce_error *err) {
  CE_AUTO(ce_folder) struct ce_folder folder = {.fd = -1};
  enum ce_code code = find_folder(scene, make, &folder, err);
  return code ? code : look_into(scene, &folder, CE_LAUNCHER_NAME, err);
}

/* The folder itself may have been renamed, as when a person takes another language: it is there then. */
static enum ce_code look_where_it_went(struct scene *scene, struct ce_error *err) {
  CE_AUTO(ce_folder) struct ce_folder folder = {.fd = -1};
  enum ce_code code = find_folder(scene, false, &folder, err);
  if (code || folder.state != CE_FOLDER_FOUND) {
    return code;
  }
  struct ce_launcher_file file = ce_launcher_file_look(folder.fd, CE_LAUNCHER_NAME);
  return is_recorded(scene, &file) ? look_into(scene, &folder, CE_LAUNCHER_NAME, err) : CE_OK;
}

static enum ce_code look_where_recorded(struct scene *scene, struct ce_error *err) {
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

static enum ce_code look(struct scene *scene, bool make, struct ce_error *err) {
  ce_launcher_record_free(ce_take(&scene->record));
  enum ce_code code = ce_record_store_read(&scene->store, &scene->record, err);
  if (code) {
    return code;
  }
  return scene->record && scene->record->placed ? look_where_recorded(scene, err)
                                                : look_on_desktop(scene, make, err);
}

static enum ce_launcher_state judge_folder(const struct scene *scene) {
  switch (scene->folder.state) {
  case CE_FOLDER_NONE:
    return CE_LAUNCHER_NO_FOLDER;
  case CE_FOLDER_DISABLED:
    return CE_LAUNCHER_DISABLED;
  case CE_FOLDER_FOREIGN:
    return CE_LAUNCHER_FOREIGN;
  default:
    return CE_LAUNCHER_ABSENT;
  }
}

static enum ce_launcher_state judge(const struct scene *scene) {
  bool ours = is_recorded(scene, &scene->file) || is_packaged(scene, &scene->file);
  bool absent = scene->file.kind == CE_LAUNCHER_FILE_ABSENT;
  if (scene->record && scene->record->placed) {
    return absent ? CE_LAUNCHER_DELETED : ours ? CE_LAUNCHER_PLACED : CE_LAUNCHER_CHANGED;
  }
  if (absent) {
    return judge_folder(scene);
  }
  return ours ? CE_LAUNCHER_PLACED : CE_LAUNCHER_TAKEN;
}

static enum ce_code report(const struct scene *scene, enum ce_launcher_state state, bool did,
                           struct ce_launcher_report *ret, struct ce_error *err) {
  char *path = scene->path ? strdup(scene->path) : NULL;
  if (scene->path && !path) {
    return ce_fail_memory(err, scene->path);
  }
  ce_launcher_report_clear(ret);
  *ret = (struct ce_launcher_report){
      .state = state,
      .did = did,
      .trusted = state == CE_LAUNCHER_PLACED && scene->record && scene->record->trusted,
      .path = path,
  };
  return CE_OK;
}

/* Nothing to do, which is so at nearly every login: found out without a lock and without writing. */
static bool is_settled(const struct scene *scene, enum ce_launcher_state state) {
  if (state == CE_LAUNCHER_ABSENT) {
    return false;
  }
  const struct ce_launcher_record *record = scene->record;
  return state != CE_LAUNCHER_PLACED ||
         (record && record->placed && (record->trusted || !scene->request->process) &&
          is_packaged(scene, &scene->file) && ce_digest_equal(&record->sha256, &scene->packaged.sha256) &&
          ce_digest_equal(&record->previous, &record->sha256) &&
          strcmp(record->version, scene->packaged.version) == 0 && strcmp(record->path, scene->path) == 0);
}

static enum ce_code write_record(struct scene *scene, const struct ce_launcher_record *like,
                                 struct ce_error *err) {
  CE_AUTO(ce_launcher_record) struct ce_launcher_record *record = NULL;
  enum ce_code code =
      ce_launcher_record_new(scene->packaged.version, scene->path, &scene->packaged.sha256, &record, err);
  if (code) {
    return code;
  }
  record->previous = like->previous;
  record->placed = like->placed;
  record->trusted = like->trusted;
  code = ce_record_store_write(&scene->store, record, err);
  if (!code) {
    ce_launcher_record_free(scene->record);
    scene->record = ce_take(&record);
  }
  return code;
}

/* The record first: whatever the launcher is when the power fails, the record knows it. */
static enum ce_code put(struct scene *scene, bool *ret_taken, struct ce_error *err) {
  bool replace = scene->file.kind == CE_LAUNCHER_FILE_READ;
  struct ce_launcher_record intent = {.placed = replace,
                                      .previous = replace ? scene->file.sha256 : scene->packaged.sha256};
  enum ce_code code = write_record(scene, &intent, err);
  if (!code) {
    code =
        ce_launcher_file_put(scene->folder.fd, scene->path, &scene->packaged.bytes, replace, ret_taken, err);
  }
  if ((code || *ret_taken) && !replace) {
    struct ce_error ignored;
    if (ce_record_store_forget(&scene->store, &ignored)) {
      /* It says that nothing was put yet, which is so. */
    }
    ce_launcher_record_free(ce_take(&scene->record));
  }
  return code;
}

static bool mark(const struct scene *scene) {
  const struct ce_process *process = scene->request->process;
  bool trusted = process && ce_trust_mark_set(process, scene->path, &scene->packaged.sha256);
  if (trusted) {
    ce_launcher_file_stir(scene->folder.fd, ce_relpath_name(scene->path));
  }
  return trusted;
}

static enum ce_code act(struct scene *scene, struct ce_launcher_report *ret, struct ce_error *err) {
  enum ce_launcher_state state = judge(scene);
  bool taken = false, did = false;
  if (is_settled(scene, state)) {
    return report(scene, state, false, ret, err);
  }
  if (!is_packaged(scene, &scene->file)) {
    enum ce_code code = put(scene, &taken, err);
    if (code || taken) {
      return code ? code : report(scene, CE_LAUNCHER_TAKEN, false, ret, err);
    }
    did = true;
  }
  /* The marks are the path's and the content's. */
  bool marked =
      !did && scene->record && scene->record->trusted && strcmp(scene->record->path, scene->path) == 0;
  const struct ce_launcher_record end = {
      .placed = true, .previous = scene->packaged.sha256, .trusted = marked || mark(scene)};
  enum ce_code code = write_record(scene, &end, err);
  return code ? code : report(scene, CE_LAUNCHER_PLACED, did, ret, err);
}

enum ce_code ce_launcher_place(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                               struct ce_error *err) {
  CE_AUTO(scene)
  struct scene scene = {.request = request, .store = {.lock_fd = -1}, .folder = {.fd = -1}};
  if (!has_home(request)) {
    return report(&scene, CE_LAUNCHER_NO_HOME, false, ret, err);
  }
  enum ce_code code = read_packaged(&scene, err);
  if (!code) {
    code = ce_record_store_open(request->state_home, &scene.store, err);
  }
  if (!code) {
    code = look(&scene, request->desktop, err);
  }
  if (code || is_settled(&scene, judge(&scene))) {
    return code ? code : report(&scene, judge(&scene), false, ret, err);
  }
  code = ce_record_store_enter(request->state_home, &scene.store, err);
  if (!code) {
    code = look(&scene, request->desktop, err);
  }
  return code ? code : act(&scene, ret, err);
}

static enum ce_code take_away(struct scene *scene, struct ce_launcher_report *ret, struct ce_error *err) {
  struct ce_error damaged;
  enum ce_launcher_state state = CE_LAUNCHER_ABSENT;
  bool did = false;
  enum ce_code code = look(scene, false, &damaged);
  if (!code) {
    state = scene->record ? judge(scene) : CE_LAUNCHER_ABSENT;
    did = is_recorded(scene, &scene->file);
  }
  if (did) {
    if (scene->request->process) {
      ce_trust_mark_clear(scene->request->process, scene->path);
    }
    code = ce_launcher_file_remove(scene->folder.fd, scene->path, err);
    state = CE_LAUNCHER_ABSENT;
  } else if (code && code != CE_RECEIPT_DAMAGED) {
    *err = damaged;
  } else {
    code = CE_OK;
  }
  if (!code) {
    code = ce_record_store_forget(&scene->store, err);
  }
  return code ? code : report(scene, state, did, ret, err);
}

enum ce_code ce_launcher_remove(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                                struct ce_error *err) {
  CE_AUTO(scene)
  struct scene scene = {.request = request, .store = {.lock_fd = -1}, .folder = {.fd = -1}};
  if (!has_home(request)) {
    return report(&scene, CE_LAUNCHER_NO_HOME, false, ret, err);
  }
  struct ce_error damaged;
  enum ce_code code = ce_record_store_open(request->state_home, &scene.store, err);
  if (code) {
    return code;
  }
  /* A record that cannot be read is one, too. */
  if (!ce_record_store_read(&scene.store, &scene.record, &damaged) && !scene.record) {
    return report(&scene, CE_LAUNCHER_ABSENT, false, ret, err);
  }
  code = ce_record_store_enter(request->state_home, &scene.store, err);
  return code ? code : take_away(&scene, ret, err);
}

enum ce_code ce_launcher_status(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                                struct ce_error *err) {
  CE_AUTO(scene)
  struct scene scene = {.request = request, .store = {.lock_fd = -1}, .folder = {.fd = -1}};
  struct ce_error ignored;
  if (!has_home(request)) {
    return report(&scene, CE_LAUNCHER_NO_HOME, false, ret, err);
  }
  if (request->tree && read_packaged(&scene, &ignored)) {
    /* Without it the record alone tells what is ours. */
  }
  enum ce_code code = ce_record_store_open(request->state_home, &scene.store, err);
  if (!code) {
    code = look(&scene, false, err);
  }
  return code ? code : report(&scene, judge(&scene), false, ret, err);
}
