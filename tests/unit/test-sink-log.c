/* SPDX-License-Identifier: Apache-2.0
 * Tests of the log file. */
#include "cli/sink-log.h"

#include "model/layout.h"
#include "sink-fake.h"
#include "temp-tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LOG CE_LOG_DIRECTORY "/" CE_LOG_NAME
#define OLD CE_LOG_DIRECTORY "/" CE_LOG_OLD_NAME

struct place {
  char *path;
  struct ce_fs *root;
  struct fake_clock clock;
  struct ce_error err;
};

static int make_place(void **state) {
  static struct place place;
  place = (struct place){.path = temp_make()};
  fake_clock_set(&place.clock, 1795374300); /* 2026-11-22T19:05:00Z */
  if (ce_fs_open_root(place.path, &place.root, &place.err) != CE_OK) {
    return -1;
  }
  *state = &place;
  return 0;
}

static int remove_place(void **state) {
  struct place *place = *state;
  ce_fs_free(place->root);
  temp_remove(place->path);
  return 0;
}

static void make_var_log(const struct place *place) {
  temp_directory(place->path, "var");
  temp_directory(place->path, "var/log");
}

static enum ce_code open_log(struct place *place, bool make, struct ce_sink_log *ret) {
  return ce_sink_log_open_root(ret, place->root, make, &place->clock.clock, &place->err);
}

static void writes_events_with_time_id_and_details(void **state) {
  struct place *place = *state;
  struct ce_sink_log log = {0};
  struct ce_error why;
  make_var_log(place);
  assert_int_equal(open_log(place, true, &log), CE_OK);
  ce_sink_log_write(&log, "start certenv %s", "install");
  ce_emit_phase(&log.sink, "stage", "Preparing the files");
  ce_emit_progress(&log.sink, "stage", 1, 2);
  ce_emit_step(&log.sink, "put-file", "etc/x");
  place->clock.now_s++;
  ce_emit_note(&log.sink, "kept-edited", "%s stays.", "etc/x\n2026 forged");
  ce_fail(&why, CE_LOCKED, "lock", "var/lib/certenv/lock", "held by process 7");
  ce_emit_result(&log.sink, "install", CE_LOCKED, &why);
  ce_sink_log_close(&log);
  assert_string_equal(
      temp_read(place->path, LOG),
      "2026-11-22T19:05:00Z start certenv install\n"
      "2026-11-22T19:05:00Z phase stage: Preparing the files\n"
      "2026-11-22T19:05:00Z step put-file: /etc/x\n"
      "2026-11-22T19:05:01Z note kept-edited: /etc/x 2026 forged stays.\n"
      "2026-11-22T19:05:01Z result install CE-RUN-001: Another run of certenv is at work on this "
      "machine. /var/lib/certenv/lock: held by process 7\n");
  assert_int_equal(temp_mode(place->path, LOG), 0644);
  assert_int_equal(temp_mode(place->path, CE_LOG_DIRECTORY), 0755);
}

static void appends_to_the_log_that_is_there(void **state) {
  struct place *place = *state;
  make_var_log(place);
  for (int i = 0; i < 2; i++) {
    struct ce_sink_log log = {0};
    assert_int_equal(open_log(place, true, &log), CE_OK);
    ce_sink_log_write(&log, "run %d", i);
    ce_sink_log_close(&log);
  }
  assert_string_equal(temp_read(place->path, LOG),
                      "2026-11-22T19:05:00Z run 0\n2026-11-22T19:05:00Z run 1\n");
}

static void leaves_a_root_without_a_log_directory_alone(void **state) {
  struct place *place = *state;
  struct ce_sink_log log = {0};
  assert_int_equal(open_log(place, true, &log), CE_NOT_FOUND);
  assert_false(temp_exists(place->path, "var"));
  make_var_log(place);
  assert_int_equal(open_log(place, false, &log), CE_NOT_FOUND);
  assert_false(temp_exists(place->path, CE_LOG_DIRECTORY));
  ce_emit_phase(&log.sink, "probe", NULL);
  ce_sink_log_write(&log, "nothing");
  ce_sink_log_close(&log);
}

static void never_follows_a_link_that_stands_for_the_log(void **state) {
  struct place *place = *state;
  struct ce_sink_log log = {0};
  make_var_log(place);
  temp_directory(place->path, CE_LOG_DIRECTORY);
  temp_write(place->path, "victim", "precious\n", 0644);
  temp_link(place->path, LOG, "../../../victim");
  assert_int_not_equal(open_log(place, true, &log), CE_OK);
  assert_string_equal(temp_read(place->path, "victim"), "precious\n");
}

static void starts_a_new_log_when_the_old_one_is_large(void **state) {
  struct place *place = *state;
  struct ce_sink_log log = {0};
  make_var_log(place);
  temp_directory(place->path, CE_LOG_DIRECTORY);
  temp_write(place->path, LOG, "old\n", 0644);
  assert_int_equal(truncate(temp_path(place->path, LOG), CE_LOG_BYTES_MAX + 1), 0);
  assert_int_equal(open_log(place, true, &log), CE_OK);
  ce_sink_log_write(&log, "new");
  ce_sink_log_close(&log);
  assert_string_equal(temp_read(place->path, LOG), "2026-11-22T19:05:00Z new\n");
  assert_true(temp_exists(place->path, OLD));
}

static void writes_to_a_file_that_was_asked_for(void **state) {
  struct place *place = *state;
  struct ce_sink_log log = {0};
  const char *path = temp_path(place->path, "my.log");
  assert_int_equal(ce_sink_log_open_path(&log, path, &place->clock.clock, &place->err), CE_OK);
  ce_sink_log_write(&log, "here");
  ce_sink_log_close(&log);
  assert_string_equal(temp_read(place->path, "my.log"), "2026-11-22T19:05:00Z here\n");
}

static void says_why_a_file_cannot_be_the_log(void **state) {
  struct place *place = *state;
  struct ce_sink_log log = {0};
  const struct ce_clock *clock = &place->clock.clock;
  assert_int_not_equal(ce_sink_log_open_path(&log, temp_path(place->path, "no/such.log"), clock, &place->err),
                       CE_OK);
  assert_int_not_equal(ce_sink_log_open_path(&log, temp_path(place->path, ""), clock, &place->err), CE_OK);
  assert_null(log.file);
  assert_null(log.fs);
}

static void gives_up_without_a_word_on_a_full_disk(void **state) {
  (void)state;
  struct fake_clock clock;
  struct ce_sink_log log = {0};
  struct ce_error err;
  fake_clock_set(&clock, 0);
  if (ce_sink_log_open_path(&log, "/dev/full", &clock.clock, &err) == CE_OK) {
    ce_sink_log_write(&log, "lost");
    ce_sink_log_write(&log, "lost too");
  }
  ce_sink_log_close(&log);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)
      TEST(writes_events_with_time_id_and_details),
      TEST(appends_to_the_log_that_is_there),
      TEST(leaves_a_root_without_a_log_directory_alone),
      TEST(never_follows_a_link_that_stands_for_the_log),
      TEST(starts_a_new_log_when_the_old_one_is_large),
      TEST(writes_to_a_file_that_was_asked_for),
      TEST(says_why_a_file_cannot_be_the_log),
      cmocka_unit_test(gives_up_without_a_word_on_a_full_disk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
