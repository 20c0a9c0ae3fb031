/* SPDX-License-Identifier: Apache-2.0
 * Tests of the launcher on a desktop: what the record makes of what is there, and when the desktops are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "launcher/gvfs-metadata.h"
#include "launcher/launcher.h"
#include "temp-tree.h"

#define NAME   "certenv-assistant.desktop"
#define PLACE  "Desktop/" NAME
#define RECORD "state/certenv/launcher.json"

struct scene {
  char *home;
  char config[PATH_MAX], state[PATH_MAX], tree[PATH_MAX];
  struct ce_process process;
  size_t marks;            /* how often the program was started to mark */
  char last[4 * PATH_MAX]; /* how it was started */
  int mark_status;
  bool no_process;
  struct ce_launcher_request request;
};

static enum ce_code fake_child(void *context, const char *const argv[], const char *const extra_env[],
                               int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  struct scene *scene = context;
  (void)extra_env, (void)timeout_ms;
  scene->marks++;
  scene->last[0] = '\0';
  for (size_t i = 0; argv[i]; i++) {
    size_t used = strlen(scene->last);
    snprintf(scene->last + used, sizeof scene->last - used, "%s%s", i > 0 ? " " : "", argv[i]);
  }
  if (scene->no_process) {
    return ce_fail(err, CE_CHILD, "run", argv[0], "it did not end in time");
  }
  ret->exit_status = scene->mark_status;
  return CE_OK;
}

static void release(struct scene *scene, const char *text) {
  temp_write(scene->tree, "share/applications/" NAME, text, 0644);
}

static void open_scene(struct scene *scene) {
  *scene = (struct scene){.home = temp_make()};
  snprintf(scene->config, sizeof scene->config, "%s/config", scene->home);
  snprintf(scene->state, sizeof scene->state, "%s/state", scene->home);
  snprintf(scene->tree, sizeof scene->tree, "%s/1.0", scene->home);
  temp_directory(scene->home, "Desktop");
  temp_directory(scene->home, "1.0");
  temp_directory(scene->home, "1.0/share");
  temp_directory(scene->home, "1.0/share/applications");
  release(scene, "one\n");
  scene->process = (struct ce_process){.run = fake_child, .context = scene};
  scene->request = (struct ce_launcher_request){.home = scene->home,
                                                .config_home = scene->config,
                                                .state_home = scene->state,
                                                .tree = scene->tree,
                                                .process = &scene->process};
}

static void close_scene(struct scene *scene) {
  temp_remove(scene->home);
}

static void place(const struct scene *scene, enum ce_launcher_state state, bool did, bool trusted) {
  CE_AUTO(ce_launcher_report) struct ce_launcher_report report = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_launcher_place(&scene->request, &report, &err), CE_OK);
  assert_string_equal(ce_launcher_state_name(report.state), ce_launcher_state_name(state));
  assert_int_equal(report.did, did);
  assert_int_equal(report.trusted, trusted);
}

static void marks_once_and_again_after_an_update(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  assert_int_equal(scene.marks, 1);
  place(&scene, CE_LAUNCHER_PLACED, false, true);
  assert_int_equal(scene.marks, 1);
  release(&scene, "two\n");
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  assert_int_equal(scene.marks, 2);
  assert_string_equal(temp_read(scene.home, PLACE), "two\n");
  assert_int_equal(temp_mode(scene.home, PLACE), 0755);
  close_scene(&scene);
}

/* GVfs as the child that marks sees it. */
static char gvfs_said[8][128];
static size_t gvfs_count, gvfs_files;
static const char *gvfs_refuses;

static void *open_file(const char *path) {
  gvfs_files++;
  return strdup(path);
}

static int set_attribute(void *file, const char *attribute, unsigned type, const void *value, unsigned flags,
                         void *cancellable, void **error) {
  assert_string_equal(file, "/home/zhang/Desktop/x.desktop");
  assert_int_equal(flags, 0);
  assert_null(cancellable);
  assert_null(error);
  snprintf(gvfs_said[gvfs_count++], sizeof gvfs_said[0], "%u %s %s", type, attribute,
           value ? (const char *)value : "-");
  return !gvfs_refuses || strcmp(gvfs_refuses, attribute) != 0;
}

static void drop_file(void *object) {
  gvfs_files--;
  free(object);
}

static bool tell_gvfs(const char *refuses) {
  static const struct ce_gvfs_calls calls = {open_file, set_attribute, drop_file};
  static const struct ce_gvfs_mark marks[] = {{"metadata::one", "value"}, {"metadata::two", NULL}};
  gvfs_count = 0;
  gvfs_refuses = refuses;
  bool set = ce_gvfs_set(&calls, "/home/zhang/Desktop/x.desktop", marks, 2);
  assert_int_equal(gvfs_files, 0);
  return set;
}

static void tells_gvfs_of_each_mark_until_one_is_refused(void **state) {
  (void)state;
  assert_true(tell_gvfs(NULL));
  assert_int_equal(gvfs_count, 2);
  assert_string_equal(gvfs_said[0], "1 metadata::one value"); /* a string */
  assert_string_equal(gvfs_said[1], "0 metadata::two -");     /* taken away */
  assert_false(tell_gvfs("metadata::one"));
  assert_int_equal(gvfs_count, 1);
  assert_false(tell_gvfs("metadata::two"));
}

static void assert_told(const struct scene *scene, const char *checksum) {
  char expected[4 * PATH_MAX];
  snprintf(expected, sizeof expected, "/proc/self/exe mark %s%s%s", temp_path(scene->home, PLACE),
           checksum ? " " : "", checksum ? checksum : "");
  assert_string_equal(scene->last, expected);
}

/* Xfce compares the content with the checksum, as lower-case SHA-256. */
static void is_what_xfce_trusts(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  assert_told(&scene, "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806");
  assert_int_equal(temp_mode(scene.home, PLACE) & 0100, 0100);
  close_scene(&scene);
}

/* GNOME's desktop icons (DING) want, beside a mark, the executable bit, and that nobody else writes there. */
static void is_what_gnome_trusts(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  assert_int_equal(rmdir(temp_path(scene.home, "Desktop")), 0);
  temp_directory(scene.home, "config");
  temp_write(scene.home, "config/user-dirs.dirs", "XDG_DESKTOP_DIR=\"$HOME/Desktop\"\n", 0644);
  scene.request.desktop = true;
  mode_t mask = umask(0);
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  umask(mask);
  assert_int_equal(temp_mode(scene.home, PLACE) & 0122, 0100);
  assert_int_equal(temp_mode(scene.home, "Desktop") & 022, 0);
  close_scene(&scene);
}

/* Plasma and DDE have no marks: the executable bit is all, also where no mark can be set. */
static void is_what_kde_and_dde_trust(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  scene.no_process = true;
  place(&scene, CE_LAUNCHER_PLACED, true, false);
  assert_int_equal(temp_mode(scene.home, PLACE), 0755);
  assert_string_equal(temp_read(scene.home, PLACE), "one\n");
  place(&scene, CE_LAUNCHER_PLACED, false, false);
  close_scene(&scene);
}

static void marks_later_where_there_was_no_session_or_no_answer(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  scene.request.process = NULL;
  place(&scene, CE_LAUNCHER_PLACED, true, false);
  scene.request.process = &scene.process;
  scene.mark_status = 1;
  place(&scene, CE_LAUNCHER_PLACED, false, false);
  assert_int_equal(scene.marks, 1);
  scene.mark_status = 0;
  place(&scene, CE_LAUNCHER_PLACED, false, true);
  close_scene(&scene);
}

/* What a run leaves that was killed between the record and the launcher, and between the launcher and the
 * record. */
static void goes_on_where_another_run_was_killed(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  char record[4096];
  snprintf(record, sizeof record, "%s", temp_read(scene.home, RECORD));
  char *placed = strstr(record, "\"placed\": true");
  assert_non_null(placed);
  memcpy(placed, "\"placed\":false", 14);
  temp_write(scene.home, RECORD, record, 0600);
  place(&scene, CE_LAUNCHER_PLACED, false, true);
  temp_write(scene.home, RECORD, record, 0600);
  assert_int_equal(unlink(temp_path(scene.home, PLACE)), 0);
  temp_write(scene.home, "Desktop/." NAME ".new", "half", 0600);
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  assert_false(temp_exists(scene.home, "Desktop/." NAME ".new"));
  assert_int_equal(unlink(temp_path(scene.home, PLACE)), 0);
  place(&scene, CE_LAUNCHER_DELETED, false, false);
  close_scene(&scene);
}

static void refuses_a_record_of_another_place(void **state) {
  (void)state;
  struct scene scene;
  CE_AUTO(ce_launcher_report) struct ce_launcher_report report = {0};
  struct ce_error err;
  open_scene(&scene);
  temp_write(scene.home, "precious", "precious", 0644);
  temp_directory(scene.home, "state");
  temp_directory(scene.home, "state/certenv");
  char record[4096];
  snprintf(
      record, sizeof record,
      "{\"format\":1,\"version\":\"1\",\"path\":\"%s/precious\",\"placed\":true,\"trusted\":true,\"sha256\":"
      "\"2ef9dffa1e0ba5f6a2b1d1fe8d1dd1b9d1ba9f2b8fd0d3b8d2d0f1b5e3a5d5aa\"}",
      scene.home);
  temp_write(scene.home, RECORD, record, 0600);
  assert_int_equal(ce_launcher_place(&scene.request, &report, &err), CE_RECEIPT_DAMAGED);
  assert_int_equal(ce_launcher_remove(&scene.request, &report, &err), CE_OK);
  assert_true(temp_exists(scene.home, "precious"));
  assert_false(temp_exists(scene.home, "state/certenv"));
  close_scene(&scene);
}

/* What a person's state may hold when the launcher is to go. */
static const char *const unreadable_records[] = {"{", "", "[]", "{\"format\":2,\"path\":\"elsewhere\"}"};

static void remove_launcher(const struct scene *scene, enum ce_launcher_state state, bool did) {
  CE_AUTO(ce_launcher_report) struct ce_launcher_report report = {0};
  struct ce_error err;
  assert_int_equal(ce_launcher_remove(&scene->request, &report, &err), CE_OK);
  assert_string_equal(ce_launcher_state_name(report.state), ce_launcher_state_name(state));
  assert_int_equal(report.did, did);
  assert_false(temp_exists(scene->home, "state/certenv"));
}

static void removes_its_launcher_where_the_record_cannot_be_read(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  for (size_t i = 0; i < sizeof unreadable_records / sizeof unreadable_records[0]; i++) {
    place(&scene, CE_LAUNCHER_PLACED, true, true);
    temp_write(scene.home, RECORD, unreadable_records[i], 0600);
    remove_launcher(&scene, CE_LAUNCHER_ABSENT, true);
    assert_false(temp_exists(scene.home, PLACE));
    assert_told(&scene, NULL);
  }
  close_scene(&scene);
}

/* Somebody else's, as far as anybody can tell: it stays, and that is told. */
static void keeps_an_unknown_file_where_the_record_cannot_be_read(void **state) {
  (void)state;
  struct scene scene;
  open_scene(&scene);
  temp_directory(scene.home, "state");
  for (size_t i = 0; i < sizeof unreadable_records / sizeof unreadable_records[0]; i++) {
    temp_directory(scene.home, "state/certenv");
    temp_write(scene.home, RECORD, unreadable_records[i], 0600);
    temp_write(scene.home, PLACE, "mine\n", 0644);
    remove_launcher(&scene, CE_LAUNCHER_TAKEN, false);
    assert_string_equal(temp_read(scene.home, PLACE), "mine\n");
    scene.request.tree = i % 2 ? scene.tree : NULL;
  }
  close_scene(&scene);
}

static void takes_the_marks_back_with_the_launcher(void **state) {
  (void)state;
  struct scene scene;
  CE_AUTO(ce_launcher_report) struct ce_launcher_report report = {0};
  struct ce_error err;
  open_scene(&scene);
  place(&scene, CE_LAUNCHER_PLACED, true, true);
  scene.request.tree = NULL; /* it may be gone by then */
  assert_int_equal(ce_launcher_remove(&scene.request, &report, &err), CE_OK);
  assert_int_equal(report.state, CE_LAUNCHER_ABSENT);
  assert_true(report.did);
  assert_int_equal(scene.marks, 2);
  assert_told(&scene, NULL);
  assert_false(temp_exists(scene.home, PLACE));
  close_scene(&scene);
}

static void finds_no_home_and_no_launcher_in_the_tree(void **state) {
  (void)state;
  struct scene scene;
  CE_AUTO(ce_launcher_report) struct ce_launcher_report report = {0};
  struct ce_error err;
  open_scene(&scene);
  scene.request.home = "/nonexistent/home";
  place(&scene, CE_LAUNCHER_NO_HOME, false, false);
  scene.request.home = scene.home;
  assert_int_equal(unlink(temp_path(scene.tree, "share/applications/" NAME)), 0);
  assert_int_equal(ce_launcher_place(&scene.request, &report, &err), CE_NOT_FOUND);
  assert_false(temp_exists(scene.home, "state"));
  close_scene(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(marks_once_and_again_after_an_update),
      cmocka_unit_test(tells_gvfs_of_each_mark_until_one_is_refused),
      cmocka_unit_test(is_what_xfce_trusts),
      cmocka_unit_test(is_what_gnome_trusts),
      cmocka_unit_test(is_what_kde_and_dde_trust),
      cmocka_unit_test(marks_later_where_there_was_no_session_or_no_answer),
      cmocka_unit_test(goes_on_where_another_run_was_killed),
      cmocka_unit_test(refuses_a_record_of_another_place),
      cmocka_unit_test(removes_its_launcher_where_the_record_cannot_be_read),
      cmocka_unit_test(keeps_an_unknown_file_where_the_record_cannot_be_read),
      cmocka_unit_test(takes_the_marks_back_with_the_launcher),
      cmocka_unit_test(finds_no_home_and_no_launcher_in_the_tree),
  };
  return cmocka_run_group_tests_name("launcher", tests, NULL, NULL);
}
