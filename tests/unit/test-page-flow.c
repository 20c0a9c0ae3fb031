/* SPDX-License-Identifier: Apache-2.0
 * Tests of the order of the wizard's pages: stories as tables of inputs with the page and the act that
 * follow. */
#include "gtk/page-flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct scene {
  enum ce_flow_input input;
  enum ce_page page;
  enum ce_flow_act act;
};

static struct ce_flow play(enum ce_task task, const struct scene *scenes, size_t count) {
  struct ce_flow flow = ce_flow_begin();
  flow.task = task;
  for (size_t i = 0; i < count; i++) {
    enum ce_flow_act act;
    flow = ce_flow_step(flow, scenes[i].input, &act);
    if (flow.page != scenes[i].page || act != scenes[i].act) {
      fail_msg("scene %zu: page %d and act %d instead of %d and %d", i, flow.page, act, scenes[i].page,
               scenes[i].act);
    }
  }
  return flow;
}
#define PLAY(task, scenes) play(task, scenes, sizeof(scenes) / sizeof((scenes)[0]))

static void installs_with_one_click_when_all_is_well(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_KEY_THERE, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_ASKED_PROCEED, CE_PAGE_INSTALL, CE_ACT_SAY_YES},
      {CE_INPUT_WORKING, CE_PAGE_INSTALL, CE_ACT_NOTHING},
      {CE_INPUT_FINISHED, CE_PAGE_DONE, CE_ACT_NOTHING},
      {CE_INPUT_CANCEL, CE_PAGE_DONE, CE_ACT_CLOSE},
  };
  assert_true(PLAY(CE_TASK_INSTALL, scenes).with_key);
}

static void stays_at_bad_checks_until_they_are_good_or_accepted(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},    {CE_INPUT_CHECKS_BAD, CE_PAGE_CHECK, CE_ACT_NOTHING},
      {CE_INPUT_RETRY, CE_PAGE_CHECK, CE_ACT_CHECK},    {CE_INPUT_CHECKS_BAD, CE_PAGE_CHECK, CE_ACT_NOTHING},
      {CE_INPUT_GO_ON, CE_PAGE_KEY, CE_ACT_WATCH_KEYS}, {CE_INPUT_SKIP_KEY, CE_PAGE_INSTALL, CE_ACT_WORK},
  };
  assert_false(PLAY(CE_TASK_INSTALL, scenes).with_key);
}

static void asks_for_no_key_to_repair_or_update(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_INSTALL, CE_ACT_WORK},
  };
  PLAY(CE_TASK_REPAIR, scenes);
  PLAY(CE_TASK_UPDATE, scenes);
}

static void removes_without_a_check(void **state) {
  (void)state;
  static const struct scene scenes[] = {{CE_INPUT_BEGIN, CE_PAGE_INSTALL, CE_ACT_WORK}};
  PLAY(CE_TASK_UNINSTALL, scenes);
}

static void shows_the_run_s_questions_and_answers_them(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_KEY_THERE, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_ASKED_SECURITY, CE_PAGE_CHECK, CE_ACT_NOTHING},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_CHECK, CE_ACT_NOTHING},
      {CE_INPUT_RETRY, CE_PAGE_INSTALL, CE_ACT_SAY_RETRY},
      {CE_INPUT_ASKED_SECURITY, CE_PAGE_CHECK, CE_ACT_NOTHING},
      {CE_INPUT_GO_ON, CE_PAGE_INSTALL, CE_ACT_SAY_CONTINUE},
      {CE_INPUT_ASKED_KEY, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_RETRY, CE_PAGE_KEY, CE_ACT_SAY_RETRY},
      {CE_INPUT_KEY_THERE, CE_PAGE_KEY, CE_ACT_NOTHING},
      {CE_INPUT_WORKING, CE_PAGE_INSTALL, CE_ACT_NOTHING},
      {CE_INPUT_ASKED_ANEW, CE_PAGE_INSTALL, CE_ACT_NOTHING},
      {CE_INPUT_GO_ON, CE_PAGE_INSTALL, CE_ACT_SAY_YES},
      {CE_INPUT_ASKED_KEY, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_SKIP_KEY, CE_PAGE_INSTALL, CE_ACT_SAY_SKIP},
      {CE_INPUT_FINISHED, CE_PAGE_DONE, CE_ACT_NOTHING},
  };
  PLAY(CE_TASK_INSTALL, scenes);
}

static void does_not_ask_again_about_accepted_findings(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_GO_ON, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_ASKED_ACCEPTED, CE_PAGE_INSTALL, CE_ACT_SAY_CONTINUE},
  };
  PLAY(CE_TASK_REPAIR, scenes);
}

static void asks_for_the_rights_again_where_they_were_refused(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_KEY_THERE, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_REFUSED, CE_PAGE_ERROR, CE_ACT_NOTHING},
      {CE_INPUT_RETRY, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_FAILED, CE_PAGE_ERROR, CE_ACT_NOTHING},
      {CE_INPUT_RETRY, CE_PAGE_WELCOME, CE_ACT_LOOK},
  };
  PLAY(CE_TASK_INSTALL, scenes);
}

static void asks_again_for_the_same_run(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},     {CE_INPUT_GO_ON, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_SKIP_KEY, CE_PAGE_INSTALL, CE_ACT_WORK}, {CE_INPUT_REFUSED, CE_PAGE_ERROR, CE_ACT_NOTHING},
      {CE_INPUT_RETRY, CE_PAGE_INSTALL, CE_ACT_WORK},
  };
  assert_false(PLAY(CE_TASK_INSTALL, scenes).with_key);
  static const struct scene others[] = {{CE_INPUT_BEGIN, CE_PAGE_INSTALL, CE_ACT_WORK},
                                        {CE_INPUT_REFUSED, CE_PAGE_ERROR, CE_ACT_NOTHING},
                                        {CE_INPUT_RETRY, CE_PAGE_INSTALL, CE_ACT_WORK}};
  assert_int_equal(PLAY(CE_TASK_UNINSTALL, others).task, CE_TASK_UNINSTALL);
}

static void cancels_a_run_once_and_waits_for_its_end(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_CANCEL, CE_PAGE_INSTALL, CE_ACT_CANCEL_WORK},
      {CE_INPUT_CANCEL, CE_PAGE_INSTALL, CE_ACT_NOTHING},
      {CE_INPUT_ASKED_PROCEED, CE_PAGE_INSTALL, CE_ACT_SAY_CANCEL},
      {CE_INPUT_FAILED, CE_PAGE_ERROR, CE_ACT_NOTHING},
      {CE_INPUT_RETRY, CE_PAGE_WELCOME, CE_ACT_LOOK},
  };
  assert_false(PLAY(CE_TASK_UNINSTALL, scenes).cancelling);
}

static void cancels_at_a_question_with_its_answer(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_KEY_THERE, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_ASKED_KEY, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_CANCEL, CE_PAGE_INSTALL, CE_ACT_SAY_CANCEL},
      {CE_INPUT_FAILED, CE_PAGE_ERROR, CE_ACT_NOTHING},
      {CE_INPUT_CANCEL, CE_PAGE_ERROR, CE_ACT_CLOSE},
  };
  PLAY(CE_TASK_INSTALL, scenes);
}

/* The key was pulled out meanwhile: whatever the person does now, nothing is taken back. */
static void finishes_without_the_key_when_all_is_installed(void **state) {
  (void)state;
  static const enum ce_flow_input ways[] = {CE_INPUT_SKIP_KEY, CE_INPUT_CANCEL};
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    const struct scene scenes[] = {
        {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
        {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
        {CE_INPUT_KEY_THERE, CE_PAGE_INSTALL, CE_ACT_WORK},
        {CE_INPUT_ASKED_KEY_AFTER, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
        {CE_INPUT_RETRY, CE_PAGE_KEY, CE_ACT_SAY_RETRY},
        {ways[i], CE_PAGE_INSTALL, CE_ACT_SAY_SKIP},
    };
    assert_false(ce_flow_reverts(play(CE_TASK_INSTALL, scenes, 4)));
    PLAY(CE_TASK_INSTALL, scenes);
  }
}

static void does_not_end_in_vain_when_cancelled_after_all_is_installed(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},
      {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_KEY_THERE, CE_PAGE_INSTALL, CE_ACT_WORK},
      {CE_INPUT_CANCEL, CE_PAGE_INSTALL, CE_ACT_CANCEL_WORK},
      {CE_INPUT_ASKED_KEY_AFTER, CE_PAGE_INSTALL, CE_ACT_SAY_SKIP},
      {CE_INPUT_FINISHED, CE_PAGE_DONE, CE_ACT_NOTHING},
  };
  PLAY(CE_TASK_INSTALL, scenes);
}

/* The first page looks with the same child: what it sees is in no language. */
static void looks_again_only_where_checks_are_shown(void **state) {
  (void)state;
  static const struct {
    struct ce_flow flow;
    bool shows;
  } rows[] = {
      {{.page = CE_PAGE_WELCOME}, false},
      {{.page = CE_PAGE_CHECK}, true},
      {{.page = CE_PAGE_CHECK, .asked = CE_ASKED_SECURITY}, false},
      {{.page = CE_PAGE_KEY}, false},
      {{.page = CE_PAGE_KEY, .asked = CE_ASKED_KEY_AFTER}, false},
      {{.page = CE_PAGE_INSTALL}, false},
      {{.page = CE_PAGE_DONE}, true},
      {{.page = CE_PAGE_ERROR}, true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(ce_flow_shows_checks(rows[i].flow), rows[i].shows);
  }
}

static void does_not_close_at_once_over_the_end_of_a_run(void **state) {
  (void)state;
  struct ce_flow flow = ce_flow_begin();
  assert_true(ce_flow_heeds_escape(flow, 0));
  static const enum ce_page ends[] = {CE_PAGE_DONE, CE_PAGE_ERROR};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    flow.page = ends[i];
    assert_false(ce_flow_heeds_escape(flow, 300));
    assert_true(ce_flow_heeds_escape(flow, 1000));
  }
}

static void goes_back_before_anything_runs(void **state) {
  (void)state;
  static const struct scene scenes[] = {
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},   {CE_INPUT_CANCEL, CE_PAGE_WELCOME, CE_ACT_LOOK},
      {CE_INPUT_BEGIN, CE_PAGE_CHECK, CE_ACT_CHECK},   {CE_INPUT_CHECKS_GOOD, CE_PAGE_KEY, CE_ACT_WATCH_KEYS},
      {CE_INPUT_CANCEL, CE_PAGE_WELCOME, CE_ACT_LOOK}, {CE_INPUT_CANCEL, CE_PAGE_WELCOME, CE_ACT_CLOSE},
  };
  assert_false(ce_flow_is_working(PLAY(CE_TASK_INSTALL, scenes)));
}

static void a_run_that_dies_at_any_page_of_it_ends_on_the_error_page(void **state) {
  (void)state;
  static const struct ce_flow flows[] = {
      {.page = CE_PAGE_INSTALL},
      {.page = CE_PAGE_INSTALL, .cancelling = true},
      {.page = CE_PAGE_INSTALL, .asked = CE_ASKED_PROCEED},
      {.page = CE_PAGE_CHECK, .asked = CE_ASKED_SECURITY},
      {.page = CE_PAGE_KEY, .asked = CE_ASKED_KEY},
  };
  for (size_t i = 0; i < sizeof flows / sizeof flows[0]; i++) {
    enum ce_flow_act act;
    assert_true(ce_flow_is_working(flows[i]));
    struct ce_flow after = ce_flow_step(flows[i], CE_INPUT_FAILED, &act);
    assert_int_equal(after.page, CE_PAGE_ERROR);
    assert_false(ce_flow_is_working(after));
  }
}

/* Whatever comes in whatever order, a run is started only from a page before it, and one that is at work is
 * left only by its end. */
static void no_order_of_inputs_leaves_a_run_behind(void **state) {
  (void)state;
  unsigned seed = 1;
  struct ce_flow flow = ce_flow_begin();
  for (unsigned i = 0; i < 200000; i++) {
    seed = seed * 1103515245 + 12345;
    enum ce_flow_input input = (enum ce_flow_input)((seed >> 16) % CE_INPUT_COUNT);
    enum ce_flow_act act;
    struct ce_flow after = ce_flow_step(flow, input, &act);
    bool working = ce_flow_is_working(flow);
    bool ends = input == CE_INPUT_FINISHED || input == CE_INPUT_FAILED || input == CE_INPUT_REFUSED;
    assert_true(working ? act != CE_ACT_WORK && act != CE_ACT_CLOSE : true);
    assert_true(!working || ends || ce_flow_is_working(after));
    assert_true(working || act != CE_ACT_WORK || ce_flow_is_working(after));
    assert_in_range(after.page, 0, CE_PAGE_COUNT - 1);
    flow = act == CE_ACT_CLOSE ? ce_flow_begin() : after;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(installs_with_one_click_when_all_is_well),
      cmocka_unit_test(stays_at_bad_checks_until_they_are_good_or_accepted),
      cmocka_unit_test(asks_for_no_key_to_repair_or_update),
      cmocka_unit_test(removes_without_a_check),
      cmocka_unit_test(shows_the_run_s_questions_and_answers_them),
      cmocka_unit_test(does_not_ask_again_about_accepted_findings),
      cmocka_unit_test(asks_for_the_rights_again_where_they_were_refused),
      cmocka_unit_test(asks_again_for_the_same_run),
      cmocka_unit_test(cancels_a_run_once_and_waits_for_its_end),
      cmocka_unit_test(cancels_at_a_question_with_its_answer),
      cmocka_unit_test(finishes_without_the_key_when_all_is_installed),
      cmocka_unit_test(does_not_end_in_vain_when_cancelled_after_all_is_installed),
      cmocka_unit_test(looks_again_only_where_checks_are_shown),
      cmocka_unit_test(does_not_close_at_once_over_the_end_of_a_run),
      cmocka_unit_test(goes_back_before_anything_runs),
      cmocka_unit_test(a_run_that_dies_at_any_page_of_it_ends_on_the_error_page),
      cmocka_unit_test(no_order_of_inputs_leaves_a_run_behind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
