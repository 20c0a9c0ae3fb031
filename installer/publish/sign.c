/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish sign: signs a root document on a machine that need not have a network. */
#include "publish/ceremony-report.h"
#include "publish/ceremony.h"
#include "publish/consent.h"
#include "publish/key-change.h"
#include "publish/place.h"

#include <string.h>

static const struct ce_publish_option options[] = {
    {"keys", "KEYDIR", N_("the directory with your root keys"), true},
    {"trusted", "ROOT.json", N_("the root before it, which you trust; needed for all but a first root"),
     false},
    {"role", "ROLE", N_("root, which is also what is taken when this is missing"), false},
    CE_YES_OPTION,
    CE_UNLOCK_OPTIONS,
};

static bool is_asked_for(const void *context, const char *key_id) {
  return ce_ceremony_asks_for(context, key_id);
}

static enum ce_code open(const struct ce_publish_arguments *arguments, const struct ce_blob *document,
                         struct ce_ceremony *ret, struct ce_error *err) {
  const char *file = ce_publish_arguments_value(arguments, "trusted");
  CE_AUTO(ce_blob) struct ce_blob trusted = {0};
  enum ce_code code = file ? ce_place_read(file, CE_TUF_ROOT_BYTES_MAX, &trusted, err) : CE_OK;
  return code == CE_OK ? ce_ceremony_open(document, file ? &trusted : NULL, ret, err) : code;
}

static enum ce_code load_signers(const struct ce_publish_arguments *arguments,
                                 const struct ce_ceremony *ceremony, struct ce_signers *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = arguments};
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  struct ce_signer_filter filter = {is_asked_for, ceremony};
  enum ce_code code = ce_fs_open_root(ce_publish_arguments_value(arguments, "keys"), &keys, err);
  if (code == CE_OK) {
    code = ce_signers_load(ret, keys, ce_role_name(CE_ROLE_ROOT), &filter, &unlock, err);
  }
  if (code == CE_OK && ret->count == 0) {
    code = ce_fail(err, CE_PERMISSION, "load keys", ce_publish_arguments_value(arguments, "keys"),
                   "no key that is here may sign this document");
    ce_unlock_explain(&unlock, err);
  }
  return code;
}

static enum ce_code sign(const struct ce_publish_arguments *arguments, const struct ce_ceremony *ceremony,
                         struct ce_error *err) {
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_ceremony) struct ce_ceremony now = {0};
  size_t added = 0;
  enum ce_code code = load_signers(arguments, ceremony, &signers, err);
  if (code == CE_OK) {
    code = ce_ceremony_sign(ceremony, &signers, &bytes, &added, err);
  }
  if (code == CE_OK && added > 0) {
    code = ce_place_write(arguments->operand, CE_KEY_DOCUMENT_MODE, &bytes, err);
  }
  if (code == CE_OK) {
    code = open(arguments, &bytes, &now, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (added > 0) {
    ce_publish_report(arguments, N_("Signatures added to %s: %zu."), arguments->operand, added);
  } else {
    ce_publish_report(arguments, N_("Your keys have signed it already; nothing was changed."));
  }
  return ce_ceremony_report_count(arguments, &now, err);
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  const char *role = ce_publish_arguments_value(arguments, "role");
  CE_AUTO(ce_blob) struct ce_blob document = {0};
  CE_AUTO(ce_ceremony) struct ce_ceremony ceremony = {0};
  if (role && strcmp(role, ce_role_name(CE_ROLE_ROOT)) != 0) {
    return ce_fail(err, CE_USAGE, "read options", "role",
                   "only root is signed away from the repository; the other roles sign when it is published");
  }
  enum ce_code code = ce_place_read(arguments->operand, CE_TUF_ROOT_BYTES_MAX, &document, err);
  if (code == CE_OK) {
    code = open(arguments, &document, &ceremony, err);
  }
  if (code == CE_OK) {
    ce_ceremony_describe(arguments, &ceremony);
    code = ce_ceremony_report_count(arguments, &ceremony, err);
  }
  if (code == CE_OK) {
    code = ce_consent_obtain(arguments, N_("Sign it?"), err);
  }
  return code == CE_OK ? sign(arguments, &ceremony, err) : code;
}

const struct ce_publish_command ce_publish_sign = {
    .name = "sign",
    .operand = "FILE",
    .summary = N_("sign a new root on a machine without network"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
