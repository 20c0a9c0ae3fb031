/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish add: packages into the repository, and a channel pointed at the newest of them. */
#include "base/version.h"
#include "publish/change.h"
#include "publish/command.h"
#include "publish/release.h"

#include <string.h>

#define DEFAULT_CHANNEL "stable"

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("the directory with the keys of targets, snapshot and timestamp"), true},
    {"package", "FILE|DIR", N_("the package that `pack` made, or a directory of packages; may be repeated"),
     true},
    {"channel", "NAME", N_("the channel that offers it; default stable"), false},
    {"no-channel", NULL, N_("publish without offering it; `channel` can do so later"), false},
    {"role", "NAME", N_("publish in a delegated role, with its keys instead of those of targets"), false},
    {"replace", NULL, N_("accept other content for a version that is published already"), false},
    {"allow-older", NULL, N_("accept an older version than the channel has"), false},
    CE_CHANGE_OPTIONS,
};

struct addition {
  struct ce_change change;
  struct ce_releases releases;
  const char *role;    /* NULL: targets */
  const char *channel; /* NULL: none */
};

static void clear(struct addition *addition) {
  ce_releases_clear(&addition->releases);
  ce_change_clear(&addition->change);
}
CE_DEFINE_AUTO_IN_PLACE(addition, struct addition, clear);

static enum ce_code choose_channel(struct addition *addition, const struct ce_publish_arguments *arguments,
                                   struct ce_error *err) {
  const char *channel = ce_publish_arguments_value(arguments, "channel");
  if (ce_publish_arguments_value(arguments, "no-channel")) {
    return channel ? ce_fail(err, CE_USAGE, "read options", "no-channel", "it excludes --channel") : CE_OK;
  }
  addition->channel = channel ? channel : DEFAULT_CHANNEL;
  if (!ce_channel_name_is_valid(addition->channel)) {
    return ce_fail(err, CE_USAGE, "read options", "channel", "'%s' is not a channel's name",
                   addition->channel);
  }
  return CE_OK;
}

static enum ce_code read_releases(struct addition *addition, const struct ce_publish_arguments *arguments,
                                  struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < arguments->given_count; i++) {
    if (strcmp(arguments->given[i].option->name, "package") == 0) {
      code = ce_releases_read(&addition->releases, arguments->given[i].value, err);
    }
  }
  return code;
}

static enum ce_code choose_role(struct addition *addition, const struct ce_publish_arguments *arguments,
                                struct ce_error *err) {
  addition->role = ce_publish_arguments_value(arguments, "role");
  if (!addition->role) {
    return CE_OK;
  }
  if (!ce_published_find_role(&addition->change.published, addition->role)) {
    return ce_fail(err, CE_USAGE, "read options", "role", "targets delegates to no role '%s'",
                   addition->role);
  }
  addition->change.published.keeps_targets = true;
  return CE_OK;
}

/* The release that the channel is to name: the newest of its architecture. */
static bool is_offered(const struct addition *addition, const struct ce_release *release) {
  return addition->channel && ce_releases_newest(&addition->releases, release->arch) == release;
}

static enum ce_code check_progress(const struct addition *addition, const struct ce_release *release,
                                   struct ce_error *err) {
  const struct ce_channel *now = ce_offers_find(&addition->change.offers, addition->channel, release->arch);
  if (!now || ce_publish_arguments_value(addition->change.arguments, "allow-older") ||
      ce_version_compare(release->version, now->version) >= 0) {
    return CE_OK;
  }
  return ce_fail(err, CE_CONFLICT, "publish", addition->channel,
                 "version %s is older than %s, which the channel has; --allow-older accepts it",
                 release->version, now->version);
}

static enum ce_code check_replacement(const struct addition *addition, const struct ce_release *release,
                                      const char *target, struct ce_error *err) {
  struct ce_document_target published;
  const char *role = NULL;
  if (ce_publish_arguments_value(addition->change.arguments, "replace") ||
      !ce_change_find(&addition->change.published, target, &published, &role) ||
      ce_digest_equal(&published.sha256, &release->sha256)) {
    return CE_OK;
  }
  return ce_fail(err, CE_CONFLICT, "publish", target,
                 "the version is published already with other content; give it a new version, or --replace");
}

static enum ce_code check_release(struct addition *addition, const struct ce_release *release,
                                  struct ce_error *err) {
  CE_AUTO(ce_free) char *target = ce_change_package_path(addition->role, release->version, release->arch);
  enum ce_code code =
      target ? check_replacement(addition, release, target, err) : ce_fail_memory(err, release->file);
  if (code == CE_OK && is_offered(addition, release)) {
    code = check_progress(addition, release, err);
  }
  return code;
}

static enum ce_code store_release(struct addition *addition, const struct ce_release *release,
                                  struct ce_error *err) {
  CE_AUTO(ce_free) char *target = ce_change_package_path(addition->role, release->version, release->arch);
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  enum ce_code code =
      target ? ce_reader_open_path(release->file, &reader, err) : ce_fail_memory(err, release->file);
  if (code == CE_OK) {
    code = ce_change_store(&addition->change, addition->role, target, reader, &release->sha256, err);
  }
  if (code == CE_OK && is_offered(addition, release)) {
    code = ce_change_put_channel(&addition->change, addition->role, addition->channel, release->version,
                                 release->arch, err);
  }
  return code;
}

typedef enum ce_code visit_release(struct addition *addition, const struct ce_release *release,
                                   struct ce_error *err);

static enum ce_code for_each(struct addition *addition, visit_release *visit, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < addition->releases.count; i++) {
    code = visit(addition, &addition->releases.items[i], err);
  }
  return code;
}

static void report(const struct addition *addition) {
  const struct ce_publish_arguments *arguments = addition->change.arguments;
  for (size_t i = 0; i < addition->releases.count; i++) {
    const struct ce_release *release = &addition->releases.items[i];
    CE_AUTO(ce_free) char *target = ce_change_package_path(addition->role, release->version, release->arch);
    if (!target) {
      return;
    }
    if (is_offered(addition, release)) {
      ce_publish_report(arguments, N_("Published %s in channel %s."), target, addition->channel);
    } else {
      ce_publish_report(arguments, N_("Published %s."), target);
    }
  }
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(addition) struct addition addition = {0};
  enum ce_code code = choose_channel(&addition, arguments, err);
  if (code == CE_OK) {
    code = read_releases(&addition, arguments, err);
  }
  if (code == CE_OK) {
    code = ce_change_begin(arguments, &addition.change, err);
  }
  if (code == CE_OK) {
    code = choose_role(&addition, arguments, err);
  }
  if (code == CE_OK) {
    code = for_each(&addition, check_release, err);
  }
  if (code == CE_OK) {
    code = ce_change_load_signers(&addition.change, err);
  }
  if (code == CE_OK) {
    code = for_each(&addition, store_release, err);
  }
  if (code == CE_OK) {
    code = ce_change_publish(&addition.change, err);
  }
  if (code == CE_OK) {
    report(&addition);
  }
  return code;
}

const struct ce_publish_command ce_publish_add = {
    .name = "add",
    .operand = "DIR",
    .summary = N_("publish packages in a channel"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
