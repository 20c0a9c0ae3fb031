/* SPDX-License-Identifier: Apache-2.0
 * What the flow asks for: starting children, hearing them, answering. */
#include "gtk/key-text.h"
#include "gtk/shell.h"

#include <string.h>

#define LOOK_PATIENCE_S 60
#define CLOSE_LIMIT_S   120 /* for a run to take everything back */
#define ARGUMENTS_MAX   32

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

static bool reads_package(const char *verb) {
  static const char *const verbs[] = {"plan", "install", "repair", "update"};
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
    if (strcmp(verbs[i], verb) == 0) {
      return true;
    }
  }
  return false;
}

/* What the wizard was given is about where packages come from, and about the root; the language and the key
 * are its own affair. */
static bool is_taken(const char *verb, const char *option) {
  bool own = strncmp(option, "--lang", 6) == 0 || strncmp(option, "--key", 5) == 0;
  bool root = strncmp(option, "--root", 6) == 0;
  return !own && (root ? strcmp(verb, "keys") != 0 : reads_package(verb));
}

/* words and the options of the request, for a child in the wizard's language. */
static enum ce_code start(struct ce_wizard *wizard, const char *const words[], bool works,
                          unsigned patience_s, const struct ce_runner_client *client, struct ce_runner **ret,
                          struct ce_error *err) {
  const char *arguments[ARGUMENTS_MAX + 1] = {0};
  size_t count = 0;
  for (size_t i = 0; words[i]; i++) {
    arguments[count++] = words[i];
  }
  const char *const *options = wizard->request->options;
  for (size_t i = 0; options && options[i] && count < ARGUMENTS_MAX - 2; i++) {
    if (is_taken(words[0], options[i])) {
      arguments[count++] = options[i];
    }
  }
  arguments[count++] = "--lang";
  arguments[count++] = ce_language_name(wizard->language);
  const struct ce_runner_request request = {
      .program = wizard->request->program, .arguments = arguments, .works = works, .patience_s = patience_s};
  return ce_runner_start(&request, client, ret, err);
}

static void stop(struct ce_runner **runner) {
  ce_runner_free(ce_take(runner));
}

/* The plan: on a machine without an environment. */

static void take_plan(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  ce_plan_view_read(&wizard->plan, object);
  ce_organisation_read(&wizard->organisation, json_object_get(object, "profile"));
}

static void end_plan(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)end;
  (void)status;
  (void)complaint;
  struct ce_wizard *wizard = context;
  stop(&wizard->look);
  wizard->looking = false;
  ce_wizard_refresh(wizard);
}

static void look_at_plan(struct ce_wizard *wizard) {
  static const char *const words[] = {"plan", "install", "--json", NULL};
  const struct ce_runner_client client = {.told = take_plan, .ended = end_plan, .context = wizard};
  struct ce_error ignored;
  if (start(wizard, words, false, LOOK_PATIENCE_S, &client, &wizard->look, &ignored) != CE_OK) {
    wizard->looking = false;
  }
}

/* The status, then. */

static void take_status(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  const char *state = text_of(object, "state");
  snprintf(wizard->installed_version, sizeof wizard->installed_version, "%s", text_of(object, "version"));
  wizard->installed = strcmp(state, "ok") == 0       ? CE_INSTALLED_OK
                      : strcmp(state, "absent") == 0 ? CE_INSTALLED_NOT
                                                     : CE_INSTALLED_FAULTY;
}

static void end_status(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)end;
  (void)status;
  (void)complaint;
  struct ce_wizard *wizard = context;
  stop(&wizard->look);
  bool installed = wizard->installed == CE_INSTALLED_OK || wizard->installed == CE_INSTALLED_FAULTY;
  if (installed) {
    ce_organisation_read_installed(&wizard->organisation);
    wizard->looking = false;
  } else {
    look_at_plan(wizard);
  }
  ce_wizard_refresh(wizard);
}

static void look(struct ce_wizard *wizard) {
  static const char *const words[] = {"status", "--json", NULL};
  const struct ce_runner_client client = {.told = take_status, .ended = end_status, .context = wizard};
  struct ce_error ignored;
  stop(&wizard->look);
  wizard->installed = CE_INSTALLED_UNKNOWN;
  wizard->looking = start(wizard, words, false, LOOK_PATIENCE_S, &client, &wizard->look, &ignored) == CE_OK;
}

/* Checks. */

static void take_checks(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  ce_checks_read(&wizard->checks, (json_t *)object);
}

static void end_checks(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)end;
  (void)status;
  (void)complaint;
  struct ce_wizard *wizard = context;
  stop(&wizard->look);
  wizard->checking = false;
  bool good = wizard->checks.document && ce_checks_level_before(&wizard->checks) <= CE_CHECK_ADVICE;
  if (wizard->flow.page == CE_PAGE_CHECK) {
    ce_wizard_input(wizard, good ? CE_INPUT_CHECKS_GOOD : CE_INPUT_CHECKS_BAD);
  } else {
    ce_wizard_refresh(wizard);
  }
}

static void check(struct ce_wizard *wizard) {
  static const char *const words[] = {"doctor", "--json", NULL};
  const struct ce_runner_client client = {.told = take_checks, .ended = end_checks, .context = wizard};
  struct ce_error ignored;
  stop(&wizard->look);
  ce_checks_clear(&wizard->checks);
  wizard->checking = start(wizard, words, false, LOOK_PATIENCE_S, &client, &wizard->look, &ignored) == CE_OK;
}

/* Whoever goes on in spite of warnings is not asked about the same ones again. */
static void accept_findings(struct ce_wizard *wizard) {
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

static bool are_all_accepted(const struct ce_wizard *wizard) {
  for (size_t i = 0; i < json_array_size(wizard->run.findings); i++) {
    const json_t *event = json_array_get(wizard->run.findings, i);
    const char *level = text_of(json_object_get(event, "finding"), "level");
    if (strcmp(level, "advice") != 0 && !is_accepted(wizard, text_of(event, "name"))) {
      return false;
    }
  }
  return wizard->accepted_count > 0;
}

/* Keys. */

static void take_keys(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  const json_t *keys = json_object_get(object, "keys");
  size_t overall = (size_t)json_integer_value(json_object_get(object, "overall"));
  json_t *key = json_array_get(keys, overall);
  if (!json_is_object(key)) {
    return;
  }
  json_decref(wizard->key);
  wizard->key = json_incref(key);
  if (ce_key_is_workable(key) && wizard->flow.page == CE_PAGE_KEY) {
    ce_wizard_input(wizard, CE_INPUT_KEY_THERE);
  } else {
    ce_wizard_refresh(wizard);
  }
}

static void end_keys(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)end;
  (void)status;
  (void)complaint;
  struct ce_wizard *wizard = context;
  stop(&wizard->keys);
  ce_wizard_refresh(wizard);
}

static void watch_keys(struct ce_wizard *wizard) {
  static const char *const words[] = {"keys", "--watch", "--json", NULL};
  const struct ce_runner_client client = {.told = take_keys, .ended = end_keys, .context = wizard};
  struct ce_error ignored;
  stop(&wizard->keys);
  if (start(wizard, words, false, 0, &client, &wizard->keys, &ignored) != CE_OK) {
    wizard->keys = NULL;
  }
}

/* Work. */

static void take_question(struct ce_wizard *wizard, const json_t *event) {
  const char *id = text_of(event, "id");
  if (strcmp(id, "proceed") == 0) {
    bool known = wizard->flow.task != CE_TASK_INSTALL ||
                 ce_plan_view_covers(&wizard->plan, json_object_get(event, "plan"));
    ce_wizard_input(wizard, known ? CE_INPUT_ASKED_PROCEED : CE_INPUT_ASKED_ANEW);
  } else if (strcmp(id, "security") == 0) {
    bool accepted = are_all_accepted(wizard);
    json_array_clear(wizard->run.findings);
    ce_wizard_input(wizard, accepted ? CE_INPUT_ASKED_ACCEPTED : CE_INPUT_ASKED_SECURITY);
  } else {
    ce_wizard_input(wizard, CE_INPUT_ASKED_KEY);
  }
}

static void take_event(void *context, const json_t *event, const char *line) {
  struct ce_wizard *wizard = context;
  const char *kind = text_of(event, "event");
  const char *name = text_of(event, "name");
  ce_run_view_take(&wizard->run, event, line);
  if (strcmp(kind, "question") == 0) {
    take_question(wizard, event);
    return;
  }
  if (strcmp(kind, "phase") == 0) {
    ce_progress_phase(&wizard->progress, name);
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
    enum ce_code code = ce_code_of_id(text_of(wizard->run.result, "id"));
    return code == CE_CODE_COUNT ? CE_CHILD : code;
  }
  for (enum ce_code code = CE_USAGE; code < CE_CODE_COUNT; code++) {
    if (ce_code_exit_status(code) == status) {
      return code;
    }
  }
  return CE_CHILD;
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
                  wizard->run.result || !why ? text_of(wizard->run.result, "detail") : why);
  stop(&wizard->work);
  if (wizard->closing_source) {
    g_source_remove(wizard->closing_source);
    wizard->closing_source = 0;
  }
  bool closes = wizard->close_when_ended && (code == CE_OK || code == CE_CANCELLED);
  if (closes) {
    wizard->flow.page = code == CE_OK ? CE_PAGE_DONE : CE_PAGE_ERROR;
    wizard->flow.asked = CE_ASKED_NOTHING;
    gtk_main_quit();
    return;
  }
  wizard->close_when_ended = false;
  if (code == CE_OK) {
    check(wizard);
  }
  ce_wizard_input(wizard, code == CE_OK ? CE_INPUT_FINISHED : CE_INPUT_FAILED);
}

static void work(struct ce_wizard *wizard) {
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
  stop(&wizard->look);
  wizard->checking = wizard->looking = false;
  ce_run_view_begin(&wizard->run);
  ce_progress_begin(&wizard->progress, wizard->plan.step_count);
  if (start(wizard, words, true, 0, &client, &wizard->work, &problem) != CE_OK) {
    ce_run_view_end(&wizard->run, problem.code, problem.detail);
    ce_wizard_input(wizard, CE_INPUT_FAILED);
  }
}

static void say(struct ce_wizard *wizard, const char *id, const char *answer) {
  char line[128];
  snprintf(line, sizeof line, "{\"answer\":\"%s\",\"id\":\"%s\"}", answer, id);
  if (wizard->work) {
    ce_runner_say(wizard->work, line);
  }
}

/* A run that does not end although it was told to is let go: it goes back by the end of its input. */
static gboolean give_up(gpointer context) {
  struct ce_wizard *wizard = context;
  wizard->closing_source = 0;
  ce_runner_free(ce_take(&wizard->work));
  ce_run_view_end(&wizard->run, CE_CHILD, "it was cancelled and did not end");
  wizard->close_when_ended = false;
  ce_wizard_input(wizard, CE_INPUT_FAILED);
  return G_SOURCE_REMOVE;
}

static void expect_end(struct ce_wizard *wizard) {
  if (!wizard->closing_source) {
    wizard->closing_source = g_timeout_add_seconds(CLOSE_LIMIT_S, give_up, wizard);
  }
}

/* The answer that ends the run at the question that it waits with. */
static void say_cancel(struct ce_wizard *wizard) {
  const char *id = text_of(wizard->run.asked, "id");
  say(wizard, id, strcmp(id, "proceed") == 0 ? "no" : "cancel");
  expect_end(wizard);
}

void ce_wizard_act(struct ce_wizard *wizard, enum ce_flow_act act) {
  switch (act) {
  case CE_ACT_LOOK:
    look(wizard);
    break;
  case CE_ACT_CHECK:
    check(wizard);
    break;
  case CE_ACT_WATCH_KEYS:
    watch_keys(wizard);
    break;
  case CE_ACT_WORK:
    work(wizard);
    break;
  case CE_ACT_SAY_YES:
    say(wizard, "proceed", "yes");
    break;
  case CE_ACT_SAY_CONTINUE:
    accept_findings(wizard);
    say(wizard, "security", "continue");
    break;
  case CE_ACT_SAY_RETRY:
    say(wizard, text_of(wizard->run.asked, "id"), "retry");
    break;
  case CE_ACT_SAY_SKIP:
    say(wizard, "key", "skip");
    break;
  case CE_ACT_SAY_CANCEL:
    say_cancel(wizard);
    break;
  case CE_ACT_CANCEL_WORK:
    say(wizard, "run", "cancel");
    expect_end(wizard);
    break;
  case CE_ACT_CLOSE:
    gtk_main_quit();
    break;
  case CE_ACT_NOTHING:
    break;
  }
}

void ce_wizard_leave(struct ce_wizard *wizard, enum ce_page page) {
  if (page == CE_PAGE_KEY) {
    stop(&wizard->keys);
  }
  if (page == CE_PAGE_CHECK) {
    accept_findings(wizard);
  }
}

void ce_wizard_end_children(struct ce_wizard *wizard) {
  stop(&wizard->look);
  stop(&wizard->keys);
  stop(&wizard->work);
  if (wizard->closing_source) {
    g_source_remove(wizard->closing_source);
    wizard->closing_source = 0;
  }
}

void ce_wizard_look_again(struct ce_wizard *wizard) {
  if (wizard->keys) {
    watch_keys(wizard);
  }
  if (wizard->checks.document || wizard->checking) {
    check(wizard);
  }
}
