/* SPDX-License-Identifier: Apache-2.0
 * Children of the wizard that only look: at what is installed, at what may interfere, at keys. */
#include "base/json.h"
#include "gtk/emblem.h"
#include "gtk/key-text.h"
#include "gtk/shell.h"

#include <string.h>

#define LOOK_PATIENCE_S 60
#define WAIT_S          1 /* between two looks whether another run has ended */
#define ARGUMENTS_MAX   32

/* The language and the key are the wizard's own affair. */
static bool is_handed_on(const struct ce_wizard_request *request, const char *verb, const char *option) {
  bool own = strncmp(option, "--lang", 6) == 0 || strncmp(option, "--key", 5) == 0;
  return !own && request->accepts(verb, option);
}

enum ce_code ce_wizard_start_child(struct ce_wizard *wizard, const char *const words[],
                                   enum ce_runner_kind kind, unsigned patience_s,
                                   const struct ce_runner_client *client, struct ce_runner **ret,
                                   struct ce_error *err) {
  const char *arguments[ARGUMENTS_MAX + 1] = {0};
  size_t count = 0;
  for (size_t i = 0; words[i]; i++) {
    arguments[count++] = words[i];
  }
  const char *const *options = wizard->request->options;
  for (size_t i = 0; options && options[i] && count < ARGUMENTS_MAX - 2; i++) {
    if (is_handed_on(wizard->request, words[0], options[i])) {
      arguments[count++] = options[i];
    }
  }
  arguments[count++] = "--lang";
  arguments[count++] = ce_language_name(wizard->language);
  const struct ce_runner_request request = {
      .program = wizard->request->program, .arguments = arguments, .kind = kind, .patience_s = patience_s};
  return ce_runner_start(&request, client, ret, err);
}

void ce_wizard_stop_child(struct ce_runner **runner) {
  ce_runner_free(ce_take(runner));
}

void ce_wizard_stop_looking(struct ce_wizard *wizard) {
  ce_wizard_stop_child(&wizard->look);
  wizard->looking = wizard->checking = false;
}

/* The plan: on a machine without an environment. */

static void take_plan(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  ce_plan_view_read(&wizard->plan, object);
  if (ce_organisation_read(&wizard->organisation, object)) {
    ce_emblem_show(wizard);
  }
}

static void end_plan(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)end;
  (void)status;
  (void)complaint;
  struct ce_wizard *wizard = context;
  ce_wizard_stop_child(&wizard->look);
  wizard->looking = false;
  ce_wizard_refresh(wizard);
}

static void look_at_plan(struct ce_wizard *wizard) {
  static const char *const words[] = {"plan", "install", "--json", NULL};
  const struct ce_runner_client client = {.told = take_plan, .ended = end_plan, .context = wizard};
  struct ce_error ignored;
  if (ce_wizard_start_child(wizard, words, CE_RUNNER_TIDIES, LOOK_PATIENCE_S, &client, &wizard->look,
                            &ignored) != CE_OK) {
    wizard->looking = false;
  }
}

/* Where the work is done. */
static const char *root_of(const struct ce_wizard *wizard) {
  static const char prefix[] = "--root=";
  const char *const *options = wizard->request->options;
  for (size_t i = 0; options && options[i]; i++) {
    if (strncmp(options[i], prefix, sizeof prefix - 1) == 0) {
      return options[i] + sizeof prefix - 1;
    }
  }
  return "/";
}

/* The status, then. */

static void take_status(void *context, const json_t *object, const char *line) {
  (void)line;
  struct ce_wizard *wizard = context;
  const char *state = ce_json_text(object, "state");
  snprintf(wizard->installed_version, sizeof wizard->installed_version, "%s",
           ce_json_text(object, "version"));
  wizard->installed = json_is_true(json_object_get(object, "busy")) ? CE_INSTALLED_BUSY
                      : strcmp(state, "ok") == 0                    ? CE_INSTALLED_OK
                      : strcmp(state, "absent") == 0                ? CE_INSTALLED_NOT
                                                                    : CE_INSTALLED_FAULTY;
}

static void wait_for_other_run(struct ce_wizard *wizard);

static void end_status(void *context, enum ce_runner_end end, int status, const char *complaint) {
  (void)end;
  (void)status;
  (void)complaint;
  struct ce_wizard *wizard = context;
  ce_wizard_stop_child(&wizard->look);
  bool installed = wizard->installed == CE_INSTALLED_OK || wizard->installed == CE_INSTALLED_FAULTY;
  if (installed) {
    if (ce_organisation_read_installed(&wizard->organisation, root_of(wizard))) {
      ce_emblem_show(wizard);
    }
    wizard->looking = false;
  } else if (wizard->installed == CE_INSTALLED_BUSY) {
    wizard->looking = false;
    wait_for_other_run(wizard);
  } else {
    wizard->looking = true;
    look_at_plan(wizard);
  }
  ce_wizard_refresh(wizard);
}

static bool look_at_status(struct ce_wizard *wizard) {
  static const char *const words[] = {"status", "--json", NULL};
  const struct ce_runner_client client = {.told = take_status, .ended = end_status, .context = wizard};
  struct ce_error ignored;
  ce_wizard_stop_child(&wizard->look);
  return ce_wizard_start_child(wizard, words, CE_RUNNER_LOOKS, LOOK_PATIENCE_S, &client, &wizard->look,
                               &ignored) == CE_OK;
}

void ce_wizard_look(struct ce_wizard *wizard) {
  ce_wizard_stop_waiting(wizard);
  ce_wizard_stop_looking(wizard);
  wizard->installed = CE_INSTALLED_UNKNOWN;
  wizard->looking = look_at_status(wizard);
}

/* The page goes on showing that the other run is at work meanwhile. */
static gboolean look_whether_it_ended(gpointer context) {
  struct ce_wizard *wizard = context;
  wizard->waiting_source = 0;
  if (!look_at_status(wizard)) {
    wait_for_other_run(wizard);
  }
  return G_SOURCE_REMOVE;
}

static void wait_for_other_run(struct ce_wizard *wizard) {
  ce_wizard_stop_waiting(wizard);
  wizard->waiting_source = g_timeout_add_seconds(WAIT_S, look_whether_it_ended, wizard);
}

void ce_wizard_stop_waiting(struct ce_wizard *wizard) {
  if (wizard->waiting_source) {
    g_source_remove(wizard->waiting_source);
    wizard->waiting_source = 0;
  }
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
  ce_wizard_stop_child(&wizard->look);
  wizard->checking = false;
  bool good = wizard->checks.document && ce_checks_level_before(&wizard->checks) <= CE_CHECK_ADVICE;
  if (wizard->flow.page == CE_PAGE_KEY && ce_checks_key_fix(&wizard->checks)[0]) {
    wizard->wants_focus = true; /* the key page has a new main button */
  }
  if (wizard->flow.page == CE_PAGE_CHECK) {
    ce_wizard_input(wizard, good ? CE_INPUT_CHECKS_GOOD : CE_INPUT_CHECKS_BAD);
  } else {
    ce_wizard_refresh(wizard);
  }
}

void ce_wizard_check(struct ce_wizard *wizard) {
  static const char *const words[] = {"doctor", "--json", NULL};
  const struct ce_runner_client client = {.told = take_checks, .ended = end_checks, .context = wizard};
  struct ce_error ignored;
  ce_wizard_stop_looking(wizard);
  ce_checks_clear(&wizard->checks);
  wizard->checking = ce_wizard_start_child(wizard, words, CE_RUNNER_LOOKS, LOOK_PATIENCE_S, &client,
                                           &wizard->look, &ignored) == CE_OK;
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
  if (ce_key_is_blocked(key)) {
    ce_wizard_check(wizard); /* the doctor knows whether that can be mended */
  }
  /* What lets it in is let end first. */
  if (ce_key_is_workable(key) && wizard->flow.page == CE_PAGE_KEY && !wizard->allowing) {
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
  ce_wizard_stop_child(&wizard->keys);
  ce_wizard_refresh(wizard);
}

void ce_wizard_watch_keys(struct ce_wizard *wizard) {
  static const char *const words[] = {"keys", "--watch", "--json", NULL};
  const struct ce_runner_client client = {.told = take_keys, .ended = end_keys, .context = wizard};
  struct ce_error ignored;
  ce_wizard_stop_child(&wizard->keys);
  if (ce_wizard_start_child(wizard, words, CE_RUNNER_LOOKS, 0, &client, &wizard->keys, &ignored) != CE_OK) {
    wizard->keys = NULL;
  }
}
