/* SPDX-License-Identifier: Apache-2.0
 * Why a request cannot be planned at all. */
#include "plan/conflict.h"

#include "base/version.h"
#include "model/layout.h"

#include <assert.h>
#include <string.h>

static enum ce_code check_installed(struct ce_draft *draft, struct ce_error *err) {
  enum ce_verb verb = draft->request->verb;
  if (draft->before || (verb != CE_VERB_REPAIR && verb != CE_VERB_UPDATE)) {
    return CE_OK;
  }
  return ce_draft_conflict(draft, CE_NOT_INSTALLED, "/" CE_HOME, err, "there is no environment to %s",
                           ce_verb_name(verb));
}

static enum ce_code check_version(struct ce_draft *draft, struct ce_error *err) {
  const char *installed = draft->before ? draft->before->manifest->version : NULL;
  if (!installed || ce_version_compare(draft->wanted->version, installed) >= 0) {
    return CE_OK;
  }
  return ce_draft_conflict(draft, CE_DOWNGRADE, draft->wanted->version, err,
                           "version %s is installed, the package has version %s", installed,
                           draft->wanted->version);
}

static enum ce_code check_arch(struct ce_draft *draft, struct ce_error *err) {
  const char *machine = draft->facts->arch;
  if (!machine || !machine[0] || strcmp(machine, draft->wanted->arch) == 0) {
    return CE_OK;
  }
  return ce_draft_conflict(draft, CE_UNSUPPORTED, draft->wanted->arch, err,
                           "the package is made for %s, this machine is %s", draft->wanted->arch, machine);
}

enum ce_code ce_conflict_check_request(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = check_installed(draft, err);
  if (code != CE_OK || !draft->wanted || draft->request->verb == CE_VERB_UNINSTALL) {
    return code;
  }
  code = check_version(draft, err);
  return code == CE_OK ? check_arch(draft, err) : code;
}

enum ce_code ce_conflict_check_space(struct ce_draft *draft, struct ce_error *err) {
  uint64_t needed = draft->plan->bytes_needed;
  uint64_t available = draft->facts->free_bytes;
  if (available == 0 || needed <= available) {
    return CE_OK;
  }
  return ce_draft_conflict(draft, CE_NO_SPACE, "/" CE_HOME, err, "%llu bytes are needed, %llu are free",
                           (unsigned long long)needed, (unsigned long long)available);
}
