/* SPDX-License-Identifier: Apache-2.0
 * allowances.json: what certenv put on the allow-lists of this machine's security software, so that an
 * uninstall takes it off again (docs/FORMATS.md). Written before anything is put there. */
#ifndef CE_MODEL_ALLOWANCES_H
#define CE_MODEL_ALLOWANCES_H

#include "base/blob.h"
#include "model/strings.h"

#define CE_ALLOWANCES_FORMAT    1
#define CE_ALLOWANCES_BYTES_MAX 65536
#define CE_ALLOWANCES_RULES_MAX 256
#define CE_ALLOWANCES_RULE_MAX  128 /* bytes */

/* All zero: nothing is allowed. */
struct ce_allowances {
  bool fapolicyd;        /* the trust file is ours; it follows the installed version */
  bool kysec;            /* programs and libraries are marked as verified, those of later versions too */
  char **usbguard_rules; /* NULL-terminated: allow id 096e:0807 hash "..." */
};
void ce_allowances_clear(struct ce_allowances *allowances);
CE_DEFINE_AUTO_IN_PLACE(ce_allowances, struct ce_allowances, ce_allowances_clear);

static inline bool ce_allowances_are_empty(const struct ce_allowances *allowances) {
  return !allowances->fapolicyd && !allowances->kysec && ce_strings_count(allowances->usbguard_rules) == 0;
}

/* *ret must be empty. RECEIPT_DAMAGED; STATE_FORMAT for a major format that is newer than this program. */
CE_MUST_USE enum ce_code ce_allowances_parse(const void *bytes, size_t size, struct ce_allowances *ret,
                                             struct ce_error *err);
/* The file's bytes. */
CE_MUST_USE enum ce_code ce_allowances_write(const struct ce_allowances *allowances, struct ce_blob *ret,
                                             struct ce_error *err);

/* NULL when rule is one that certenv writes, otherwise an English phrase that says why not. */
const char *ce_allowances_rule_problem(const char *rule);

#endif
