/* SPDX-License-Identifier: Apache-2.0
 * Tests of events as text: plain lines, the progress line, errors and warnings, quiet runs. */
#include "cli/sink-text.h"

#include "base/utf8.h"
#include "sink-fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct screen {
  struct fake_clock clock;
  struct fake_stream people, errors;
  struct ce_face face;
  struct ce_sink_text text;
};

static int open_screen(void **state) {
  static struct screen screen;
  fake_clock_set(&screen.clock, 0);
  fake_stream_open(&screen.people);
  fake_stream_open(&screen.errors);
  screen.face = (struct ce_face){.language = ce_language_by_name("en"),
                                 .out = screen.people.file,
                                 .people = screen.people.file,
                                 .errors = screen.errors.file};
  ce_sink_text_open(&screen.text, &screen.face, &screen.clock.clock, 0);
  *state = &screen;
  return 0;
}

static int close_screen(void **state) {
  struct screen *screen = *state;
  fake_stream_close(&screen->people);
  fake_stream_close(&screen->errors);
  return 0;
}

static const char *shown(struct screen *screen) {
  return fake_stream_take(&screen->people);
}

static const char *complained(struct screen *screen) {
  return fake_stream_take(&screen->errors);
}

static void prints_phases_and_notes_as_plain_lines(void **state) {
  struct screen *screen = *state;
  ce_emit_phase(&screen->text.sink, "stage", "Preparing the files");
  ce_emit_progress(&screen->text.sink, "stage", 5, 10);
  ce_emit_step(&screen->text.sink, "put-file", "etc/x");
  ce_emit_note(&screen->text.sink, "kept-edited", "%s stays.", "etc/udev/rules.d/70-certenv.rules");
  assert_string_equal(shown(screen), "Preparing the files\n/etc/udev/rules.d/70-certenv.rules stays.\n");
  assert_string_equal(complained(screen), "");
}

static void draws_progress_at_most_ten_times_a_second(void **state) {
  struct screen *screen = *state;
  screen->text.columns = 80;
  ce_emit_phase(&screen->text.sink, "stage", "Preparing the files");
  shown(screen);
  size_t drawn = 0;
  for (uint64_t done = 0; done < 1000; done++) {
    screen->clock.now_ms = (int64_t)done; /* a second in all */
    ce_emit_progress(&screen->text.sink, "stage", done, 1000);
    drawn += strlen(shown(screen)) > 0;
  }
  assert_int_equal(drawn, 10);
}

static void draws_phase_bar_and_percentage_on_one_line(void **state) {
  struct screen *screen = *state;
  screen->text.columns = 44;
  ce_emit_phase(&screen->text.sink, "stage", "Preparing the files");
  assert_string_equal(shown(screen), "\rPreparing the files\033[K");
  ce_emit_progress(&screen->text.sink, "stage", 50, 100);
  assert_string_equal(shown(screen), "\rPreparing the files  [#######........]  50%\033[K");
  ce_emit_result(&screen->text.sink, "install", CE_OK, NULL);
  assert_string_equal(shown(screen), "\r\033[KDone.\n");
}

static void never_draws_beyond_the_terminal(void **state) {
  struct screen *screen = *state;
  static const char *const phases[] = {"Preparing the files", "正在准备文件，请稍候", "x"};
  for (unsigned columns = 1; columns < 120; columns++) {
    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
      screen->text.columns = columns;
      ce_emit_phase(&screen->text.sink, "stage", phases[i]);
      shown(screen);
      screen->clock.now_ms += 1000;
      ce_emit_progress(&screen->text.sink, "stage", 1, 3);
      char line[512];
      snprintf(line, sizeof line, "%s", shown(screen) + 1);
      line[strlen(line) - strlen("\033[K")] = '\0';
      assert_true(ce_utf8_columns(line) < columns);
    }
  }
}

static void takes_the_progress_line_away_before_it_warns(void **state) {
  struct screen *screen = *state;
  struct ce_error why;
  screen->text.columns = 80;
  ce_emit_phase(&screen->text.sink, "trigger", "Telling the services");
  shown(screen);
  ce_fail(&why, CE_TRIGGER, "run", "udevadm", "exit status 1");
  ce_emit_warning(&screen->text.sink, "trigger", &why);
  assert_string_equal(shown(screen), "\r\033[K");
  assert_string_equal(complained(screen), "Warning CE-RUN-006: A system service did not take the change.\n"
                                          "  udevadm: exit status 1\n");
}

static void prints_an_error_as_one_block_with_id_and_remedy(void **state) {
  struct screen *screen = *state;
  struct ce_error why;
  ce_fail(&why, CE_LOCKED, "lock", "var/lib/certenv/lock", "held by process %d", 1234);
  ce_emit_result(&screen->text.sink, "install", CE_LOCKED, &why);
  assert_string_equal(complained(screen),
                      "Error CE-RUN-001: Another run of certenv is at work on this machine.\n"
                      "  /var/lib/certenv/lock: held by process 1234\n"
                      "  Wait until it has finished and try again.\n");
  screen->face.language = ce_language_by_name("zh_CN");
  ce_emit_result(&screen->text.sink, "install", CE_LOCKED, &why);
  assert_non_null(strstr(complained(screen), "错误 CE-RUN-001："));
}

static void tells_a_remedy_of_the_run_in_place_of_the_one_of_the_code(void **state) {
  struct screen *screen = *state;
  ce_emit(&screen->text.sink, &(struct ce_event){.kind = CE_EVENT_RESULT,
                                                 .name = "install",
                                                 .code = CE_CANCELLED,
                                                 .action = "Some packages stay."});
  assert_string_equal(complained(screen), "Error CE-RUN-130: Cancelled.\n  Some packages stay.\n");
}

static void never_lets_a_name_steer_the_terminal(void **state) {
  struct screen *screen = *state;
  ce_emit_note(&screen->text.sink, "kept-foreign", "%s stays.", "opt/certenv/\033]0;owned\007\n");
  const char *text = shown(screen);
  assert_null(strchr(text, '\033'));
  assert_null(strchr(text, '\007'));
  assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void is_quiet_about_everything_but_warnings_errors_and_what_was_kept(void **state) {
  struct screen *screen = *state;
  struct ce_error why;
  screen->face.quiet = true;
  screen->text.columns = 80;
  ce_emit_phase(&screen->text.sink, "stage", "Preparing the files");
  ce_emit_progress(&screen->text.sink, "stage", 1, 2);
  ce_emit_note(&screen->text.sink, "not-started-image", "Services are left alone.", NULL);
  const struct ce_event expected = {.kind = CE_EVENT_NOTE,
                                    .name = "launcher-placed",
                                    .sentence = "It is on the desktop of %s.",
                                    .subject = "zhang",
                                    .expected = true};
  ce_emit(&screen->text.sink, &expected);
  ce_emit_result(&screen->text.sink, "install", CE_OK, NULL);
  assert_string_equal(shown(screen), "");
  assert_string_equal(complained(screen), "");
  ce_emit_note(&screen->text.sink, "kept-edited", "%s stays.", "etc/x");
  assert_string_equal(complained(screen), "/etc/x stays.\n");
  ce_fail(&why, CE_NO_SPACE, "stage", "", "1 byte is missing");
  ce_emit_result(&screen->text.sink, "install", CE_NO_SPACE, &why);
  assert_non_null(strstr(complained(screen), "CE-SPC-001"));
}

static void tells_success_with_the_sentence_of_the_command(void **state) {
  struct screen *screen = *state;
  const struct ce_event event = {
      .kind = CE_EVENT_RESULT, .name = "install", .sentence = "Version %s is in place.", .subject = "1.2.0"};
  ce_emit(&screen->text.sink, &event);
  assert_string_equal(shown(screen), "Version 1.2.0 is in place.\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_screen, close_screen)
      TEST(prints_phases_and_notes_as_plain_lines),
      TEST(draws_progress_at_most_ten_times_a_second),
      TEST(draws_phase_bar_and_percentage_on_one_line),
      TEST(never_draws_beyond_the_terminal),
      TEST(takes_the_progress_line_away_before_it_warns),
      TEST(prints_an_error_as_one_block_with_id_and_remedy),
      TEST(tells_a_remedy_of_the_run_in_place_of_the_one_of_the_code),
      TEST(never_lets_a_name_steer_the_terminal),
      TEST(is_quiet_about_everything_but_warnings_errors_and_what_was_kept),
      TEST(tells_success_with_the_sentence_of_the_command),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
