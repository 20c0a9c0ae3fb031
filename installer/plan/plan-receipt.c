/* SPDX-License-Identifier: Apache-2.0
 * Receipts after a plan. */
#include "plan/plan-receipt.h"

#include "model/strings.h"

#include <string.h>

/* *text becomes a copy of value, "" for NULL. */
static enum ce_code set_text(char **text, const char *value, struct ce_error *err) {
  char *copy = strdup(value ? value : "");
  if (!copy) {
    return ce_fail_memory(err, "receipt");
  }
  free(*text);
  *text = copy;
  return CE_OK;
}

enum ce_code ce_plan_receipt_begin(struct ce_draft *draft, struct ce_error *err) {
  const struct ce_receipt *receipt = draft->request->receipt;
  return receipt ? ce_strings_copy(receipt->saved, &draft->plan->after->saved, err) : CE_OK;
}

/* The package that the environment comes from after the plan. */
static enum ce_code set_package(struct ce_draft *draft, struct ce_error *err) {
  const struct ce_plan_request *request = draft->request;
  const struct ce_receipt *before = request->receipt;
  struct ce_receipt *after = draft->plan->after;
  bool same = request->verb == CE_VERB_REPAIR && before;
  const char *channel = request->channel && !same ? request->channel : before ? before->channel : NULL;
  enum ce_code code = set_text(&after->channel, channel, err);
  if (code == CE_OK && draft->wanted) {
    code = set_text(&after->package, same ? before->package : request->package, err);
    after->package_size_bytes = same ? before->package_size_bytes : request->package_size_bytes;
    after->package_sha256 = same ? before->package_sha256 : request->package_sha256;
  } else if (code == CE_OK) {
    code = set_text(&after->package, NULL, err);
  }
  return code;
}

static enum ce_code fill(struct ce_draft *draft, struct ce_error *err) {
  struct ce_receipt *after = draft->plan->after;
  after->installed = draft->wanted != NULL;
  after->installed_at_s = draft->before ? draft->before->installed_at_s : draft->request->now_s;
  enum ce_code code = set_text(&after->txid, draft->request->txid, err);
  if (code == CE_OK) {
    code = set_package(draft, err);
  }
  if (code == CE_OK && draft->wanted) {
    code = ce_manifest_copy(draft->wanted, &after->manifest, err);
  }
  ce_receipt_sort(after);
  return code;
}

/* Everything but the txid. */
static enum ce_code find_change(const struct ce_receipt *before, const struct ce_receipt *after, bool *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_json) json_t *old = ce_receipt_frame_to_json(before);
  CE_AUTO(ce_json) json_t *new = ce_receipt_frame_to_json(after);
  if (!old || !new) {
    return ce_fail_memory(err, "receipt");
  }
  json_object_del(old, "txid");
  json_object_del(new, "txid");
  /* Only where both have a manifest the frames can be equal. */
  *ret = !json_equal(old, new) || (before->manifest && after->manifest &&
                                   !ce_manifest_has_same_files(before->manifest, after->manifest));
  return CE_OK;
}

enum ce_code ce_plan_receipt_finish(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = fill(draft, err);
  if (code != CE_OK || !draft->before || draft->plan->step_count > 0) {
    return code;
  }
  bool changed = false;
  code = find_change(draft->before, draft->plan->after, &changed, err);
  return code == CE_OK && !changed ? ce_plan_receipt_stay(draft, err) : code;
}

enum ce_code ce_plan_receipt_stay(struct ce_draft *draft, struct ce_error *err) {
  const struct ce_receipt *receipt = draft->request->receipt;
  struct ce_receipt *after = draft->plan->after;
  enum ce_code code = set_text(&after->txid, receipt ? receipt->txid : NULL, err);
  if (code == CE_OK && !after->channel) {
    code = set_text(&after->channel, receipt ? receipt->channel : NULL, err);
  }
  if (code == CE_OK && !after->package) {
    code = set_text(&after->package, NULL, err);
  }
  return code;
}

enum ce_code ce_plan_receipt_purge(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = ce_plan_receipt_stay(draft, err);
  bool recorded = draft->request->verb == CE_VERB_UNINSTALL && draft->request->purge &&
                  draft->request->receipt && draft->plan->conflict_count == 0;
  return code == CE_OK && recorded ? set_text(&draft->plan->after->txid, draft->request->txid, err) : code;
}
