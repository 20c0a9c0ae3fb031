/* SPDX-License-Identifier: Apache-2.0
 * The planner: facts + manifest + receipt -> plan. A pure function; every verb goes through it (DESIGN
 * section 1).
 *
 * install    request->manifest is the package's; no receipt, or that of any version
 * repair     request->manifest is the receipt's own
 * update     as install, but NOT_INSTALLED without a receipt
 * uninstall  request->manifest is NULL */
#ifndef CE_PLAN_PLANNER_H
#define CE_PLAN_PLANNER_H

#include "model/plan.h"
#include "model/selection.h"

struct ce_plan_request {
  enum ce_verb verb;
  bool purge;       /* uninstall: the state goes too */
  const char *txid; /* chosen by the caller: 16..64 hexadecimal digits */
  int64_t now_s;
  const struct ce_manifest *manifest;
  const struct ce_receipt *receipt; /* NULL when there is none */
  /* What of the manifest's optional integration is wanted; what was and is not any more goes, as everything
   * does that a manifest lacks. NULL: nothing optional. */
  const struct ce_selection *selection;
  /* The package that the manifest came from; kept in the receipt. Ignored for uninstall; for repair the
   * receipt's. */
  const char *channel, *package;
  uint64_t package_size_bytes;
  struct ce_digest package_sha256;
};

/* A plan always comes back, with conflicts in it where something is in the way; the call itself fails with
 * MEMORY only. Nothing to do is a plan with no steps. */
CE_MUST_USE enum ce_code ce_plan_make(const struct ce_plan_request *request, const struct ce_facts *facts,
                                      struct ce_plan **ret, struct ce_error *err);

#endif
