/* SPDX-License-Identifier: Apache-2.0
 * One child for each person, one after the other. */
#include "engine/desktops.h"

#include "base/json.h"
#include "device/worker.h"
#include "engine/host.h"
#include "engine/persons.h"
#include "model/layout.h"
#include "model/strings.h"
#include "ports/fs-document.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>

#define LAUNCHER           CE_CURRENT "/bin/certenv-launcher"
#define RUN_USER           "run/user"
#define PERSON_LIMIT_MS    5000
#define SESSION_LIMIT_MS   12000 /* more than a session that hangs gets from payload/launcher/trust-mark.h */
#define ALL_LIMIT_MS       30000
#define LOOK_AGAIN_MS      200 /* whether somebody cancelled */
#define ANSWER_BYTES_MAX   ((size_t)16 << 10)
#define ACCOUNT_BYTES      65536
#define LOGIN_DEFS_MAX     ((size_t)256 << 10)
#define ENVIRONMENT_COUNT  8
#define ENVIRONMENT_PATH   "PATH=/usr/local/bin:/usr/bin:/bin"
#define ENVIRONMENT_LOCALE "LANG=C.UTF-8"

static int64_t now_ms(const struct ce_engine *engine) {
  return engine->clock->monotonic_ms(engine->clock->context);
}

/* People of other databases cannot be listed, but those who are logged in have a directory. */
static enum ce_code add_logged_in(const struct ce_engine *engine, uint32_t uid_min,
                                  struct ce_persons *persons, struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  CE_AUTO(ce_free) char *buffer = malloc(ACCOUNT_BYTES);
  struct ce_error ignored;
  if (!buffer) {
    return ce_fail_memory(err, RUN_USER);
  }
  enum ce_code code = CE_OK;
  if (ce_fs_list(engine->fs, RUN_USER, &names, &ignored) != CE_OK) {
    return CE_OK;
  }
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    char *end = NULL;
    unsigned long uid = strtoul(names.items[i], &end, 10);
    struct passwd account, *found = NULL;
    bool unknown = !*end && uid >= uid_min && uid < UINT32_MAX && !ce_persons_have(persons, (uint32_t)uid);
    if (unknown && getpwuid_r((uid_t)uid, &account, buffer, ACCOUNT_BYTES, &found) == 0 && found) {
      code = ce_persons_add(persons, found->pw_name, found->pw_uid, found->pw_dir, found->pw_shell, err);
    }
  }
  return code;
}

static enum ce_code find_persons(const struct ce_engine *engine, struct ce_persons *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob passwd = {0};
  CE_AUTO(ce_blob) struct ce_blob defaults = {0};
  CE_AUTO(ce_persons) struct ce_persons persons = {0};
  struct ce_error ignored;
  if (ce_fs_document_read(engine->fs, "etc/login.defs", LOGIN_DEFS_MAX, &defaults, &ignored) != CE_OK) {
    /* The usual limits then. */
  }
  struct ce_uid_range range = ce_uid_range_parse(ce_blob_text(&defaults));
  enum ce_code code = ce_fs_document_read(engine->fs, "etc/passwd", CE_PASSWD_BYTES_MAX, &passwd, err);
  if (code == CE_OK) {
    code = ce_persons_parse(ce_blob_text(&passwd), &range, &persons, err);
  }
  if (code == CE_OK) {
    code = add_logged_in(engine, range.min, &persons, err);
  }
  if (code == CE_OK) {
    *ret = persons;
    persons = (struct ce_persons){0};
  }
  return code;
}

/* The session's bus, where the person has one now, is how marks are set. */
static bool has_session(const struct ce_engine *engine, const struct ce_person *person) {
  CE_AUTO(ce_free) char *bus = ce_text_format(RUN_USER "/%u/bus", person->uid);
  return bus && ce_host_has(engine, bus);
}

/* Nothing of root's own. */
static char **make_environment(const struct ce_person *person, bool in_session) {
  CE_AUTO(ce_strings) char **texts = calloc(ENVIRONMENT_COUNT, sizeof *texts);
  if (!texts) {
    return NULL;
  }
  size_t count = 0, wanted = 5;
  texts[count++] = strdup(ENVIRONMENT_PATH);
  texts[count++] = strdup(ENVIRONMENT_LOCALE);
  texts[count++] = ce_text_format("HOME=%s", person->home);
  texts[count++] = ce_text_format("USER=%s", person->name);
  texts[count++] = ce_text_format("LOGNAME=%s", person->name);
  if (in_session) {
    wanted += 2;
    texts[count++] = ce_text_format("XDG_RUNTIME_DIR=/" RUN_USER "/%u", person->uid);
    texts[count++] = ce_text_format("DBUS_SESSION_BUS_ADDRESS=unix:path=/" RUN_USER "/%u/bus", person->uid);
  }
  for (size_t i = 0; i < wanted; i++) {
    if (!texts[i]) {
      return NULL;
    }
  }
  return ce_take(&texts);
}

struct program {
  const char *command;
  char **environment;
};

/* In the child, which is the person by now. */
static void become_launcher(const void *context, int fd) {
  const struct program *program = context;
  const char *const argv[] = {"/" LAUNCHER, program->command, "--json", NULL};
  if (chdir("/") == 0 && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
    /* The interface lacks const; nothing is written through it. */
    execve(argv[0], (char *const *)argv, program->environment);
  }
}

/* Everything that it says until it ends. */
static enum ce_code listen_to(const struct ce_engine *engine, const struct ce_worker *worker,
                              const char *name, int64_t deadline_ms, struct ce_blob *ret,
                              struct ce_error *err) {
  char buffer[4096];
  for (;;) {
    int64_t left_ms = deadline_ms - now_ms(engine);
    if (ce_engine_is_cancelled(engine)) {
      return ce_fail(err, CE_CANCELLED, "launcher", name, "cancelled while the home did not answer");
    }
    if (left_ms <= 0) {
      return ce_fail(err, CE_TRIGGER, "launcher", name,
                     "the home did not answer in time; nothing is waited for");
    }
    struct pollfd look = {.fd = worker->fd, .events = POLLIN};
    if (poll(&look, 1, (int)(left_ms < LOOK_AGAIN_MS ? left_ms : LOOK_AGAIN_MS)) <= 0) {
      continue;
    }
    ssize_t got = recv(worker->fd, buffer, sizeof buffer, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
      return CE_OK;
    }
    if (got > 0 && ret->size + (size_t)got > ANSWER_BYTES_MAX) {
      return ce_fail(err, CE_TRIGGER, "launcher", name, "certenv-launcher says more than an answer");
    }
    enum ce_code code = got > 0 ? ce_blob_append(ret, buffer, (size_t)got, err) : CE_OK;
    if (code != CE_OK) {
      return code;
    }
  }
}

static enum ce_code run_for(const struct ce_engine *engine, const struct ce_person *person,
                            const char *command, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_access_user) struct ce_access_user user = {0};
  bool in_session = has_session(engine, person);
  CE_AUTO(ce_strings) char **environment = make_environment(person, in_session);
  CE_AUTO(ce_worker) struct ce_worker worker = {.fd = -1};
  if (!environment) {
    return ce_fail_memory(err, person->name);
  }
  const struct program program = {command, environment};
  enum ce_code code = ce_access_user_load(person->uid, &user, err);
  if (code == CE_OK) {
    code = ce_worker_start_stream(become_launcher, &program, &user, &worker, err);
  }
  int64_t deadline_ms = now_ms(engine) + (in_session ? SESSION_LIMIT_MS : PERSON_LIMIT_MS);
  return code == CE_OK ? listen_to(engine, &worker, person->name, deadline_ms, ret, err) : code;
}

struct telling {
  const char *state;
  bool removing, changed;
  const char *name, *sentence;
};
static const struct telling tellings[] = {
    {"placed", false, true, "launcher-placed", N_("The certificate assistant is on the desktop of %s.")},
    {"taken", false, false, "launcher-taken",
     N_("On the desktop of %s another file has the launcher's name; it is kept.")},
    {"foreign", false, false, "launcher-foreign",
     N_("The desktop folder of %s belongs to somebody else; nothing is put there.")},
    {"absent", true, true, "launcher-removed", N_("The launcher on the desktop of %s was removed.")},
    {"taken", true, false, "launcher-taken",
     N_("On the desktop of %s another file has the launcher's name; it is kept.")},
    {"changed", true, false, "launcher-kept",
     N_("The launcher on the desktop of %s was changed by its user and is kept.")},
    {"no-home", true, false, "launcher-left",
     N_("The home of %s is not there now; a launcher on that desktop is left.")},
};

void ce_desktops_tell(const struct ce_sink *sink, const char *person, bool removing, const void *answer,
                      size_t size) {
  static const struct ce_json_context context = {CE_TRIGGER, "certenv-launcher's answer"};
  CE_AUTO(ce_json) json_t *json = NULL;
  struct ce_error problem;
  enum ce_code code = ce_json_parse(&context, answer, size, ANSWER_BYTES_MAX, &json, &problem);
  const char *state = code == CE_OK ? ce_json_text(json, "state") : "failed";
  if (code != CE_OK) {
    ce_fail(&problem, CE_TRIGGER, "launcher", person, "certenv-launcher gave no answer");
  } else if (strcmp(state, "failed") == 0) {
    ce_fail(&problem, CE_TRIGGER, "launcher", person, "%s: %s", ce_json_text(json, "subject"),
            ce_json_text(json, "detail"));
  }
  if (strcmp(state, "failed") == 0) {
    ce_emit_warning(sink, "launcher", &problem);
    return;
  }
  for (size_t i = 0; i < sizeof tellings / sizeof tellings[0]; i++) {
    const struct telling *telling = &tellings[i];
    if (strcmp(telling->state, state) == 0 && telling->removing == removing &&
        telling->changed == json_is_true(json_object_get(json, "changed"))) {
      ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_NOTE,
                                       .name = telling->name,
                                       .sentence = telling->sentence,
                                       .subject = person,
                                       .expected = telling->changed});
    }
  }
}

/* False when somebody cancelled meanwhile. */
static bool visit(const struct ce_engine *engine, const struct ce_person *person, bool removing) {
  CE_AUTO(ce_blob) struct ce_blob answer = {0};
  struct ce_error problem;
  enum ce_code code = run_for(engine, person, removing ? "remove" : "place", &answer, &problem);
  if (code == CE_OK) {
    ce_desktops_tell(engine->sink, person->name, removing, answer.data, answer.size);
  } else if (code != CE_CANCELLED) {
    problem.code = CE_TRIGGER;
    ce_emit_warning(engine->sink, "launcher", &problem);
  }
  return code != CE_CANCELLED;
}

static void tell_of_rest(const struct ce_engine *engine, bool removing) {
  ce_emit_note(engine->sink, removing ? "launchers-left" : "launchers-later",
               removing
                   ? N_("Not all homes answered in time; a launcher may be left on some desktops.")
                   : N_("Not all homes answered in time; the others get the launcher at their next login."),
               NULL);
}

static void visit_all(const struct ce_engine *engine, bool removing) {
  CE_AUTO(ce_persons) struct ce_persons persons = {0};
  struct ce_error problem;
  if (!engine->live || engine->uid != 0 || !ce_host_has(engine, LAUNCHER)) {
    return;
  }
  if (find_persons(engine, &persons, &problem) != CE_OK) {
    problem.code = CE_TRIGGER;
    ce_emit_warning(engine->sink, "launcher", &problem);
    return;
  }
  struct ce_engine own = *engine;
  if (ce_engine_is_cancelled(engine)) {
    own.cancelled = NULL; /* an uninstall is being reverted for it: the launchers come back as well */
  }
  int64_t deadline_ms = now_ms(engine) + ALL_LIMIT_MS;
  for (size_t i = 0; i < persons.count; i++) {
    if (now_ms(engine) >= deadline_ms || !visit(&own, &persons.items[i], removing)) {
      tell_of_rest(engine, removing);
      return;
    }
  }
}

void ce_desktops_place(const struct ce_engine *engine) {
  visit_all(engine, false);
}

void ce_desktops_remove(const struct ce_engine *engine) {
  visit_all(engine, true);
}
