/* SPDX-License-Identifier: Apache-2.0
 * The parts of a plan that are not steps: conflicts, notes, the receipt that it ends in. */
#include "plan/draft.h"

#include "model/layout.h"
#include "model/receipt-path.h"
#include "model/strings.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum ce_code ce_draft_open(struct ce_draft *draft, const struct ce_plan_request *request,
                           const struct ce_facts *facts, struct ce_error *err) {
  CE_AUTO(ce_plan) struct ce_plan *plan = calloc(1, sizeof *plan);
  if (!plan) {
    return ce_fail_memory(err, "plan");
  }
  const struct ce_receipt *receipt = request->receipt;
  const struct ce_receipt *before = receipt && receipt->installed && receipt->manifest ? receipt : NULL;
  const struct ce_manifest *wanted = request->manifest;
  if (!wanted && request->verb == CE_VERB_REPAIR && before) {
    wanted = before->manifest;
  }
  plan->verb = request->verb;
  plan->purge = request->purge && request->verb == CE_VERB_UNINSTALL;
  plan->txid = strdup(request->txid);
  plan->from_version = strdup(before ? before->manifest->version : "");
  plan->to_version = strdup(wanted ? wanted->version : "");
  plan->after = calloc(1, sizeof *plan->after);
  if (!plan->txid || !plan->from_version || !plan->to_version || !plan->after) {
    return ce_fail_memory(err, "plan");
  }
  *draft = (struct ce_draft){
      .request = request, .facts = facts, .wanted = wanted, .before = before, .plan = ce_take(&plan)};
  return CE_OK;
}

void ce_draft_clear(struct ce_draft *draft) {
  ce_plan_free(draft->plan);
  ce_sorted_paths_clear(&draft->needed);
  ce_sorted_paths_clear(&draft->made);
  ce_sorted_paths_clear(&draft->lent);
  ce_sorted_paths_clear(&draft->owned);
  ce_sorted_paths_clear(&draft->kept);
  *draft = (struct ce_draft){0};
}

const struct ce_path_state *ce_draft_state(const struct ce_draft *draft, const char *path) {
  static const struct ce_path_state absent;
  const struct ce_path_fact *fact = ce_facts_find(draft->facts, path);
  return fact ? &fact->state : &absent;
}

bool ce_draft_is_installed(const struct ce_draft *draft, const char *version) {
  return draft->before && strcmp(draft->before->manifest->version, version) == 0;
}

bool ce_draft_lost_receipt(const struct ce_draft *draft) {
  return !draft->request->receipt && ce_draft_state(draft, CE_CURRENT)->type == CE_PATH_LINK;
}

/* items with room for one more: doubled whenever count is a power of two. NULL when memory is out. */
static void *with_room(void *items, size_t count, size_t item_size) {
  bool full = (count & (count - 1)) == 0;
  return full ? reallocarray(items, count ? 2 * count : 1, item_size) : items;
}

static enum ce_code add_conflict(struct ce_draft *draft, enum ce_code why, const char *subject,
                                 const char *detail, struct ce_error *err) {
  struct ce_plan *plan = draft->plan;
  struct ce_conflict *grown = with_room(plan->conflicts, plan->conflict_count, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, subject);
  }
  plan->conflicts = grown;
  CE_AUTO(ce_free) char *own_subject = strdup(subject);
  CE_AUTO(ce_free) char *own_detail = strdup(detail);
  if (!own_subject || !own_detail) {
    return ce_fail_memory(err, subject);
  }
  grown[plan->conflict_count++] =
      (struct ce_conflict){.code = why, .subject = ce_take(&own_subject), .detail = ce_take(&own_detail)};
  return CE_OK;
}

enum ce_code ce_draft_conflict(struct ce_draft *draft, enum ce_code why, const char *subject,
                               struct ce_error *err, const char *format, ...) {
  char detail[sizeof err->detail];
  va_list args;
  va_start(args, format);
  vsnprintf(detail, sizeof detail, format, args);
  va_end(args);
  return add_conflict(draft, why, subject, detail, err);
}

enum ce_code ce_draft_obstacle(struct ce_draft *draft, const char *path, const char *wanted,
                               struct ce_error *err) {
  static const char *const types[] = {[CE_PATH_ABSENT] = "nothing",
                                      [CE_PATH_FILE] = "a file",
                                      [CE_PATH_LINK] = "a link",
                                      [CE_PATH_DIRECTORY] = "a directory",
                                      [CE_PATH_OTHER] = "a device, pipe or socket"};
  CE_AUTO(ce_free) char *subject = ce_text_format("/%s", path);
  if (!subject) {
    return ce_fail_memory(err, path);
  }
  return ce_draft_conflict(draft, CE_CONFLICT, subject, err, "there is %s where %s must be",
                           types[ce_draft_state(draft, path)->type], wanted);
}

enum ce_code ce_draft_note(struct ce_draft *draft, enum ce_note note, const char *subject,
                           struct ce_error *err) {
  struct ce_plan *plan = draft->plan;
  struct ce_plan_note *grown = with_room(plan->notes, plan->note_count, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, subject);
  }
  plan->notes = grown;
  char *own_subject = strdup(subject);
  if (!own_subject) {
    return ce_fail_memory(err, subject);
  }
  grown[plan->note_count++] = (struct ce_plan_note){
      .name = ce_note_name(note), .sentence = ce_note_sentence(note), .subject = own_subject};
  return CE_OK;
}

enum ce_code ce_draft_note_path(struct ce_draft *draft, enum ce_note note, const char *path,
                                struct ce_error *err) {
  CE_AUTO(ce_free) char *subject = ce_text_format("/%s", path);
  return subject ? ce_draft_note(draft, note, subject, err) : ce_fail_memory(err, path);
}

enum ce_code ce_draft_note_link(struct ce_draft *draft, enum ce_note note, const char *path,
                                const char *link_target, struct ce_error *err) {
  CE_AUTO(ce_free) char *subject = ce_text_format("/%s -> %s", path, link_target);
  return subject ? ce_draft_note(draft, note, subject, err) : ce_fail_memory(err, path);
}

enum ce_code ce_draft_keep(struct ce_draft *draft, enum ce_note note, const char *path,
                           struct ce_error *err) {
  enum ce_code code = ce_sorted_paths_add(&draft->kept, path, err);
  return code == CE_OK ? ce_draft_note_path(draft, note, path, err) : code;
}

enum ce_code ce_draft_own(struct ce_draft *draft, const struct ce_receipt_path *path, struct ce_error *err) {
  struct ce_receipt *after = draft->plan->after;
  struct ce_receipt_path *grown = with_room(after->paths, after->path_count, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, path->path);
  }
  after->paths = grown;
  enum ce_code code = CE_OK;
  if (path->type != CE_PATH_DIRECTORY) {
    code = ce_sorted_paths_add(&draft->owned, path->path, err);
  }
  if (code == CE_OK) {
    code = ce_receipt_path_copy(path, &grown[after->path_count], err);
  }
  if (code == CE_OK) {
    after->path_count++;
  }
  return code;
}

static enum ce_code add_string(char ***strings, const char *text, struct ce_error *err) {
  size_t count = ce_strings_count(*strings);
  char **grown = reallocarray(*strings, count + 2, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, text);
  }
  *strings = grown;
  grown[count] = strdup(text);
  grown[count + 1] = NULL;
  return grown[count] ? CE_OK : ce_fail_memory(err, text);
}

enum ce_code ce_draft_save(struct ce_draft *draft, const char *backup, struct ce_error *err) {
  return add_string(&draft->plan->after->saved, backup, err);
}

enum ce_code ce_draft_stop_unit(struct ce_draft *draft, const char *unit, struct ce_error *err) {
  return add_string(&draft->plan->units_stop, unit, err);
}
