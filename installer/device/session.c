/* SPDX-License-Identifier: Apache-2.0
 * Asking logind through libsystemd (sd-login(3)). */
#include "device/session.h"

#include <dlfcn.h>
#include <string.h>

struct login {
  void *handle;
  int (*uid_get_state)(uid_t uid, char **ret);
  int (*pid_get_session)(pid_t pid, char **ret);
  int (*session_is_remote)(const char *session);
};

/* ISO C has no cast between object and function pointers. */
static bool take_symbol(void *handle, const char *name, void *ret, size_t size) {
  void *symbol = dlsym(handle, name);
  memcpy(ret, &symbol, size);
  return symbol != NULL;
}

static void login_close(struct login *login) {
  if (login->handle) {
    dlclose(login->handle);
  }
}

static bool login_open(const char *library, struct login *ret) {
  struct login login = {.handle = dlopen(library, RTLD_NOW | RTLD_LOCAL)};
  bool complete = login.handle &&
                  take_symbol(login.handle, "sd_uid_get_state", &login.uid_get_state, sizeof(void *)) &&
                  take_symbol(login.handle, "sd_pid_get_session", &login.pid_get_session, sizeof(void *)) &&
                  take_symbol(login.handle, "sd_session_is_remote", &login.session_is_remote, sizeof(void *));
  if (complete) {
    *ret = login;
  } else {
    login_close(&login);
  }
  return complete;
}

/* False when logind does not know: it does not run, or the person has logged in past it. */
static bool ask_active(const struct login *login, uid_t uid, bool *ret_active) {
  CE_AUTO(ce_free) char *state = NULL;
  int result = login->uid_get_state(uid, &state);
  if (result < 0 || !state) {
    return false;
  }
  *ret_active = strcmp(state, "active") == 0;
  return true;
}

static bool ask_remote(const struct login *login) {
  CE_AUTO(ce_free) char *session = NULL;
  return login->pid_get_session(0, &session) >= 0 && session && login->session_is_remote(session) > 0;
}

struct ce_key_session ce_session_look(const char *library, const struct ce_access_user *user) {
  struct ce_key_session session = {.known = user != NULL, .active = user != NULL};
  struct login login;
  if (!user || !login_open(library, &login)) {
    return session;
  }
  bool active = false;
  if (ask_active(&login, user->uid, &active)) {
    session.active = active;
    session.remote = ask_remote(&login);
  }
  login_close(&login);
  return session;
}
