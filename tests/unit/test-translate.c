/* SPDX-License-Identifier: Apache-2.0
 * Tests of the languages and of the look-up in compiled catalogues. */
#include "base/code.h"
#include "po/catalogue.h"
#include "po/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A .mo with "apple" -> "苹果" and "pear" -> "梨" behind the header entry. */
#define COUNT        3
#define ORIGINALS    28
#define TRANSLATIONS (ORIGINALS + COUNT * 8)
#define TEXTS        (TRANSLATIONS + COUNT * 8)

static void put_u32(uint8_t *at, uint32_t value, bool swapped) {
  value = swapped ? __builtin_bswap32(value) : value;
  memcpy(at, &value, sizeof value);
}

static size_t build_catalogue(uint8_t bytes[256], bool swapped) {
  static const char *const texts[2][COUNT] = {{"", "apple", "pear"}, {"Language: zh_CN\n", "苹果", "梨"}};
  const uint32_t head[] = {0x950412de, 0, COUNT, ORIGINALS, TRANSLATIONS, 0, TEXTS};
  memset(bytes, 0, 256);
  for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
    put_u32(bytes + i * 4, head[i], swapped);
  }
  uint32_t offset = TEXTS;
  for (uint32_t i = 0; i < 2 * COUNT; i++) {
    const char *text = texts[i / COUNT][i % COUNT];
    put_u32(bytes + ORIGINALS + i * 8, (uint32_t)strlen(text), swapped);
    put_u32(bytes + ORIGINALS + i * 8 + 4, offset, swapped);
    memcpy(bytes + offset, text, strlen(text) + 1);
    offset += (uint32_t)strlen(text) + 1;
  }
  return offset;
}

static void finds_translations_in_either_byte_order(void **state) {
  (void)state;
  uint8_t bytes[256];
  for (int swapped = 0; swapped < 2; swapped++) {
    size_t size = build_catalogue(bytes, swapped);
    assert_string_equal(ce_catalogue_find(bytes, size, "apple"), "苹果");
    assert_string_equal(ce_catalogue_find(bytes, size, "pear"), "梨");
    assert_null(ce_catalogue_find(bytes, size, "plum"));
  }
}

static void never_shows_the_header_entry(void **state) {
  (void)state;
  uint8_t bytes[256];
  size_t size = build_catalogue(bytes, false);
  assert_null(ce_catalogue_find(bytes, size, ""));
  assert_string_equal(ce_translate(ce_language_by_name("zh_CN"), ""), "");
}

/* A copy of its own size, so that the address sanitizer sees a read beyond it. */
static const char *find_in_copy(const uint8_t *bytes, size_t size, const char *msgid) {
  uint8_t *copy = malloc(size ? size : 1);
  assert_non_null(copy);
  memcpy(copy, bytes, size);
  const char *found = ce_catalogue_find(copy, size, msgid);
  if (found) {
    assert_true((const uint8_t *)found > copy && (const uint8_t *)found + strlen(found) < copy + size);
  }
  free(copy);
  return found;
}

static void refuses_a_catalogue_cut_at_any_byte(void **state) {
  (void)state;
  uint8_t bytes[256];
  size_t size = build_catalogue(bytes, false);
  for (size_t length = 0; length < size; length++) {
    assert_null(find_in_copy(bytes, length, "pear"));
  }
  assert_non_null(find_in_copy(bytes, size, "pear"));
}

static void survives_any_damaged_byte(void **state) {
  (void)state;
  uint8_t bytes[256];
  size_t size = build_catalogue(bytes, false);
  for (size_t at = 0; at < size; at++) {
    uint8_t kept = bytes[at];
    for (unsigned value = 0; value < 256; value++) {
      bytes[at] = (uint8_t)value;
      find_in_copy(bytes, size, "apple");
      find_in_copy(bytes, size, "pear");
    }
    bytes[at] = kept;
  }
}

static void refuses_an_unknown_revision_and_too_many_entries(void **state) {
  (void)state;
  uint8_t bytes[256];
  size_t size = build_catalogue(bytes, false);
  put_u32(bytes + 4, 1u << 16, false);
  assert_null(ce_catalogue_find(bytes, size, "apple"));
  size = build_catalogue(bytes, false);
  put_u32(bytes + 8, UINT32_MAX, false);
  assert_null(ce_catalogue_find(bytes, size, "apple"));
}

static void refuses_a_text_with_a_nul_inside(void **state) {
  (void)state;
  uint8_t bytes[256];
  size_t size = build_catalogue(bytes, false);
  uint32_t offset;
  memcpy(&offset, bytes + TRANSLATIONS + 12, sizeof offset);
  bytes[offset + 3] = 0;
  assert_null(ce_catalogue_find(bytes, size, "apple"));
}

static const char *choose(const char *option, const char *language, const char *lc_all,
                          const char *lc_messages, const char *lang) {
  const struct ce_language_environment environment = {language, lc_all, lc_messages, lang};
  return ce_language_name(ce_language_choose(option, &environment));
}

static void prefers_the_option_to_the_environment(void **state) {
  (void)state;
  assert_string_equal(choose("zh_CN", "en", "en_US.UTF-8", NULL, "en_US.UTF-8"), "zh_CN");
  assert_string_equal(choose("en", "zh_CN", "zh_CN.UTF-8", NULL, "zh_CN.UTF-8"), "en");
}

static void asks_the_variables_in_order(void **state) {
  (void)state;
  assert_string_equal(choose(NULL, "zh_CN:en", "en_US.UTF-8", NULL, "en_US.UTF-8"), "zh_CN");
  assert_string_equal(choose(NULL, "", "zh_CN.GBK", "en_US", "en_US"), "zh_CN");
  assert_string_equal(choose(NULL, NULL, NULL, "zh_TW", "en_US"), "zh_CN");
  assert_string_equal(choose(NULL, NULL, "", "", "zh"), "zh_CN");
  assert_string_equal(choose(NULL, NULL, NULL, NULL, NULL), "en");
  assert_string_equal(choose(NULL, NULL, NULL, NULL, "C.UTF-8"), "en");
}

static void takes_the_first_language_of_a_list_that_exists(void **state) {
  (void)state;
  assert_string_equal(choose(NULL, "fr_FR:zh_CN:en", NULL, NULL, "fr_FR.UTF-8"), "zh_CN");
  assert_string_equal(choose(NULL, "fr:en_GB:zh_CN", NULL, NULL, "fr_FR.UTF-8"), "en");
  assert_string_equal(choose(NULL, "zha:::", NULL, NULL, "zh_CN"), "en");
}

static void lets_a_plain_c_locale_turn_the_list_off(void **state) {
  (void)state;
  assert_string_equal(choose(NULL, "zh_CN", "C", NULL, "zh_CN.UTF-8"), "en");
  assert_string_equal(choose(NULL, "zh_CN", "POSIX", NULL, "zh_CN.UTF-8"), "en");
  assert_string_equal(choose(NULL, "zh_CN", "C.UTF-8", NULL, NULL), "zh_CN");
}

static void knows_its_languages_by_name_only(void **state) {
  (void)state;
  assert_string_equal(ce_language_name(ce_language_by_name("zh_CN")), "zh_CN");
  assert_string_equal(ce_language_name(ce_language_by_name("en")), "en");
  assert_null(ce_language_by_name("zh"));
  assert_null(ce_language_by_name(""));
}

static void translates_the_sentence_of_every_outcome(void **state) {
  (void)state;
  const struct ce_language *chinese = ce_language_by_name("zh_CN");
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    const char *sentence = ce_code_sentence(code);
    assert_string_not_equal(ce_translate(chinese, sentence), sentence);
    assert_ptr_equal(ce_translate(ce_language_by_name("en"), sentence), sentence);
  }
}

static void gives_an_unknown_sentence_back(void **state) {
  (void)state;
  const char *sentence = "No catalogue knows this.";
  assert_ptr_equal(ce_translate(ce_language_by_name("zh_CN"), sentence), sentence);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_translations_in_either_byte_order),
      cmocka_unit_test(never_shows_the_header_entry),
      cmocka_unit_test(refuses_a_catalogue_cut_at_any_byte),
      cmocka_unit_test(survives_any_damaged_byte),
      cmocka_unit_test(refuses_an_unknown_revision_and_too_many_entries),
      cmocka_unit_test(refuses_a_text_with_a_nul_inside),
      cmocka_unit_test(prefers_the_option_to_the_environment),
      cmocka_unit_test(asks_the_variables_in_order),
      cmocka_unit_test(takes_the_first_language_of_a_list_that_exists),
      cmocka_unit_test(lets_a_plain_c_locale_turn_the_list_off),
      cmocka_unit_test(knows_its_languages_by_name_only),
      cmocka_unit_test(translates_the_sentence_of_every_outcome),
      cmocka_unit_test(gives_an_unknown_sentence_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
