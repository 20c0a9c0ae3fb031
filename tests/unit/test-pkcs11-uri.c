/* SPDX-License-Identifier: Apache-2.0
 * PKCS#11 URIs: what is read from them, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/pkcs11-uri.h"

#include <string.h>

static enum ce_code parse(const char *text, struct ce_pkcs11_uri *ret, struct ce_error *err) {
  *ret = (struct ce_pkcs11_uri){0};
  return ce_pkcs11_uri_parse(text, ret, err);
}

static void reads_every_attribute(void **state) {
  (void)state;
  struct ce_pkcs11_uri uri;
  struct ce_error err;
  assert_int_equal(
      parse("pkcs11:token=Root%20keys;manufacturer=Snake%20Oil;model=1.0;serial=DE:CA;slot-id=327;"
            "object=my-key;id=%00%01%ff;type=private?module-path=/usr/lib/m.so&"
            "pin-source=file:/run/pin",
            &uri, &err),
      CE_OK);
  assert_string_equal(uri.token, "Root keys");
  assert_string_equal(uri.manufacturer, "Snake Oil");
  assert_string_equal(uri.model, "1.0");
  assert_string_equal(uri.serial, "DE:CA");
  assert_string_equal(uri.object, "my-key");
  assert_true(uri.has_slot_id);
  assert_int_equal(uri.slot_id, 327);
  assert_int_equal(uri.id.size, 3);
  assert_memory_equal(uri.id.data, "\x00\x01\xff", 3);
  assert_string_equal(uri.module_path, "/usr/lib/m.so");
  assert_string_equal(uri.pin_file, "/run/pin");
  ce_pkcs11_uri_clear(&uri);
}

static void leaves_out_what_is_not_given(void **state) {
  (void)state;
  struct ce_pkcs11_uri uri;
  struct ce_error err;
  assert_int_equal(parse("pkcs11:object=key?pin-source=/run/pin", &uri, &err), CE_OK);
  assert_null(uri.token);
  assert_false(uri.has_slot_id);
  assert_int_equal(uri.id.size, 0);
  assert_string_equal(uri.module_path, CE_PKCS11_URI_MODULE_DEFAULT);
  assert_string_equal(uri.pin_file, "/run/pin");
  assert_string_equal(uri.text, "pkcs11:object=key?pin-source=/run/pin");
  ce_pkcs11_uri_clear(&uri);
}

static void refuses_what_is_not_one(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "pkcs11",
      "http://x",
      "PKCS11:object=a",
      "pkcs11:",
      "pkcs11:token=a",
      "pkcs11:object",
      "pkcs11:object=",
      "pkcs11:object=a;object=b",
      "pkcs11:object=a;;token=b",
      "pkcs11:object=a%",
      "pkcs11:object=a%4",
      "pkcs11:object=a%4g",
      "pkcs11:object=a b",
      "pkcs11:object=a\nb",
      "pkcs11:object=\xc3\xa9",
      "pkcs11:object=a%00b",
      "pkcs11:object=a;slot-id=x",
      "pkcs11:object=a;slot-id=-1",
      "pkcs11:object=a;slot-id=99999999999999999999",
      "pkcs11:object=a;type=public",
      "pkcs11:object=a;type=private%00",
      "pkcs11:object=a;module-path=/m.so",
      "pkcs11:object=a?object=b",
      "pkcs11:object=a?module-path=lib/m.so",
      "pkcs11:object=a?module-name=m",
      "pkcs11:object=a?pin-source=|cat",
      "pkcs11:object=a?pin-source=pin",
      "pkcs11:object=a?pin-source=file:pin",
      "pkcs11:object=a;x-vendor=1",
      "pkcs11:object=a?x=1;y=2",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct ce_pkcs11_uri uri;
    struct ce_error err = {0};
    if (parse(wrong[i], &uri, &err) != CE_USAGE || !err.detail[0]) {
      fail_msg("not refused: %s", wrong[i]);
    }
  }
}

static void keeps_the_pin_out_of_it(void **state) {
  (void)state;
  struct ce_pkcs11_uri uri;
  struct ce_error err;
  assert_int_equal(parse("pkcs11:object=a?pin-value=1234", &uri, &err), CE_USAGE);
  assert_null(strstr(err.detail, "1234"));
  assert_non_null(strstr(err.detail, "use pin-source"));
}

static void refuses_a_uri_that_is_too_long(void **state) {
  (void)state;
  static char text[CE_PKCS11_URI_MAX + 2] = "pkcs11:object=";
  struct ce_pkcs11_uri uri;
  struct ce_error err;
  memset(text + strlen(text), 'a', CE_PKCS11_URI_MAX - strlen(text));
  assert_int_equal(parse(text, &uri, &err), CE_OK);
  ce_pkcs11_uri_clear(&uri);
  text[CE_PKCS11_URI_MAX] = 'a';
  assert_int_equal(parse(text, &uri, &err), CE_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_attribute),          cmocka_unit_test(leaves_out_what_is_not_given),
      cmocka_unit_test(refuses_what_is_not_one),        cmocka_unit_test(keeps_the_pin_out_of_it),
      cmocka_unit_test(refuses_a_uri_that_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
