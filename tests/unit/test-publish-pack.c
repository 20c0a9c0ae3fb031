/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish pack: what goes in, what comes out, and that it comes out the same every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "png-sample.h"
#include "ports/hash.h"
#include "publish-scene.h"
#include "publish/package-check.h"

#include <utime.h>
#include <zstd.h>

static struct ce_digest digest_of(struct publish_scene *scene, const char *name) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  struct ce_digest digest;
  assert_int_equal(ce_reader_open_path(temp_path(scene->directory, name), &reader, &scene->err), CE_OK);
  assert_int_equal(ce_package_digest(reader, &digest, &scene->err), CE_OK);
  return digest;
}

static void assert_same(struct publish_scene *scene, const char *a, const char *b) {
  struct ce_digest left = digest_of(scene, a), right = digest_of(scene, b);
  assert_true(ce_digest_equal(&left, &right));
}

static void packs_a_tree_with_normalised_modes(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  assert_int_equal(ce_reader_open_path(temp_path(scene->directory, "one"), &reader, &scene->err), CE_OK);
  assert_int_equal(ce_package_check(reader, &package, &scene->err), CE_OK);
  const struct ce_manifest *manifest = ce_package_manifest(package);
  assert_string_equal(manifest->version, "1.0");
  assert_string_equal(manifest->arch, "x86_64");
  assert_string_equal(manifest->profile, "test");
  assert_int_equal(manifest->file_count, 3);
  assert_string_equal(manifest->files[0].path, "bin/again");
  assert_string_equal(manifest->files[0].link_target, "run");
  assert_string_equal(manifest->files[1].path, "bin/run");
  assert_int_equal(manifest->files[1].mode, 0755);
  assert_string_equal(manifest->files[2].path, "notes.txt");
  assert_int_equal(manifest->files[2].mode, 0644);
  assert_int_equal(manifest->files[2].size_bytes, 5);
  assert_int_equal(temp_mode(scene->directory, "one"), 0644);
  assert_false(temp_exists(scene->directory, "one.new"));
}

static void gives_the_same_bytes_whatever_the_tree_went_through(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  temp_require(utime(temp_path(scene->directory, "tree/notes.txt"), NULL) == 0, "utime");
  temp_require(chmod(temp_path(scene->directory, "tree/notes.txt"), 0664) == 0, "chmod");
  temp_require(chmod(temp_path(scene->directory, "tree/bin"), 0700) == 0, "chmod");
  temp_require(unlink(temp_path(scene->directory, "tree/bin/run")) == 0, "unlink");
  temp_write(scene->directory, "tree/bin/run", "#!/bin/sh\n", 0755);
  temp_directory(scene->directory, "tree/empty");
  assert_int_equal(publish_pack(scene, "1.0", "@two"), CE_OK);
  assert_same(scene, "one", "two");
}

static void takes_the_time_from_source_date_epoch(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_pack(scene, "1.0", "@zero"), CE_OK);
  setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  assert_int_equal(publish_pack(scene, "1.0", "@two"), CE_OK);
  setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
  assert_int_equal(publish_pack(scene, "1.0", "@three"), CE_USAGE);
  unsetenv("SOURCE_DATE_EPOCH");
  assert_same(scene, "one", "two");
  struct ce_digest zero = digest_of(scene, "zero"), one = digest_of(scene, "one");
  assert_false(ce_digest_equal(&zero, &one));
}

/* Of the tar inside, since another release of zstd may find a shorter way to say it. */
static void gives_the_tar_that_it_gave_before(void **state) {
  struct publish_scene *scene = *state;
  static uint8_t package[65536], tar[65536];
  char hex[CE_DIGEST_HEX_SIZE];
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  FILE *file = fopen(temp_path(scene->directory, "one"), "r");
  assert_non_null(file);
  size_t size = fread(package, 1, sizeof package, file);
  fclose(file);
  size = ZSTD_decompress(tar, sizeof tar, package, size);
  assert_false(ZSTD_isError(size));
  struct ce_digest digest;
  ce_hash_bytes(tar, size, &digest);
  ce_digest_to_hex(&digest, hex);
  assert_string_equal(hex, "64652d88305c0c195d6831efb4671bc948e17e40577b1eac8025dfd68bcd2321");
}

static void packs_at_other_levels(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(PUBLISH(scene, "pack", "--tree", "@tree", "--manifest-template", "@template.json",
                           "--version", "1.0", "--arch", "x86_64", "-o", "@fast", "--level", "1"),
                   CE_OK);
  assert_int_equal(PUBLISH(scene, "pack", "--tree", "@tree", "--manifest-template", "@template.json",
                           "--version", "1.0", "--arch", "x86_64", "-o", "@fast", "--level", "20"),
                   CE_USAGE);
}

static void replaces_a_package_whole_or_not_at_all(void **state) {
  struct publish_scene *scene = *state;
  temp_write(scene->directory, "one", "older", 0600);
  temp_write(scene->directory, "one.new", "left behind", 0600);
  temp_link(scene->directory, "tree/broken", "/etc/passwd");
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  assert_string_equal(temp_read(scene->directory, "one"), "older");
  temp_require(unlink(temp_path(scene->directory, "tree/broken")) == 0, "unlink");
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  assert_false(temp_exists(scene->directory, "one.new"));
}

static void refuses_trees_that_no_package_may_hold(void **state) {
  struct publish_scene *scene = *state;
  const char *fifo = temp_path(scene->directory, "tree/fifo");
  temp_require(mkfifo(fifo, 0644) == 0, fifo);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  assert_string_equal(scene->err.subject, "fifo");
  temp_require(unlink(fifo) == 0, fifo);
  temp_write(scene->directory, "tree/manifest.json", "{}", 0644);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  temp_require(unlink(temp_path(scene->directory, "tree/manifest.json")) == 0, "unlink");
  temp_write(scene->directory, "tree/back\\slash", "", 0644);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  temp_require(unlink(temp_path(scene->directory, "tree/back\\slash")) == 0, "unlink");
  temp_link(scene->directory, "tree/up", "../../outside");
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  assert_false(temp_exists(scene->directory, "one"));
}

static void refuses_templates_that_say_too_much_or_too_little(void **state) {
  struct publish_scene *scene = *state;
  static const struct {
    const char *text;
    enum ce_code code;
  } wrong[] = {
      {"", CE_USAGE},
      {"[]", CE_USAGE},
      {"{\"files\":[]}", CE_USAGE},
      {"{\"version\":\"2\"}", CE_USAGE},
      {"{\"profile\":\"test\",\"integrations\":[]}", CE_USAGE},
      {"{}", CE_PACKAGE_INVALID},
      {"{\"format\":2,\"profile\":\"test\",\"integration\":[],\"prerequisites\":[],\"sonames\":[]}",
       CE_PACKAGE_FORMAT},
      {"{\"profile\":\"test\",\"integration\":[{\"kind\":\"udev-rules\",\"file\":\"missing\",\"target\":"
       "\"etc/udev/rules.d/70-x.rules\"}],\"prerequisites\":[],\"sonames\":[]}",
       CE_PACKAGE_INVALID},
      {"{\"profile\":\"test\",\"integration\":[{\"kind\":\"udev-rules\",\"file\":\"notes.txt\",\"target\":"
       "\"etc/shadow\"}],\"prerequisites\":[],\"sonames\":[]}",
       CE_PACKAGE_INVALID},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    temp_write(scene->directory, "template.json", wrong[i].text, 0644);
    if (publish_pack(scene, "1.0", "@one") != wrong[i].code) {
      fail_msg("template %zu: %s: %s", i, ce_code_id(scene->err.code), scene->err.detail);
    }
  }
  assert_false(temp_exists(scene->directory, "one"));
}

#define PROFILE(more)                                                                                        \
  "{\"format\":1,\"id\":\"ours\",\"organisation\":{\"zh\":\"A\",\"en\":\"A\"},\"portal_url\":\"http://a/\"," \
  "\"user_service_url\":\"http://a/\",\"phone\":\"1\",\"pin\":{\"initial\":\"\",\"tries\":6},"               \
  "\"reminder_days\":30" more "}"

static void takes_the_profile_of_the_tree_unless_the_template_names_one(void **state) {
  struct publish_scene *scene = *state;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  temp_write(scene->directory, "template.json", "{\"integration\":[],\"prerequisites\":[]}", 0644);
  temp_directory(scene->directory, "tree/share");
  temp_directory(scene->directory, "tree/share/certenv");
  temp_write(scene->directory, "tree/share/certenv/profile.json", "{\"format\":1,\"id\":\"ours\"}", 0644);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  temp_write(scene->directory, "tree/share/certenv/profile.json", PROFILE(""), 0644);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  assert_int_equal(ce_reader_open_path(temp_path(scene->directory, "one"), &reader, &scene->err), CE_OK);
  assert_int_equal(ce_package_check(reader, &package, &scene->err), CE_OK);
  assert_string_equal(ce_package_manifest(package)->profile, "ours");
}

static void pack_icon(struct publish_scene *scene, const struct png_sample *icon, enum ce_code code,
                      const char *word) {
  FILE *file = fopen(temp_path(scene->directory, "tree/share/certenv/icon.png"), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(icon->bytes, 1, icon->size, file), icon->size);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), code);
  if (code) {
    assert_string_equal(scene->err.subject, "share/certenv/icon.png");
    assert_non_null(strstr(scene->err.detail, word));
  }
}

static void packs_no_icon_that_no_window_would_show(void **state) {
  struct publish_scene *scene = *state;
  struct png_sample icon = png_load();
  temp_directory(scene->directory, "tree/share");
  temp_directory(scene->directory, "tree/share/certenv");
  temp_write(scene->directory, "tree/share/certenv/profile.json", PROFILE(",\"icon\":true"), 0644);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "put icon.png beside profile.json"));
  pack_icon(scene, &icon, CE_OK, NULL);
  icon.size -= 20;
  pack_icon(scene, &icon, CE_PACKAGE_INVALID, "is cut off");
  icon.size = 0;
  pack_icon(scene, &icon, CE_PACKAGE_INVALID, "save it as PNG");
  icon.size = sizeof icon.bytes;
  pack_icon(scene, &icon, CE_PACKAGE_INVALID, "larger than 64 KiB");
  icon = png_load();
  temp_write(scene->directory, "tree/share/certenv/profile.json", PROFILE(""), 0644);
  pack_icon(scene, &icon, CE_PACKAGE_INVALID, "put \"icon\": true into profile.json");
}

static void refuses_versions_and_places_that_cannot_be(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_pack(scene, "../1", "@one"), CE_PACKAGE_INVALID);
  assert_int_equal(publish_pack(scene, "", "@one"), CE_PACKAGE_INVALID);
  assert_int_equal(publish_pack(scene, "1.0", "@nowhere/one"), CE_NOT_FOUND);
  assert_int_equal(publish_pack(scene, "1.0", "@tree/.."), CE_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, publish_set_up, publish_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(packs_a_tree_with_normalised_modes),
      TEST(gives_the_same_bytes_whatever_the_tree_went_through),
      TEST(takes_the_time_from_source_date_epoch),
      TEST(gives_the_tar_that_it_gave_before),
      TEST(packs_at_other_levels),
      TEST(replaces_a_package_whole_or_not_at_all),
      TEST(refuses_trees_that_no_package_may_hold),
      TEST(refuses_templates_that_say_too_much_or_too_little),
      TEST(takes_the_profile_of_the_tree_unless_the_template_names_one),
      TEST(packs_no_icon_that_no_window_would_show),
      TEST(refuses_versions_and_places_that_cannot_be),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
