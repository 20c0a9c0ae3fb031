/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish remove: withdraws a release that no channel offers. */
#include "publish/change.h"
#include "publish/command.h"

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("the directory with the keys of targets, snapshot and timestamp"), true},
    {"version", "V", N_("the release's version"), true},
    {"arch", "A", N_("the release's architecture"), true},
    {"role", "NAME", N_("the release is a delegated role's; with its keys instead of those of targets"),
     false},
    {"keep-file", NULL, N_("leave the package's file until --prune finds it unused"), false},
    CE_CHANGE_OPTIONS,
};

struct removal {
  struct ce_change change;
  const char *role; /* that the command line names; NULL: targets and archives */
  char *target, *file;
};

static void clear(struct removal *removal) {
  free(removal->target);
  free(removal->file);
  ce_change_clear(&removal->change);
}
CE_DEFINE_AUTO_IN_PLACE(removal, struct removal, clear);

static enum ce_code check_unoffered(const struct removal *removal, struct ce_error *err) {
  const struct ce_channel *channel = ce_offers_naming(&removal->change.offers, removal->target);
  if (!channel) {
    return CE_OK;
  }
  return ce_fail(err, CE_CONFLICT, "remove", removal->target,
                 "channel %s offers it; point the channel at another version first", channel->name);
}

/* Takes the package out of the role that signs for it. */
static enum ce_code withdraw(struct removal *removal, struct ce_error *err) {
  struct ce_document_target package;
  const char *role = NULL;
  if (!ce_change_find(&removal->change.published, removal->target, &package, &role)) {
    return ce_fail(err, CE_NOT_FOUND, "remove", removal->target, "the repository has no such release");
  }
  removal->file = ce_repository_target_path(removal->target, &package.sha256);
  if (!removal->file) {
    return ce_fail_memory(err, removal->target);
  }
  removal->change.published.keeps_targets = removal->role != NULL;
  ce_document_remove_target(ce_change_edit(&removal->change, role), removal->target);
  return CE_OK;
}

static enum ce_code begin(struct removal *removal, const struct ce_publish_arguments *arguments,
                          struct ce_error *err) {
  removal->role = ce_publish_arguments_value(arguments, "role");
  removal->target = ce_change_package_path(removal->role, ce_publish_arguments_value(arguments, "version"),
                                           ce_publish_arguments_value(arguments, "arch"));
  enum ce_code code =
      removal->target ? ce_change_begin(arguments, &removal->change, err) : ce_fail_memory(err, "release");
  if (code == CE_OK) {
    code = check_unoffered(removal, err);
  }
  return code == CE_OK ? withdraw(removal, err) : code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(removal) struct removal removal = {0};
  enum ce_code code = begin(&removal, arguments, err);
  if (code == CE_OK) {
    code = ce_change_load_signers(&removal.change, err);
  }
  if (code == CE_OK) {
    code = ce_change_publish(&removal.change, err);
  }
  if (code == CE_OK && !ce_publish_arguments_value(arguments, "keep-file")) {
    code = ce_fs_remove_if_present(removal.change.repository.fs, removal.file, err);
  }
  if (code == CE_OK) {
    ce_publish_report(arguments, N_("Removed %s."), removal.target);
  }
  return code;
}

const struct ce_publish_command ce_publish_remove = {
    .name = "remove",
    .operand = "DIR",
    .summary = N_("withdraw a release that no channel offers"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
