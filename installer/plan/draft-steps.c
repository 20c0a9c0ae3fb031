/* SPDX-License-Identifier: Apache-2.0
 * The steps of a plan while it is made. */
#include "base/relpath.h"
#include "model/layout.h"
#include "plan/draft.h"

#include <assert.h>
#include <string.h>

CE_DEFINE_AUTO_IN_PLACE(ce_draft_step, struct ce_step, ce_step_clear);

/* What a mount says holds for everything on it: a path without a fact is where its nearest known parent is.
 */
static enum ce_code find_read_only(const struct ce_draft *draft, const char *path, bool *ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_free) char *place = strdup(path);
  if (!place) {
    return ce_fail_memory(err, path);
  }
  for (;;) {
    const struct ce_path_fact *fact = ce_facts_find(draft->facts, place);
    char *slash = strrchr(place, '/');
    if (fact || !slash) {
      *ret = fact && fact->read_only;
      return CE_OK;
    }
    *slash = '\0';
  }
}

/* The directory that path lies in was named just now. */
static bool is_told(const struct ce_plan *plan, const char *path) {
  const struct ce_conflict *last = plan->conflict_count ? &plan->conflicts[plan->conflict_count - 1] : NULL;
  return last && last->code == CE_READ_ONLY && ce_relpath_is_beneath(path, last->subject + 1);
}

static enum ce_code check_writable(struct ce_draft *draft, const char *path, struct ce_error *err) {
  bool read_only = false;
  enum ce_code code = find_read_only(draft, path, &read_only, err);
  if (code != CE_OK || !read_only || is_told(draft->plan, path)) {
    return code;
  }
  CE_AUTO(ce_free) char *subject = ce_text_format("/%s", path);
  if (!subject) {
    return ce_fail_memory(err, path);
  }
  return ce_draft_conflict(draft, CE_READ_ONLY, subject, err, "its file system is mounted read-only");
}

/* Takes *step over on success; it is empty then. */
static enum ce_code add_step(struct ce_draft *draft, struct ce_step *step, struct ce_error *err) {
  struct ce_plan *plan = draft->plan;
  enum ce_code code = check_writable(draft, step->path, err);
  if (code != CE_OK) {
    return code;
  }
  if ((plan->step_count & (plan->step_count - 1)) == 0) {
    struct ce_step *grown =
        reallocarray(plan->steps, plan->step_count ? 2 * plan->step_count : 1, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, step->path);
    }
    plan->steps = grown;
  }
  plan->steps[plan->step_count++] = *step;
  *step = (struct ce_step){0};
  return CE_OK;
}

static enum ce_code begin(const struct ce_draft *draft, enum ce_step_kind kind,
                          enum ce_precondition precondition, const char *path, struct ce_step *ret,
                          struct ce_error *err) {
  ret->kind = kind;
  ret->precondition = precondition;
  ret->path = strdup(path);
  return ret->path ? ce_path_state_copy(ce_draft_state(draft, path), &ret->prior, err)
                   : ce_fail_memory(err, path);
}

static enum ce_code add_made(struct ce_draft *draft, enum ce_step_kind kind, const char *path,
                             struct ce_error *err) {
  CE_AUTO(ce_draft_step) struct ce_step step = {0};
  enum ce_code code = begin(draft, kind, CE_PRECONDITION_ABSENT, path, &step, err);
  step.meta.mode = CE_DIRECTORY_MODE;
  step.meta.uid = draft->facts->owner_uid;
  step.meta.gid = draft->facts->owner_gid;
  return code == CE_OK ? add_step(draft, &step, err) : code;
}

enum ce_code ce_draft_make_directory(struct ce_draft *draft, const char *path, struct ce_error *err) {
  return add_made(draft, CE_STEP_MAKE_DIRECTORY, path, err);
}

enum ce_code ce_draft_add_tree(struct ce_draft *draft, const char *path, struct ce_error *err) {
  enum ce_code code = add_made(draft, CE_STEP_ADD_TREE, path, err);
  if (code == CE_OK) {
    draft->plan->needs_package = true;
    draft->plan->bytes_needed += draft->wanted->total_bytes;
  }
  return code;
}

enum ce_code ce_draft_set_mode(struct ce_draft *draft, const char *path, const struct ce_wanted *wanted,
                               struct ce_error *err) {
  CE_AUTO(ce_draft_step) struct ce_step step = {0};
  enum ce_code code = begin(draft, CE_STEP_SET_MODE, CE_PRECONDITION_OURS, path, &step, err);
  step.meta.mode = wanted->mode;
  step.meta.uid = wanted->uid;
  step.meta.gid = wanted->gid;
  return code == CE_OK ? add_step(draft, &step, err) : code;
}

static enum ce_code put_file(struct ce_draft *draft, const struct ce_draft_put *put,
                             const struct ce_wanted *wanted, struct ce_error *err) {
  CE_AUTO(ce_draft_step) struct ce_step step = {0};
  enum ce_code code = begin(draft, CE_STEP_PUT_FILE, put->precondition, put->path, &step, err);
  if (code != CE_OK) {
    return code;
  }
  step.file.mode = wanted->mode;
  step.file.uid = wanted->uid;
  step.file.gid = wanted->gid;
  step.file.size_bytes = wanted->size_bytes;
  step.file.sha256 = wanted->sha256;
  step.file.content = put->content;
  step.file.keep_prior = put->keep_prior && step.prior.type == CE_PATH_FILE;
  bool is_inline = put->content == CE_CONTENT_INLINE;
  char **source = is_inline ? &step.file.text : &step.file.content_path;
  *source = strdup(is_inline ? put->text : put->content_path);
  if (!*source) {
    return ce_fail_memory(err, put->path);
  }
  code = add_step(draft, &step, err);
  if (code == CE_OK) {
    draft->plan->needs_package |= put->content == CE_CONTENT_PACKAGE;
    draft->plan->bytes_needed += wanted->size_bytes;
  }
  return code;
}

static enum ce_code put_link(struct ce_draft *draft, const struct ce_draft_put *put,
                             const struct ce_wanted *wanted, struct ce_error *err) {
  CE_AUTO(ce_draft_step) struct ce_step step = {0};
  enum ce_code code = begin(draft, CE_STEP_PUT_LINK, put->precondition, put->path, &step, err);
  if (code != CE_OK) {
    return code;
  }
  step.link.uid = wanted->uid;
  step.link.gid = wanted->gid;
  step.link.keep_prior = put->keep_prior && step.prior.type == CE_PATH_FILE;
  step.link.target = strdup(wanted->link_target);
  return step.link.target ? add_step(draft, &step, err) : ce_fail_memory(err, put->path);
}

enum ce_code ce_draft_put(struct ce_draft *draft, const struct ce_draft_put *put,
                          const struct ce_wanted *wanted, struct ce_error *err) {
  assert(wanted->type == CE_PATH_FILE || wanted->type == CE_PATH_LINK);
  return wanted->type == CE_PATH_LINK ? put_link(draft, put, wanted, err) : put_file(draft, put, wanted, err);
}

enum ce_code ce_draft_remove(struct ce_draft *draft, enum ce_step_kind kind, const char *path,
                             struct ce_error *err) {
  assert(kind == CE_STEP_REMOVE_TREE || kind == CE_STEP_REMOVE_FILE || kind == CE_STEP_REMOVE_DIRECTORY);
  CE_AUTO(ce_draft_step) struct ce_step step = {0};
  enum ce_code code = begin(draft, kind, CE_PRECONDITION_OURS, path, &step, err);
  return code == CE_OK ? add_step(draft, &step, err) : code;
}
