/* SPDX-License-Identifier: Apache-2.0
 * certenv-probe: loads one PKCS#11 module in this process and prints what it offers as JSON. */
#include "ports/descriptor.h"
#include "probe/module.h"
#include "probe/report.h"
#include "probe/serve.h"
#include "switches/switches.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define TIMEOUT_DEFAULT_S 30
#define TIMEOUT_MAX_S     3600

/* What the process is busy with, for the alarm's handler alone; the handler knows no other way. */
static const char *volatile busy_with;
static volatile sig_atomic_t report_fd;

static void write_text(const char *text) {
  ssize_t written = write(report_fd, text, strlen(text));
  (void)written; /* the process ends anyway */
}

static void out_of_time(int signal_number) {
  (void)signal_number;
  if (!busy_with) {
    _exit(1); /* the report was printed already */
  }
  write_text("{\"error\": {\"message\": \"the module did not answer within the time limit\", \"rv\": null, "
             "\"stage\": \"");
  write_text(busy_with);
  write_text("\"}, \"format\": 1}\n");
  _exit(1);
}

/* The report alone goes to standard output: what a module prints there is sent to standard error. */
static enum ce_code keep_output(struct ce_error *err) {
  int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (fd < 0) {
    return ce_fail_sys(err, errno, "dup", "standard output");
  }
  report_fd = fd;
  dup2(STDERR_FILENO, STDOUT_FILENO);
  return CE_OK;
}

/* A crashing module is no news for the desktop's crash reporter. A limit of one byte keeps cores from files
 * and, as the kernel treats exactly this value, from the program that core_pattern names too (core(5)). */
static void forbid_core(void) {
  const struct rlimit one_byte = {1, 1};
  setrlimit(RLIMIT_CORE, &one_byte);
}

static void start_clock(int64_t timeout_s) {
  const struct sigaction action = {.sa_handler = out_of_time};
  sigaction(SIGALRM, &action, NULL);
  alarm((unsigned)timeout_s);
}

static enum ce_code probe(const char *path, int64_t now_s, CK_FUNCTION_LIST **ret_module, json_t *report,
                          struct ce_error *err) {
  CK_FUNCTION_LIST *module = NULL;
  busy_with = "load";
  enum ce_code code = ce_module_load(path, &module, err);
  if (!code) {
    busy_with = "initialize";
    code = ce_module_initialize(module, err);
  }
  if (code) {
    return code;
  }
  *ret_module = module;
  busy_with = "slots";
  return ce_report_fill(module, path, now_s, report, err);
}

static enum ce_code print_report(const json_t *report, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_json_write(report, true, &text, err);
  if (!code) {
    code = ce_blob_append(&text, "\n", 1, err);
  }
  int failed = code ? 0 : ce_descriptor_write(report_fd, text.data, text.size);
  return failed ? ce_fail_sys(err, failed, "write", "standard output") : code;
}

/* The exit status. */
static int run(const char *path, int64_t now_s, int64_t timeout_s) {
  struct ce_error err = {0};
  CK_FUNCTION_LIST *module = NULL;
  CE_AUTO(ce_json) json_t *report = json_pack("{s:i}", "format", CE_PROBE_FORMAT);
  enum ce_code code = keep_output(&err);
  if (!code) {
    forbid_core();
    start_clock(timeout_s);
    code = probe(path, now_s, &module, report, &err);
  }
  if (code) {
    json_object_set_new(report, "error", ce_report_error(&err));
  }
  if (report && print_report(report, &err)) {
    fprintf(stderr, "certenv-probe: %s %s: %s\n", err.op, err.subject, err.detail);
    code = err.code;
  }
  busy_with = NULL;
  if (module) {
    module->C_Finalize(NULL);
  }
  return code ? 1 : 0;
}

/* The exit status. A module that reads standard input gets nothing. */
static int serve(const char *path) {
  struct ce_error err = {0};
  int input_fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  int nowhere = open("/dev/null", O_RDONLY | O_CLOEXEC);
  enum ce_code code = input_fd < 0 || nowhere < 0 || dup2(nowhere, STDIN_FILENO) != STDIN_FILENO
                          ? ce_fail_sys(&err, errno, "dup", "standard input")
                          : keep_output(&err);
  if (!code) {
    close(nowhere);
    forbid_core();
    code = ce_serve(path, input_fd, report_fd, &err);
  }
  if (code) {
    fprintf(stderr, "certenv-probe: %s %s: %s\n", err.op, err.subject, err.detail);
  }
  return ce_code_exit_status(code);
}

static const struct ce_switch options[] = {
    {"serve", NULL, "answer requests from standard input until it ends"},
    {"timeout", "SECONDS", "give up after this time (30)"},
    {"now", "TIME", "count days from this time, such as 2026-11-22, instead of the clock's"},
    CE_SWITCH_HELP,
    CE_SWITCH_VERSION,
};
static const struct ce_switch_table table = {
    "usage: certenv-probe [--timeout SECONDS] [--now TIME] MODULE\n"
    "       certenv-probe --serve MODULE",
    "Loads the PKCS#11 module in a process of its own and prints its tokens and certificates as JSON.",
    options,
    sizeof options / sizeof *options,
};

int main(int argc, char *argv[]) {
  setlocale(LC_ALL, "");
  struct ce_error err = {0};
  const char *given[sizeof options / sizeof *options], *operands[1];
  struct ce_switch_values values = {given, operands, 1};
  int64_t timeout_s = TIMEOUT_DEFAULT_S, now_s = (int64_t)time(NULL);
  enum ce_code code = ce_switches_parse(&table, argc, argv, &values, &err);
  if (!code && ce_switches_value(&table, &values, "help")) {
    ce_switches_print_help(stdout, &table, NULL, NULL);
    return 0;
  }
  if (!code && ce_switches_value(&table, &values, "version")) {
    printf("certenv-probe %s\n", CERTENV_VERSION);
    return 0;
  }
  const char *timeout = code ? NULL : ce_switches_value(&table, &values, "timeout");
  const char *now = code ? NULL : ce_switches_value(&table, &values, "now");
  if (timeout) {
    code = ce_switches_number("--timeout", timeout, 1, TIMEOUT_MAX_S, &timeout_s, &err);
  }
  if (!code && now) {
    code = ce_switches_time("--now", now, &now_s, &err);
  }
  if (!code && values.operand_count == 0) {
    code = ce_fail(&err, CE_USAGE, "options", "MODULE", "the module's path is missing");
  }
  if (code) {
    fprintf(stderr, "certenv-probe: %s: %s\nRun certenv-probe --help to see what it accepts.\n", err.subject,
            err.detail);
    return ce_code_exit_status(code);
  }
  int status =
      ce_switches_value(&table, &values, "serve") ? serve(operands[0]) : run(operands[0], now_s, timeout_s);
  /* No exit handlers: those of the module may crash after the work is done. */
  _exit(status);
}
