/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish channel: points a channel at a published release, or lists the channels. */
#include "base/version.h"
#include "publish/change.h"
#include "publish/command.h"

#include <string.h>

static const struct ce_publish_option options[] = {
    {"list", NULL, N_("list the channels; needs no keys"), false},
    {"keys", "KEYDIR", N_("the directory with the keys of targets, snapshot and timestamp"), false},
    {"version", "V", N_("the version that the channel is to offer"), false},
    {"arch", "A", N_("for this architecture"), false},
    {"role", "NAME", N_("the channel is a delegated role's; with its keys instead of those of targets"),
     false},
    {"allow-older", NULL, N_("accept an older version than the channel has"), false},
    CE_CHANGE_OPTIONS,
};

static enum ce_code list(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  CE_AUTO(ce_published) struct ce_published published = {0};
  CE_AUTO(ce_offers) struct ce_offers offers = {0};
  enum ce_code code = ce_repository_look(arguments->operand, &repository, err);
  if (code == CE_OK) {
    code = ce_published_load(&repository, &published, err);
  }
  if (code == CE_OK) {
    code = ce_offers_load(&repository, &published, &offers, err);
  }
  for (size_t i = 0; code == CE_OK && i < offers.count; i++) {
    const struct ce_channel *channel = offers.items[i].channel;
    if (!arguments->operand2 || strcmp(arguments->operand2, channel->name) == 0) {
      fprintf(arguments->out, "%s %s %s %s\n", channel->name, channel->arch, channel->version,
              channel->package);
    }
  }
  return code;
}

static enum ce_code check_command_line(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  static const char *const needed[] = {"keys", "version", "arch"};
  if (!arguments->operand2 || !ce_channel_name_is_valid(arguments->operand2)) {
    return ce_fail(err, CE_USAGE, "read options", "NAME", "'%s' is not a channel's name",
                   arguments->operand2 ? arguments->operand2 : "");
  }
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (!ce_publish_arguments_value(arguments, needed[i])) {
      return ce_fail(err, CE_USAGE, "read options", "channel", "--%s is missing", needed[i]);
    }
  }
  return CE_OK;
}

static enum ce_code check_published(const struct ce_change *change, const char *role, struct ce_error *err) {
  const struct ce_publish_arguments *arguments = change->arguments;
  const char *version = ce_publish_arguments_value(arguments, "version");
  const char *arch = ce_publish_arguments_value(arguments, "arch");
  CE_AUTO(ce_free) char *target = ce_change_package_path(role, version, arch);
  struct ce_document_target package;
  const char *signer = NULL;
  if (!target) {
    return ce_fail_memory(err, version);
  }
  if (!ce_change_find(&change->published, target, &package, &signer)) {
    return ce_fail(err, CE_NOT_FOUND, "channel", target, "the repository has no such release");
  }
  const struct ce_channel *now = ce_offers_find(&change->offers, arguments->operand2, arch);
  if (now && !ce_publish_arguments_value(arguments, "allow-older") &&
      ce_version_compare(version, now->version) < 0) {
    return ce_fail(err, CE_CONFLICT, "channel", arguments->operand2,
                   "version %s is older than %s, which the channel has; --allow-older accepts it", version,
                   now->version);
  }
  return CE_OK;
}

static enum ce_code choose_role(struct ce_change *change, const char *role, struct ce_error *err) {
  if (role && !ce_published_find_role(&change->published, role)) {
    return ce_fail(err, CE_USAGE, "read options", "role", "targets delegates to no role '%s'", role);
  }
  change->published.keeps_targets = role != NULL;
  return check_published(change, role, err);
}

static enum ce_code point(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_change) struct ce_change change = {0};
  const char *role = ce_publish_arguments_value(arguments, "role");
  const char *version = ce_publish_arguments_value(arguments, "version");
  const char *arch = ce_publish_arguments_value(arguments, "arch");
  enum ce_code code = check_command_line(arguments, err);
  if (code == CE_OK) {
    code = ce_change_begin(arguments, &change, err);
  }
  if (code == CE_OK) {
    code = choose_role(&change, role, err);
  }
  if (code == CE_OK) {
    code = ce_change_load_signers(&change, err);
  }
  if (code == CE_OK) {
    code = ce_change_put_channel(&change, role, arguments->operand2, version, arch, err);
  }
  if (code == CE_OK) {
    code = ce_change_publish(&change, err);
  }
  if (code == CE_OK) {
    ce_publish_report(arguments, N_("Channel %s offers version %s for %s."), arguments->operand2, version,
                      arch);
  }
  return code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  return ce_publish_arguments_value(arguments, "list") ? list(arguments, err) : point(arguments, err);
}

const struct ce_publish_command ce_publish_channel = {
    .name = "channel",
    .operand = "DIR",
    .operand2 = "[NAME]",
    .summary = N_("point a channel at a release, or list the channels"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
