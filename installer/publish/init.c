/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish init: keys for the four roles, and a repository without targets. */
#include "base/json.h"
#include "publish/command.h"
#include "publish/document.h"
#include "publish/place.h"
#include "publish/publication.h"
#include "publish/published.h"

#define KEYS_MODE 0700

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("put the keys into this directory; keep root's offline"), true},
    {"threshold", "ROLE=N", N_("require N signatures for a role; default 1; may be repeated"), false},
    {"root-keys", "N", N_("make N root keys; default 1, or root's threshold"), false},
    {"expires", "ROLE=DAYS", N_("how long a role's metadata is valid; may be repeated"), false},
    CE_PASSPHRASE_OPTIONS,
};

static enum ce_code generate(const struct ce_publish_arguments *arguments,
                             const struct ce_role_settings *settings, struct ce_signers *signers,
                             struct ce_error *err) {
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = arguments};
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  const struct ce_passphrase *passphrase = NULL;
  enum ce_code code = ce_unlock_passphrase(&unlock, true, &passphrase, err);
  if (code == CE_OK) {
    code = ce_place_make_directory(ce_publish_arguments_value(arguments, "keys"), KEYS_MODE, &keys, err);
  }
  for (int role = 0; code == CE_OK && role < CE_ROLE_COUNT; role++) {
    code = ce_signers_generate(&signers[role], keys, ce_role_name((enum ce_role)role),
                               (size_t)settings[role].key_count, &unlock, err);
  }
  return code;
}

static enum ce_code publish(struct ce_repository *repository, const struct ce_role_settings *settings,
                            const struct ce_signers *signers, int64_t now_s, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *root = ce_document_new_root(settings, signers, now_s);
  CE_AUTO(ce_json) json_t *targets = ce_document_new_targets();
  CE_AUTO(ce_published) struct ce_published first = {0};
  CE_AUTO(ce_publication) struct ce_publication publication = {0};
  if (!root || !targets) {
    return ce_fail_memory(err, "metadata");
  }
  enum ce_code code = ce_document_sign(root, &signers[CE_ROLE_ROOT], &first.root_bytes, err);
  if (code == CE_OK) {
    first.root.body = root;
    first.targets.body = targets;
    code = ce_publication_make(&first, signers, now_s, &publication, err);
  }
  if (code == CE_OK) {
    code = ce_repository_make_directories(repository, err);
  }
  if (code == CE_OK) {
    code = ce_repository_write_metadata(repository, CE_ROLE_ROOT, 1, &first.root_bytes, err);
  }
  return code == CE_OK ? ce_publication_write(&publication, repository, err) : code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  struct ce_role_settings settings[CE_ROLE_COUNT];
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  struct ce_signers signers[CE_ROLE_COUNT] = {0};
  enum ce_code code = ce_role_settings_read(arguments, settings, err);
  if (code == CE_OK) {
    code = ce_repository_create(arguments->operand, &repository, err);
  }
  if (code == CE_OK) {
    code = generate(arguments, settings, signers, err);
  }
  if (code == CE_OK) {
    code = publish(&repository, settings, signers, arguments->now_s, err);
  }
  ce_role_signers_clear(signers);
  if (code == CE_OK) {
    ce_publish_report(arguments, N_("Made the repository %s; its keys are in %s."), arguments->operand,
                      ce_publish_arguments_value(arguments, "keys"));
  }
  return code;
}

const struct ce_publish_command ce_publish_init = {
    .name = "init",
    .operand = "DIR",
    .summary = N_("make keys and an empty repository"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
