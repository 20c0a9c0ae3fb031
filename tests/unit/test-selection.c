/* SPDX-License-Identifier: Apache-2.0
 * What of the optional integration a machine gets, on real directories. */
#include "device/drivers.h"
#include "engine-scene.h"
#include "engine/pcscd-drivers.h"
#include "engine/selection.h"
#include "model/layout.h"
#include "ports/hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct scene_rule nothing[] = {{.command = NULL}};

static const char table[] = "055c:e618\t"
                            "hid\tgm3000\tservice\t龙脉\tLongmai\ttest\n"
                            "096e:0807\tccid\topensc\tpuk\t飞天\tFeitian\ttest\n"
                            "f055:0001\tccid\twatchdata\tpuk\t测试\tTest\ttest\n";

static struct ce_integration entries[] = {
    {.kind = CE_INTEGRATION_P11_MODULE, .file = "a", .target = "etc/pkcs11/modules/opensc.module"},
    {.kind = CE_INTEGRATION_P11_MODULE,
     .file = "a",
     .target = "etc/pkcs11/modules/gm3000.module",
     .module = "gm3000"},
    {.kind = CE_INTEGRATION_P11_MODULE,
     .file = "a",
     .target = "etc/pkcs11/modules/watchdata.module",
     .module = "watchdata"},
    {.kind = CE_INTEGRATION_PCSC_DRIVER, .file = "a", .target = CE_DRIVER_DIRECTORY "/" CE_DRIVER_PLACE}};
static struct ce_manifest manifest = {.profile = "p",
                                      .version = "1.0",
                                      .arch = "x86_64",
                                      .integration = entries,
                                      .integration_count = sizeof entries / sizeof entries[0]};

#define PLIST(ids) "<plist version=\"1.0\"><dict><key>ifdVendorID</key><array>" ids "</array></dict></plist>"
#define ONE(vendor, product)                                                                                 \
  "<string>" vendor "</string></array><key>ifdProductID</key><array><string>" product                        \
  "</string></array><key>ifdFriendlyName</key><array><string>Other</string>"

struct bench {
  struct scene scene;
  struct ce_key_catalogue *catalogue;
  struct ce_device devices[4];
  struct ce_device_list list;
  struct ce_selection_request request;
};

static int set_up(void **state) {
  struct bench *bench = calloc(1, sizeof *bench);
  struct ce_error err;
  scene_open(&bench->scene, false, nothing);
  assert_int_equal(ce_key_catalogue_parse(table, strlen(table), &bench->catalogue, &err), CE_OK);
  bench->list.devices = bench->devices;
  bench->request = (struct ce_selection_request){
      .catalogue = bench->catalogue, .manifest = &manifest, .devices = &bench->list};
  *state = bench;
  return 0;
}

static int tear_down(void **state) {
  struct bench *bench = *state;
  ce_key_catalogue_free(bench->catalogue);
  scene_close(&bench->scene);
  free(bench);
  return 0;
}

static void plug(struct bench *bench, uint16_t vendor_id, uint16_t product_id) {
  bench->devices[bench->list.count++] = (struct ce_device){.vendor_id = vendor_id, .product_id = product_id};
}

static void put_bundle(struct bench *bench, const char *directory, const char *name, const char *plist) {
  CE_AUTO(ce_free) char *contents = ce_text_format("%s/%s/Contents/", directory, name);
  CE_AUTO(ce_free) char *path = ce_text_format("%sInfo.plist", contents);
  scene_make(&bench->scene, contents);
  temp_write(bench->scene.root, path, plist, 0644);
}

static void choose(struct bench *bench, struct ce_selection_plan *plan) {
  struct ce_error err;
  ce_selection_plan_clear(plan);
  assert_int_equal(ce_selection_make(&bench->scene.engine, &bench->request, plan, &err), CE_OK);
}

static void assert_keys(const struct ce_selection *selection, size_t count, uint16_t vendor_id) {
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  struct ce_digest digest;
  assert_non_null(selection->driver_plist);
  assert_int_equal(strlen(selection->driver_plist), selection->driver_plist_size_bytes);
  ce_hash_bytes(selection->driver_plist, strlen(selection->driver_plist), &digest);
  assert_true(ce_digest_equal(&digest, &selection->driver_plist_sha256));
  assert_int_equal(
      ce_driver_list_add_plist(&list, selection->driver_plist, strlen(selection->driver_plist), &err), CE_OK);
  assert_int_equal(list.count, count);
  assert_int_equal(list.ids[0].vendor_id, vendor_id);
}

static void a_key_that_no_driver_lists_brings_the_driver(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  put_bundle(bench, "usr/lib/pcsc/drivers", "ifd-ccid.bundle", PLIST(ONE("0x096E", "0x0807")));
  plug(bench, 0x096e, 0x0807);
  plug(bench, 0x1234, 0x5678);
  plug(bench, 0x055c, 0xe618);
  choose(bench, &plan);
  assert_null(plan.selection.driver_directory);
  assert_false(plan.driver_later);
  plug(bench, 0xf055, 1);
  choose(bench, &plan);
  assert_string_equal(plan.selection.driver_directory, "usr/lib/pcsc/drivers");
  assert_keys(&plan.selection, 1, 0xf055);
  assert_false(plan.driver_later);
}

static void the_profile_brings_the_driver_without_a_key(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  put_bundle(bench, "usr/lib64/pcsc/drivers", "ifd-ccid.bundle", PLIST(ONE("0x0001", "0x0002")));
  bench->request.devices = NULL;
  choose(bench, &plan);
  assert_null(plan.selection.driver_directory);
  bench->request.profile_wants_driver = true;
  choose(bench, &plan);
  assert_string_equal(plan.selection.driver_directory, "usr/lib64/pcsc/drivers");
  assert_keys(&plan.selection, 2, 0x096e);
}

static void no_driver_comes_where_others_list_every_key(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  put_bundle(bench, "usr/lib/pcsc/drivers", "ifd-ccid.bundle", PLIST(ONE("0x096E", "0x0807")));
  put_bundle(bench, "usr/lib/pcsc/drivers", "maker.bundle", PLIST(ONE("0xF055", "0x0001")));
  bench->request.profile_wants_driver = true;
  plug(bench, 0xf055, 1);
  choose(bench, &plan);
  assert_null(plan.selection.driver_directory);
  assert_null(plan.selection.driver_plist);
  assert_false(plan.driver_later);
}

static void its_own_bundle_lists_nothing(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  put_bundle(bench, "usr/lib/pcsc/drivers", "ifd-ccid.bundle", PLIST(ONE("0x096E", "0x0807")));
  put_bundle(bench, "usr/lib/pcsc/drivers", CE_DRIVER_BUNDLE, PLIST(ONE("0xF055", "0x0001")));
  plug(bench, 0xf055, 1);
  choose(bench, &plan);
  assert_keys(&plan.selection, 1, 0xf055);
}

static void a_list_behind_a_link_is_the_roots_own(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  scene_make(&bench->scene, "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/");
  scene_make(&bench->scene, "usr/lib/pcsc/drivers/loop.bundle/Contents/");
  scene_make(&bench->scene, "etc/");
  temp_write(bench->scene.root, "etc/libccid_Info.plist", PLIST(ONE("0xF055", "0x0001")), 0644);
  const char *path = temp_path(bench->scene.root, "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist");
  const char *loop = temp_path(bench->scene.root, "usr/lib/pcsc/drivers/loop.bundle/Contents/Info.plist");
  assert_int_equal(symlink("/etc/libccid_Info.plist", path), 0);
  assert_int_equal(symlink("Info.plist", loop), 0);
  plug(bench, 0xf055, 1);
  choose(bench, &plan);
  assert_null(plan.selection.driver_directory);
  unlink(path);
  assert_int_equal(symlink("../../../../../../etc/libccid_Info.plist", path), 0);
  choose(bench, &plan);
  assert_null(plan.selection.driver_directory);
  unlink(path);
  assert_int_equal(symlink("../../../../../../../../../../etc/libccid_Info.plist", path), 0);
  choose(bench, &plan);
  assert_non_null(plan.selection.driver_directory);
}

static void what_is_not_there_yet_is_chosen_later(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  choose(bench, &plan);
  assert_false(plan.driver_later);
  plug(bench, 0xf055, 1);
  choose(bench, &plan);
  assert_true(plan.driver_later);
  assert_null(plan.selection.driver_directory);
  /* pcscd without libccid: it may turn out not to be needed. */
  scene_make(&bench->scene, "usr/lib/pcsc/drivers/");
  choose(bench, &plan);
  assert_true(plan.driver_later);
  assert_keys(&plan.selection, 2, 0x096e);
}

static struct ce_receipt receipt_of(struct ce_receipt_path *paths, size_t count) {
  return (struct ce_receipt){.installed = true, .manifest = &manifest, .paths = paths, .path_count = count};
}

static void what_was_put_stays(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  struct ce_receipt_path paths[] = {{.path = "etc/pkcs11/modules/gm3000.module", .type = CE_PATH_FILE},
                                    {.path = "usr/lib/pcsc/drivers/" CE_DRIVER_PLIST, .type = CE_PATH_FILE}};
  struct ce_receipt receipt = receipt_of(paths, 2);
  put_bundle(bench, "usr/lib/pcsc/drivers", "ifd-ccid.bundle", PLIST(ONE("0x096E", "0x0807")));
  bench->request.receipt = &receipt;
  choose(bench, &plan);
  assert_keys(&plan.selection, 1, 0xf055);
  assert_string_equal(plan.selection.modules[0], "gm3000");
  assert_null(plan.selection.modules[1]);
}

static void the_modules_of_the_keys_that_are_there_are_chosen(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  choose(bench, &plan);
  assert_null(plan.selection.modules);
  assert_true(ce_selection_wants(&plan.selection, &entries[0]));
  assert_false(ce_selection_wants(&plan.selection, &entries[1]));
  plug(bench, 0x055c, 0xe618);
  plug(bench, 0x055c, 0xe618);
  plug(bench, 0x096e, 0x0807); /* the package has no optional entry for its module */
  choose(bench, &plan);
  assert_string_equal(plan.selection.modules[0], "gm3000");
  assert_null(plan.selection.modules[1]);
  assert_true(ce_selection_wants(&plan.selection, &entries[1]));
  assert_false(ce_selection_wants(&plan.selection, &entries[2]));
}

static void a_package_without_a_driver_gets_none(void **state) {
  struct bench *bench = *state;
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  struct ce_manifest plain = manifest;
  plain.integration_count = 3;
  put_bundle(bench, "usr/lib/pcsc/drivers", "ifd-ccid.bundle", PLIST(ONE("0x096E", "0x0807")));
  bench->request.manifest = &plain;
  bench->request.profile_wants_driver = true;
  choose(bench, &plan);
  assert_null(plan.selection.driver_directory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_key_that_no_driver_lists_brings_the_driver),
      TEST(the_profile_brings_the_driver_without_a_key),
      TEST(no_driver_comes_where_others_list_every_key),
      TEST(its_own_bundle_lists_nothing),
      TEST(a_list_behind_a_link_is_the_roots_own),
      TEST(what_is_not_there_yet_is_chosen_later),
      TEST(what_was_put_stays),
      TEST(the_modules_of_the_keys_that_are_there_are_chosen),
      TEST(a_package_without_a_driver_gets_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
