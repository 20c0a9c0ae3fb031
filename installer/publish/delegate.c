/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish delegate: gives a role of its own, with its own keys, the right to sign for some paths; or
 * gives the archive keys of its own. */
#include "base/json.h"
#include "base/relpath.h"
#include "publish/archive.h"
#include "publish/change.h"
#include "publish/command.h"
#include "publish/delegation.h"

#include <string.h>

static const struct ce_publish_option options[] = {
    {"role", "NAME", N_("the role to make, to change or to remove"), true},
    {"keys", "KEYDIR", N_("the directory with the repository's keys, and the role's: missing ones are made"),
     true},
    {"paths", "PATTERN", N_("what it may sign for, such as 'packages/dept-*'; may be repeated"), false},
    {"threshold", "N", N_("require N signatures; default 1"), false},
    {"terminating", NULL, N_("clients look no further for a path that matches"), false},
    {"remove", NULL, N_("take the right back"), false},
    CE_CHANGE_OPTIONS,
};

struct delegating {
  struct ce_change change;
  const char *name;
  bool is_archive;
  const char *paths[CE_DELEGATION_PATHS_MAX];
  struct ce_delegation delegation;
};

static void clear(struct delegating *delegating) {
  ce_change_clear(&delegating->change);
}
CE_DEFINE_AUTO_IN_PLACE(delegating, struct delegating, clear);

/* A pattern for paths of targets: a relpath in which '*' and '?' may stand. */
static enum ce_code check_pattern(const char *pattern, struct ce_error *err) {
  size_t length = strlen(pattern);
  const char *problem = ce_relpath_problem(pattern, length);
  if (problem || length > CE_DELEGATION_PATH_MAX) {
    return ce_fail(err, CE_USAGE, "read options", "paths", "'%.100s' %s", pattern,
                   problem ? problem : "is too long");
  }
  return CE_OK;
}

static enum ce_code read_paths(struct delegating *delegating, const struct ce_publish_arguments *arguments,
                               struct ce_error *err) {
  struct ce_delegation *delegation = &delegating->delegation;
  for (size_t i = 0; i < arguments->given_count; i++) {
    if (strcmp(arguments->given[i].option->name, "paths") != 0) {
      continue;
    }
    if (delegation->path_count == CE_DELEGATION_PATHS_MAX) {
      return ce_fail(err, CE_USAGE, "read options", "paths", "more than %d patterns",
                     CE_DELEGATION_PATHS_MAX);
    }
    enum ce_code code = check_pattern(arguments->given[i].value, err);
    if (code != CE_OK) {
      return code;
    }
    delegating->paths[delegation->path_count++] = arguments->given[i].value;
  }
  if (delegating->is_archive && delegation->path_count == 0) {
    delegating->paths[delegation->path_count++] = CE_ARCHIVE_PATTERN;
  } else if (delegating->is_archive || delegation->path_count == 0) {
    return ce_fail(err, CE_USAGE, "read options", "paths",
                   delegating->is_archive ? "the archive's are fixed" : "at least one is needed");
  }
  delegation->paths = delegating->paths;
  return CE_OK;
}

static enum ce_code read_options(struct delegating *delegating, const struct ce_publish_arguments *arguments,
                                 struct ce_error *err) {
  const char *threshold = ce_publish_arguments_value(arguments, "threshold");
  delegating->name = ce_publish_arguments_value(arguments, "role");
  delegating->is_archive = strcmp(delegating->name, CE_ARCHIVE_ROLE) == 0;
  delegating->delegation =
      (struct ce_delegation){.name = delegating->name,
                             .threshold = 1,
                             .terminating = ce_publish_arguments_value(arguments, "terminating") != NULL};
  if (!ce_delegation_name_is_valid(delegating->name)) {
    return ce_fail(err, CE_USAGE, "read options", "role",
                   "'%.64s' is no delegated role's name: lower-case letters, digits and '-', at most %d, and "
                   "no '-' before a number at the end",
                   delegating->name, CE_DELEGATION_NAME_MAX);
  }
  if (ce_publish_arguments_value(arguments, "remove")) {
    return CE_OK;
  }
  enum ce_code code = threshold ? ce_publish_number_parse("threshold", threshold, 1, CE_ROLE_KEYS_MAX,
                                                          &delegating->delegation.threshold, err)
                                : CE_OK;
  return code == CE_OK ? read_paths(delegating, arguments, err) : code;
}

/* The role's keys in the directory; as many as the threshold asks for when there are none. */
static enum ce_code obtain_keys(struct delegating *delegating, json_t **ret, struct ce_error *err) {
  struct ce_change *change = &delegating->change;
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  CE_AUTO(ce_json) json_t *public_keys = json_object();
  size_t wanted = (size_t)delegating->delegation.threshold;
  enum ce_code code = ce_fs_open_root(ce_publish_arguments_value(change->arguments, "keys"), &keys, err);
  if (code == CE_OK) {
    code = ce_signers_load(&signers, keys, delegating->name, NULL, &change->unlock, err);
  }
  if (code == CE_OK && signers.count == 0) {
    code = ce_signers_generate(&signers, keys, delegating->name, wanted, &change->unlock, err);
  }
  if (code == CE_OK && signers.count < wanted) {
    return ce_fail(err, CE_PERMISSION, "load keys", delegating->name,
                   "the directory has %zu keys for this role; %zu must sign", signers.count, wanted);
  }
  int failed = public_keys ? 0 : -1;
  for (size_t i = 0; code == CE_OK && i < signers.count; i++) {
    const struct ce_public_key *key = &signers.items[i].public_key;
    failed |= json_object_set_new(public_keys, key->key_id, ce_public_key_json(key));
  }
  if (code == CE_OK && failed) {
    return ce_fail_memory(err, delegating->name);
  }
  if (code == CE_OK) {
    *ret = ce_take(&public_keys);
  }
  return code;
}

/* All archives have the keys of the first one. */
static enum ce_code share_archive_keys(struct ce_published *published, struct ce_error *err) {
  for (size_t i = 0; i < published->delegated_count; i++) {
    struct ce_published_role *role = &published->delegated[i];
    if (ce_archive_number(role->name) == 0) {
      continue;
    }
    role->changed = true;
    if (ce_delegation_copy_keys(published->targets.body, role->name, CE_ARCHIVE_ROLE) != 0) {
      return ce_fail_memory(err, role->name);
    }
  }
  return CE_OK;
}

static enum ce_code set_role(struct delegating *delegating, struct ce_error *err) {
  struct ce_published *published = &delegating->change.published;
  CE_AUTO(ce_json) json_t *keys = NULL;
  bool is_new = !ce_published_find_role(published, delegating->name);
  if (is_new && ce_delegation_count(published->targets.body) >= CE_DELEGATION_ROLES_MAX) {
    return ce_fail(err, CE_CONFLICT, "delegate", delegating->name, "a repository has at most %d such roles",
                   CE_DELEGATION_ROLES_MAX);
  }
  enum ce_code code = obtain_keys(delegating, &keys, err);
  if (code == CE_OK && ce_delegation_set(published->targets.body, &delegating->delegation, keys) != 0) {
    return ce_fail_memory(err, delegating->name);
  }
  if (code == CE_OK && is_new) {
    code = ce_published_add_role(published, delegating->name, err);
  }
  if (code == CE_OK) {
    ce_published_find_role(published, delegating->name)->changed = true;
    code = delegating->is_archive ? share_archive_keys(published, err) : CE_OK;
  }
  if (code == CE_OK) {
    code = ce_published_load_role_signers(published,
                                          ce_publish_arguments_value(delegating->change.arguments, "keys"),
                                          &delegating->change.unlock, err);
  }
  return code;
}

static enum ce_code remove_role(struct delegating *delegating, struct ce_error *err) {
  struct ce_published *published = &delegating->change.published;
  const struct ce_published_role *role = ce_published_find_role(published, delegating->name);
  if (!role) {
    return ce_fail(err, CE_NOT_FOUND, "delegate", delegating->name, "targets delegates to no such role");
  }
  size_t count = json_object_size(json_object_get(role->body, "targets"));
  if (delegating->is_archive && count > 0) {
    return ce_fail(err, CE_CONFLICT, "delegate", delegating->name, "it holds %zu releases", count);
  }
  if (ce_delegation_remove(published->targets.body, delegating->name) != 0) {
    return ce_fail_memory(err, delegating->name);
  }
  ce_published_remove_role(published, delegating->name);
  return CE_OK;
}

static void report(const struct delegating *delegating) {
  const struct ce_publish_arguments *arguments = delegating->change.arguments;
  if (ce_publish_arguments_value(arguments, "remove")) {
    ce_publish_report(arguments, N_("Role %s may no longer sign for anything."), delegating->name);
    return;
  }
  for (size_t i = 0; i < delegating->delegation.path_count; i++) {
    ce_publish_report(arguments, N_("Role %s may sign for %s; its keys are in %s."), delegating->name,
                      delegating->paths[i], ce_publish_arguments_value(arguments, "keys"));
  }
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(delegating) struct delegating delegating = {0};
  enum ce_code code = read_options(&delegating, arguments, err);
  if (code == CE_OK) {
    code = ce_change_begin(arguments, &delegating.change, err);
  }
  if (code == CE_OK) {
    code = ce_change_load_signers(&delegating.change, err);
  }
  if (code == CE_OK) {
    bool removes = ce_publish_arguments_value(arguments, "remove") != NULL;
    code = removes ? remove_role(&delegating, err) : set_role(&delegating, err);
  }
  if (code == CE_OK) {
    code = ce_change_publish(&delegating.change, err);
  }
  if (code == CE_OK) {
    report(&delegating);
  }
  return code;
}

const struct ce_publish_command ce_publish_delegate = {
    .name = "delegate",
    .operand = "DIR",
    .summary = N_("let a role with its own keys sign for some paths"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
