/* SPDX-License-Identifier: Apache-2.0
 * Tests of what is told about PC/SC, whatever its library does. */
#include "device/pcsc.h"
#include "ports/clock.h"
#include "temp-tree.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cmocka.h>

static struct ce_pcsc_request request_for(const char *part) {
  struct ce_pcsc_request request = ce_pcsc_request_system();
  request.library = CE_TEST_PCSCLITE;
  request.socket = "/nonexistent/pcscd.comm";
  setenv("CERTENV_FAKE_PCSC", part, 1);
  return request;
}

static struct ce_pcsc_facts look_at(const char *part) {
  struct ce_pcsc_request request = request_for(part);
  struct ce_pcsc_facts facts;
  struct ce_error err;
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  return facts;
}

static void sees_a_card(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("one");
  assert_int_equal(facts.service, CE_PCSC_RUNNING);
  assert_string_equal(facts.call, "");
  assert_int_equal(facts.result, 0);
  assert_int_equal(facts.reader_count, 1);
  const struct ce_pcsc_reader *reader = &facts.readers[0];
  assert_string_equal(reader->name, "Acme Token (0001) 00 00");
  assert_true(reader->card_present);
  assert_false(reader->card_mute || reader->exclusive || reader->in_use || reader->unavailable);
  assert_int_equal(reader->atr_size, 4);
  assert_memory_equal(reader->atr, "\x3b\x02\x14\x50", 4);
  assert_int_equal(reader->bus_number, 0);
  assert_int_equal(reader->known, CE_CARD_UNTRIED);
}

static void tells_the_states_of_readers_apart(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("empty");
  assert_false(facts.readers[0].card_present);
  facts = look_at("mute");
  assert_true(facts.readers[0].card_present && facts.readers[0].card_mute);
  facts = look_at("unpowered");
  assert_true(facts.readers[0].card_unpowered && facts.readers[0].atr_size == 4);
  facts = look_at("shared");
  assert_true(facts.readers[0].in_use && !facts.readers[0].exclusive);
  facts = look_at("exclusive");
  assert_true(facts.readers[0].exclusive);
  facts = look_at("lost");
  assert_true(facts.readers[0].unavailable);
  facts = look_at("none");
  assert_int_equal(facts.service, CE_PCSC_RUNNING);
  assert_int_equal(facts.reader_count, 0);
}

static void says_why_there_is_no_service(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("denied");
  assert_int_equal(facts.service, CE_PCSC_DENIED);
  assert_int_equal(facts.result, 0x8010006a);
  assert_string_equal(facts.call, "SCardEstablishContext");
  assert_int_equal(look_at("version").service, CE_PCSC_VERSION);
  facts = look_at("failed");
  assert_int_equal(facts.service, CE_PCSC_FAILED);
  assert_int_equal(facts.result, 0x80100001);
  assert_int_equal(look_at("no-service").service, CE_PCSC_NO_SOCKET);
}

static void does_not_take_one_stumble_for_a_denial(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("stumbles");
  assert_int_equal(facts.service, CE_PCSC_RUNNING);
  assert_int_equal(facts.result, 0);
  assert_int_equal(facts.reader_count, 1);
}

/* A socket file that nobody answers; its mode is set last, as daemons do. */
/* The socket appears as one that listens already: a look between bind and listen would find a dead one. */
static void listen_at(const char *path, int *ret) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s.new", path);
  *ret = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(*ret, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(*ret, 4), 0);
  assert_int_equal(chmod(address.sun_path, 0666), 0);
  assert_int_equal(rename(address.sun_path, path), 0);
}

static void tells_a_missing_socket_from_a_dead_service(void **state) {
  (void)state;
  char *directory = temp_make();
  int fd = -1;
  struct ce_pcsc_request request = request_for("no-service");
  struct ce_pcsc_facts facts;
  struct ce_error err;
  request.socket = temp_path(directory, "pcscd.comm");
  listen_at(request.socket, &fd);
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  assert_true(facts.socket_present);
  assert_int_equal(facts.service, CE_PCSC_NO_SERVICE);
  /* What systemd leaves of a stopped socket, and a daemon that died. */
  close(fd);
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  assert_true(facts.socket_present);
  assert_int_equal(facts.service, CE_PCSC_NO_SOCKET);
  temp_remove(directory);
}

static void tells_that_the_library_is_missing(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("one");
  struct ce_pcsc_facts facts;
  struct ce_error err;
  request.library = "libcertenv-no-such.so.1";
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  assert_int_equal(facts.service, CE_PCSC_NO_LIBRARY);
  request.library = "libc.so.6";
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  assert_int_equal(facts.service, CE_PCSC_NO_LIBRARY);
}

static void does_not_hang_with_the_library(void **state) {
  (void)state;
  static const struct {
    const char *part, *call;
  } cases[] = {{"hang-context", "SCardEstablishContext"},
               {"hang-list", "SCardListReaders"},
               {"hang-state", "SCardGetStatusChange"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct ce_pcsc_request request = request_for(cases[i].part);
    struct ce_pcsc_facts facts;
    struct ce_error err;
    request.timeout_ms = 150;
    assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
    assert_int_equal(facts.service, CE_PCSC_HUNG);
    assert_string_equal(facts.call, cases[i].call);
  }
}

static void survives_a_library_that_crashes(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("crash");
  assert_int_equal(facts.service, CE_PCSC_CRASHED);
  assert_string_equal(facts.call, "SCardEstablishContext");
}

static void shows_hostile_names_safely(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("hostile");
  assert_string_equal(facts.readers[0].name, "Acme\\x0aToken\\x1b[31m %s\\xff 00 00");
}

static void limits_readers_and_lists(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("many");
  assert_int_equal(facts.reader_count, CE_PCSC_READERS_MAX);
  assert_true(facts.truncated);
  facts = look_at("endless");
  assert_int_equal(facts.service, CE_PCSC_RUNNING);
  assert_int_equal(facts.reader_count, 1);
  assert_true(strlen(facts.readers[0].name) < CE_PCSC_NAME_SIZE);
}

static void checks_the_length_of_an_atr(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("long-atr");
  assert_true(facts.readers[0].atr_invalid);
  assert_int_equal(facts.readers[0].atr_size, 0);
  facts = look_at("short-atr");
  assert_true(facts.readers[0].atr_invalid);
}

static void asks_again_when_a_reader_vanishes(void **state) {
  (void)state;
  struct ce_pcsc_facts facts = look_at("vanishes");
  assert_int_equal(facts.service, CE_PCSC_RUNNING);
  assert_int_equal(facts.reader_count, 1);
}

static void asks_for_the_channel_when_told_to(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("one");
  struct ce_pcsc_facts facts;
  struct ce_error err;
  request.channels = true;
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  assert_int_equal(facts.readers[0].bus_number, 3);
  assert_int_equal(facts.readers[0].device_number, 7);
  setenv("CERTENV_FAKE_PCSC", "refuses", 1);
  assert_int_equal(ce_pcsc_look(&request, &facts, &err), CE_OK);
  assert_int_equal(facts.service, CE_PCSC_RUNNING);
  assert_int_equal(facts.readers[0].bus_number, 0);
}

static struct ce_pcsc_watch *open_watch(const struct ce_pcsc_request *request) {
  struct ce_pcsc_watch *watch = NULL;
  struct ce_error err;
  assert_int_equal(ce_pcsc_watch_open(request, &watch, &err), CE_OK);
  assert_null(ce_pcsc_watch_facts(watch));
  return watch;
}

/* The facts after the next change. */
static const struct ce_pcsc_facts *next_facts(struct ce_pcsc_watch *watch) {
  struct ce_error err;
  for (bool changed = false; !changed;) {
    struct pollfd waiting = {.fd = ce_pcsc_watch_fd(watch), .events = POLLIN};
    assert_int_equal(poll(&waiting, 1, 20000), 1);
    assert_int_equal(ce_pcsc_watch_dispatch(watch, &changed, &err), CE_OK);
  }
  return ce_pcsc_watch_facts(watch);
}

static void watches_a_card_go(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("wakes");
  struct ce_pcsc_watch *watch = open_watch(&request);
  assert_true(next_facts(watch)->readers[0].card_present);
  assert_false(next_facts(watch)->readers[0].card_present);
  ce_pcsc_watch_free(watch);
}

static void watches_the_service_end_and_come_back(void **state) {
  (void)state;
  char *directory = temp_make();
  int fd = -1;
  struct ce_pcsc_request request = request_for("ends");
  request.socket = temp_path(directory, "pcscd.comm");
  struct ce_pcsc_watch *watch = open_watch(&request);
  assert_int_equal(next_facts(watch)->service, CE_PCSC_RUNNING);
  assert_int_equal(next_facts(watch)->service, CE_PCSC_NO_SOCKET);
  listen_at(request.socket, &fd);
  assert_int_equal(next_facts(watch)->service, CE_PCSC_NO_SERVICE);
  close(fd);
  ce_pcsc_watch_free(watch);
  temp_remove(directory);
}

static void watches_without_hanging(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("hang-list");
  request.timeout_ms = 150;
  struct ce_pcsc_watch *watch = open_watch(&request);
  const struct ce_pcsc_facts *facts = next_facts(watch);
  assert_int_equal(facts->service, CE_PCSC_HUNG);
  assert_string_equal(facts->call, "SCardListReaders");
  bool changed = true;
  struct ce_error err;
  assert_int_equal(ce_pcsc_watch_dispatch(watch, &changed, &err), CE_OK);
  assert_false(changed);
  ce_pcsc_watch_free(watch);
}

static void watches_without_crashing(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("crash");
  struct ce_pcsc_watch *watch = open_watch(&request);
  assert_int_equal(next_facts(watch)->service, CE_PCSC_CRASHED);
  ce_pcsc_watch_free(watch);
}

static void watches_without_a_library(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("one");
  request.library = "libcertenv-no-such.so.1";
  struct ce_pcsc_watch *watch = open_watch(&request);
  assert_int_equal(next_facts(watch)->service, CE_PCSC_NO_LIBRARY);
  /* The child ends then, which is no change, and nothing keeps the caller busy. */
  struct pollfd waiting = {.fd = ce_pcsc_watch_fd(watch), .events = POLLIN};
  struct ce_error err;
  for (bool changed = false; poll(&waiting, 1, 100) == 1;) {
    assert_int_equal(ce_pcsc_watch_dispatch(watch, &changed, &err), CE_OK);
    assert_false(changed);
  }
  assert_int_equal(ce_pcsc_watch_facts(watch)->service, CE_PCSC_NO_LIBRARY);
  ce_pcsc_watch_free(watch);
}

static void is_not_kept_busy_by_a_restless_service(void **state) {
  (void)state;
  struct ce_pcsc_request request = request_for("restless");
  struct ce_pcsc_watch *watch = open_watch(&request);
  next_facts(watch);
  const struct ce_clock *clock = ce_clock_system();
  int64_t end_ms = clock->monotonic_ms(clock->context) + 400;
  unsigned wakes = 0;
  struct ce_error err;
  for (int64_t left_ms = 1; left_ms > 0; left_ms = end_ms - clock->monotonic_ms(clock->context)) {
    struct pollfd waiting = {.fd = ce_pcsc_watch_fd(watch), .events = POLLIN};
    bool changed = true;
    wakes += poll(&waiting, 1, (int)left_ms) == 1;
    assert_int_equal(ce_pcsc_watch_dispatch(watch, &changed, &err), CE_OK);
    assert_false(changed);
  }
  assert_in_range(wakes, 0, 100);
  ce_pcsc_watch_free(watch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sees_a_card),
      cmocka_unit_test(tells_the_states_of_readers_apart),
      cmocka_unit_test(says_why_there_is_no_service),
      cmocka_unit_test(does_not_take_one_stumble_for_a_denial),
      cmocka_unit_test(tells_a_missing_socket_from_a_dead_service),
      cmocka_unit_test(tells_that_the_library_is_missing),
      cmocka_unit_test(does_not_hang_with_the_library),
      cmocka_unit_test(survives_a_library_that_crashes),
      cmocka_unit_test(shows_hostile_names_safely),
      cmocka_unit_test(limits_readers_and_lists),
      cmocka_unit_test(checks_the_length_of_an_atr),
      cmocka_unit_test(asks_again_when_a_reader_vanishes),
      cmocka_unit_test(asks_for_the_channel_when_told_to),
      cmocka_unit_test(watches_a_card_go),
      cmocka_unit_test(watches_the_service_end_and_come_back),
      cmocka_unit_test(watches_without_hanging),
      cmocka_unit_test(watches_without_crashing),
      cmocka_unit_test(watches_without_a_library),
      cmocka_unit_test(is_not_kept_busy_by_a_restless_service),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
