/* SPDX-License-Identifier: Apache-2.0
 * certenv-assistant: lists keys and certificates with the days that they are still valid. */
#include "assistant/listing.h"
#include "assistant/module-worker.h"
#include "ports/fs-document.h"
#include "switches/own-tree.h"
#include "switches/spoken.h"

#include <errno.h>
#include <locale.h>
#include <string.h>

#define REMINDER_DEFAULT_DAYS 60
#define PROFILE               "share/certenv/profile.json"

static const struct ce_switch options[] = {
    {"module", "PATH", N_("list what this PKCS#11 module offers instead of the installed one")},
    {"json", NULL, N_("print one JSON object instead of text")},
    {"now", "TIME", N_("count days from this time, such as 2026-11-22, instead of the clock's")},
    {"lang", "zh_CN|en", N_("speak this language instead of the environment's")},
    {"wait", NULL, N_("wait for Enter at the end, so that a window stays open")},
    CE_SWITCH_HELP,
    CE_SWITCH_VERSION,
};
static const struct ce_switch_table table = {
    N_("usage: certenv-assistant [list] [--module PATH] [--json] [--now TIME] [--lang zh_CN|en] [--wait]"),
    N_("Lists the keys at this machine and their certificates, with the days that each is still valid."),
    options,
    sizeof options / sizeof *options,
};

/* *ret stays NULL where the tree has no profile, as in a build directory. */
static enum ce_code read_profile(const char *tree, struct ce_profile **ret, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error why;
  enum ce_code code = ce_fs_open_root(tree, &fs, err);
  if (code) {
    return code;
  }
  code = ce_fs_document_read(fs, PROFILE, CE_PROFILE_BYTES_MAX, &bytes, &why);
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code) {
    *err = why;
    return code;
  }
  return ce_profile_parse(bytes.data, bytes.size, ret, err);
}

static enum ce_code write_output(const struct ce_inventory *inventory, const struct ce_profile *profile,
                                 bool json, const struct ce_language *language, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = json ? ce_json_write(inventory->json, true, &text, err)
                           : ce_listing_write(inventory, profile, language, &text, err);
  if (code) {
    return code;
  }
  fputs(ce_blob_text(&text), stdout);
  if (json) {
    putchar('\n');
  }
  if (fflush(stdout)) {
    return ce_fail_sys(err, errno, "write", "standard output");
  }
  return CE_OK;
}

struct request {
  const char *module;
  int64_t now_s; /* -1: by the clock */
  bool json;
  const struct ce_language *language;
};

static enum ce_code fail_module(const struct request *request, const struct ce_inventory *inventory,
                                struct ce_error *err) {
  return ce_fail(err, CE_CHILD, inventory->error_stage,
                 request->module ? request->module : CE_MODULE_WORKER_OWN, "%s", inventory->error_message);
}

static enum ce_code ask_module(const char *tree, const struct request *request,
                               const struct ce_profile *profile, struct ce_inventory **ret,
                               struct ce_error *err) {
  CE_AUTO(ce_token_worker) struct ce_token_worker *worker = NULL;
  json_t *report = NULL;
  enum ce_code code = ce_module_worker_open(tree, request->module, &worker, err);
  if (!code) {
    code = ce_token_worker_list(worker, request->now_s, &report, err);
  }
  if (code) {
    return code;
  }
  return ce_inventory_read(report, profile ? profile->reminder_days : REMINDER_DEFAULT_DAYS, ret, err);
}

static enum ce_code list(const struct request *request, struct ce_error *err) {
  CE_AUTO(ce_free) char *tree = NULL;
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  CE_AUTO(ce_inventory) struct ce_inventory *inventory = NULL;
  enum ce_code code = ce_own_tree_find(&tree, err);
  if (!code) {
    code = read_profile(tree, &profile, err);
  }
  if (code) {
    return code;
  }
  code = ask_module(tree, request, profile, &inventory, err);
  if (code || (!request->json && inventory->error_message)) {
    return code ? code : fail_module(request, inventory, err);
  }
  code = write_output(inventory, profile, request->json, request->language, err);
  if (!code && inventory->error_message) {
    return fail_module(request, inventory, err);
  }
  return code;
}

static void complain(const struct ce_error *err, const struct ce_language *language) {
  const char *sentence =
      err->code == CE_CHILD ? _("The keys cannot be listed.") : ce_code_sentence(err->code);
  fprintf(stderr, "certenv-assistant: %s\n  %s: %s\n", err->code == CE_CHILD ? sentence : _(sentence),
          err->subject, err->detail);
}

static void wait_for_enter(const struct ce_language *language) {
  printf("\n%s", _("Press Enter to close this window."));
  fflush(stdout);
  for (int c = getchar(); c != EOF && c != '\n';) {
    c = getchar();
  }
}

static enum ce_code check_command(const struct ce_switch_values *values, int64_t *ret_now_s,
                                  struct ce_error *err) {
  if (values->operand_count && strcmp(values->operands[0], "list") != 0) {
    return ce_fail(err, CE_USAGE, "options", values->operands[0],
                   "there is no such command; the only one is list");
  }
  const char *now = ce_switches_value(&table, values, "now");
  return now ? ce_switches_time("--now", now, ret_now_s, err) : CE_OK;
}

int main(int argc, char *argv[]) {
  setlocale(LC_ALL, "");
  struct ce_error err = {0};
  const char *given[sizeof options / sizeof *options], *operands[1];
  struct ce_switch_values values = {given, operands, 1};
  const struct ce_language *language = NULL;
  bool answered = false;
  enum ce_code code =
      ce_spoken_begin(&table, "certenv-assistant", argc, argv, &values, &language, &answered, &err);
  if (answered) {
    return 0;
  }
  int64_t now_s = -1;
  if (!code) {
    code = check_command(&values, &now_s, &err);
  }
  if (!code) {
    const struct request request = {
        .module = ce_switches_value(&table, &values, "module"),
        .now_s = now_s,
        .json = ce_switches_value(&table, &values, "json") != NULL,
        .language = language,
    };
    code = list(&request, &err);
  }
  if (code) {
    complain(&err, language);
  }
  if (code != CE_USAGE && ce_switches_value(&table, &values, "wait")) {
    wait_for_enter(language);
  }
  return ce_code_exit_status(code);
}
