/* SPDX-License-Identifier: Apache-2.0
 * Whose keys they are, and where they are looked for. */
#include "engine/keys.h"

#include "device/report.h"
#include "device/session.h"

#include <errno.h>
#include <fcntl.h>

#define RULES "/etc/udev/rules.d/70-certenv.rules"

struct ce_keys {
  struct ce_access_user user;
  struct ce_pcsc_request pcsc;
  struct ce_key_watch_request request;
  int root_fd;
};

void ce_keys_free(struct ce_keys *keys) {
  if (!keys) {
    return;
  }
  ce_access_user_clear(&keys->user);
  ce_fd_auto(&keys->root_fd);
  free(keys);
}

const struct ce_key_watch_request *ce_keys_request(const struct ce_keys *keys) {
  return &keys->request;
}

/* An account that is gone judges nothing. */
static enum ce_code find_person(const struct ce_engine *engine, struct ce_keys *keys, struct ce_error *err) {
  struct ce_error problem;
  if (!engine->person_known) {
    return CE_OK;
  }
  enum ce_code code = ce_access_user_load(engine->person_uid, &keys->user, &problem);
  if (code == CE_OK) {
    keys->request.user = &keys->user;
  } else if (code == CE_MEMORY) {
    *err = problem;
    return code;
  }
  return CE_OK;
}

enum ce_code ce_keys_open(const struct ce_engine *engine, const struct ce_key_catalogue *catalogue,
                          struct ce_keys **ret, struct ce_error *err) {
  CE_AUTO(ce_keys) struct ce_keys *keys = calloc(1, sizeof *keys);
  if (!keys) {
    return ce_fail_memory(err, "keys");
  }
  keys->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (keys->root_fd < 0) {
    return ce_fail_sys(err, errno, "open", "/");
  }
  keys->pcsc = ce_pcsc_request_system();
  keys->request = (struct ce_key_watch_request){.places = ce_device_places_system(),
                                                .pcsc = &keys->pcsc,
                                                .catalogue = catalogue,
                                                .clock = engine->clock,
                                                .session_library = CE_SESSION_LIBRARY,
                                                .rules = RULES,
                                                .root_fd = keys->root_fd};
  enum ce_code code = find_person(engine, keys, err);
  if (code == CE_OK) {
    *ret = ce_take(&keys);
  }
  return code;
}

void ce_keys_tell(const struct ce_sink *sink, const struct ce_key_found *found) {
  json_t *key = ce_key_found_json(found);
  CE_AUTO(ce_json) json_t *data = json_pack("{s:o}", "key", key);
  if (data) {
    /* The event has them in the language of the run. */
    json_object_del(key, "sentence");
    json_object_del(key, "action");
  }
  bool is_ready = ce_key_reason_state(found->reason) == CE_KEY_STATE_READY;
  ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_KEY,
                                   .name = ce_key_reason_id(found->reason),
                                   .sentence = ce_key_reason_sentence(found->reason),
                                   .subject = ce_key_found_subject(found, false),
                                   .subject_zh = ce_key_found_subject(found, true),
                                   .action = is_ready ? NULL : ce_key_reason_action(found->reason),
                                   .data = data});
}
