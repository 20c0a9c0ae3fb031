/* SPDX-License-Identifier: Apache-2.0
 * A libsystemd that tells of one login: CERTENV_FAKE_LOGIN is the user's state and, with "+remote", a session
 * that came through the network. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

int sd_uid_get_state(uid_t uid, char **ret);
int sd_pid_get_session(pid_t pid, char **ret);
int sd_session_is_remote(const char *session);

static int copy(const char *text, size_t length, char **ret) {
  *ret = strndup(text, length);
  return *ret ? 0 : -ENOMEM;
}

int sd_uid_get_state(uid_t uid, char **ret) {
  const char *login = getenv("CERTENV_FAKE_LOGIN");
  (void)uid;
  return login ? copy(login, strcspn(login, "+"), ret) : -ENXIO;
}

int sd_pid_get_session(pid_t pid, char **ret) {
  const char *login = getenv("CERTENV_FAKE_LOGIN");
  return login && pid == 0 ? copy("c1", 2, ret) : -ENODATA;
}

int sd_session_is_remote(const char *session) {
  const char *login = getenv("CERTENV_FAKE_LOGIN");
  return login && strcmp(session, "c1") == 0 ? strstr(login, "+remote") != NULL : -ENXIO;
}
