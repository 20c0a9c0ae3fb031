/* SPDX-License-Identifier: Apache-2.0
 * Tests of events as JSON Lines, and of one event on its way to several sinks. */
#include "cli/sink-json.h"
#include "cli/sink-tee.h"

#include "sink-fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct stream {
  struct fake_clock clock;
  struct fake_stream out;
  struct ce_sink_json json;
};

static int open_stream(void **state) {
  static struct stream stream;
  fake_clock_set(&stream.clock, 0);
  fake_stream_open(&stream.out);
  ce_sink_json_open(&stream.json, stream.out.file, ce_language_by_name("zh_CN"), &stream.clock.clock);
  *state = &stream;
  return 0;
}

static int close_stream(void **state) {
  struct stream *stream = *state;
  fake_stream_close(&stream->out);
  return 0;
}

/* The one line that was written, parsed; the caller drops the reference. */
static json_t *take_line(struct stream *stream) {
  const char *text = fake_stream_take(&stream->out);
  const char *end = strchr(text, '\n');
  assert_non_null(end);
  assert_int_equal(end[1], '\0');
  json_t *line = json_loadb(text, (size_t)(end - text), 0, NULL);
  assert_true(json_is_object(line));
  return line;
}

static void expect_text(const json_t *line, const char *key, const char *expected) {
  assert_string_equal(json_string_value(json_object_get(line, key)), expected);
}

static void writes_one_object_an_event(void **state) {
  struct stream *stream = *state;
  ce_emit_phase(&stream->json.sink, "stage", "No catalogue knows this");
  CE_AUTO(ce_json) json_t *phase = take_line(stream);
  expect_text(phase, "event", "phase");
  expect_text(phase, "name", "stage");
  expect_text(phase, "message", "No catalogue knows this");
  assert_null(json_object_get(phase, "subject"));
  ce_emit_step(&stream->json.sink, "put-file", "etc/udev/rules.d/70-certenv.rules");
  CE_AUTO(ce_json) json_t *step = take_line(stream);
  expect_text(step, "event", "step");
  expect_text(step, "name", "put-file");
  expect_text(step, "subject", "/etc/udev/rules.d/70-certenv.rules");
}

static void tells_numbers_of_progress(void **state) {
  struct stream *stream = *state;
  ce_emit_progress(&stream->json.sink, "fetch", 7, UINT64_C(6000000000));
  CE_AUTO(ce_json) json_t *line = take_line(stream);
  expect_text(line, "event", "progress");
  assert_int_equal(json_integer_value(json_object_get(line, "done_bytes")), 7);
  assert_int_equal(json_integer_value(json_object_get(line, "total_bytes")), 6000000000);
}

static void limits_the_rate_of_progress_but_tells_the_end(void **state) {
  struct stream *stream = *state;
  size_t lines = 0;
  for (uint64_t done = 0; done < 1000; done++) {
    ce_emit_progress(&stream->json.sink, "stage", done, 1000);
    lines += strlen(fake_stream_take(&stream->out)) > 0;
  }
  assert_int_equal(lines, 1);
  ce_emit_progress(&stream->json.sink, "stage", 1000, 1000);
  json_decref(take_line(stream));
}

static void gives_a_warning_its_id_remedy_and_translated_message(void **state) {
  struct stream *stream = *state;
  struct ce_error why;
  ce_fail(&why, CE_PREREQUISITE, "check", "pcscd", "not found on this machine");
  ce_emit_warning(&stream->json.sink, "missing", &why);
  CE_AUTO(ce_json) json_t *line = take_line(stream);
  expect_text(line, "event", "warning");
  expect_text(line, "id", "CE-PRE-001");
  expect_text(line, "subject", "pcscd");
  expect_text(line, "detail", "not found on this machine");
  expect_text(line, "message", ce_translate(ce_language_by_name("zh_CN"), ce_code_sentence(CE_PREREQUISITE)));
  assert_string_not_equal(json_string_value(json_object_get(line, "message")),
                          ce_code_sentence(CE_PREREQUISITE));
  assert_non_null(json_object_get(line, "remedy"));
  assert_null(json_object_get(line, "exit_status"));
}

static void ends_with_a_result_that_has_the_exit_status(void **state) {
  struct stream *stream = *state;
  struct ce_error why;
  ce_emit_result(&stream->json.sink, "install", CE_OK, NULL);
  CE_AUTO(ce_json) json_t *good = take_line(stream);
  expect_text(good, "event", "result");
  expect_text(good, "id", "CE-OK");
  assert_int_equal(json_integer_value(json_object_get(good, "exit_status")), 0);
  assert_null(json_object_get(good, "remedy"));
  ce_fail(&why, CE_LOCKED, "lock", "var/lib/certenv/lock", "held by process 7");
  ce_emit_result(&stream->json.sink, "install", CE_LOCKED, &why);
  CE_AUTO(ce_json) json_t *bad = take_line(stream);
  expect_text(bad, "id", "CE-RUN-001");
  assert_int_equal(json_integer_value(json_object_get(bad, "exit_status")), 9);
}

static void tells_a_remedy_of_the_run_in_place_of_the_one_of_the_code(void **state) {
  struct stream *stream = *state;
  CE_AUTO(ce_json) json_t *facts = json_pack("{s:b}", "packages_stay", true);
  ce_emit(&stream->json.sink, &(struct ce_event){.kind = CE_EVENT_RESULT,
                                                 .name = "install",
                                                 .code = CE_CANCELLED,
                                                 .action = "Some packages stay.",
                                                 .data = facts});
  CE_AUTO(ce_json) json_t *line = take_line(stream);
  expect_text(line, "remedy", "Some packages stay.");
  assert_null(json_object_get(line, "action"));
  assert_true(json_is_true(json_object_get(line, "packages_stay")));
}

static void writes_valid_utf8_whatever_the_name_was(void **state) {
  struct stream *stream = *state;
  ce_emit_note(&stream->json.sink, "kept-foreign", "%s stays.", "opt/certenv/\xff\xfe\033[2J\n");
  CE_AUTO(ce_json) json_t *line = take_line(stream);
  expect_text(line, "subject", "/opt/certenv/\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd[2J ");
  json_t *text = ce_json_line_text("\xc3(");
  assert_string_equal(json_string_value(text), "\xef\xbf\xbd(");
  json_decref(text);
}

static void keeps_a_long_text_on_one_line(void **state) {
  struct stream *stream = *state;
  char detail[sizeof(struct ce_error)];
  memset(detail, 'x', sizeof detail - 1);
  detail[sizeof detail - 1] = '\0';
  const struct ce_event event = {.kind = CE_EVENT_WARNING, .name = "x", .code = CE_CHILD, .detail = detail};
  ce_emit(&stream->json.sink, &event);
  CE_AUTO(ce_json) json_t *line = take_line(stream);
  expect_text(line, "detail", detail);
}

static void count_event(void *context, const struct ce_event *event) {
  (void)event;
  ++*(size_t *)context;
}

static void hands_an_event_to_every_sink(void **state) {
  (void)state;
  size_t counts[2] = {0};
  const struct ce_sink sinks[2] = {{count_event, &counts[0]}, {count_event, &counts[1]}};
  struct ce_sink_tee tee;
  ce_sink_tee_open(&tee);
  ce_emit_phase(&tee.sink, "probe", NULL);
  ce_sink_tee_add(&tee, &sinks[0]);
  ce_emit_phase(&tee.sink, "probe", NULL);
  ce_sink_tee_add(&tee, &sinks[1]);
  ce_emit_phase(&tee.sink, "probe", NULL);
  assert_int_equal(counts[0], 2);
  assert_int_equal(counts[1], 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stream, close_stream)
      TEST(writes_one_object_an_event),
      TEST(tells_numbers_of_progress),
      TEST(limits_the_rate_of_progress_but_tells_the_end),
      TEST(gives_a_warning_its_id_remedy_and_translated_message),
      TEST(ends_with_a_result_that_has_the_exit_status),
      TEST(tells_a_remedy_of_the_run_in_place_of_the_one_of_the_code),
      TEST(writes_valid_utf8_whatever_the_name_was),
      TEST(keeps_a_long_text_on_one_line),
      TEST(hands_an_event_to_every_sink),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
