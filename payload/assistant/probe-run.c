/* SPDX-License-Identifier: Apache-2.0
 * Running certenv-probe. */
#include "assistant/probe-run.h"

/* The probe gives up by itself after 30 s; what it loads may keep it from that. */
#define TIME_LIMIT_MS 40000
#define SIGNAL_BASE   128

enum ce_code ce_probe_run(const struct ce_probe_run *run, struct ce_inventory **ret, struct ce_error *err) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  const char *const with_now[] = {run->program, "--now", run->now, "--", run->module, NULL};
  const char *const by_clock[] = {run->program, "--", run->module, NULL};
  enum ce_code code = run->process->run(run->process->context, run->now ? with_now : by_clock, NULL,
                                        TIME_LIMIT_MS, &result, err);
  if (code) {
    ce_error_context(err, "asking the PKCS#11 module");
    return code;
  }
  if (result.output.size > 0) {
    return ce_inventory_parse(result.output.data, result.output.size, run->reminder_days, ret, err);
  }
  if (result.exit_status > SIGNAL_BASE) {
    return ce_fail(err, CE_CHILD, "probe", run->module, "the PKCS#11 module crashed (signal %d)",
                   result.exit_status - SIGNAL_BASE);
  }
  return ce_fail(err, CE_CHILD, "probe", run->module, "certenv-probe ended with %d: %.250s",
                 result.exit_status, ce_blob_text(&result.errors));
}
