/* SPDX-License-Identifier: Apache-2.0
 * Running and showing of actions. */
#include "cli/action.h"

#include "cli/consent.h"
#include "cli/elevate.h"
#include "cli/key-question.h"
#include "cli/machine.h"
#include "cli/scratch.h"
#include "cli/security-question.h"
#include "model/profile.h"
#include "model/strings.h"
#include "plan/describe.h"
#include "ports/base64.h"

#include <string.h>

#define KEY_TIMEOUT_ALONE_S 60

/* Somebody is there to ask, unless told that nobody is, or that everything is answered already. */
static enum ce_key_wish key_wish(const struct ce_session *session) {
  const struct ce_options *options = &session->options;
  const char *value = options->values[CE_OPTION_KEY];
  if (value) {
    return strcmp(value, "required") == 0   ? CE_KEY_WISH_REQUIRED
           : strcmp(value, "optional") == 0 ? CE_KEY_WISH_OPTIONAL
                                            : CE_KEY_WISH_SKIP;
  }
  bool asks = !ce_options_has(options, CE_OPTION_SILENT) && !ce_options_has(options, CE_OPTION_YES);
  return asks ? CE_KEY_WISH_REQUIRED : CE_KEY_WISH_OPTIONAL;
}

static int64_t key_timeout_ms(const struct ce_session *session) {
  const char *value = session->options.values[CE_OPTION_KEY_TIMEOUT];
  int64_t default_s = ce_key_question_is_answerable(session) ? 0 : KEY_TIMEOUT_ALONE_S;
  return (value ? ce_grammar_seconds(value) : default_s) * 1000;
}

static struct ce_run_options run_options(const struct ce_session *session) {
  const struct ce_options *options = &session->options;
  const char *proxy = options->values[CE_OPTION_PROXY];
  return (struct ce_run_options){.source = options->values[CE_OPTION_SOURCE],
                                 .channel = options->values[CE_OPTION_CHANNEL],
                                 .proxy = proxy && strcmp(proxy, CE_PROXY_NONE) == 0 ? "" : proxy,
                                 .ca_file = options->values[CE_OPTION_CA_FILE],
                                 .offline = ce_options_has(options, CE_OPTION_OFFLINE),
                                 .purge = ce_options_has(options, CE_OPTION_PURGE),
                                 .skip_prerequisites = ce_options_has(options, CE_OPTION_SKIP_PREREQUISITES),
                                 .strict = ce_options_has(options, CE_OPTION_STRICT),
                                 .key = key_wish(session),
                                 .key_timeout_ms = key_timeout_ms(session),
                                 .key_is_default = !options->values[CE_OPTION_KEY]};
}

static void log_start(struct ce_session *session, const struct ce_machine *machine) {
  const struct ce_options *options = &session->options;
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  struct ce_error ignored;
  enum ce_code code = CE_OK;
  for (enum ce_option option = 0; code == CE_OK && option < CE_OPTION_COUNT; option++) {
    const char *value = options->values[option];
    if (option == CE_OPTION_PROXY && value && strchr(value, '@')) {
      code = ce_blob_printf(&line, &ignored, " --proxy=(with a password)");
    } else if (value) {
      code = ce_blob_printf(&line, &ignored, " --%s%s%s", ce_grammar_options[option].name,
                            value[0] ? "=" : "", value);
    }
  }
  ce_sink_log_write(&session->log, "start %s " CERTENV_VERSION ": %s%s (%s, process %ld, user %u)",
                    session->program_name, ce_grammar_commands[options->command].name, ce_blob_text(&line),
                    machine->program_path, (long)getpid(), machine->engine.uid);
}

/* Never in the way: where no log can be kept there is none, and only one that was asked for is missed. */
static void open_log(struct ce_session *session, const struct ce_machine *machine,
                     const struct ce_action *action) {
  const char *path = session->options.values[CE_OPTION_LOG];
  struct ce_error problem;
  if (path) {
    if (ce_sink_log_open_path(&session->log, path, session->clock, &problem) != CE_OK) {
      ce_emit_warning(&session->events.sink, "log", &problem);
      return;
    }
  } else if (ce_sink_log_open_root(&session->log, machine->fs, action->makes_log, session->clock, &problem) !=
             CE_OK) {
    return;
  }
  ce_sink_tee_add(&session->events, &session->log.sink);
  log_start(session, machine);
}

static bool has_changed(const struct ce_report *report) {
  return report->changed || report->recovered;
}

static json_t *outcome_facts(const struct ce_report *report) {
  json_t *facts = json_object();
  json_object_set_new(facts, "changed", json_boolean(has_changed(report)));
  if (report->packages_stay) {
    json_object_set_new(facts, "packages_stay", json_true());
  }
  if (report->pending) {
    json_object_set_new(facts, "pending", json_true());
  }
  return facts;
}

/* What is told at the end. */
static void set_outcome(struct ce_session *session, const struct ce_action *action,
                        const struct ce_report *report, enum ce_code code) {
  const struct ce_plan *plan = report->plan;
  session->outcome_facts = outcome_facts(report);
  /* Its own says that nothing was changed. */
  if (code == CE_CANCELLED && report->pending) {
    session->outcome_remedy = ce_code_remedy(CE_INTERRUPTED);
  } else if (code == CE_CANCELLED && report->packages_stay) {
    session->outcome_remedy = CE_REMEDY_PACKAGES_STAY;
  }
  session->outcome_sentence = has_changed(report) ? action->done : action->idle;
  if (plan) {
    const char *version = plan->to_version[0] ? plan->to_version : plan->from_version;
    snprintf(session->outcome_subject, sizeof session->outcome_subject, "%s", version);
  }
}

static enum ce_code carry_out(struct ce_session *session, const struct ce_action *action,
                              struct ce_machine *machine, struct ce_error *err) {
  CE_AUTO(ce_report) struct ce_report report = {0};
  struct ce_consent consent = {.session = session, .engine = &machine->engine};
  struct ce_run_options options = run_options(session);
  struct ce_key_question question;
  ce_key_question_open(&question, session, &machine->engine);
  options.confirm = ce_consent_ask;
  options.confirm_context = &consent;
  options.key_prompt = ce_key_question_prompt(&question);
  options.security = ce_security_question_is_asked(session) ? ce_security_question_ask : NULL;
  options.security_context = session;
  enum ce_code code = action->run(&machine->engine, &options, &report, err);
  set_outcome(session, action, &report, code);
  return code;
}

enum ce_code ce_action_run(struct ce_session *session, const struct ce_action *action, struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  if (ce_options_has(&session->options, CE_OPTION_DRY_RUN)) {
    return ce_action_show(session, action, err);
  }
  session->outcome_name = ce_verb_name(action->verb);
  enum ce_code code = ce_consent_check(session, err);
  if (code == CE_OK) {
    code = ce_machine_open(session, true, &machine, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (machine.engine.live && machine.engine.uid != 0) {
    bool told = false;
    code = ce_elevate(&session->options, session->face.language, &told, err);
    session->told_people = session->told_programs = told;
    return code;
  }
  code = ce_session_attend(session, err);
  if (code != CE_OK) {
    return code;
  }
  ce_sink_tee_add(&session->events, &session->text.sink);
  if (session->face.json) {
    ce_sink_tee_add(&session->events, &session->json.sink);
  }
  open_log(session, &machine, action);
  code = carry_out(session, action, &machine, err);
  ce_session_close_log(session, code, err); /* it may lie below the root, which is closed now */
  return code;
}

/* The plan as a program reads it: with what it comes to, and whose it is that would be installed. */
static enum ce_code print_json(struct ce_session *session, const struct ce_engine *engine,
                               const struct ce_report *report, struct ce_error *err) {
  const struct ce_consent consent = {.session = session, .engine = engine};
  const struct ce_json_context context = {.code = CE_PACKAGE_INVALID, .document = "profile.json"};
  CE_AUTO(ce_strings) char **packages = NULL;
  CE_AUTO(ce_summary) struct ce_summary summary = {0};
  CE_AUTO(ce_json) json_t *profile = NULL;
  CE_AUTO(ce_blob) struct ce_blob icon = {0};
  enum ce_code code = ce_consent_summarise(&consent, report->plan, &packages, &summary, err);
  if (code == CE_OK && report->profile.size > 0) {
    code = ce_json_parse(&context, report->profile.data, report->profile.size, CE_PROFILE_BYTES_MAX, &profile,
                         err);
  }
  if (code == CE_OK) {
    code = ce_base64_encode(report->icon.data, report->icon.size, &icon, err);
  }
  if (code != CE_OK) {
    return code;
  }
  json_t *plan = ce_plan_to_json(report->plan, true);
  json_object_set_new(plan, "summary", ce_summary_to_json(&summary));
  json_object_set(plan, "profile", profile);
  if (icon.size > 0) {
    json_object_set_new(plan, "icon", json_string(ce_blob_text(&icon)));
  }
  ce_json_line_print(session->face.out, plan);
  return CE_OK;
}

static enum ce_code print_plan(struct ce_session *session, const struct ce_engine *engine,
                               const struct ce_report *report, struct ce_error *err) {
  if (session->face.json) {
    return print_json(session, engine, report, err);
  }
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_plan_describe(report->plan, &text, err);
  if (code == CE_OK) {
    fputs(ce_blob_text(&text), session->face.out);
    fflush(session->face.out);
  }
  return code;
}

/* Also where a removal left its record. */
static bool is_absent(const struct ce_engine *engine) {
  CE_AUTO(ce_status) struct ce_status status = {0};
  struct ce_error ignored;
  return ce_engine_status(engine, false, &status, &ignored) == CE_OK && status.state == CE_STATUS_ABSENT;
}

/* Who has no rights yet is told what would happen to a machine that has nothing, which is what a first
 * installation is asked about. The other verbs look at what only root may lock. */
static enum ce_code choose_root(const struct ce_machine *machine, const struct ce_action *action,
                                struct ce_scratch *scratch, struct ce_engine *ret, struct ce_error *err) {
  *ret = machine->engine;
  if (!machine->engine.live || machine->engine.uid == 0 || action->verb != CE_VERB_INSTALL ||
      !is_absent(&machine->engine)) {
    return CE_OK;
  }
  enum ce_code code = ce_scratch_open(scratch, err);
  if (code == CE_OK) {
    ret->fs = scratch->fs;
    ret->live = false;
  }
  return code;
}

enum ce_code ce_action_show(struct ce_session *session, const struct ce_action *action,
                            struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  CE_AUTO(ce_scratch) struct ce_scratch scratch = {0};
  CE_AUTO(ce_report) struct ce_report report = {0};
  struct ce_run_options options = run_options(session);
  struct ce_engine engine;
  struct ce_error problem;
  options.dry_run = true;
  session->outcome_name = "plan";
  session->face.quiet = true;
  enum ce_code code = ce_machine_open(session, true, &machine, err);
  if (code == CE_OK) {
    code = choose_root(&machine, action, &scratch, &engine, err);
  }
  if (code != CE_OK) {
    return code;
  }
  ce_sink_tee_add(&session->events, &session->text.sink);
  code = action->run(&engine, &options, &report, err);
  if (!report.plan) {
    return code;
  }
  /* Standard output is the plan and nothing else, also of a plan that cannot be carried out. */
  session->told_programs = true;
  session->told_people = code == CE_OK;
  enum ce_code printed = print_plan(session, &machine.engine, &report, &problem);
  if (code == CE_OK && printed != CE_OK) {
    *err = problem;
    return printed;
  }
  return code;
}
