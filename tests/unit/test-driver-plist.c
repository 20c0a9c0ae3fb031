/* SPDX-License-Identifier: Apache-2.0
 * Tests of the private driver bundle's Info.plist. */
#include "device/drivers.h"
#include "model/driver-plist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SIXTY_THREE "123456789 123456789 123456789 123456789 123456789 123456789 123"

static const char table[] = "055c:e618\t"
                            "hid\tgm3000\tservice\t龙脉\tLongmai\ttest\n"
                            "096e:0807\tccid\topensc\tpuk\t飞天\tFeitian ePass & <new>\ttest\n"
                            "096e:0808\tccid\t-\tpuk\t长名\t" SIXTY_THREE "\xe9\xbe\x99 and more\ttest\n"
                            "f055:0001\tccid\topensc\tpuk\t测试\tTest Key\ttest\n";

static struct ce_key_catalogue *parse(const char *text) {
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err;
  assert_int_equal(ce_key_catalogue_parse(text, strlen(text), &catalogue, &err), CE_OK);
  return catalogue;
}

static bool is_feitian(const void *context, uint16_t vendor_id, uint16_t product_id) {
  assert_string_equal(context, "context");
  return vendor_id == 0x096e && product_id == 0x0807;
}

/* pcscd and libccid scan for <key> and <string> that begin and end on one line. */
static size_t strings_behind(const char *text, const char *key) {
  CE_AUTO(ce_free) char *mark = ce_text_format("\t<key>%s</key>\n", key);
  const char *at = strstr(text, mark);
  assert_non_null(at);
  const char *end = strstr(at + strlen(mark), "<key>");
  size_t count = 0;
  for (const char *found = at; (found = strstr(found, "<string>")) && found < end; found++) {
    const char *line_end = strchr(found, '\n');
    assert_memory_equal(line_end - strlen("</string>"), "</string>", strlen("</string>"));
    count++;
  }
  return count;
}

static void has_what_pcscd_and_libccid_ask_for(void **state) {
  (void)state;
  static const char *const keys[] = {"CFBundleExecutable", "CFBundleName",      "ifdManufacturerString",
                                     "ifdProductString",   "ifdLogLevel",       "ifdDriverOptions",
                                     "ifdCapabilities",    "ifdProtocolSupport"};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = parse(table);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error err;
  size_t count = 0;
  assert_int_equal(ce_driver_plist_write(catalogue, NULL, NULL, &text, &count, &err), CE_OK);
  assert_int_equal(count, 3);
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    assert_int_equal(strings_behind(ce_blob_text(&text), keys[i]), 1);
  }
  assert_int_equal(strings_behind(ce_blob_text(&text), "ifdVendorID"), 3);
  assert_int_equal(strings_behind(ce_blob_text(&text), "ifdProductID"), 3);
  assert_int_equal(strings_behind(ce_blob_text(&text), "ifdFriendlyName"), 3);
  assert_non_null(strstr(ce_blob_text(&text), "<key>Copyright</key>\n\t<string>"));
}

static void names_the_ccid_keys_that_are_not_left_out(void **state) {
  (void)state;
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = parse(table);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  size_t count = 0;
  assert_int_equal(ce_driver_plist_write(catalogue, is_feitian, "context", &text, &count, &err), CE_OK);
  assert_int_equal(count, 2);
  assert_int_equal(ce_driver_list_add_plist(&list, ce_blob_text(&text), text.size, &err), CE_OK);
  assert_int_equal(list.count, 2);
  assert_string_equal(ce_driver_list_find(&list, 0xf055, 1)->name, "Test Key");
  assert_null(ce_driver_list_find(&list, 0x096e, 0x0807));
  assert_null(ce_driver_list_find(&list, 0x055c, 0xe618));
}

static void writes_names_that_both_scanners_read_alike(void **state) {
  (void)state;
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = parse(table);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_driver_plist_write(catalogue, NULL, NULL, &text, NULL, &err), CE_OK);
  assert_non_null(strstr(ce_blob_text(&text), "<string>Feitian ePass &amp; (new)</string>\n"));
  assert_int_equal(ce_driver_list_add_plist(&list, ce_blob_text(&text), text.size, &err), CE_OK);
  assert_string_equal(ce_driver_list_find(&list, 0x096e, 0x0807)->name, "Feitian ePass & (new)");
  assert_string_equal(ce_driver_list_find(&list, 0x096e, 0x0808)->name, SIXTY_THREE);
}

static void appends_nothing_when_it_would_be_too_large(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_blob) struct ce_blob many = {0};
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  for (unsigned i = 0; i < 10000; i++) {
    assert_int_equal(ce_blob_printf(&many, &err, "f055:%04x\tccid\t-\tpuk\t键\t" SIXTY_THREE "\ttest\n", i),
                     CE_OK);
  }
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = parse(ce_blob_text(&many));
  size_t count = 7;
  assert_int_equal(ce_driver_plist_write(catalogue, NULL, NULL, &text, &count, &err), CE_USAGE);
  assert_int_equal(text.size, 0);
  assert_int_equal(count, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_what_pcscd_and_libccid_ask_for),
      cmocka_unit_test(names_the_ccid_keys_that_are_not_left_out),
      cmocka_unit_test(writes_names_that_both_scanners_read_alike),
      cmocka_unit_test(appends_nothing_when_it_would_be_too_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
