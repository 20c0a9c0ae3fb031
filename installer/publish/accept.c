/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish accept: publishes a root that enough people have signed. */
#include "publish/ceremony-report.h"
#include "publish/ceremony.h"
#include "publish/consent.h"
#include "publish/key-change.h"
#include "publish/key-retire.h"
#include "publish/place.h"
#include "publish/root-publish.h"

static const struct ce_publish_option options[] = {
    {"document", "FILE", N_("the root document that `sign` signed"), true},
    {"keys", "KEYDIR", N_("the directory with the keys of roles that must sign anew"), false},
    CE_YES_OPTION,
    CE_UNLOCK_OPTIONS,
};

struct acceptance {
  const struct ce_publish_arguments *arguments;
  struct ce_blob document;
  struct ce_repository repository;
  struct ce_published published;
  struct ce_ceremony ceremony;
  struct ce_unlock unlock;
};

static void clear(struct acceptance *acceptance) {
  ce_blob_clear(&acceptance->document);
  ce_ceremony_clear(&acceptance->ceremony);
  ce_unlock_clear(&acceptance->unlock);
  ce_published_clear(&acceptance->published);
  ce_repository_close(&acceptance->repository);
}
CE_DEFINE_AUTO_IN_PLACE(acceptance, struct acceptance, clear);

static enum ce_code open(struct acceptance *acceptance, struct ce_error *err) {
  const struct ce_publish_arguments *arguments = acceptance->arguments;
  enum ce_code code = ce_place_read(ce_publish_arguments_value(arguments, "document"), CE_TUF_ROOT_BYTES_MAX,
                                    &acceptance->document, err);
  if (code == CE_OK) {
    code = ce_repository_open(arguments->operand, &acceptance->repository, err);
  }
  if (code == CE_OK) {
    code = ce_published_load(&acceptance->repository, &acceptance->published, err);
  }
  return code == CE_OK ? ce_ceremony_open(&acceptance->document, &acceptance->published.root_bytes,
                                          &acceptance->ceremony, err)
                       : code;
}

static enum ce_code publish(struct acceptance *acceptance, struct ce_error *err) {
  const struct ce_publish_arguments *arguments = acceptance->arguments;
  const char *directory = ce_publish_arguments_value(arguments, "keys");
  struct ce_root_publishing publishing = {.repository = &acceptance->repository,
                                          .published = &acceptance->published,
                                          .keys_directory = directory,
                                          .unlock = &acceptance->unlock,
                                          .now_s = arguments->now_s};
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  unsigned signed_roles = 0;
  enum ce_code code = directory ? ce_fs_open_root(directory, &keys, err) : CE_OK;
  if (code == CE_OK) {
    code = ce_root_publish(&publishing, &acceptance->document, &signed_roles, err);
  }
  if (code == CE_OK) {
    ce_key_change_report(arguments, acceptance->ceremony.root->head.version, signed_roles);
  }
  if (code == CE_OK && keys) {
    ce_key_retire(arguments, keys, acceptance->ceremony.trusted_document.body,
                  acceptance->ceremony.document.body);
  }
  return code;
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(acceptance)
  struct acceptance acceptance = {.arguments = arguments, .unlock = {.arguments = arguments}};
  enum ce_code code = open(&acceptance, err);
  if (code == CE_OK) {
    ce_ceremony_describe(arguments, &acceptance.ceremony);
    code = ce_ceremony_report_count(arguments, &acceptance.ceremony, err);
  }
  if (code == CE_OK) {
    code = ce_consent_obtain(arguments, N_("Publish it?"), err);
  }
  return code == CE_OK ? publish(&acceptance, err) : code;
}

const struct ce_publish_command ce_publish_accept = {
    .name = "accept",
    .operand = "DIR",
    .summary = N_("publish a root that enough people have signed"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
