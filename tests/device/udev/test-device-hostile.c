/* SPDX-License-Identifier: Apache-2.0
 * Tests of what is told about devices that mean harm, of very many devices, and of storms of events: from a
 * mocked kernel and udev up to the JSON. */
#include "base/json.h"
#include "base/utf8.h"
#include "device/report.h"
#include "scene.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG_MS      10000
#define STORM_EVENTS 10000
#define GUST_EVENTS  2000 /* more than there are devices, twice over */
#define STORM_GROWTH_MAX                                                                                     \
  (64u << 10) /* bytes; a device is about 3 KiB, a mark with what its event told 5 KiB */
#define TEXT_CHARACTERS 255

static const char catalogue_text[] = "055c:e618\t"
                                     "hid\tgm3000\tservice\t龙脉 mToken\tmToken\ttest\n";
static const struct scene_device token = {
    .port = "1-2", .vendor = "f055", .product = "0001", .text = "Token", .class = "0b"};
static const struct scene_device listed = {
    .port = "1-3", .vendor = "055c", .product = "e618", .text = "mToken", .class = "03"};

struct stage {
  struct scene scene;
  struct ce_key_catalogue *catalogue;
};

static int set_up(void **state) {
  struct stage *stage = calloc(1, sizeof *stage);
  struct ce_error err;
  scene_open(&stage->scene);
  if (ce_key_catalogue_parse(catalogue_text, strlen(catalogue_text), &stage->catalogue, &err) != CE_OK) {
    return -1;
  }
  *state = stage;
  return 0;
}

static int tear_down(void **state) {
  struct stage *stage = *state;
  scene_close(&stage->scene);
  ce_key_catalogue_free(stage->catalogue);
  free(stage);
  return 0;
}

static size_t count(const struct stage *stage) {
  return ce_device_watch_list(stage->scene.watch)->count;
}

/* What is told when pcscd runs and has a driver for none of them. */
static json_t *report_json(const struct stage *stage) {
  struct ce_pcsc_facts facts = {.service = CE_PCSC_RUNNING};
  struct ce_driver_list drivers = {.bundle_count = 1};
  struct ce_key_situation situation = {.devices = ce_device_watch_list(stage->scene.watch),
                                       .catalogue = stage->catalogue,
                                       .pcsc = &facts,
                                       .drivers = &drivers};
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  struct ce_error err;
  assert_int_equal(ce_key_match(&situation, &report, &err), CE_OK);
  json_t *json = ce_key_report_json(&report);
  assert_non_null(json);
  return json;
}

/* Nothing that a terminal or a reader of the line would obey, and nothing that is not seen. */
static void assert_clean(const char *text) {
  size_t size = 3 * strlen(text) + 1;
  CE_AUTO(ce_free) char *cleaned = malloc(size);
  assert_non_null(cleaned);
  ce_utf8_clean(text, cleaned, size);
  assert_string_equal(text, cleaned);
}

static const char *text_of(const json_t *key, const char *name) {
  return json_string_value(json_object_get(key, name));
}

/* The only key's object, after all of its texts and the whole document were looked at. */
static json_t *only_key(json_t *report) {
  json_t *keys = json_object_get(report, "keys");
  assert_int_equal(json_array_size(keys), 1);
  json_t *key = json_array_get(keys, 0);
  const char *name;
  json_t *value;
  json_object_foreach(key, name, value) {
    if (json_is_string(value)) {
      assert_clean(json_string_value(value));
    }
  }
  char *written = json_dumps(report, JSON_COMPACT);
  assert_clean(written);
  json_t *again = json_loads(written, JSON_REJECT_DUPLICATES, NULL);
  assert_true(json_equal(report, again));
  json_decref(again);
  free(written);
  assert_non_null(strstr(text_of(key, "sentence"), text_of(key, "name_en")));
  return key;
}

struct sample {
  const char *what, *text;
  const char *shown; /* NULL: whatever it is, it is clean */
};
static const struct sample samples[] = {
    {"a terminal's commands", "\x1b]0;own\x07\x1b[2J\r\n\t\x08\x7f.",
     "\\x1b]0;own\\x07\\x1b[2J\\x0d\\x0a\\x09\\x08\\x7f."},
    {"commands of one character",
     "\xc2\x9b"
     "31m",
     "\xef\xbf\xbd"
     "31m"},
    {"formats", "%s%n%x%1$s%*d%.9999d%", "%s%n%x%1$s%*d%.9999d%"},
    {"half a surrogate pair", "\xed\xa0\xbd.", "\\xed\\xa0\\xbd."},
    {"a cut sequence", "\xe9\xbe", "\\xe9\\xbe"},
    {"an overlong NUL", "\xc0\x80.", "\\xc0\\x80."},
    {"beyond Unicode", "\xf5\x80\x80\x80.", "\\xf5\\x80\\x80\\x80."},
    {"another direction",
     "a\xe2\x80\xae\xd8\x9c"
     "b",
     "a\xef\xbf\xbd\xef\xbf\xbd"
     "b"},
    {"what is not seen",
     "a\xc2\xad\xf3\xa0\x81\x81"
     "b",
     "a\xef\xbf\xbd\xef\xbf\xbd"
     "b"},
    {"quotes", "\",\"state\":\"ready\"}\\u0000\\", "\",\"state\":\"ready\"}\\x5cu0000\\x5c"},
    {"blanks", "  \n ", ""},
    {"Chinese", "龙脉 智能密码钥匙", "龙脉 智能密码钥匙"},
};
#define SAMPLES (sizeof samples / sizeof samples[0])

static void shows_what_descriptors_say_safely(void **state) {
  struct stage *stage = *state;
  struct scene *scene = &stage->scene;
  scene_watch(scene);
  scene_plug(scene, &token);
  scene_settle(scene);
  for (size_t i = 0; i < SAMPLES; i++) {
    const struct sample *sample = &samples[i];
    scene_set(scene, "1-2", "manufacturer", sample->text);
    scene_set(scene, "1-2", "product", sample->text);
    scene_set(scene, "1-2", "serial", sample->text);
    scene_event(scene, "1-2", "change");
    scene_settle(scene);
    const struct ce_device *device = scene_find(scene, "1-2");
    assert_string_equal(device->product, sample->shown);
    assert_string_equal(device->manufacturer, sample->shown);
    assert_string_equal(device->serial, sample->shown);
    CE_AUTO(ce_json) json_t *report = report_json(stage);
    const json_t *key = only_key(report);
    assert_string_equal(text_of(key, "state"), "unknown");
    assert_non_null(strstr(text_of(key, "name_en"), sample->shown[0] ? sample->shown : "f055:0001"));
  }
}

static void shows_what_events_say_safely(void **state) {
  struct stage *stage = *state;
  struct scene *scene = &stage->scene;
  scene_watch(scene);
  for (size_t i = 0; i < SAMPLES; i++) {
    struct scene_device device = token;
    device.text = samples[i].text;
    device.blocked = true;
    scene_plug(scene, &device);
    scene_unplug(scene, "1-2");
    scene_settle(scene);
    assert_true(scene_find(scene, "1-2")->rejected);
    assert_string_equal(scene_find(scene, "1-2")->product, samples[i].shown);
    CE_AUTO(ce_json) json_t *report = report_json(stage);
    assert_string_equal(text_of(only_key(report), "reason"), "blocked.rejected");
  }
}

static void repeat(const char *character, char *ret, size_t size) {
  size_t length = strlen(character);
  assert_true(TEXT_CHARACTERS * length < size);
  ret[0] = '\0';
  for (size_t i = 0; i < TEXT_CHARACTERS; i++) {
    memcpy(ret + i * length, character, length + 1);
  }
}

static void cuts_what_is_too_long(void **state) {
  static const char *const characters[] = {"x", "长", "\x07", "\xed\xa0\xbd", "\xf0\x9f\x94\x91", "%n", "\\"};
  struct stage *stage = *state;
  struct scene *scene = &stage->scene;
  char text[TEXT_CHARACTERS * 4 + 1];
  scene_plug(scene, &token);
  scene_watch(scene);
  for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
    repeat(characters[i], text, sizeof text);
    scene_set(scene, "1-2", "manufacturer", text);
    scene_set(scene, "1-2", "product", text);
    scene_set(scene, "1-2", "serial", text);
    scene_event(scene, "1-2", "change");
    scene_settle(scene);
    size_t length = strlen(scene_find(scene, "1-2")->product);
    assert_true(length > CE_DEVICE_TEXT_SIZE - 8 || length == TEXT_CHARACTERS * strlen(characters[i]));
    CE_AUTO(ce_json) json_t *report = report_json(stage);
    assert_true(strlen(text_of(only_key(report), "name_en")) >= 2 * length);
  }
}

static void shows_a_text_with_a_nul(void **state) {
  struct stage *stage = *state;
  scene_plug(&stage->scene, &token);
  umockdev_testbed_set_attribute_binary(stage->scene.testbed, "/sys/devices/1-2", "product",
                                        (guchar[]){'a', 0, '"', 'b'}, 4);
  scene_watch(&stage->scene);
  assert_string_equal(scene_find(&stage->scene, "1-2")->product, "a\\x00\"b");
  CE_AUTO(ce_json) json_t *report = report_json(stage);
  assert_string_equal(text_of(only_key(report), "name_en"), "a\\x00\"b");
}

static void plug_many(struct scene *scene, const struct scene_device *kind, size_t first, size_t last) {
  for (size_t i = first; i <= last; i++) {
    char port[16];
    struct scene_device device = *kind;
    snprintf(port, sizeof port, "1-1.%zu", i);
    device.port = port;
    scene_plug(scene, &device);
  }
}

static void unplug_many(struct scene *scene, size_t first, size_t last) {
  for (size_t i = first; i <= last; i++) {
    char port[16];
    snprintf(port, sizeof port, "1-1.%zu", i);
    scene_unplug(scene, port);
  }
}

static void answers_for_each_of_a_hundred_keys(void **state) {
  struct stage *stage = *state;
  scene_watch(&stage->scene);
  plug_many(&stage->scene, &token, 1, 60);
  plug_many(&stage->scene, &listed, 61, 100);
  scene_settle(&stage->scene);
  CE_AUTO(ce_json) json_t *report = report_json(stage);
  json_t *keys = json_object_get(report, "keys");
  assert_int_equal(json_array_size(keys), 100);
  const char *before = "";
  size_t of_the_list = 0;
  for (size_t i = 0; i < 100; i++) {
    const json_t *key = json_array_get(keys, i);
    assert_true(strcmp(text_of(key, "port"), before) > 0);
    before = text_of(key, "port");
    of_the_list += text_of(key, "module") != NULL;
  }
  assert_int_equal(of_the_list, 40);
  size_t overall = (size_t)json_integer_value(json_object_get(report, "overall"));
  assert_non_null(text_of(json_array_get(keys, overall), "module"));
}

/* On a busy machine the events of many removals come with pauses. What is left to look at when the count is
 * right would be taken for the answer to the next event: it is quiet at least once. */
static void settle_at(struct stage *stage, size_t expected) {
  int rounds = 0;
  do {
    scene_settle(&stage->scene);
  } while (count(stage) != expected && ++rounds < 50);
  assert_int_equal(count(stage), expected);
}

static void keeps_its_limit_and_comes_back_from_it(void **state) {
  struct stage *stage = *state;
  struct scene *scene = &stage->scene;
  plug_many(scene, &token, 1, 250);
  scene_watch(scene);
  plug_many(scene, &token, 251, CE_DEVICE_MAX + 28);
  settle_at(stage, CE_DEVICE_MAX);
  assert_true(ce_device_watch_list(scene->watch)->truncated);
  CE_AUTO(ce_json) json_t *report = report_json(stage);
  assert_int_equal(json_array_size(json_object_get(report, "keys")), CE_DEVICE_MAX);
  struct ce_device_list scanned = {0};
  struct ce_error err;
  assert_int_equal(ce_device_scan(&scene->places, NULL, &scanned, &err), CE_OK);
  assert_true(scanned.count == CE_DEVICE_MAX && scanned.truncated);
  ce_device_list_clear(&scanned);
  /* The kernel tells of a removal before the device is out of sysfs, where a look at everything finds it. */
  scene_event(scene, "1-1.7", "remove");
  assert_true(scene_wait(scene, LONG_MS));
  assert_null(scene_find(scene, "1-1.7"));
  /* Those that had no room are there when there is. */
  unplug_many(scene, 1, 40);
  settle_at(stage, CE_DEVICE_MAX + 28 - 40);
  assert_false(ce_device_watch_list(scene->watch)->truncated);
  assert_non_null(scene_find(scene, "1-1.41"));
  assert_non_null(scene_find(scene, "1-1.540"));
}

static size_t allocated_bytes(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/* Half of them say that 1-3 came, which counts: none may be lost. */
static void send_changes(struct scene *scene, size_t events) {
  for (size_t i = 0; i < events / 2; i++) {
    scene_event(scene, i % 2 ? "1-2:1.0" : "1-2", "change");
    scene_event(scene, "1-3", "add");
  }
}

/* What is kept for each device is there after a gust that names them all; the storm may not add to it. */
static void storm(struct stage *stage, void (*send)(struct scene *scene, size_t events), const char *what) {
  send(&stage->scene, GUST_EVENTS);
  scene_settle(&stage->scene);
  size_t before = allocated_bytes();
  send(&stage->scene, STORM_EVENTS);
  scene_settle(&stage->scene);
  size_t after = allocated_bytes();
  print_message("%s: %zu bytes before, %zu after\n", what, before, after);
  assert_true(after < before + STORM_GROWTH_MAX);
}

static void stays_small_in_a_storm_of_changes(void **state) {
  struct stage *stage = *state;
  struct scene *scene = &stage->scene;
  scene_watch(scene);
  scene_plug(scene, &token);
  scene_plug(scene, &listed);
  scene_settle(scene);
  scene_set(scene, "1-3", "product", "last");
  storm(stage, send_changes, "10,000 changes");
  assert_int_equal(count(stage), 2);
  assert_true(scene_find(scene, "1-2")->authorized && !scene_find(scene, "1-2")->rejected);
  assert_string_equal(scene_find(scene, "1-3")->product, "last");
  assert_int_equal(scene_find(scene, "1-3")->generation, 1 + (GUST_EVENTS + STORM_EVENTS) / 2);
  assert_false(scene_wait(scene, 100));
}

enum { PORTS = CE_DEVICE_MAX + 20 };

/* From more ports than there are marks. */
static void send_arrivals(struct scene *scene, size_t events) {
  for (size_t i = 0; i < events; i++) {
    char port[16];
    snprintf(port, sizeof port, "1-1.%zu", 1 + i / 2 % PORTS);
    scene_event(scene, port, i % 2 ? "add" : "remove");
  }
}

static void stays_small_in_a_storm_of_arrivals(void **state) {
  struct stage *stage = *state;
  struct scene *scene = &stage->scene;
  scene_plug(scene, &listed);
  plug_many(scene, &token, 1, PORTS);
  scene_watch(scene);
  storm(stage, send_arrivals, "10,000 arrivals and removals");
  assert_int_equal(count(stage), CE_DEVICE_MAX);
  unplug_many(scene, 1, PORTS);
  scene_settle(scene);
  struct ce_error err;
  assert_int_equal(ce_device_watch_rescan(scene->watch, &err), CE_OK);
  assert_int_equal(count(stage), 1);
  assert_true(scene_find(scene, "1-3")->authorized);
}

int main(void) {
#define ON_STAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      ON_STAGE(shows_what_descriptors_say_safely),
      ON_STAGE(shows_what_events_say_safely),
      ON_STAGE(cuts_what_is_too_long),
      ON_STAGE(shows_a_text_with_a_nul),
      ON_STAGE(answers_for_each_of_a_hundred_keys),
      ON_STAGE(keeps_its_limit_and_comes_back_from_it),
      ON_STAGE(stays_small_in_a_storm_of_changes),
      ON_STAGE(stays_small_in_a_storm_of_arrivals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
