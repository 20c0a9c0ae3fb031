/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish timestamp: keeps a repository valid to which nothing is added; made for a cron job.
 *
 * A document is renewed when a third of its validity has passed, so that a job that fails for a while does no
 * harm and one that runs too often changes nothing. */
#include "publish/command.h"
#include "publish/deadline.h"
#include "publish/document.h"
#include "publish/prune.h"
#include "publish/publication.h"
#include "trust/instant.h"

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("the directory with the key of timestamp, and perhaps that of snapshot"), true},
    {"force", NULL, N_("sign a new timestamp even if the present one is young"), false},
    {"warn-days", "N", N_("tell metadata that expires within N days; default 30, or a third of its validity"),
     false},
    {"prune", NULL, N_("remove files that no metadata has named for a day"), false},
    CE_UNLOCK_OPTIONS,
};

struct renewal {
  const struct ce_publish_arguments *arguments;
  struct ce_repository repository;
  struct ce_published published;
  struct ce_unlock unlock;
  struct ce_signers signers[CE_ROLE_COUNT];
};

static void clear(struct renewal *renewal) {
  ce_role_signers_clear(renewal->signers);
  ce_unlock_clear(&renewal->unlock);
  ce_published_clear(&renewal->published);
  ce_repository_close(&renewal->repository);
}
CE_DEFINE_AUTO_IN_PLACE(renewal, struct renewal, clear);

static bool is_due(const struct renewal *renewal, enum ce_role role, const json_t *body) {
  int64_t valid_s = ce_document_days(renewal->published.root.body, role) * CE_DEADLINE_DAY_S;
  return ce_document_expires(body) - renewal->arguments->now_s < valid_s - valid_s / 3;
}

static enum ce_code open(struct renewal *renewal, struct ce_error *err) {
  enum ce_code code = ce_repository_open(renewal->arguments->operand, &renewal->repository, err);
  if (code == CE_OK) {
    code = ce_prune_leftovers(renewal->repository.fs, err);
  }
  return code == CE_OK ? ce_published_load(&renewal->repository, &renewal->published, err) : code;
}

/* Whether the snapshot is to be renewed and its keys are there. */
static enum ce_code load_signers(struct renewal *renewal, bool *ret_with_snapshot, struct ce_error *err) {
  const char *keys = ce_publish_arguments_value(renewal->arguments, "keys");
  const json_t *roles = json_object_get(renewal->published.root.body, "roles");
  bool wants_snapshot = is_due(renewal, CE_ROLE_SNAPSHOT, renewal->published.snapshot.body);
  enum ce_code code =
      ce_published_load_some_signers(&renewal->published, keys, &renewal->unlock, 1u << CE_ROLE_TIMESTAMP,
                                     wants_snapshot ? 1u << CE_ROLE_SNAPSHOT : 0, renewal->signers, err);
  json_int_t threshold = json_integer_value(json_object_get(json_object_get(roles, "snapshot"), "threshold"));
  if (code == CE_OK) {
    *ret_with_snapshot = wants_snapshot && (json_int_t)renewal->signers[CE_ROLE_SNAPSHOT].count >= threshold;
  }
  return code;
}

static void report(const struct renewal *renewal, bool with_snapshot) {
  char when[CE_INSTANT_SIZE];
  ce_instant_format(ce_document_expires(renewal->published.timestamp.body), when);
  if (with_snapshot) {
    ce_publish_report(renewal->arguments, N_("Renewed snapshot and timestamp; the timestamp is valid to %s."),
                      when);
  } else {
    ce_publish_report(renewal->arguments, N_("Renewed the timestamp; it is valid to %s."), when);
  }
}

static enum ce_code renew(struct renewal *renewal, struct ce_error *err) {
  CE_AUTO(ce_publication) struct ce_publication publication = {0};
  bool with_snapshot = false;
  enum ce_code code = load_signers(renewal, &with_snapshot, err);
  if (code == CE_OK) {
    code = ce_publication_refresh(&renewal->published, renewal->signers, with_snapshot,
                                  renewal->arguments->now_s, &publication, err);
  }
  if (code == CE_OK) {
    code = ce_publication_write(&publication, &renewal->repository, err);
  }
  /* As it is now, for what is told about it. */
  ce_role_signers_clear(renewal->signers);
  ce_published_clear(&renewal->published);
  if (code == CE_OK) {
    code = ce_published_load(&renewal->repository, &renewal->published, err);
  }
  if (code == CE_OK) {
    report(renewal, with_snapshot);
  }
  return code;
}

static enum ce_code warn(const struct renewal *renewal, int64_t days, struct ce_error *err) {
  size_t count = ce_deadline_report(renewal->arguments, &renewal->published, days);
  if (count == 0) {
    return CE_OK;
  }
  return ce_fail(err, CE_REPOSITORY_ATTENTION, "timestamp", renewal->arguments->operand,
                 "the metadata of %zu roles expires soon", count);
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(renewal) struct renewal renewal = {.arguments = arguments, .unlock = {.arguments = arguments}};
  int64_t days = 0;
  enum ce_code code = ce_deadline_warn_days(arguments, &days, err);
  if (code == CE_OK) {
    code = open(&renewal, err);
  }
  if (code == CE_OK && (ce_publish_arguments_value(arguments, "force") ||
                        is_due(&renewal, CE_ROLE_TIMESTAMP, renewal.published.timestamp.body))) {
    code = renew(&renewal, err);
  }
  if (code == CE_OK && ce_publish_arguments_value(arguments, "prune")) {
    code = ce_prune_run(&renewal.repository, arguments, err);
  }
  return code == CE_OK ? warn(&renewal, days, err) : code;
}

const struct ce_publish_command ce_publish_timestamp = {
    .name = "timestamp",
    .operand = "DIR",
    .summary = N_("renew the timestamp when it is time, for a cron job"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
