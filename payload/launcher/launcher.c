/* SPDX-License-Identifier: Apache-2.0
 * Judge and act: what is there and what the record says decides what may be done. */
#include "launcher/launcher.h"

#include "base/relpath.h"
#include "launcher/scene.h"
#include "launcher/trust-mark.h"

#include <string.h>
#include <sys/stat.h>

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

static bool has_home(const struct ce_launcher_request *request) {
  struct stat found;
  return stat(request->home, &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid();
}

static enum ce_launcher_state judge_folder(const struct ce_launcher_scene *scene) {
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

static bool is_ours(const struct ce_launcher_scene *scene) {
  return ce_launcher_scene_is_recorded(scene, &scene->file) ||
         ce_launcher_scene_is_packaged(scene, &scene->file);
}

static enum ce_launcher_state judge(const struct ce_launcher_scene *scene) {
  bool ours = is_ours(scene);
  bool absent = scene->file.kind == CE_LAUNCHER_FILE_ABSENT;
  if (scene->record && scene->record->placed) {
    return absent ? CE_LAUNCHER_DELETED : ours ? CE_LAUNCHER_PLACED : CE_LAUNCHER_CHANGED;
  }
  if (absent) {
    return judge_folder(scene);
  }
  return ours ? CE_LAUNCHER_PLACED : CE_LAUNCHER_TAKEN;
}

static enum ce_code report(const struct ce_launcher_scene *scene, enum ce_launcher_state state, bool did,
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
static bool is_settled(const struct ce_launcher_scene *scene, enum ce_launcher_state state) {
  if (state == CE_LAUNCHER_ABSENT) {
    return false;
  }
  const struct ce_launcher_record *record = scene->record;
  return state != CE_LAUNCHER_PLACED ||
         (record && record->placed && (record->trusted || !scene->request->process) &&
          ce_launcher_scene_is_packaged(scene, &scene->file) &&
          ce_digest_equal(&record->sha256, &scene->packaged.sha256) &&
          ce_digest_equal(&record->previous, &record->sha256) &&
          strcmp(record->version, scene->packaged.version) == 0 && strcmp(record->path, scene->path) == 0);
}

static enum ce_code write_record(struct ce_launcher_scene *scene, const struct ce_launcher_record *like,
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
static enum ce_code put(struct ce_launcher_scene *scene, bool *ret_taken, struct ce_error *err) {
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

static bool mark(const struct ce_launcher_scene *scene) {
  const struct ce_process *process = scene->request->process;
  bool trusted = process && ce_trust_mark_set(process, scene->path, &scene->packaged.sha256);
  if (trusted) {
    ce_launcher_file_stir(scene->folder.fd, ce_relpath_name(scene->path));
  }
  return trusted;
}

static enum ce_code act(struct ce_launcher_scene *scene, struct ce_launcher_report *ret,
                        struct ce_error *err) {
  enum ce_launcher_state state = judge(scene);
  bool taken = false, did = false;
  if (is_settled(scene, state)) {
    return report(scene, state, false, ret, err);
  }
  if (!ce_launcher_scene_is_packaged(scene, &scene->file)) {
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
  CE_AUTO(ce_launcher_scene)
  struct ce_launcher_scene scene = {.request = request, .store = {.lock_fd = -1}, .folder = {.fd = -1}};
  if (!has_home(request)) {
    return report(&scene, CE_LAUNCHER_NO_HOME, false, ret, err);
  }
  enum ce_code code = ce_launcher_scene_read_packaged(&scene, err);
  if (!code) {
    code = ce_record_store_open(request->state_home, &scene.store, err);
  }
  if (!code) {
    code = ce_launcher_scene_look(&scene, request->desktop, err);
  }
  if (code || is_settled(&scene, judge(&scene))) {
    return code ? code : report(&scene, judge(&scene), false, ret, err);
  }
  code = ce_record_store_enter(request->state_home, &scene.store, err);
  if (!code) {
    code = ce_launcher_scene_look(&scene, request->desktop, err);
  }
  return code ? code : act(&scene, ret, err);
}

/* A record that cannot be read, or is a newer program's, keeps no launcher there that is known by its
 * content. */
static enum ce_code look_for_removal(struct ce_launcher_scene *scene, struct ce_error *err) {
  struct ce_error problem;
  enum ce_code code = ce_launcher_scene_look(scene, false, &problem);
  if (code == CE_RECEIPT_DAMAGED || code == CE_STATE_FORMAT) {
    return ce_launcher_scene_look_unrecorded(scene, err);
  }
  if (code) {
    *err = problem;
  }
  return code;
}

static enum ce_code take_away(struct ce_launcher_scene *scene, struct ce_launcher_report *ret,
                              struct ce_error *err) {
  enum ce_code code = look_for_removal(scene, err);
  if (code) {
    return code;
  }
  bool ours = is_ours(scene);
  enum ce_launcher_state state = ours ? CE_LAUNCHER_ABSENT : judge(scene);
  if (ours) {
    if (scene->request->process) {
      ce_trust_mark_clear(scene->request->process, scene->path);
    }
    code = ce_launcher_file_remove(scene->folder.fd, scene->path, err);
  }
  if (!code) {
    code = ce_record_store_forget(&scene->store, err);
  }
  return code ? code : report(scene, state, ours, ret, err);
}

/* Without it the record alone tells what is ours. */
static void read_packaged_if_any(struct ce_launcher_scene *scene) {
  struct ce_error ignored;
  if (scene->request->tree && ce_launcher_scene_read_packaged(scene, &ignored)) {
    scene->packaged.known = false;
  }
}

enum ce_code ce_launcher_remove(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_launcher_scene)
  struct ce_launcher_scene scene = {.request = request, .store = {.lock_fd = -1}, .folder = {.fd = -1}};
  if (!has_home(request)) {
    return report(&scene, CE_LAUNCHER_NO_HOME, false, ret, err);
  }
  struct ce_error damaged;
  read_packaged_if_any(&scene);
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
  CE_AUTO(ce_launcher_scene)
  struct ce_launcher_scene scene = {.request = request, .store = {.lock_fd = -1}, .folder = {.fd = -1}};
  if (!has_home(request)) {
    return report(&scene, CE_LAUNCHER_NO_HOME, false, ret, err);
  }
  read_packaged_if_any(&scene);
  enum ce_code code = ce_record_store_open(request->state_home, &scene.store, err);
  if (!code) {
    code = ce_launcher_scene_look(&scene, false, err);
  }
  return code ? code : report(&scene, judge(&scene), false, ret, err);
}
