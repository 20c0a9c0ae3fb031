/* SPDX-License-Identifier: Apache-2.0
 * Properties of plans. */
#include "property.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "plan/compare.h"
#include "plan/describe.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

#define LATER_TXID "00000000000000bb"

static struct ce_plan *make_plan(const struct ce_plan_request *request, const struct ce_facts *facts) {
  struct ce_error err;
  struct ce_plan *plan = NULL;
  if (ce_plan_make(request, facts, &plan, &err) != CE_OK) {
    abort();
  }
  return plan;
}

static bool fail(const char *property, const char *subject) {
  fprintf(stderr, "  %s: %s\n", property, subject);
  return false;
}

static const struct ce_manifest *wanted_by(const struct ce_plan_request *request) {
  bool repairs = request->verb == CE_VERB_REPAIR && !request->manifest && request->receipt;
  return repairs ? request->receipt->manifest : request->manifest;
}

static bool has_nothing_left(const struct ce_plan_request *request, const struct ce_facts *world,
                             const struct ce_receipt *after) {
  struct ce_plan_request again = *request;
  again.txid = LATER_TXID;
  /* A purge takes the receipt along. */
  bool purged = request->verb == CE_VERB_UNINSTALL && request->purge;
  again.receipt = purged ? NULL : after;
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&again, world);
  if (plan->conflict_count > 0) {
    return fail("again", plan->conflicts[0].detail);
  }
  if (plan->step_count > 0) {
    return fail("again", plan->steps[0].path);
  }
  return ce_plan_commits(plan) ? fail("again", "the receipt changes") : true;
}

static bool is_in_order(const struct ce_facts *world, const struct ce_receipt *after) {
  struct ce_error err;
  CE_AUTO(ce_item_list) struct ce_item_list items = {0};
  if (ce_compare(after, world, &items, &err) != CE_OK) {
    abort();
  }
  for (size_t i = 0; i < items.count; i++) {
    if (items.items[i].state != CE_ITEM_OK && items.items[i].state != CE_ITEM_FOREIGN) {
      return fail("status", items.items[i].path);
    }
  }
  return true;
}

/* The journal's plan tells the same steps; the receipt is one that a parser takes. */
static bool survives_json(const struct ce_plan *plan) {
  struct ce_error err;
  CE_AUTO(ce_json) json_t *plan_json = ce_plan_to_json(plan, false);
  CE_AUTO(ce_plan) struct ce_plan *read_plan = NULL;
  if (!plan_json || ce_plan_from_json(plan_json, &read_plan, &err) != CE_OK) {
    return fail("plan as JSON", plan_json ? err.detail : "not written");
  }
  CE_AUTO(ce_json) json_t *again_json = ce_plan_to_json(read_plan, false);
  if (!json_equal(plan_json, again_json)) {
    return fail("plan as JSON", "differs");
  }
  CE_AUTO(ce_json) json_t *receipt_json = ce_receipt_to_json(plan->after);
  CE_AUTO(ce_receipt) struct ce_receipt *read_receipt = NULL;
  if (ce_plan_commits(plan) && ce_receipt_from_json(receipt_json, &read_receipt, &err) != CE_OK) {
    return fail("receipt as JSON", err.detail);
  }
  return true;
}

static bool names_backup(const struct ce_receipt *receipt, const char *path) {
  for (size_t i = 0; i < receipt->path_count; i++) {
    if (receipt->paths[i].backup && strcmp(receipt->paths[i].backup, path) == 0) {
      return true;
    }
  }
  for (char **saved = receipt->saved; saved && *saved; saved++) {
    if (strcmp(*saved, path) == 0) {
      return true;
    }
  }
  return false;
}

/* Ours by the receipt, and as we put it: may be replaced or removed without a trace. */
static bool is_ours(const struct ce_receipt *before, const struct ce_path_fact *fact) {
  if (ce_relpath_is_beneath(fact->path, CE_HOME)) {
    return true;
  }
  if (ce_relpath_is_beneath(fact->path, CE_STATE)) {
    return !before || !names_backup(before, fact->path);
  }
  const struct ce_receipt_path *entry = before ? ce_receipt_find(before, fact->path) : NULL;
  return entry && entry->origin != CE_ORIGIN_ADOPTED && entry->type == CE_PATH_FILE &&
         ce_digest_equal(&entry->sha256, &fact->state.sha256);
}

/* In place somewhere, or in a backup that the receipt knows. */
static bool has_survived(const struct ce_facts *world, const struct ce_receipt *after,
                         const struct ce_digest *sha256) {
  for (size_t i = 0; i < world->path_count; i++) {
    const struct ce_path_fact *fact = &world->paths[i];
    bool counts = !ce_relpath_is_beneath(fact->path, CE_STATE) || names_backup(after, fact->path);
    if (counts && fact->state.type == CE_PATH_FILE && ce_digest_equal(&fact->state.sha256, sha256)) {
      return true;
    }
  }
  return false;
}

static bool loses_nothing(const struct ce_facts *facts, const struct ce_facts *world,
                          const struct ce_receipt *before, const struct ce_receipt *after) {
  bool installed = before && before->installed;
  for (size_t i = 0; i < facts->path_count; i++) {
    const struct ce_path_fact *fact = &facts->paths[i];
    if (fact->state.type == CE_PATH_FILE && fact->state.digest_known &&
        !is_ours(installed ? before : NULL, fact) && !has_survived(world, after, &fact->state.sha256)) {
      return fail("lost", fact->path);
    }
  }
  return true;
}

/* A digest that was not taken is like any other. */
static bool is_same(const struct ce_path_state *a, const struct ce_path_state *b) {
  if (a->type == CE_PATH_FILE && b->type == CE_PATH_FILE && a->digest_known != b->digest_known) {
    return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid && a->size_bytes == b->size_bytes;
  }
  CE_AUTO(ce_json) json_t *left = ce_path_state_to_json(a);
  CE_AUTO(ce_json) json_t *right = ce_path_state_to_json(b);
  return json_equal(left, right);
}

/* What was there before and counts as ours, since only the receipt was lost: it goes. */
static bool was_taken_over(const struct ce_facts *before, const struct ce_receipt *receipt,
                           const char *path) {
  const struct ce_receipt_path *entry = ce_receipt_find(receipt, path);
  bool ours = ce_relpath_is_beneath(path, CE_VERSIONS) || strcmp(path, CE_CURRENT) == 0 ||
              (entry && entry->origin == CE_ORIGIN_CREATED);
  return ours && world_look(before, path)->type != CE_PATH_ABSENT;
}

static bool comes_back(const struct ce_facts *before, struct ce_facts *world,
                       const struct ce_receipt *receipt) {
  struct ce_plan_request uninstall = {
      .verb = CE_VERB_UNINSTALL, .txid = LATER_TXID, .receipt = receipt, .channel = "stable"};
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&uninstall, world);
  if (plan->conflict_count > 0) {
    /* A read-only mount that the install had nothing to write to. */
    return plan->conflicts[0].code == CE_READ_ONLY || fail("uninstall", plan->conflicts[0].detail);
  }
  bool right = world_apply(world, plan, NULL);
  for (size_t i = 0; i < world->path_count; i++) {
    const char *path = world->paths[i].path;
    if (!ce_relpath_is_beneath(path, CE_STATE) && !was_taken_over(before, receipt, path) &&
        !is_same(world_look(before, path), &world->paths[i].state)) {
      right = fail("uninstall leaves another state", path);
    }
  }
  return right;
}

bool property_check(const struct ce_plan_request *request, const struct ce_facts *facts) {
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(request, facts);
  bool right = survives_json(plan);
  if (plan->conflict_count > 0) {
    return right;
  }
  const struct ce_receipt *after = ce_plan_commits(plan) ? plan->after : request->receipt;
  CE_AUTO(ce_facts) struct ce_facts *before = world_open(facts);
  CE_AUTO(ce_facts) struct ce_facts *world = world_open(facts);
  right &= world_apply(world, plan, wanted_by(request));
  if (!after) {
    return right && (plan->step_count == 0 || fail("receipt", "none"));
  }
  world_probe_extras(world, after);
  right &= has_nothing_left(request, world, after);
  right &= is_in_order(world, after);
  right &= loses_nothing(facts, world, request->receipt, after);
  bool first = request->verb == CE_VERB_INSTALL && !(request->receipt && request->receipt->installed);
  return first ? comes_back(before, world, after) && right : right;
}
