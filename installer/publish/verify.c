/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish verify: a repository's directory, or a program with a bundle, as a client sees it. */
#include "bundle/bundle.h"
#include "publish/command.h"
#include "publish/inspection.h"
#include "publish/place.h"

#include <errno.h>
#include <sys/stat.h>

static const struct ce_publish_option options[] = {
    {"root", "FILE", N_("start from this root; default: the first one of the repository itself"), false},
    {"allow-expired", NULL, N_("tell expired metadata and go on"), false},
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

static enum ce_code inspect_directory(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_fetch) struct ce_fetch *source = NULL;
  enum ce_code code = ce_fetch_open_directory(arguments->operand, &source, err);
  return code == CE_OK ? inspect(arguments, source, false, err) : code;
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
