/* SPDX-License-Identifier: Apache-2.0
 * Tests of the datagram to systemd, on a socket of the test's own. */
#include "base/cleanup.h"
#include "monitor/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

/* A socket in the abstract namespace; name gets its "@..." form. */
static int listen_abstract(char *name, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(name, size, "@certenv-test-%d", (int)getpid());
  memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
  assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
  return fd;
}

static void tells_the_socket(void **state) {
  (void)state;
  char name[64], got[32] = "";
  struct ce_error err;
  CE_AUTO(ce_fd) int fd = listen_abstract(name, sizeof name);
  assert_int_equal(ce_notify(name, "READY=1", &err), CE_OK);
  assert_int_equal(recv(fd, got, sizeof got - 1, MSG_DONTWAIT), 7);
  assert_string_equal(got, "READY=1");
}

static void does_nothing_when_nobody_asks(void **state) {
  (void)state;
  struct ce_error err;
  assert_int_equal(ce_notify(NULL, "READY=1", &err), CE_OK);
  assert_int_equal(ce_notify("", "READY=1", &err), CE_OK);
}

static void tells_a_socket_that_is_not_there(void **state) {
  (void)state;
  struct ce_error err;
  char longer[200];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  assert_int_equal(ce_notify("/nonexistent/notify", "READY=1", &err), CE_NOT_FOUND);
  assert_int_equal(ce_notify(longer, "READY=1", &err), CE_IO);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_the_socket),
      cmocka_unit_test(does_nothing_when_nobody_asks),
      cmocka_unit_test(tells_a_socket_that_is_not_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
