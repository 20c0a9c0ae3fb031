/* SPDX-License-Identifier: Apache-2.0
 * Tests of the answers about keys, kept current, on a mocked machine without PC/SC. */
#include "device/key-watch.h"
#include "scene.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define LONG_MS 10000

static const char catalogue_text[] = "055c:e618\tvendor\tgm3000\tservice\t龙脉\tLongmai\tccid\n"
                                     "096e:0807\tccid\topensc\tpuk\t飞天\tFeitian\tccid\n";
static const struct scene_device plain = {
    .port = "1-3", .vendor = "055c", .product = "e618", .text = "mToken", .class = "ff"};
static const struct scene_device ccid = {
    .port = "1-2", .vendor = "096e", .product = "0807", .text = "ePass", .class = "0b"};

struct bed {
  struct scene scene;
  struct ce_key_catalogue *catalogue;
  struct ce_pcsc_request pcsc;
  struct ce_key_watch_request request;
  struct ce_key_watch *watch;
  char root[64], rules[96];
};

static int set_up(void **state) {
  struct bed *bed = calloc(1, sizeof *bed);
  struct ce_error err;
  assert_non_null(bed);
  scene_open(&bed->scene);
  assert_int_equal(ce_key_catalogue_parse(catalogue_text, strlen(catalogue_text), &bed->catalogue, &err),
                   CE_OK);
  snprintf(bed->root, sizeof bed->root, "%s", bed->scene.directory);
  snprintf(bed->rules, sizeof bed->rules, "%s/70-certenv.rules", bed->root);
  bed->pcsc = (struct ce_pcsc_request){.library = "libcertenv-no-such.so.1",
                                       .socket = "/nowhere/pcscd.comm",
                                       .proc = "/proc",
                                       .timeout_ms = 2000};
  bed->request = (struct ce_key_watch_request){.places = &bed->scene.places,
                                               .pcsc = &bed->pcsc,
                                               .catalogue = bed->catalogue,
                                               .clock = ce_clock_system(),
                                               .session_library = "libcertenv-no-such.so.0",
                                               .rules = bed->rules,
                                               .root_fd = open(bed->root, O_PATH | O_DIRECTORY | O_CLOEXEC)};
  *state = bed;
  return 0;
}

static int tear_down(void **state) {
  struct bed *bed = *state;
  ce_key_watch_free(bed->watch);
  ce_key_catalogue_free(bed->catalogue);
  close(bed->request.root_fd);
  scene_close(&bed->scene);
  free(bed);
  return 0;
}

static void open_watch(struct bed *bed) {
  struct ce_error err;
  assert_int_equal(ce_key_watch_open(&bed->request, &bed->watch, &err), CE_OK);
}

static const struct ce_key_found *overall(const struct bed *bed) {
  const struct ce_key_report *report = ce_key_watch_report(bed->watch);
  return &report->found[report->overall];
}

/* Dispatches until the overall answer is this one; false when it is not within timeout_ms. */
static bool becomes(struct bed *bed, enum ce_key_reason reason, int timeout_ms) {
  int64_t end = ce_clock_system()->monotonic_ms(NULL) + timeout_ms;
  struct ce_error err;
  bool changed = false;
  while (overall(bed)->reason != reason || !ce_key_watch_is_complete(bed->watch)) {
    int64_t left_ms = end - ce_clock_system()->monotonic_ms(NULL);
    struct pollfd polled = {.fd = ce_key_watch_fd(bed->watch), .events = POLLIN};
    if (left_ms <= 0 || poll(&polled, 1, (int)left_ms) <= 0) {
      return false;
    }
    assert_int_equal(ce_key_watch_dispatch(bed->watch, &changed, &err), CE_OK);
  }
  return true;
}

static void tells_what_is_there_at_once(void **state) {
  struct bed *bed = *state;
  scene_plug(&bed->scene, &plain);
  open_watch(bed);
  assert_int_equal(overall(bed)->reason, CE_KEY_REASON_READY);
  assert_string_equal(overall(bed)->name_zh, "龙脉");
  assert_int_equal(ce_key_watch_devices(bed->watch)->count, 1);
}

static void follows_what_comes_and_goes(void **state) {
  struct bed *bed = *state;
  open_watch(bed);
  assert_true(becomes(bed, CE_KEY_REASON_NONE, LONG_MS));
  scene_plug(&bed->scene, &plain);
  assert_true(becomes(bed, CE_KEY_REASON_READY, LONG_MS));
  scene_unplug(&bed->scene, "1-3");
  assert_true(becomes(bed, CE_KEY_REASON_NONE, LONG_MS));
}

static void tells_again_when_a_key_had_its_time_to_settle(void **state) {
  struct bed *bed = *state;
  open_watch(bed);
  scene_plug(&bed->scene, &ccid);
  assert_true(becomes(bed, CE_KEY_REASON_NO_PCSCD_LIBRARY, LONG_MS));
  for (int i = 0; i < 100 && overall(bed)->settling; i++) {
    struct pollfd polled = {.fd = ce_key_watch_fd(bed->watch), .events = POLLIN};
    struct ce_error err;
    bool changed = false;
    assert_true(poll(&polled, 1, CE_KEY_SETTLE_MS + 1000) > 0);
    assert_int_equal(ce_key_watch_dispatch(bed->watch, &changed, &err), CE_OK);
  }
  assert_false(overall(bed)->settling);
}

static void wakes_nobody_while_nothing_happens(void **state) {
  struct bed *bed = *state;
  scene_plug(&bed->scene, &ccid);
  open_watch(bed);
  assert_true(becomes(bed, CE_KEY_REASON_NO_PCSCD_LIBRARY, LONG_MS));
  struct pollfd polled = {.fd = ce_key_watch_fd(bed->watch), .events = POLLIN};
  struct ce_error err;
  bool changed = false;
  /* The child that found no library may still say goodbye. */
  while (poll(&polled, 1, 300) > 0) {
    assert_int_equal(ce_key_watch_dispatch(bed->watch, &changed, &err), CE_OK);
    assert_false(changed);
  }
  assert_int_equal(poll(&polled, 1, 500), 0);
}

static void looks_at_everything_again_when_asked(void **state) {
  struct bed *bed = *state;
  struct ce_error err;
  open_watch(bed);
  assert_true(becomes(bed, CE_KEY_REASON_NONE, LONG_MS));
  scene_plug(&bed->scene, &plain);
  assert_int_equal(ce_key_watch_retry(bed->watch, &err), CE_OK);
  assert_int_equal(overall(bed)->reason, CE_KEY_REASON_READY);
  assert_int_equal(ce_key_watch_retry(bed->watch, &err), CE_OK);
  assert_int_equal(overall(bed)->reason, CE_KEY_REASON_READY);
}

static void tells_the_same_when_it_looks_once(void **state) {
  struct bed *bed = *state;
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  struct ce_error err;
  scene_plug(&bed->scene, &plain);
  scene_plug(&bed->scene, &ccid);
  open_watch(bed);
  assert_true(becomes(bed, CE_KEY_REASON_READY, LONG_MS));
  assert_int_equal(ce_key_look(&bed->request, &report, &err), CE_OK);
  assert_int_equal(report.count, 2);
  assert_true(ce_key_report_same(&report, ce_key_watch_report(bed->watch)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(tells_what_is_there_at_once, set_up, tear_down),
      cmocka_unit_test_setup_teardown(follows_what_comes_and_goes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(tells_again_when_a_key_had_its_time_to_settle, set_up, tear_down),
      cmocka_unit_test_setup_teardown(wakes_nobody_while_nothing_happens, set_up, tear_down),
      cmocka_unit_test_setup_teardown(looks_at_everything_again_when_asked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(tells_the_same_when_it_looks_once, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
