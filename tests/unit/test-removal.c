/* SPDX-License-Identifier: Apache-2.0
 * A removal that was stopped behind its commit. */
#include "engine-scene.h"
#include "engine/removal.h"
#include "model/layout.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct scene_rule tools[] = {
    {"dpkg-query", 0, "ii bash\nii came-along\n", NULL}, {"", 0, NULL, NULL}, {0}};

static void note_name(void *context, const struct ce_event *event) {
  const char **last = context;
  if (event->kind == CE_EVENT_NOTE) {
    *last = event->name;
  }
}

static void open_with_records(struct scene *scene, bool live) {
  scene_open(scene, live, tools);
  scene_make(scene, "usr/bin/fapolicyd-cli");
  scene_make(scene, CE_STATE "/");
  temp_write(scene->root, CE_ALLOWANCES, "{\"format\":1,\"allowed\":[\"fapolicyd\"]}", 0644);
  temp_write(scene->root, CE_PREREQUISITES,
             "{\"format\":1,\"manager\":\"apt\",\"packages\":[\"came-along\"]}", 0644);
}

static void tells_services_and_takes_back_what_is_no_file(void **state) {
  (void)state;
  struct scene scene;
  const struct ce_plan plan = {
      .verb = CE_VERB_UNINSTALL, .purge = true, .triggers = CE_TRIGGER_UDEV | CE_TRIGGER_UNIT_START};
  open_with_records(&scene, true);
  ce_removal_complete(&scene.engine, &plan);
  assert_true(scene_ran(&scene, "udevadm control --reload"));
  assert_true(scene_ran(&scene, "fapolicyd-cli --update")); /* the file went before the run was stopped */
  assert_true(scene_ran(&scene, "dpkg --purge came-along"));
  assert_false(temp_exists(scene.root, CE_ALLOWANCES));
  assert_false(temp_exists(scene.root, CE_PREREQUISITES));
  scene_close(&scene);
}

static void leaves_packages_where_nothing_is_purged(void **state) {
  (void)state;
  struct scene scene;
  const struct ce_plan plan = {.verb = CE_VERB_UNINSTALL};
  open_with_records(&scene, true);
  ce_removal_complete(&scene.engine, &plan);
  assert_false(scene_ran(&scene, "dpkg --purge came-along"));
  assert_false(temp_exists(scene.root, CE_ALLOWANCES));
  assert_true(temp_exists(scene.root, CE_PREREQUISITES));
  scene_close(&scene);
}

static void has_nothing_to_do_for_what_is_no_removal(void **state) {
  (void)state;
  struct scene scene;
  const struct ce_plan plan = {.verb = CE_VERB_UPDATE, .triggers = CE_TRIGGER_UDEV};
  open_with_records(&scene, true);
  ce_removal_complete(&scene.engine, &plan);
  assert_int_equal(scene.run_count, 0);
  assert_true(temp_exists(scene.root, CE_ALLOWANCES));
  scene_close(&scene);
}

static void leaves_the_packages_of_an_image_recorded(void **state) {
  (void)state;
  struct scene scene;
  const char *note = "";
  const struct ce_sink sink = {note_name, &note};
  const struct ce_plan plan = {.verb = CE_VERB_UNINSTALL, .purge = true, .triggers = CE_TRIGGER_UDEV};
  open_with_records(&scene, false);
  scene.engine.sink = &sink;
  ce_removal_complete(&scene.engine, &plan);
  assert_int_equal(scene.run_count, 0);
  assert_string_equal(note, "packages-stay");
  assert_true(temp_exists(scene.root, CE_PREREQUISITES));
  scene_close(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_services_and_takes_back_what_is_no_file),
      cmocka_unit_test(leaves_packages_where_nothing_is_purged),
      cmocka_unit_test(has_nothing_to_do_for_what_is_no_removal),
      cmocka_unit_test(leaves_the_packages_of_an_image_recorded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
