/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the monitor service tells its log about keys, on a mocked machine. */
#include "monitor/key-log.h"
#include "scene.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG_MS  10000
#define QUIET_MS 200

static const struct scene_device listed = {
    .port = "1-2", .vendor = "096e", .product = "0807", .text = "ePass", .class = "0b"};
static const struct scene_device blocked = {
    .port = "1-4", .vendor = "096e", .product = "0807", .text = "ePass", .class = "0b", .blocked = true};
static const struct scene_device mouse = {
    .port = "1-5", .vendor = "046d", .product = "c077", .text = "Mouse", .class = "03"};

struct bed {
  struct scene scene;
  struct ce_key_log *log;
  char lines[4096];
};

static int set_up(void **state) {
  struct bed *bed = calloc(1, sizeof *bed);
  assert_non_null(bed);
  scene_open(&bed->scene);
  *state = bed;
  return 0;
}

static int tear_down(void **state) {
  struct bed *bed = *state;
  ce_key_log_free(bed->log);
  scene_close(&bed->scene);
  free(bed);
  return 0;
}

static void say(void *context, const char *line) {
  struct bed *bed = context;
  size_t used = strlen(bed->lines);
  snprintf(bed->lines + used, sizeof bed->lines - used, "%s\n", line);
}

/* The root has no drivers and no installed environment: the program's own catalogue counts. */
static void open_log(struct bed *bed) {
  const struct ce_key_log_request request = {.places = &bed->scene.places, .root = bed->scene.directory};
  struct ce_error err;
  assert_int_equal(ce_key_log_open(&request, &bed->log, &err), CE_OK);
}

/* What is said until it is quiet; at first something has to come, where it must. */
static const char *heard(struct bed *bed, bool must) {
  struct pollfd polled = {.fd = ce_key_log_fd(bed->log), .events = POLLIN};
  struct ce_error err;
  bed->lines[0] = '\0';
  int wait_ms = must ? LONG_MS : QUIET_MS;
  while (poll(&polled, 1, wait_ms) == 1) {
    assert_int_equal(ce_key_log_dispatch(bed->log, say, bed, &err), CE_OK);
    wait_ms = bed->lines[0] || !must ? QUIET_MS : LONG_MS;
  }
  return bed->lines;
}

static void keeps_quiet_about_what_was_there(void **state) {
  struct bed *bed = *state;
  scene_plug(&bed->scene, &listed);
  open_log(bed);
  assert_string_equal(heard(bed, false), "");
}

static void warns_of_a_key_without_driver_and_tells_what_to_do(void **state) {
  struct bed *bed = *state;
  open_log(bed);
  scene_plug(&bed->scene, &listed);
  assert_string_equal(heard(bed, true), "<6>key inserted: Feitian ePass2003 (096e:0807)\n");
  /* When it had its time. */
  assert_string_equal(
      heard(bed, true),
      "<4>key 096e:0807: The smart-card driver that the key Feitian ePass2003 needs is not installed. "
      "Run repair, or install the system's package for libccid.\n");
  scene_unplug(&bed->scene, "1-2");
  assert_string_equal(heard(bed, true), "<6>key removed: Feitian ePass2003 (096e:0807)\n");
}

static void warns_of_a_key_that_stays_blocked(void **state) {
  struct bed *bed = *state;
  open_log(bed);
  scene_plug(&bed->scene, &blocked);
  assert_string_equal(heard(bed, true), "<6>key inserted: Feitian ePass2003 (096e:0807)\n");
  assert_non_null(
      strstr(heard(bed, true), "The device control of this computer blocks the key Feitian ePass2003."));
}

static void warns_of_nothing_that_passes(void **state) {
  struct bed *bed = *state;
  open_log(bed);
  scene_plug(&bed->scene, &listed);
  assert_non_null(strstr(heard(bed, true), "<6>key inserted"));
  scene_unplug(&bed->scene, "1-2");
  assert_string_equal(heard(bed, true), "<6>key removed: Feitian ePass2003 (096e:0807)\n");
}

static void says_nothing_about_other_devices(void **state) {
  struct bed *bed = *state;
  open_log(bed);
  scene_plug(&bed->scene, &mouse);
  scene_unplug(&bed->scene, "1-5");
  assert_string_equal(heard(bed, false), "");
}

static void warns_only_of_what_pcsc_cannot_change(void **state) {
  (void)state;
  assert_true(ce_key_log_is_certain(CE_KEY_REASON_NO_DRIVER));
  assert_false(ce_key_log_is_certain(CE_KEY_REASON_NO_DRIVER_FAILED));
  assert_false(ce_key_log_is_certain(CE_KEY_REASON_NO_ACCESS));
  assert_false(ce_key_log_is_certain(CE_KEY_REASON_READY));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(keeps_quiet_about_what_was_there, set_up, tear_down),
      cmocka_unit_test_setup_teardown(warns_of_a_key_without_driver_and_tells_what_to_do, set_up, tear_down),
      cmocka_unit_test_setup_teardown(warns_of_a_key_that_stays_blocked, set_up, tear_down),
      cmocka_unit_test_setup_teardown(warns_of_nothing_that_passes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(says_nothing_about_other_devices, set_up, tear_down),
      cmocka_unit_test(warns_only_of_what_pcsc_cannot_change),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
