/* SPDX-License-Identifier: Apache-2.0
 * Tests of whose doing a refusal is. */
#include "engine/blame.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#define HIGH .confidence = CE_CONFIDENCE_HIGH
static struct ce_finding machine[] = {
    {.id = "noexec", .level = CE_FINDING_FAULT, .effects = CE_EFFECT_PROGRAMS, HIGH},
    {.id = "usbguard", .level = CE_FINDING_FAULT, .effects = CE_EFFECT_DEVICES, HIGH},
    {.id = "scanner", .level = CE_FINDING_WARNING, .effects = CE_EFFECT_FILES, HIGH},
    {.id = "fapolicyd", .level = CE_FINDING_WARNING, .effects = CE_EFFECT_PROGRAMS, HIGH},
    {.id = "rumour", .level = CE_FINDING_WARNING, .effects = CE_EFFECT_PROGRAMS | CE_EFFECT_FILES},
};
static const struct ce_finding_list all = {.items = machine, .count = 5};
static const struct ce_finding_list devices = {.items = machine + 1, .count = 1};
static const struct ce_finding_list scanners = {.items = machine + 1, .count = 2};
static const struct ce_finding_list rumours = {.items = machine + 4, .count = 1};
static const struct ce_finding_list nobody = {0};

static const char *blamed(struct ce_blame_case what, const struct ce_finding_list *findings) {
  const struct ce_finding *finding = ce_blame_find(&what, findings);
  return finding ? finding->id : "nobody";
}

static struct ce_blame_case start_failed(int sys_errno) {
  return (struct ce_blame_case){.act = CE_BLAME_START, .sys_errno = sys_errno};
}

static struct ce_blame_case ended(int exit_status, const char *words) {
  return (struct ce_blame_case){.act = CE_BLAME_START, .exit_status = exit_status, .words = words};
}

static void blames_who_refuses_programs_for_a_start_that_is_not_permitted(void **state) {
  (void)state;
  assert_string_equal(blamed(start_failed(EPERM), &all), "fapolicyd");
  assert_string_equal(blamed(start_failed(EPERM), &scanners), "scanner");
  assert_string_equal(blamed(start_failed(EPERM), &devices), "nobody");
}

static void blames_the_mount_for_a_start_without_the_right_to_execute(void **state) {
  (void)state;
  assert_string_equal(blamed(start_failed(EACCES), &all), "noexec");
}

static void blames_nobody_for_a_start_that_failed_otherwise(void **state) {
  (void)state;
  assert_string_equal(blamed(start_failed(ENOMEM), &all), "nobody");
  assert_string_equal(blamed(start_failed(ENOENT), &all), "nobody");
  assert_string_equal(blamed(ended(0, "Permission denied"), &all), "nobody");
  assert_string_equal(blamed(ended(1, "no slot"), &all), "nobody");
  assert_string_equal(blamed(ended(127, "cannot open shared object file: No such file"), &all), "nobody");
}

static void blames_for_a_library_that_may_not_be_mapped(void **state) {
  (void)state;
  const char *words = "libx.so: failed to map segment from shared object";
  assert_string_equal(blamed(ended(127, words), &all), "fapolicyd");
  assert_string_equal(blamed(ended(2, words), &all), "fapolicyd");
  assert_string_equal(blamed(ended(126, "sh: x: Operation not permitted"), &all), "fapolicyd");
}

static void blames_for_a_program_that_was_killed_at_its_start(void **state) {
  (void)state;
  assert_string_equal(blamed(ended(128 + SIGSEGV, ""), &all), "fapolicyd");
  assert_string_equal(blamed(ended(128 + SIGKILL, ""), &all), "fapolicyd");
  assert_string_equal(blamed(ended(128 + SIGSEGV, ""), &scanners), "nobody");
  assert_string_equal(blamed(ended(128 + SIGABRT, ""), &all), "nobody");
}

static void blames_who_scans_files_for_one_that_is_gone_or_refused(void **state) {
  (void)state;
  struct ce_blame_case gone = {.act = CE_BLAME_KEEP};
  struct ce_blame_case refused = {.act = CE_BLAME_WRITE, .sys_errno = EACCES};
  struct ce_blame_case full = {.act = CE_BLAME_WRITE, .sys_errno = ENOSPC};
  assert_string_equal(blamed(gone, &all), "scanner");
  assert_string_equal(blamed(gone, &devices), "nobody");
  assert_string_equal(blamed(refused, &all), "scanner");
  assert_string_equal(blamed(full, &all), "nobody");
}

static void names_nobody_whom_only_a_rumour_names(void **state) {
  (void)state;
  assert_string_equal(blamed(start_failed(EPERM), &rumours), "nobody");
  assert_string_equal(blamed(start_failed(EPERM), &nobody), "nobody");
}

static void takes_advice_for_a_plain_refusal_only(void **state) {
  (void)state;
  struct ce_finding listed = {
      .id = "fapolicyd", .level = CE_FINDING_ADVICE, .effects = CE_EFFECT_PROGRAMS, HIGH};
  const struct ce_finding_list list = {.items = &listed, .count = 1};
  assert_string_equal(blamed(start_failed(EPERM), &list), "fapolicyd");
  assert_string_equal(blamed(start_failed(EACCES), &list), "nobody");
  assert_string_equal(blamed(ended(128 + SIGSEGV, ""), &list), "nobody");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blames_who_refuses_programs_for_a_start_that_is_not_permitted),
      cmocka_unit_test(blames_the_mount_for_a_start_without_the_right_to_execute),
      cmocka_unit_test(blames_nobody_for_a_start_that_failed_otherwise),
      cmocka_unit_test(blames_for_a_library_that_may_not_be_mapped),
      cmocka_unit_test(blames_for_a_program_that_was_killed_at_its_start),
      cmocka_unit_test(blames_who_scans_files_for_one_that_is_gone_or_refused),
      cmocka_unit_test(names_nobody_whom_only_a_rumour_names),
      cmocka_unit_test(takes_advice_for_a_plain_refusal_only),
  };
  return cmocka_run_group_tests_name("blame", tests, NULL, NULL);
}
