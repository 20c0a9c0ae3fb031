/* SPDX-License-Identifier: Apache-2.0
 * What the doctor believes of the package that its program carries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine-scene.h"
#include "engine/bundled.h"
#include "engine/doctor.h"
#include "ports/hash.h"
#include "publish-scene.h"

#define SETUP_BYTES_MAX (1u << 20)

struct fixture {
  struct publish_scene *publish;
  struct scene scene;
  struct ce_reader *program;
};

static int set_up(void **state) {
  static const struct scene_rule silent[] = {{"", 1, NULL, NULL}, {0}};
  struct fixture *fixture = calloc(1, sizeof *fixture);
  assert_non_null(fixture);
  publish_set_up((void **)&fixture->publish);
  publish_prepare(fixture->publish);
  temp_write(fixture->publish->directory, "template.json",
             "{\"profile\":\"test\",\"integration\":[],\"sonames\":[],\"prerequisites\":[{\"capability\":"
             "\"pcscd\",\"required\":true,\"packages\":{}}]}",
             0644);
  assert_int_equal(publish_pack(fixture->publish, "2.0", "@two.tar.zst"), CE_OK);
  assert_int_equal(publish_add(fixture->publish, "@two.tar.zst"), CE_OK);
  assert_int_equal(PUBLISH(fixture->publish, "bundle", "@repo", "--program", "/bin/true", "-o", "@setup"),
                   CE_OK);
  scene_open(&fixture->scene, false, silent);
  *state = fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  ce_reader_free(fixture->program);
  scene_close(&fixture->scene);
  publish_tear_down((void **)&fixture->publish);
  free(fixture);
  return 0;
}

static const struct ce_engine *carry(struct fixture *fixture) {
  struct ce_error err;
  const char *path = temp_path(fixture->publish->directory, "setup");
  assert_int_equal(ce_reader_open_path(path, &fixture->program, &err), CE_OK);
  fixture->scene.engine.program = fixture->program;
  return &fixture->scene.engine;
}

static size_t read_all(const struct fixture *fixture, const char *name, uint8_t *ret) {
  FILE *file = fopen(temp_path(fixture->publish->directory, name), "r");
  assert_non_null(file);
  size_t size = fread(ret, 1, SETUP_BYTES_MAX, file);
  assert_int_equal(fclose(file), 0);
  return size;
}

/* The package's last byte becomes another one: its manifest can be read as before. */
static void damage_package(const struct fixture *fixture) {
  uint8_t *setup = malloc(SETUP_BYTES_MAX), *package = malloc(SETUP_BYTES_MAX);
  assert_non_null(setup);
  assert_non_null(package);
  size_t setup_size = read_all(fixture, "setup", setup);
  size_t package_size = read_all(fixture, "two.tar.zst", package);
  uint8_t *found = memmem(setup, setup_size, package, package_size);
  assert_non_null(found);
  found[package_size - 1] ^= 1;
  FILE *file = fopen(temp_path(fixture->publish->directory, "setup"), "w");
  assert_non_null(file);
  assert_int_equal(fwrite(setup, 1, setup_size, file), setup_size);
  assert_int_equal(fclose(file), 0);
  free(setup);
  free(package);
}

static bool doctor_knows_prerequisites(const struct ce_engine *engine) {
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_doctor_look(engine, &list, &err), CE_OK);
  for (size_t i = 0; i < list.count; i++) {
    if (list.items[i].group == CE_CHECK_PREREQUISITE) {
      assert_string_equal(list.items[i].id, "pcscd");
      return true;
    }
  }
  return false;
}

static void tells_what_a_trusted_package_needs(void **state) {
  struct fixture *fixture = *state;
  assert_true(doctor_knows_prerequisites(carry(fixture)));
  assert_false(temp_exists(fixture->scene.root, "var"));
}

static void reads_nothing_of_a_package_with_another_byte(void **state) {
  struct fixture *fixture = *state;
  damage_package(fixture);
  assert_false(doctor_knows_prerequisites(carry(fixture)));
}

static void knows_nothing_without_a_bundle(void **state) {
  struct fixture *fixture = *state;
  struct ce_error err;
  CE_AUTO(ce_bundled) struct ce_bundled bundled = {0};
  assert_int_equal(ce_bundled_look(&fixture->scene.engine, NULL, &bundled, &err), CE_OK);
  assert_null(bundled.package);
}

static void does_not_read_what_is_installed_again(void **state) {
  struct fixture *fixture = *state;
  struct ce_error err;
  const struct ce_engine *engine = carry(fixture);
  CE_AUTO(ce_bundled) struct ce_bundled first = {0};
  CE_AUTO(ce_bundled) struct ce_bundled again = {0};
  struct ce_receipt receipt = {.channel = (char[]){"stable"}};
  assert_int_equal(ce_bundled_look(engine, &receipt, &first, &err), CE_OK);
  assert_string_equal(ce_package_manifest(first.package)->version, "2.0");
  uint8_t *package = malloc(SETUP_BYTES_MAX);
  size_t size = read_all(fixture, "two.tar.zst", package);
  assert_int_equal(first.size_bytes, size);
  ce_hash_bytes(package, size, &receipt.package_sha256);
  free(package);
  assert_int_equal(ce_bundled_look(engine, &receipt, &again, &err), CE_OK);
  assert_null(again.package);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(tells_what_a_trusted_package_needs),
      TEST(reads_nothing_of_a_package_with_another_byte),
      TEST(knows_nothing_without_a_bundle),
      TEST(does_not_read_what_is_installed_again),
  };
  return cmocka_run_group_tests_name("bundled", tests, NULL, NULL);
}
