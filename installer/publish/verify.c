/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish verify: a repository's directory, or a program with a bundle, as a client sees it. */
#include "bundle/bundle.h"
#include "publish/command.h"
#include "publish/deadline.h"
#include "publish/inspection.h"
#include "publish/place.h"
#include "publish/prune.h"

#include <errno.h>
#include <sys/stat.h>

static const struct ce_publish_option options[] = {
    {"root", "FILE", N_("start from this root; default: the first one of the repository itself"), false},
    {"allow-expired", NULL, N_("tell expired metadata and go on"), false},
    {"warn-days", "N", N_("tell metadata that expires within N days; default 30, or a third of its validity"),
     false},
};

static enum ce_code inspect(const struct ce_publish_arguments *arguments, struct ce_fetch *source,
                            bool is_partial, struct ce_error *err) {
  const char *root_file = ce_publish_arguments_value(arguments, "root");
  CE_AUTO(ce_blob) struct ce_blob root = {0};
  CE_AUTO(ce_client) struct ce_client client = {0};
  struct ce_client_options how = {.now_s = arguments->now_s,
                                  .allow_expired =
                                      ce_publish_arguments_value(arguments, "allow-expired") != NULL,
                                  .root = root_file ? &root : NULL};
  struct ce_inspection inspection = {.report = arguments, .is_partial = is_partial};
  enum ce_code code = root_file ? ce_place_read(root_file, CE_TUF_ROOT_BYTES_MAX, &root, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  code = ce_client_open(source, &how, &client, err);
  if (code == CE_OK) {
    code = ce_inspection_run(&inspection, &client, err);
  }
  if (code == CE_NOT_FOUND) {
    struct ce_error missing = *err;
    return ce_fail(err, CE_TRUST_DIGEST, "verify", missing.subject, "it is needed and not there");
  }
  return code;
}

static enum ce_code inspect_bundle(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *program = NULL;
  CE_AUTO(ce_fetch) struct ce_fetch *source = NULL;
  enum ce_code code = ce_reader_open_path(arguments->operand, &program, err);
  if (code == CE_OK) {
    code = ce_bundle_open(program, arguments->operand, &source, err);
  }
  return code == CE_OK ? inspect(arguments, source, true, err) : code;
}

/* What readers do not notice today, and the operator should. */
static enum ce_code look_ahead(const struct ce_publish_arguments *arguments, int64_t days,
                               struct ce_error *err) {
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  CE_AUTO(ce_published) struct ce_published published = {0};
  struct ce_prune_survey unnamed = {0};
  enum ce_code code = ce_repository_look(arguments->operand, &repository, err);
  if (code == CE_OK) {
    code = ce_published_load(&repository, &published, err);
  }
  if (code == CE_OK) {
    code = ce_prune_survey(&repository, &published, &unnamed, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (unnamed.file_count > 0) {
    ce_publish_report(arguments, N_("unused   %zu files (%llu bytes) that no present metadata names"),
                      unnamed.file_count, (unsigned long long)unnamed.size_bytes);
  }
  size_t soon = ce_deadline_report(arguments, &published, days);
  if (soon == 0 || ce_publish_arguments_value(arguments, "allow-expired")) {
    return CE_OK;
  }
  return ce_fail(err, CE_REPOSITORY_ATTENTION, "verify", arguments->operand,
                 "the metadata of %zu roles expires soon", soon);
}

static enum ce_code inspect_directory(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_fetch) struct ce_fetch *source = NULL;
  int64_t days = 0;
  enum ce_code code = ce_deadline_warn_days(arguments, &days, err);
  if (code == CE_OK) {
    code = ce_fetch_open_directory(arguments->operand, &source, err);
  }
  if (code == CE_OK) {
    code = inspect(arguments, source, false, err);
  }
  return code == CE_OK ? look_ahead(arguments, days, err) : code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  struct stat found;
  if (stat(arguments->operand, &found) != 0) {
    return ce_fail_sys(err, errno, "open", arguments->operand);
  }
  bool is_directory = S_ISDIR(found.st_mode);
  return is_directory ? inspect_directory(arguments, err) : inspect_bundle(arguments, err);
}

const struct ce_publish_command ce_publish_verify = {
    .name = "verify",
    .operand = "DIR|FILE",
    .summary = N_("check a repository or a bundle as a client would"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
