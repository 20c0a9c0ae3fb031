/* SPDX-License-Identifier: Apache-2.0
 * The child that changes the machine: starting it, following it, answering it. */
#include "gtk/shell.h"

#include "base/json.h"

#include <string.h>

#define CLOSE_LIMIT_S 120 /* for a run to take everything back, and for each phase on the way */

/* Whoever goes on in spite of warnings is not asked about the same ones again. */
void ce_wizard_accept_findings(struct ce_wizard *wizard) {
  wizard->accepted_count = 0;
  for (size_t i = 0; i < wizard->checks.count; i++) {
    const struct ce_check *item = &wizard->checks.items[i];
    size_t most = sizeof wizard->accepted / sizeof wizard->accepted[0];
    bool warns = item->level >= CE_CHECK_WARNING && strcmp(item->group, "security") == 0;
    if (warns && wizard->accepted_count < most) {
      snprintf(wizard->accepted[wizard->accepted_count++], sizeof wizard->accepted[0], "%s", item->id);
    }
  }
}

static bool is_accepted(const struct ce_wizard *wizard, const char *id) {
  for (size_t i = 0; i < wizard->accepted_count; i++) {
    if (strcmp(wizard->accepted[i], id) == 0) {
      return true;
    }
  }
  return false;
}

/* ids: what the question is about. */
static bool are_all_accepted(const struct ce_wizard *wizard, const json_t *ids) {
  for (size_t i = 0; i < json_array_size(ids); i++) {
    const char *id = json_string_value(json_array_get(ids, i));
    if (!id || !is_accepted(wizard, id)) {
      return false;
    }
  }
  return json_array_size(ids) > 0;
}

/* Work. */

static void take_question(struct ce_wizard *wizard, const json_t *event) {
  const char *id = ce_json_text(event, "id");
  if (strcmp(id, "proceed") == 0) {
    bool known = wizard->flow.task == CE_TASK_UNINSTALL ||
                 ce_plan_view_covers(&wizard->plan, json_object_get(event, "plan"));
    ce_wizard_input(wizard, known ? CE_INPUT_ASKED_PROCEED : CE_INPUT_ASKED_ANEW);
  } else if (strcmp(id, "security") == 0) {
    bool accepted = are_all_accepted(wizard, json_object_get(event, "findings"));
    if (!accepted) {
      ce_wizard_stop_looking(wizard); /* a doctor at work would put its own findings there */
      ce_checks_read_findings(&wizard->checks, wizard->run.findings);
    }
    json_array_clear(wizard->run.findings);
    ce_wizard_input(wizard, accepted ? CE_INPUT_ASKED_ACCEPTED : CE_INPUT_ASKED_SECURITY);
  } else {
    bool installed = json_is_true(json_object_get(event, "installed"));
    ce_wizard_input(wizard, installed ? CE_INPUT_ASKED_KEY_AFTER : CE_INPUT_ASKED_KEY);
  }
}

/* A run that does not end although it was told to is let go: it goes back by the end of its input. */
static gboolean give_up(gpointer context) {
  struct ce_wizard *wizard = context;
  if (ce_run_view_is_uninterruptible(&wizard->run)) {
    return G_SOURCE_CONTINUE;
  }
  wizard->closing_source = 0;
  ce_runner_free(ce_take(&wizard->work));
  ce_run_view_abandon(&wizard->run);
  wizard->closing = CE_CLOSING_NOT;
  ce_wizard_input(wizard, CE_INPUT_FAILED);
  return G_SOURCE_REMOVE;
}

void ce_wizard_expect_end(struct ce_wizard *wizard) {
  if (!wizard->closing_source) {
    wizard->closing_source = g_timeout_add_seconds(CLOSE_LIMIT_S, give_up, wizard);
  }
}

void ce_wizard_forget_end(struct ce_wizard *wizard) {
  if (wizard->closing_source) {
    g_source_remove(wizard->closing_source);
    wizard->closing_source = 0;
  }
}

/* It is at work: the limit begins again. */
static void expect_end_anew(struct ce_wizard *wizard) {
  if (wizard->closing_source) {
    ce_wizard_forget_end(wizard);
    ce_wizard_expect_end(wizard);
  }
}

static void take_event(void *context, const json_t *event, const char *line) {
  struct ce_wizard *wizard = context;
  const char *kind = ce_json_text(event, "event");
  const char *name = ce_json_text(event, "name");
  ce_run_view_take(&wizard->run, event, line);
  if (strcmp(kind, "question") == 0) {
    take_question(wizard, event);
    return;
  }
  if (strcmp(kind, "phase") == 0) {
    ce_progress_phase(&wizard->progress, name);
    expect_end_anew(wizard);
  } else if (strcmp(kind, "progress") == 0) {
    ce_progress_bytes(&wizard->progress, name,
                      (uint64_t)json_integer_value(json_object_get(event, "done_bytes")),
                      (uint64_t)json_integer_value(json_object_get(event, "total_bytes")));
  } else if (strcmp(kind, "step") == 0) {
    ce_progress_step(&wizard->progress);
  }
  bool goes_on =
      wizard->flow.asked != CE_ASKED_NOTHING && (strcmp(kind, "phase") == 0 || strcmp(kind, "step") == 0);
  if (goes_on) {
    ce_wizard_input(wizard, CE_INPUT_WORKING);
  } else {
    ce_wizard_refresh(wizard);
  }
}

/* A run without a result is one whose rights were refused, or that died. */
static enum ce_code code_of_end(const struct ce_wizard *wizard, enum ce_runner_end end, int status) {
  if (end != CE_RUNNER_EXITED) {
    return CE_CHILD;
  }
  if (wizard->run.result) {
    enum ce_code code = ce_code_of_id(ce_json_text(wizard->run.result, "id"));
    return code == CE_CODE_COUNT ? CE_CHILD : code;
  }
  return status == 0 ? CE_CHILD : ce_code_of_exit_status(status);
}

/* Told by the one that asked for the rights: a run that has them tells of its phases. */
static bool was_refused(const struct ce_wizard *wizard, enum ce_code code) {
  bool lacks_rights = code == CE_PERMISSION || code == CE_CANCELLED;
  return lacks_rights && !wizard->run.phase[0] && !wizard->flow.cancelling;
}

static char *describe_end(enum ce_runner_end end, int status, const char *complaint) {
  switch (end) {
  case CE_RUNNER_EXITED:
    return ce_text_format("exit status %d\n%s", status, complaint);
  case CE_RUNNER_KILLED:
    return ce_text_format("killed by signal %d\n%s", status, complaint);
  default:
    return ce_text_format("it told what is not JSON, or too much\n%s", complaint);
  }
}

static void end_work(void *context, enum ce_runner_end end, int status, const char *complaint) {
  struct ce_wizard *wizard = context;
  enum ce_code code = code_of_end(wizard, end, status);
  CE_AUTO(ce_free) char *why = describe_end(end, status, complaint);
  ce_run_view_end(&wizard->run, code,
                  wizard->run.result || !why ? ce_json_text(wizard->run.result, "detail") : why);
  ce_wizard_stop_child(&wizard->work);
  ce_wizard_forget_end(wizard);
  bool done = ce_run_view_is_done(&wizard->run);
  if (ce_run_view_may_close(&wizard->run, wizard->closing, wizard->flow.cancelling)) {
    wizard->flow.page = done ? CE_PAGE_DONE : CE_PAGE_ERROR;
    wizard->flow.asked = CE_ASKED_NOTHING;
    gtk_main_quit();
    return;
  }
  wizard->closing = CE_CLOSING_NOT;
  wizard->ended_us = g_get_monotonic_time();
  if (done) {
    ce_wizard_check(wizard);
  }
  ce_wizard_input(wizard, done                        ? CE_INPUT_FINISHED
                          : was_refused(wizard, code) ? CE_INPUT_REFUSED
                                                      : CE_INPUT_FAILED);
}

void ce_wizard_work(struct ce_wizard *wizard) {
  static const char *const verbs[] = {[CE_TASK_INSTALL] = "install",
                                      [CE_TASK_REPAIR] = "repair",
                                      [CE_TASK_UPDATE] = "update",
                                      [CE_TASK_UNINSTALL] = "uninstall"};
  const char *words[] = {verbs[wizard->flow.task], "--json", "--attended", NULL, NULL, NULL};
  if (wizard->flow.task == CE_TASK_INSTALL) {
    words[3] = "--key";
    words[4] = wizard->flow.with_key ? "required" : "skip";
  }
  const struct ce_runner_client client = {.told = take_event, .ended = end_work, .context = wizard};
  struct ce_error problem;
  ce_wizard_stop_looking(wizard);
  ce_run_view_begin(&wizard->run);
  ce_progress_begin(&wizard->progress, wizard->plan.step_count);
  if (ce_wizard_start_child(wizard, words, CE_RUNNER_WORKS, 0, &client, &wizard->work, &problem) != CE_OK) {
    ce_run_view_end(&wizard->run, problem.code, problem.detail);
    ce_wizard_input(wizard, CE_INPUT_FAILED);
  }
}

void ce_wizard_say(struct ce_wizard *wizard, const char *id, const char *answer) {
  if (wizard->work) {
    ce_runner_answer(wizard->work, id, answer);
  }
}

/* The answer that ends the run at the question that it waits with. */
void ce_wizard_say_cancel(struct ce_wizard *wizard) {
  const char *id = ce_json_text(wizard->run.asked, "id");
  ce_wizard_say(wizard, id, strcmp(id, "proceed") == 0 ? "no" : "cancel");
  ce_wizard_expect_end(wizard);
}
