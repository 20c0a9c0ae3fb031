/* SPDX-License-Identifier: Apache-2.0
 * The download page: filling of the template, what the page says and what it never lets through, the C
 * library that a program needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/blob.h"
#include "publish/site-found.h"
#include "publish/site-libc.h"
#include "publish/site-page.h"
#include "publish/site-template.h"

#include <elf.h>
#include <string.h>

static char *fill(const char *page, const struct ce_site_scope *scope) {
  struct ce_error err = {0};
  struct ce_blob bytes = {0};
  if (ce_site_template_fill(page, strlen(page), scope, &bytes, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  return ce_blob_take_text(&bytes);
}

static void assert_fills(const char *page, const struct ce_site_scope *scope, const char *wanted) {
  char *text = fill(page, scope);
  assert_string_equal(text, wanted);
  free(text);
}

static void assert_refuses(const char *page, const struct ce_site_scope *scope, const char *subject) {
  struct ce_error err = {0};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  assert_int_equal(ce_site_template_fill(page, strlen(page), scope, &bytes, &err), CE_INTERNAL);
  assert_string_equal(err.subject, subject);
}

static const struct ce_site_field page_fields[] = {
    {"name", "A & B", false}, {"markup", "<b>", true}, {"none", "", false}, {"mark", "{{name}}", false}};
static const struct ce_site_field first_fields[] = {{"item", "1", false}, {"arch", "x86_64", false}};
static const struct ce_site_field second_fields[] = {
    {"item", "2", false}, {"arch", "aarch64", false}, {"name", "inner", false}};
static const struct ce_site_scope items[] = {{first_fields, 2, NULL, 0}, {second_fields, 3, NULL, 0}};
static const struct ce_site_list lists[] = {{"items", items, 2}, {"empty", NULL, 0}};
static const struct ce_site_scope scope = {page_fields, 4, lists, 2};

static void escapes_what_html_would_take_for_markup(void **state) {
  (void)state;
  struct ce_error err = {0};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  assert_int_equal(ce_site_escape("<a href=\"x\" id='y'>&amp;\xe4\xb8\xad</a>", &bytes, &err), CE_OK);
  assert_string_equal(ce_blob_text(&bytes),
                      "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;\xe4\xb8\xad&lt;/a&gt;");
}

static void puts_fields_escaped_and_markup_as_it_is(void **state) {
  (void)state;
  assert_fills("<p>{{name}}{{markup}}{{none}}</p>", &scope, "<p>A &amp; B<b></p>");
  assert_fills("no marks, {one} brace } }}", &scope, "no marks, {one} brace } }}");
  assert_fills("", &scope, "");
}

static void never_reads_marks_in_values(void **state) {
  (void)state;
  assert_fills("{{mark}} {{#mark}}{{mark}}{{/mark}}", &scope, "{{name}} {{name}}");
}

static void repeats_sections_for_items_and_looks_outwards_for_names(void **state) {
  (void)state;
  assert_fills("{{#items}}[{{item}} {{name}}]{{/items}}{{#empty}}x{{/empty}}", &scope,
               "[1 A &amp; B][2 inner]");
}

static void shows_sections_of_fields_that_have_text_or_that_text(void **state) {
  (void)state;
  assert_fills("{{#name}}a{{/name}}{{#none}}b{{/none}}", &scope, "a");
  assert_fills("{{#items}}{{#arch x86_64}}Intel{{/arch}}{{#arch aarch64}}ARM{{/arch}} {{/items}}", &scope,
               "Intel ARM ");
  assert_fills("{{#name A & B}}a{{#name A}}b{{/name}}{{/name}}", &scope, "a");
}

static void leaves_no_line_where_only_a_mark_was(void **state) {
  (void)state;
  assert_fills("{{! a note }}\n<ul>\n  {{#items}}\n<li>{{item}}\n{{/items}}\n</ul>{{! end }}\n", &scope,
               "<ul>\n<li>1\n<li>2\n</ul>\n");
}

static void refuses_templates_that_break_the_rules(void **state) {
  (void)state;
  assert_refuses("{{nobody}}", &scope, "nobody");
  assert_refuses("{{#nobody}}{{/nobody}}", &scope, "nobody");
  assert_refuses("{{#items}}", &scope, "items");
  assert_refuses("{{#items}}{{#name}}{{/items}}{{/name}}", &scope, "items");
  assert_refuses("{{/items}}", &scope, "items");
  char deep[512] = "";
  for (int i = 0; i <= CE_SITE_TEMPLATE_DEPTH_MAX; i++) {
    strcat(deep, "{{#name}}");
  }
  for (int i = 0; i <= CE_SITE_TEMPLATE_DEPTH_MAX; i++) {
    strcat(deep, "{{/name}}");
  }
  assert_refuses(deep, &scope, "name");
}

static struct ce_profile sample_profile(void) {
  static char *repositories[] = {NULL};
  return (struct ce_profile){.id = (char *)"test",
                             .organisation_zh = (char *)"<script>\xe6\x9c\xba\xe6\x9e\x84",
                             .organisation_en = (char *)"Smith & \"Sons\"",
                             .portal_url = (char *)"https://example.org/?a='b'&c",
                             .user_service_url = (char *)"http://example.org/service",
                             .phone = (char *)"010-<1>",
                             .initial_pin = (char *)"'<pin>'",
                             .pin_tries = 7,
                             .reminder_days = 45,
                             .repositories = repositories};
}

static struct ce_site_installer sample_installer(const char *arch, const char *name) {
  return (struct ce_site_installer){.file_name = (char *)name,
                                    .arch = arch,
                                    .channel = (char *)"stable",
                                    .version = (char *)"1.2~rc1",
                                    .libc = (char *)"2.34",
                                    .released_s = 1800000000,
                                    .size_bytes = 7602304,
                                    .sha256 = {.bytes = {0xab, 0xcd}}};
}

static char *make(const struct ce_site *site) {
  struct ce_error err = {0};
  struct ce_blob bytes = {0};
  if (ce_site_page_make(site, &bytes, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  return ce_blob_take_text(&bytes);
}

static size_t count_of(const char *text, const char *what) {
  size_t count = 0;
  for (const char *at = strstr(text, what); at; at = strstr(at + 1, what)) {
    count++;
  }
  return count;
}

static void says_the_same_of_installers_in_both_languages(void **state) {
  (void)state;
  struct ce_profile profile = sample_profile();
  struct ce_site_installer installers[] = {sample_installer("x86_64", "one.run"),
                                           sample_installer("aarch64", "two.run")};
  struct ce_site site = {&profile, installers, 2, "", 1800000000 + 86400};
  char *page = make(&site);
  assert_int_equal(count_of(page, "href=\"./one.run\""), 2);
  assert_int_equal(count_of(page, "href=\"./two.run\""), 2);
  assert_int_equal(count_of(page, "7,602,304 "), 4);
  assert_int_equal(count_of(page, "7.6 MB"), 4);
  assert_int_equal(count_of(page, "1.2~rc1"), 4);
  assert_int_equal(count_of(page, "<time datetime=\"2027-01-15\">2027-01-15"), 4);
  assert_int_equal(count_of(page, "<time datetime=\"2027-01-16\">2027-01-16"), 2);
  assert_int_equal(count_of(page, "abcd00000000"), 8);
  assert_non_null(strstr(page, "2.34 or newer"));
  assert_null(strstr(page, "{{"));
  free(page);
}

static void lets_nothing_of_the_profile_through_as_markup(void **state) {
  (void)state;
  struct ce_profile profile = sample_profile();
  struct ce_site_installer installer = sample_installer("x86_64", "one.run");
  installer.channel = (char *)"<beta>";
  struct ce_site site = {&profile, &installer, 1, "", 0};
  char *page = make(&site);
  assert_null(strstr(page, "<script"));
  assert_null(strstr(page, "<pin>"));
  assert_null(strstr(page, "<1>"));
  assert_null(strstr(page, "<beta>"));
  assert_non_null(strstr(page, "&lt;script&gt;"));
  assert_non_null(strstr(page, "Smith &amp; &quot;Sons&quot;"));
  assert_non_null(strstr(page, "href=\"https://example.org/?a=&#39;b&#39;&amp;c\""));
  assert_non_null(strstr(page, "&lt;beta&gt; test channel"));
  assert_non_null(strstr(page, "After 7 wrong PINs"));
  assert_non_null(strstr(page, "From 45 days before"));
  free(page);
}

static void asks_for_a_choice_only_where_there_is_one(void **state) {
  (void)state;
  struct ce_profile profile = sample_profile();
  profile.initial_pin = (char *)"";
  struct ce_site_installer installer = sample_installer("riscv64", "one.run");
  installer.libc = (char *)"";
  struct ce_site site = {&profile, &installer, 1, "", 0};
  char *page = make(&site);
  assert_null(strstr(page, "uname -m"));
  assert_null(strstr(page, "initial PIN"));
  assert_non_null(strstr(page, "64-bit RISC-V"));
  assert_null(strstr(page, "Zhaoxin"));
  assert_non_null(strstr(page, "<td>any</td>"));
  free(page);
}

static void puts_file_names_behind_the_base_address(void **state) {
  (void)state;
  static const char *const bases[] = {"https://example.org/files", "https://example.org/files/"};
  struct ce_profile profile = sample_profile();
  struct ce_site_installer installer = sample_installer("x86_64", "one.run");
  for (size_t i = 0; i < 2; i++) {
    struct ce_site site = {&profile, &installer, 1, bases[i], 0};
    char *page = make(&site);
    assert_int_equal(count_of(page, "href=\"https://example.org/files/one.run\""), 2);
    free(page);
  }
}

static void shows_sizes_to_a_tenth_of_a_megabyte(void **state) {
  (void)state;
  static const struct {
    uint64_t size;
    const char *said;
  } sizes[] = {{1, ">0.1 MB<"},        {149999, ">0.1 MB<"},
               {150000, ">0.2 MB<"},   {1000000000, ">1000.0 MB<"},
               {999, "<td>999 bytes"}, {1234567, "<td>1,234,567 bytes"}};
  struct ce_profile profile = sample_profile();
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    struct ce_site_installer installer = sample_installer("x86_64", "one.run");
    installer.size_bytes = sizes[i].size;
    struct ce_site site = {&profile, &installer, 1, "", 0};
    char *page = make(&site);
    assert_non_null(strstr(page, sizes[i].said));
    free(page);
  }
}

static void gives_the_same_bytes_for_the_same_input(void **state) {
  (void)state;
  struct ce_profile profile = sample_profile();
  struct ce_site_installer installer = sample_installer("x86_64", "one.run");
  struct ce_site site = {&profile, &installer, 1, "", 5};
  char *first = make(&site), *second = make(&site);
  assert_string_equal(first, second);
  free(first);
  free(second);
}

static void sorts_the_most_common_architectures_to_the_front(void **state) {
  (void)state;
  struct ce_site_installers *found = calloc(1, sizeof *found);
  assert_non_null(found);
  static const char *const archs[] = {"sw_64", "aarch64", "loongarch64", "x86_64"};
  static const char *const sorted[] = {"x86_64", "aarch64", "loongarch64", "sw_64"};
  for (; found->count < 4; found->count++) {
    found->items[found->count].arch = archs[found->count];
  }
  ce_site_installers_sort(found);
  for (size_t i = 0; i < 4; i++) {
    assert_string_equal(found->items[i].arch, sorted[i]);
  }
  free(found);
}

/* A program of two sections: needed versions of one library, and their names. */
struct program {
  Elf64_Ehdr header;
  Elf64_Shdr sections[2];
  Elf64_Verneed library;
  Elf64_Vernaux versions[3];
  char names[64];
};

static struct program sample_program(void) {
  struct program program = {
      .header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB},
                 .e_shoff = offsetof(struct program, sections),
                 .e_shentsize = sizeof(Elf64_Shdr),
                 .e_shnum = 2},
      .sections = {{.sh_type = SHT_GNU_verneed,
                    .sh_link = 1,
                    .sh_offset = offsetof(struct program, library),
                    .sh_size = offsetof(struct program, names) - offsetof(struct program, library)},
                   {.sh_type = SHT_STRTAB,
                    .sh_offset = offsetof(struct program, names),
                    .sh_size = sizeof(((struct program *)0)->names)}},
      .library = {.vn_cnt = 3, .vn_aux = sizeof(Elf64_Verneed)},
      .versions = {{.vna_name = 0, .vna_next = sizeof(Elf64_Vernaux)},
                   {.vna_name = 10, .vna_next = sizeof(Elf64_Vernaux)},
                   {.vna_name = 21}},
      .names = "GLIBC_2.4\0GLIBC_2.34\0GLIBC_PRIVATE"};
  return program;
}

static enum ce_code read_libc(const struct program *program, size_t size, char **ret) {
  struct ce_error err = {0};
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  assert_int_equal(ce_reader_of_bytes(program, size, &reader, &err), CE_OK);
  return ce_site_libc_read(reader, "program", ret, &err);
}

static void finds_the_newest_c_library_that_a_program_needs(void **state) {
  (void)state;
  struct program program = sample_program();
  char *version = NULL;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_OK);
  assert_string_equal(version, "2.34");
  free(version);
  program.sections[0].sh_type = SHT_PROGBITS;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_OK);
  assert_string_equal(version, "");
  free(version);
}

static void refuses_needed_versions_that_lead_nowhere(void **state) {
  (void)state;
  char *version = NULL;
  struct program program = sample_program();
  program.sections[0].sh_link = 2;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_BUNDLE_DAMAGED);
  program = sample_program();
  program.sections[0].sh_size = UINT64_MAX;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_BUNDLE_DAMAGED);
  program = sample_program();
  program.library.vn_aux = UINT32_MAX;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_BUNDLE_DAMAGED);
  program = sample_program();
  program.versions[1].vna_name = sizeof program.names;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_BUNDLE_DAMAGED);
  program = sample_program();
  program.library.vn_cnt = UINT16_MAX;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_BUNDLE_DAMAGED);
  program = sample_program();
  program.header.e_shoff = sizeof program;
  assert_int_equal(read_libc(&program, sizeof program, &version), CE_BUNDLE_DAMAGED);
  assert_null(version);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(escapes_what_html_would_take_for_markup),
      cmocka_unit_test(puts_fields_escaped_and_markup_as_it_is),
      cmocka_unit_test(never_reads_marks_in_values),
      cmocka_unit_test(repeats_sections_for_items_and_looks_outwards_for_names),
      cmocka_unit_test(shows_sections_of_fields_that_have_text_or_that_text),
      cmocka_unit_test(leaves_no_line_where_only_a_mark_was),
      cmocka_unit_test(refuses_templates_that_break_the_rules),
      cmocka_unit_test(says_the_same_of_installers_in_both_languages),
      cmocka_unit_test(lets_nothing_of_the_profile_through_as_markup),
      cmocka_unit_test(asks_for_a_choice_only_where_there_is_one),
      cmocka_unit_test(puts_file_names_behind_the_base_address),
      cmocka_unit_test(shows_sizes_to_a_tenth_of_a_megabyte),
      cmocka_unit_test(gives_the_same_bytes_for_the_same_input),
      cmocka_unit_test(sorts_the_most_common_architectures_to_the_front),
      cmocka_unit_test(finds_the_newest_c_library_that_a_program_needs),
      cmocka_unit_test(refuses_needed_versions_that_lead_nowhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
