/* SPDX-License-Identifier: Apache-2.0
 * Whose environment the window shows, and with which icon. */
#include "gtk/run-view.h"
#include "json-sample.h"

#include "model/icon.h"
#include "png-sample.h"
#include "ports/base64.h"
#include "temp-tree.h"

#define TREE "opt/certenv/current/share/certenv"

/* An answer of plan --json. */
static json_t *document(bool has_icon, const struct png_sample *icon) {
  json_t *profile = sample_load("profile.json");
  json_object_set_new(profile, "icon", json_boolean(has_icon));
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error err;
  assert_int_equal(ce_base64_encode(icon->bytes, icon->size, &text, &err), CE_OK);
  return json_pack("{s:o,s:s}", "profile", profile, "icon", ce_blob_text(&text));
}

static void read_document(struct ce_organisation *organisation, json_t *json, size_t icon_size) {
  assert_true(ce_organisation_read(organisation, json));
  assert_string_equal(organisation->name_en, "Light industry office platform");
  assert_int_equal(organisation->icon.size, icon_size);
  json_decref(json);
}

static void shows_the_icon_that_comes_with_the_profile(void **state) {
  (void)state;
  struct ce_organisation organisation = {0};
  struct png_sample icon = png_load();
  read_document(&organisation, document(true, &icon), icon.size);
  assert_memory_equal(organisation.icon.data, icon.bytes, icon.size);
  /* Another organisation's, then: the first one's is gone. */
  read_document(&organisation, document(false, &icon), 0);
  ce_organisation_clear(&organisation);
}

static void shows_no_icon_that_may_not_be_decoded(void **state) {
  (void)state;
  struct ce_organisation organisation = {0};
  struct png_sample icon = png_load();
  icon.bytes[icon.size - 20] ^= 1;
  read_document(&organisation, document(true, &icon), 0);
  icon.size = CE_ICON_BYTES_MAX + 1;
  read_document(&organisation, document(true, &icon), 0);
  icon = png_load();
  json_t *json = document(true, &icon);
  json_object_set_new(json, "icon", json_string("no base64!"));
  read_document(&organisation, json, 0);
  json = document(true, &icon);
  json_object_set_new(json, "icon", json_integer(1));
  read_document(&organisation, json, 0);
  json = document(true, &icon);
  json_object_del(json, "icon");
  read_document(&organisation, json, 0);
  ce_organisation_clear(&organisation);
}

static void stays_as_it_was_without_a_profile(void **state) {
  (void)state;
  struct ce_organisation organisation = {0};
  struct png_sample icon = png_load();
  read_document(&organisation, document(true, &icon), icon.size);
  json_t *json = document(true, &icon);
  json_object_set_new(json, "profile", json_string("clii"));
  assert_false(ce_organisation_read(&organisation, json));
  json_decref(json);
  assert_int_equal(organisation.icon.size, icon.size);
  ce_organisation_clear(&organisation);
}

static void write_icon(const char *root, const struct png_sample *icon) {
  FILE *file = fopen(temp_path(root, TREE "/icon.png"), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(icon->bytes, 1, icon->size, file), icon->size);
  assert_int_equal(fclose(file), 0);
}

static void reads_both_where_they_are_installed(void **state) {
  (void)state;
  char *root = temp_make();
  static const char *const directories[] = {"opt", "opt/certenv", "opt/certenv/current",
                                            "opt/certenv/current/share", TREE};
  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
    temp_directory(root, directories[i]);
  }
  struct ce_organisation organisation = {0};
  struct png_sample icon = png_load();
  assert_false(ce_organisation_read_installed(&organisation, root));
  json_t *profile = sample_load("profile.json");
  char *text = json_dumps(profile, 0);
  temp_write(root, TREE "/profile.json", text, 0644);
  free(text);
  json_decref(profile);
  assert_true(ce_organisation_read_installed(&organisation, root));
  assert_string_equal(organisation.phone, "010-68396268");
  assert_int_equal(organisation.icon.size, 0);
  write_icon(root, &icon);
  assert_true(ce_organisation_read_installed(&organisation, root));
  assert_int_equal(organisation.icon.size, icon.size);
  icon.size = CE_ICON_BYTES_MAX + 1;
  write_icon(root, &icon);
  assert_true(ce_organisation_read_installed(&organisation, root));
  assert_int_equal(organisation.icon.size, 0);
  ce_organisation_clear(&organisation);
  temp_remove(root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shows_the_icon_that_comes_with_the_profile),
      cmocka_unit_test(shows_no_icon_that_may_not_be_decoded),
      cmocka_unit_test(stays_as_it_was_without_a_profile),
      cmocka_unit_test(reads_both_where_they_are_installed),
  };
  return cmocka_run_group_tests_name("organisation", tests, NULL, NULL);
}
