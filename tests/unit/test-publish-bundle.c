/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish bundle, and verify of what it made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "bundle/mark.h"
#include "publish-scene.h"

#include <elf.h>

static enum ce_code bundle(struct publish_scene *scene, const char *program, const char *output) {
  return PUBLISH(scene, "bundle", "@repo", "--program", program, "-o", output);
}

static uint64_t size_of(const struct publish_scene *scene, const char *name) {
  struct stat found;
  temp_require(stat(temp_path(scene->directory, name), &found) == 0, name);
  return (uint64_t)found.st_size;
}

static bool same_bytes(const struct publish_scene *scene, const char *a, const char *b) {
  char command[2 * PATH_MAX];
  snprintf(command, sizeof command, "cmp -s '%s' '%s'", temp_path(scene->directory, a),
           temp_path(scene->directory, b));
  return system(command) == 0;
}

/* The smallest program of an architecture. */
static void write_program(const struct publish_scene *scene, const char *name, uint16_t machine) {
  Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB},
                       .e_machine = machine,
                       .e_phoff = sizeof header,
                       .e_phentsize = sizeof(Elf64_Phdr),
                       .e_phnum = 1};
  Elf64_Phdr segment = {.p_type = PT_LOAD, .p_filesz = sizeof header};
  FILE *file = fopen(temp_path(scene->directory, name), "w");
  assert_non_null(file);
  fwrite(&header, sizeof header, 1, file);
  fwrite(&segment, sizeof segment, 1, file);
  assert_int_equal(fclose(file), 0);
}

static void appends_a_repository_that_verifies(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  assert_int_equal(bundle(scene, "@setup", "@setup.run"), CE_OK);
  assert_int_equal(temp_mode(scene->directory, "setup.run"), 0755);
  assert_false(temp_exists(scene->directory, "setup.run.new"));
  assert_int_equal(PUBLISH(scene, "verify", "@setup.run"), CE_OK);
  assert_non_null(strstr(scene->report, "packages/certenv-env_1.0_x86_64.tar.zst"));
  assert_int_equal(PUBLISH(scene, "verify", "@setup.run", "--root", "@repo/metadata/1.root.json"), CE_OK);
}

static void replaces_the_bundle_of_a_program_that_has_one(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  assert_int_equal(bundle(scene, "@setup", "@setup.run"), CE_OK);
  assert_int_equal(bundle(scene, "@setup.run", "@again.run"), CE_OK);
  assert_true(same_bytes(scene, "setup.run", "again.run"));
  temp_write(scene->directory, "tree/more.txt", "more", 0644);
  assert_int_equal(publish_pack(scene, "1.1", "@two"), CE_OK);
  assert_int_equal(publish_add(scene, "@two"), CE_OK);
  assert_int_equal(bundle(scene, "@again.run", "@again.run"), CE_OK);
  assert_int_equal(PUBLISH(scene, "verify", "@again.run"), CE_OK);
  assert_null(strstr(scene->report, "packages/certenv-env_1.0_x86_64.tar.zst"));
  assert_non_null(strstr(scene->report, "ok       packages/certenv-env_1.1_x86_64.tar.zst"));
}

static void takes_along_what_the_programs_architecture_needs(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(PUBLISH(scene, "pack", "--tree", "@tree", "--manifest-template", "@template.json",
                           "--version", "2.0", "--arch", "aarch64", "-o", "@arm"),
                   CE_OK);
  assert_int_equal(publish_add(scene, "@arm"), CE_OK);
  write_program(scene, "arm-setup", EM_AARCH64);
  assert_int_equal(bundle(scene, "@arm-setup", "@arm.run"), CE_OK);
  assert_int_equal(PUBLISH(scene, "verify", "@arm.run"), CE_OK);
  assert_non_null(strstr(scene->report, "ok       packages/certenv-env_2.0_aarch64.tar.zst"));
  assert_non_null(strstr(scene->report, "absent   packages/certenv-env_1.0_x86_64.tar.zst"));
  write_program(scene, "other-setup", EM_RISCV);
  assert_int_equal(bundle(scene, "@other-setup", "@other.run"), CE_NO_SOURCE);
  write_program(scene, "strange-setup", EM_VAX);
  assert_int_equal(bundle(scene, "@strange-setup", "@other.run"), CE_UNSUPPORTED);
  assert_false(temp_exists(scene->directory, "other.run"));
}

static void leaves_out_channels_that_were_not_asked_for(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  assert_int_equal(publish_pack(scene, "2.0", "@two"), CE_OK);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--package", "@two", "--channel", "beta"),
                   CE_OK);
  assert_int_equal(bundle(scene, "@setup", "@all.run"), CE_OK);
  assert_int_equal(
      PUBLISH(scene, "bundle", "@repo", "--program", "@setup", "-o", "@stable.run", "--channel", "stable"),
      CE_OK);
  assert_true(size_of(scene, "stable.run") < size_of(scene, "all.run"));
  assert_int_equal(PUBLISH(scene, "verify", "@stable.run"), CE_OK);
  assert_non_null(strstr(scene->report, "ok       packages/certenv-env_1.0_x86_64.tar.zst"));
  assert_non_null(strstr(scene->report, "absent   packages/certenv-env_2.0_x86_64.tar.zst"));
  assert_int_equal(
      PUBLISH(scene, "bundle", "@repo", "--program", "@setup", "-o", "@none.run", "--channel", "other"),
      CE_NO_SOURCE);
}

static void takes_along_the_roles_that_lead_to_a_channel(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  assert_int_equal(publish_pack(scene, "2.0", "@two"), CE_OK);
  assert_int_equal(publish_add(scene, "@two"), CE_OK);
  assert_int_equal(PUBLISH(scene, "delegate", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--role", "dept", "--paths", "packages/dept-*", "--paths", "channels/dept/*"),
                   CE_OK);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--package", "@one.tar.zst", "--role", "dept", "--channel", "dept"),
                   CE_OK);
  assert_int_equal(
      PUBLISH(scene, "bundle", "@repo", "--program", "@setup", "-o", "@dept.run", "--channel", "dept"),
      CE_OK);
  assert_int_equal(PUBLISH(scene, "verify", "@dept.run"), CE_OK);
  assert_non_null(strstr(scene->report, "ok       role dept: "));
  assert_null(strstr(scene->report, "role archive"));
  assert_non_null(strstr(scene->report, "ok       packages/dept-certenv-env_1.0_x86_64.tar.zst"));
  assert_non_null(strstr(scene->report, "absent   packages/certenv-env_2.0_x86_64.tar.zst"));
}

static void keeps_a_real_program_in_working_order(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char command[PATH_MAX + 64];
  assert_int_equal(bundle(scene, "/bin/true", "@true.run"), CE_OK);
  snprintf(command, sizeof command, "'%s'", temp_path(scene->directory, "true.run"));
  assert_int_equal(system(command), 0);
}

static void notices_damage_anywhere_in_the_bundle(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  assert_int_equal(bundle(scene, "@setup", "@setup.run"), CE_OK);
  uint64_t size = size_of(scene, "setup.run");
  for (uint64_t at = CE_MARK_ALIGN; at < size; at += 509) {
    FILE *file = fopen(temp_path(scene->directory, "setup.run"), "r+");
    assert_non_null(file);
    fseek(file, (long)at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, (long)at, SEEK_SET);
    fputc(byte ^ 0x10, file);
    fclose(file);
    enum ce_code code = PUBLISH(scene, "verify", "@setup.run");
    /* Padding between members belongs to nobody; everything else is refused. */
    if (code != CE_OK && ce_code_exit_status(code) != 5) {
      fail_msg("a flipped bit at %llu: %s", (unsigned long long)at, ce_code_id(code));
    }
    assert_true(code != CE_OK || byte == 0);
    file = fopen(temp_path(scene->directory, "setup.run"), "r+");
    fseek(file, (long)at, SEEK_SET);
    fputc(byte, file);
    fclose(file);
  }
  assert_int_equal(PUBLISH(scene, "verify", "@setup.run"), CE_OK);
  assert_int_equal(truncate(temp_path(scene->directory, "setup.run"), (off_t)size - 1), 0);
  assert_int_equal(PUBLISH(scene, "verify", "@setup.run"), CE_BUNDLE_DAMAGED);
}

static void bundles_nothing_that_does_not_verify(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  char *package = publish_find(scene, "repo/targets", ".tar.zst");
  temp_write(scene->directory, package, "other bytes", 0644);
  assert_int_equal(bundle(scene, "@setup", "@setup.run"), CE_TRUST_DIGEST);
  temp_require(unlink(temp_path(scene->directory, package)) == 0, package);
  temp_link(scene->directory, package, "/etc/passwd");
  assert_int_equal(bundle(scene, "@setup", "@setup.run"), CE_IO);
  assert_false(temp_exists(scene->directory, "setup.run"));
  assert_false(temp_exists(scene->directory, "setup.run.new"));
  free(package);
}

static void bundles_expired_metadata_only_when_told_so(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  write_program(scene, "setup", EM_X86_64);
  scene->now_s += INT64_C(100) * 86400;
  assert_int_equal(bundle(scene, "@setup", "@setup.run"), CE_TRUST_EXPIRED);
  assert_int_equal(
      PUBLISH(scene, "bundle", "@repo", "--program", "@setup", "-o", "@setup.run", "--allow-expired"), CE_OK);
  assert_int_equal(PUBLISH(scene, "verify", "@setup.run"), CE_TRUST_EXPIRED);
  assert_int_equal(PUBLISH(scene, "verify", "@setup.run", "--allow-expired"), CE_OK);
}

static void refuses_what_is_no_program(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(bundle(scene, "@pass", "@setup.run"), CE_BUNDLE_DAMAGED);
  assert_int_equal(bundle(scene, "@nowhere", "@setup.run"), CE_NOT_FOUND);
  write_program(scene, "setup", EM_X86_64);
  assert_int_equal(PUBLISH(scene, "verify", "@setup"), CE_NO_SOURCE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, publish_set_up, publish_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(appends_a_repository_that_verifies),
      TEST(replaces_the_bundle_of_a_program_that_has_one),
      TEST(takes_along_what_the_programs_architecture_needs),
      TEST(leaves_out_channels_that_were_not_asked_for),
      TEST(takes_along_the_roles_that_lead_to_a_channel),
      TEST(keeps_a_real_program_in_working_order),
      TEST(notices_damage_anywhere_in_the_bundle),
      TEST(bundles_nothing_that_does_not_verify),
      TEST(bundles_expired_metadata_only_when_told_so),
      TEST(refuses_what_is_no_program),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
