/* SPDX-License-Identifier: Apache-2.0
 * Tests of the list of USB devices and its watch on a mocked machine. */
#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#define LONG_MS 10000

static const struct scene_device token = {
    .port = "1-2", .vendor = "08e6", .product = "3438", .text = "Token", .class = "0b"};
static const struct scene_device other = {
    .port = "1-3", .vendor = "055c", .product = "e618", .text = "mToken", .class = "03"};
static const struct scene_device blocked = {
    .port = "1-4", .vendor = "08e6", .product = "3438", .text = "Blocked", .class = "0b", .blocked = true};

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  scene_open(scene);
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  scene_close(*state);
  free(*state);
  return 0;
}

static size_t count(const struct scene *scene) {
  return ce_device_watch_list(scene->watch)->count;
}

static void lists_what_is_there_already(void **state) {
  struct scene *scene = *state;
  scene_plug(scene, &token);
  scene_plug(scene, &other);
  scene_watch(scene);
  assert_string_equal(ce_device_watch_source(scene->watch), "udev");
  assert_int_equal(count(scene), 2);
  const struct ce_device *device = scene_find(scene, "1-2");
  assert_int_equal(device->vendor_id, 0x08e6);
  assert_int_equal(device->product_id, 0x3438);
  assert_string_equal(device->product, "Token");
  assert_true(device->authorized && !device->rejected);
  assert_int_equal(device->interface_count, 1);
  assert_int_equal(device->interfaces[0].class, CE_USB_CLASS_SMART_CARD);
  assert_int_equal(device->node_count, 1);
  assert_true(device->nodes[0].present);
  assert_int_equal(device->seen_ms, 0);
}

static void tells_what_comes_and_goes(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  assert_int_equal(count(scene), 0);
  scene_plug(scene, &token);
  assert_true(scene_wait(scene, LONG_MS));
  scene_settle(scene);
  assert_non_null(scene_find(scene, "1-2"));
  assert_true(scene_find(scene, "1-2")->seen_ms > 0);
  assert_int_equal(scene_find(scene, "1-2")->generation, 1);
  scene_unplug(scene, "1-2");
  assert_true(scene_wait(scene, LONG_MS));
  assert_int_equal(count(scene), 0);
}

static void takes_the_events_of_one_device_together(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  scene_plug(scene, &token);
  for (int i = 0; i < 12; i++) {
    scene_event(scene, "1-2:1.0", "change");
  }
  assert_true(scene_wait(scene, LONG_MS));
  assert_int_equal(scene_find(scene, "1-2")->interface_count, 1);
  assert_false(scene_wait(scene, 200));
}

static void tells_a_key_that_was_put_in_again_apart(void **state) {
  struct scene *scene = *state;
  scene_plug(scene, &token);
  scene_watch(scene);
  uint64_t before = scene_find(scene, "1-2")->generation;
  scene_unplug(scene, "1-2");
  scene_plug(scene, &token);
  assert_true(scene_wait(scene, LONG_MS));
  scene_settle(scene);
  assert_int_equal(count(scene), 1);
  assert_true(scene_find(scene, "1-2")->generation > before);
  assert_true(scene_find(scene, "1-2")->seen_ms > 0);
}

static void misses_none_of_fifty_insertions(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  for (int i = 0; i < 50; i++) {
    scene_plug(scene, &token);
    scene_settle(scene);
    assert_int_equal(scene_find(scene, "1-2")->generation, 1);
    scene_unplug(scene, "1-2");
    scene_settle(scene);
    assert_int_equal(count(scene), 0);
  }
}

static void sees_that_a_blocked_key_is_allowed(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  scene_plug(scene, &blocked);
  assert_true(scene_wait(scene, LONG_MS));
  assert_false(scene_find(scene, "1-4")->authorized);
  /* Allowing makes interfaces, and no event for the device itself. */
  scene_set(scene, "1-4", "authorized", "1");
  char *attributes[] = {"bInterfaceNumber", "00", "bInterfaceClass", "0b", NULL};
  char *properties[] = {"DEVTYPE", "usb_interface", NULL};
  g_free(umockdev_testbed_add_devicev(scene->testbed, "usb", "1-4:1.0", "/sys/devices/1-4", attributes,
                                      properties));
  assert_true(scene_wait(scene, LONG_MS));
  assert_true(scene_find(scene, "1-4")->authorized);
  assert_int_equal(scene_find(scene, "1-4")->interface_count, 1);
}

static void keeps_a_device_that_was_rejected_before_anybody_looked(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  scene_plug(scene, &blocked);
  scene_unplug(scene, "1-4");
  assert_true(scene_wait(scene, LONG_MS));
  const struct ce_device *device = scene_find(scene, "1-4");
  assert_true(device->rejected && !device->authorized);
  assert_int_equal(device->vendor_id, 0x08e6);
  assert_string_equal(device->product, "Blocked");
  assert_true(ce_device_has_class(device, CE_USB_CLASS_SMART_CARD));
  assert_int_equal(device->node_count, 0);
}

/* udevd is slow: the kernel had removed it when udevd told that it came. */
static void keeps_a_device_that_was_rejected_before_its_event_came(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  scene_plug(scene, &blocked);
  umockdev_testbed_remove_device(scene->testbed, "/sys/devices/1-4");
  assert_true(scene_wait(scene, LONG_MS));
  const struct ce_device *device = scene_find(scene, "1-4");
  assert_non_null(device);
  assert_true(device->rejected);
  assert_string_equal(device->product, "Blocked");
  assert_int_equal(device->generation, 1);
}

static void does_not_call_a_hub_rejected(void **state) {
  struct scene *scene = *state;
  struct scene_device hub = blocked;
  hub.interfaces = ":"; /* the kernel's own events do not tell them */
  scene_watch(scene);
  scene_plug(scene, &hub);
  scene_set(scene, "1-4", "bDeviceClass", "09");
  scene_settle(scene);
  assert_int_equal(count(scene), 0);
}

static void keeps_a_device_that_was_rejected_after_sixty_ms(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  scene_plug(scene, &blocked);
  assert_true(scene_wait(scene, LONG_MS));
  assert_false(scene_find(scene, "1-4")->rejected);
  g_usleep(60000);
  scene_unplug(scene, "1-4");
  assert_true(scene_wait(scene, LONG_MS));
  assert_true(scene_find(scene, "1-4")->rejected);
}

static void forgets_a_rejected_device_when_asked_again(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  scene_watch(scene);
  scene_plug(scene, &blocked);
  scene_unplug(scene, "1-4");
  assert_true(scene_wait(scene, LONG_MS));
  assert_int_equal(ce_device_watch_rescan(scene->watch, &err), CE_OK);
  assert_int_equal(count(scene), 0);
}

static void replaces_a_rejected_device_by_what_comes_at_its_port(void **state) {
  struct scene *scene = *state;
  struct scene_device allowed = blocked;
  allowed.blocked = false;
  scene_watch(scene);
  scene_plug(scene, &blocked);
  scene_unplug(scene, "1-4");
  assert_true(scene_wait(scene, LONG_MS));
  scene_plug(scene, &allowed);
  assert_true(scene_wait(scene, LONG_MS));
  scene_settle(scene);
  assert_int_equal(count(scene), 1);
  assert_false(scene_find(scene, "1-4")->rejected);
}

static void does_not_call_a_key_rejected_that_was_pulled_out(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  scene_plug(scene, &token);
  assert_true(scene_wait(scene, LONG_MS));
  scene_unplug(scene, "1-2");
  scene_settle(scene);
  assert_int_equal(count(scene), 0);
}

static void limits_how_many_rejected_devices_are_kept(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  for (int i = 0; i < 40; i++) {
    char port[16];
    struct scene_device device = blocked;
    snprintf(port, sizeof port, "1-7.%d", i + 1);
    device.port = port;
    scene_plug(scene, &device);
    scene_unplug(scene, port);
  }
  scene_settle(scene);
  assert_int_equal(count(scene), CE_DEVICE_REJECTED_MAX);
}

static void shows_hostile_texts_safely(void **state) {
  struct scene *scene = *state;
  struct scene_device device = token;
  char text[256];
  memset(text, '\x07', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  memcpy(text, "%s%n\x1b[2J\xff\xc3(", 11);
  device.text = text;
  scene_watch(scene);
  scene_plug(scene, &device);
  assert_true(scene_wait(scene, LONG_MS));
  scene_settle(scene);
  const struct ce_device *found = scene_find(scene, "1-2");
  assert_memory_equal(found->product, "%s%n\\x1b[2J\\xff\\xc3(\\x07", 24);
  assert_true(strlen(found->product) < CE_DEVICE_TEXT_SIZE);
}

static void copes_with_malformed_attributes(void **state) {
  struct scene *scene = *state;
  scene_plug(scene, &token);
  scene_set(scene, "1-2", "busnum", "99999999999999999999");
  scene_set(scene, "1-2", "devnum", "x");
  scene_set(scene, "1-2:1.0", "bInterfaceClass", "zz");
  scene_plug(scene, &other);
  scene_set(scene, "1-3", "idVendor", "not hex");
  scene_watch(scene);
  assert_int_equal(count(scene), 1);
  assert_int_equal(scene_find(scene, "1-2")->bus_number, 0);
  assert_int_equal(scene_find(scene, "1-2")->node_count, 0);
  assert_int_equal(scene_find(scene, "1-2")->interfaces[0].class, 0);
}

static void lists_a_hundred_devices(void **state) {
  struct scene *scene = *state;
  scene_watch(scene);
  for (int i = 0; i < 100; i++) {
    char port[16];
    struct scene_device device = token;
    snprintf(port, sizeof port, "1-1.%d", i + 1);
    device.port = port;
    scene_plug(scene, &device);
  }
  scene_settle(scene);
  assert_int_equal(count(scene), 100);
  const struct ce_device_list *list = ce_device_watch_list(scene->watch);
  for (size_t i = 1; i < list->count; i++) {
    assert_true(strcmp(list->devices[i - 1].syspath, list->devices[i].syspath) < 0);
  }
  struct ce_device_list scanned = {0};
  struct ce_error err;
  assert_int_equal(ce_device_scan(&scene->places, NULL, &scanned, &err), CE_OK);
  assert_int_equal(scanned.count, 100);
  ce_device_list_clear(&scanned);
}

static void make_storm(struct scene *scene) {
  for (int i = 0; i < 3300; i++) {
    scene_event(scene, "1-2", "change");
    scene_event(scene, "1-2:1.0", "change");
    scene_event(scene, "1-3", i % 2 ? "add" : "remove");
  }
  scene_unplug(scene, "1-3");
  for (int i = 0; i < 100; i++) {
    scene_event(scene, "1-2", "change");
  }
}

static long resident_kb(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void survives_a_storm_of_ten_thousand_events(void **state) {
  struct scene *scene = *state;
  scene_plug(scene, &token);
  scene_plug(scene, &other);
  scene_watch(scene);
  long before_kb = resident_kb();
  make_storm(scene);
  scene_settle(scene);
  assert_non_null(scene_find(scene, "1-2"));
  const struct ce_device *gone = scene_find(scene, "1-3");
  assert_true(!gone || gone->rejected);
  assert_true(resident_kb() - before_kb < 32 << 10);
}

int main(void) {
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      IN_SCENE(lists_what_is_there_already),
      IN_SCENE(tells_what_comes_and_goes),
      IN_SCENE(takes_the_events_of_one_device_together),
      IN_SCENE(tells_a_key_that_was_put_in_again_apart),
      IN_SCENE(misses_none_of_fifty_insertions),
      IN_SCENE(sees_that_a_blocked_key_is_allowed),
      IN_SCENE(keeps_a_device_that_was_rejected_before_anybody_looked),
      IN_SCENE(keeps_a_device_that_was_rejected_before_its_event_came),
      IN_SCENE(does_not_call_a_hub_rejected),
      IN_SCENE(keeps_a_device_that_was_rejected_after_sixty_ms),
      IN_SCENE(forgets_a_rejected_device_when_asked_again),
      IN_SCENE(replaces_a_rejected_device_by_what_comes_at_its_port),
      IN_SCENE(does_not_call_a_key_rejected_that_was_pulled_out),
      IN_SCENE(limits_how_many_rejected_devices_are_kept),
      IN_SCENE(shows_hostile_texts_safely),
      IN_SCENE(copes_with_malformed_attributes),
      IN_SCENE(lists_a_hundred_devices),
      IN_SCENE(survives_a_storm_of_ten_thousand_events),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
