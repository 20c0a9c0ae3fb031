/* SPDX-License-Identifier: Apache-2.0
 * Tests of base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ports/base64.h"

#include <string.h>

/* RFC 4648 section 10: so many bytes of "foobar". */
static const char *const vectors[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};

static void writes_and_reads_the_vectors_of_the_rfc(void **state) {
  (void)state;
  for (size_t size = 0; size < sizeof vectors / sizeof vectors[0]; size++) {
    CE_AUTO(ce_blob) struct ce_blob text = {0};
    CE_AUTO(ce_blob) struct ce_blob bytes = {0};
    struct ce_error err;
    assert_int_equal(ce_base64_encode("foobar", size, &text, &err), CE_OK);
    assert_string_equal(ce_blob_text(&text), vectors[size]);
    assert_true(ce_base64_decode(vectors[size], &bytes));
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data ? (const char *)bytes.data : "", "foobar", size);
  }
}

static void reads_back_every_byte(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_blob) struct ce_blob read = {0};
  struct ce_error err;
  uint8_t bytes[256];
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = (uint8_t)i;
  }
  assert_int_equal(ce_base64_encode(bytes, sizeof bytes, &text, &err), CE_OK);
  assert_true(ce_base64_decode(ce_blob_text(&text), &read));
  assert_int_equal(read.size, sizeof bytes);
  assert_memory_equal(read.data, bytes, sizeof bytes);
}

static void refuses_what_no_encoder_writes(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "Z",    "Zg",   "Zg=",  "Zg===", "=",      "====",     "Z===",       "Zg=v",
      "Zh==", "Zm9=", "Z g=", "Zm-v",  "Zm9v\n", "Zg==Zg==", "\xc3\xa9==", "Zm9vZg"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    if (ce_base64_decode(wrong[i], &bytes)) {
      fail_msg("it takes %s", wrong[i]);
    }
    assert_int_equal(bytes.size, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_and_reads_the_vectors_of_the_rfc),
      cmocka_unit_test(reads_back_every_byte),
      cmocka_unit_test(refuses_what_no_encoder_writes),
  };
  return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
