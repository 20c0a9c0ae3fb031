/* SPDX-License-Identifier: Apache-2.0
 * Small files of a package that is not unpacked yet. */
#include "engine/package-document.h"
#include "fakes/package.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct ce_fake_member members[] = {{"a/first", 0644, "one\n", NULL},
                                                {"a/link", 0, NULL, "first"},
                                                {"b/large", 0644, "more than is allowed\n", NULL},
                                                {"c/second", 0644, "", NULL},
                                                {"d/last", 0644, "behind\n", NULL},
                                                {0}};
static const struct ce_integration none[] = {{0}};

static void make(struct ce_fake_package *package) {
  ce_fake_package_make(&(struct ce_fake_recipe){"1.0", members, none}, package);
}

static void reads_what_is_asked_for_and_there(void **state) {
  (void)state;
  CE_AUTO(ce_fake_package) struct ce_fake_package package = {0};
  make(&package);
  struct ce_package_document documents[] = {{.path = "c/second", .bytes_max = 10},
                                            {.path = "a/first", .bytes_max = 4},
                                            {.path = "a/link", .bytes_max = 10},
                                            {.path = "b/large", .bytes_max = 20},
                                            {.path = "nothing", .bytes_max = 20}};
  CE_AUTO(ce_package) struct ce_package *opened = ce_fake_package_open(&package);
  assert_true(ce_package_documents_lack(ce_package_manifest(opened), documents, 5));
  ce_package_documents_from_package(package.reader, documents, 5);
  assert_true(documents[0].found);
  assert_int_equal(documents[0].bytes.size, 0);
  assert_true(documents[1].found);
  assert_string_equal(ce_blob_text(&documents[1].bytes), "one\n");
  for (size_t i = 2; i < 5; i++) {
    assert_false(documents[i].found);
  }
  assert_false(ce_package_documents_lack(ce_package_manifest(opened), documents, 5));
  ce_blob_clear(&documents[0].bytes);
  ce_blob_clear(&documents[1].bytes);
}

static enum ce_code begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                          struct ce_error *err) {
  (void)file;
  (void)err;
  ++*(size_t *)context;
  *ret_wanted = false;
  return CE_OK;
}

static void leaves_the_package_to_be_walked(void **state) {
  (void)state;
  CE_AUTO(ce_fake_package) struct ce_fake_package package = {0};
  struct ce_error err;
  make(&package);
  CE_AUTO(ce_package) struct ce_package *opened = ce_fake_package_open(&package);
  struct ce_package_document document = {.path = "a/first", .bytes_max = 4};
  ce_package_documents_from_package(package.reader, &document, 1);
  assert_true(document.found);
  size_t count = 0;
  struct ce_package_visitor visitor = {.begin = begin, .context = &count};
  assert_int_equal(ce_package_walk(opened, &visitor, &err), CE_OK);
  assert_int_equal(count, 5);
  ce_blob_clear(&document.bytes);
}

static void finds_nothing_in_a_package_whose_bytes_are_wrong(void **state) {
  (void)state;
  CE_AUTO(ce_fake_package) struct ce_fake_package package = {0};
  make(&package);
  package.bytes.data[package.bytes.size / 2] ^= 0xff;
  struct ce_package_document document = {.path = "d/last", .bytes_max = 100};
  ce_package_documents_from_package(package.reader, &document, 1);
  assert_false(document.found);
  ce_blob_clear(&document.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_what_is_asked_for_and_there),
      cmocka_unit_test(leaves_the_package_to_be_walked),
      cmocka_unit_test(finds_nothing_in_a_package_whose_bytes_are_wrong),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
