/* SPDX-License-Identifier: Apache-2.0
 * Tests of the ids of driver bundles. */
#include "device/drivers.h"
#include "device/plist.h"
#include "temp-tree.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HEAD                                                                                                 \
  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "      \
  "\"x\">\n"                                                                                                 \
  "<plist version=\"1.0\">\n<dict>\n"
#define TAIL               "</dict>\n</plist>\n"
#define ARRAY(name, items) "<key>" name "</key><array>" items "</array>\n"
#define S(text)            "<string>" text "</string>"
#define IDS(vendors, products, names)                                                                        \
  ARRAY("ifdVendorID", vendors) ARRAY("ifdProductID", products) ARRAY("ifdFriendlyName", names)

static enum ce_code add(struct ce_driver_list *list, const char *text, struct ce_error *err) {
  return ce_driver_list_add_plist(list, text, strlen(text), err);
}

static void reads_the_three_arrays(void **state) {
  (void)state;
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  const char *text = HEAD "<key>CFBundleName</key>" S(
      "X &amp; Y") "<!-- a <b> c -->\n<key>Flag</key><true/>\n"
                   "<key>Nested</key><dict><key>a</key><array><dict></dict></array></dict>" IDS(
                       S("0x08E6") "<!-- one --> " S("0x1"), S("0x3438") S("0xabCD"),
                       S("Gemalto &lt;V2&gt;") S("A\nB&#38;C")) TAIL;
  assert_int_equal(add(&list, text, &err), CE_OK);
  assert_int_equal(list.count, 2);
  assert_int_equal(list.bundle_count, 1);
  assert_string_equal(ce_driver_list_find(&list, 0x08e6, 0x3438)->name, "Gemalto <V2>");
  assert_string_equal(ce_driver_list_find(&list, 1, 0xabcd)->name, "A\\x0aB&C");
  assert_null(ce_driver_list_find(&list, 0x08e6, 0x3439));
}

static void keeps_the_first_of_equal_ids(void **state) {
  (void)state;
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  assert_int_equal(
      add(&list, HEAD IDS(S("0x1") S("0x3"), S("0x2") S("0x4"), S("first") S("other")) TAIL, &err), CE_OK);
  assert_int_equal(
      add(&list, HEAD IDS(S("0x1") S("0x2"), S("0x2") S("0x2"), S("second") S("new")) TAIL, &err), CE_OK);
  assert_int_equal(list.count, 3);
  assert_int_equal(list.bundle_count, 2);
  assert_string_equal(ce_driver_list_find(&list, 1, 2)->name, "first");
  assert_string_equal(ce_driver_list_find(&list, 2, 2)->name, "new");
}

static void refuses_what_is_not_exactly_that(void **state) {
  (void)state;
  static const struct {
    const char *text, *says;
  } cases[] = {
      {"", "not the tag"},
      {"garbage", "text where a tag"},
      {HEAD, "not a key"},
      {HEAD TAIL "x", "text where a tag"},
      {HEAD TAIL "<a>", "behind its end"},
      {HEAD IDS(S("08E6"), S("0x1"), S("a")) TAIL, "no id"},
      {HEAD IDS(S("0x108E6"), S("0x1"), S("a")) TAIL, "no id"},
      {HEAD IDS(S("0x"), S("0x1"), S("a")) TAIL, "no id"},
      {HEAD IDS(S("0x1") S("0x2"), S("0x1"), S("a")) TAIL, "belong together"},
      {HEAD "<key>a</key>" TAIL, "no value"},
      {HEAD "<key>a</key><key>b</key>" TAIL, "no value"},
      {HEAD "<string>a</string>" TAIL, "not a key"},
      {HEAD "<key>a</key><string>b" TAIL, "another element"},
      {HEAD "<key>a</key><array>" TAIL, "ends as something else"},
      {HEAD ARRAY("x", S("&unknown;")) TAIL, "reference"},
      {HEAD ARRAY("x", S("&#999999999999999999999;")) TAIL, "reference"},
      {HEAD ARRAY("x", S("&amp")) TAIL, "reference"},
      {HEAD "<!-- no end " TAIL, "does not end"},
      {"<!DOCTYPE plist [<!ENTITY a \"b\">]>"
       "<plist><dict>" TAIL,
       "DTD of its own"},
      {HEAD "<key>a</key><averyverylongelementname>" TAIL, "malformed"},
      {HEAD "<ke<y>a</key>" TAIL, "malformed"},
      {HEAD "<key", "does not end"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
    struct ce_error err = {0};
    assert_int_equal(add(&list, cases[i].text, &err), CE_USAGE);
    if (!strstr(err.detail, cases[i].says)) {
      fail_msg("case %zu says: %s", i, err.detail);
    }
    assert_int_equal(list.bundle_count, 0);
  }
}

static void names_the_line(void **state) {
  (void)state;
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  assert_int_equal(add(&list, HEAD "\n\n<oops>" TAIL, &err), CE_USAGE);
  assert_non_null(strstr(err.detail, "line 7"));
}

static void limits_depth_texts_and_sizes(void **state) {
  (void)state;
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  char deep[4096] = HEAD "<key>a</key>";
  for (int i = 0; i < CE_PLIST_DEPTH_MAX + 2; i++) {
    strcat(deep, "<array>");
  }
  assert_int_equal(add(&list, deep, &err), CE_USAGE);
  assert_non_null(strstr(err.detail, "too deep"));
  char text[4096];
  char name[CE_PLIST_TEXT_SIZE + 1];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  snprintf(text, sizeof text, HEAD "<key>x</key><array><string>%s</string></array>" TAIL, name);
  assert_int_equal(add(&list, text, &err), CE_USAGE);
  char *large = calloc(1, CE_DRIVERS_PLIST_BYTES_MAX + 1);
  assert_non_null(large);
  assert_int_equal(ce_driver_list_add_plist(&list, large, CE_DRIVERS_PLIST_BYTES_MAX + 1, &err), CE_USAGE);
  free(large);
}

static void reads_the_bundles_of_a_machine(void **state) {
  (void)state;
  char *root = temp_make();
  static const char *const directories[] = {"usr", "usr/lib", "usr/lib/pcsc", "usr/lib/pcsc/drivers",
                                            "usr/lib/pcsc/drivers/empty.bundle"};
  static const char *const bundles[] = {"a.bundle", "b.bundle", "broken.bundle", "serial"};
  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
    temp_directory(root, directories[i]);
  }
  for (size_t i = 0; i < sizeof bundles / sizeof bundles[0]; i++) {
    char path[128];
    snprintf(path, sizeof path, "usr/lib/pcsc/drivers/%s", bundles[i]);
    temp_directory(root, path);
    strcat(path, "/Contents");
    temp_directory(root, path);
  }
  temp_write(root, "usr/lib/pcsc/drivers/a.bundle/Contents/Info.plist",
             HEAD IDS(S("0x1"), S("0x1"), S("a")) TAIL, 0644);
  temp_write(root, "usr/lib/pcsc/drivers/b.bundle/Contents/Info.plist",
             HEAD IDS(S("0x2"), S("0x1"), S("b")) TAIL, 0644);
  temp_write(root, "usr/lib/pcsc/drivers/broken.bundle/Contents/Info.plist", "<plist>", 0644);
  temp_write(root, "usr/lib/pcsc/drivers/serial/Contents/Info.plist",
             HEAD IDS(S("0x3"), S("0x1"), S("c")) TAIL, 0644);
  CE_AUTO(ce_fd) int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_driver_list_load(fd, &list, &err), CE_OK);
  assert_int_equal(list.bundle_count, 2);
  assert_int_equal(list.count, 2);
  temp_remove(root);
}

static void finds_no_driver_where_none_is(void **state) {
  (void)state;
  char *root = temp_make();
  CE_AUTO(ce_fd) int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_driver_list_load(fd, &list, &err), CE_OK);
  assert_int_equal(list.bundle_count, 0);
  assert_null(ce_driver_list_find(&list, 1, 1));
  temp_remove(root);
}

static void reads_this_machines_libccid(void **state) {
  (void)state;
  CE_AUTO(ce_fd) int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  if (access("/etc/libccid_Info.plist", R_OK) != 0) {
    skip();
  }
  assert_int_equal(ce_driver_list_load(fd, &list, &err), CE_OK);
  assert_true(list.count > 300);
  assert_non_null(ce_driver_list_find(&list, 0x08e6, 0x3438));
  assert_null(ce_driver_list_find(&list, 0xf055, 0x0001));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_the_three_arrays),           cmocka_unit_test(keeps_the_first_of_equal_ids),
      cmocka_unit_test(refuses_what_is_not_exactly_that), cmocka_unit_test(names_the_line),
      cmocka_unit_test(limits_depth_texts_and_sizes),     cmocka_unit_test(reads_the_bundles_of_a_machine),
      cmocka_unit_test(finds_no_driver_where_none_is),    cmocka_unit_test(reads_this_machines_libccid),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
