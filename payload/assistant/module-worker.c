/* SPDX-License-Identifier: Apache-2.0
 * Where the tree has what the worker needs. */
#include "assistant/module-worker.h"

#define PROGRAM       "bin/certenv-probe"
#define CONFIGURATION "share/certenv/opensc.conf"

enum ce_code ce_module_worker_open(const char *tree, const char *module, struct ce_token_worker **ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_free) char *program = ce_text_format("%s/" PROGRAM, tree);
  CE_AUTO(ce_free) char *own_module = ce_text_format("%s/" CE_MODULE_WORKER_OWN, tree);
  CE_AUTO(ce_free) char *configuration = ce_text_format("OPENSC_CONF=%s/" CONFIGURATION, tree);
  if (!program || !own_module || !configuration) {
    return ce_fail_memory(err, tree);
  }
  const char *const environment[] = {configuration, NULL};
  const struct ce_token_worker_request request = {
      .program = program,
      .module = module ? module : own_module,
      .environment = module ? NULL : environment,
  };
  return ce_token_worker_open(&request, ret, err);
}
