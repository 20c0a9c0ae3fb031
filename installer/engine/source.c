/* SPDX-License-Identifier: Apache-2.0
 * Choice of the source. */
#include "engine/source.h"

#include "bundle/bundle.h"
#include "trust/trusted-set.h"

#include <string.h>

static const char file_scheme[] = "file://";

static enum ce_code open_named(const char *source, struct ce_fetch **ret, struct ce_error *err) {
  const char *directory = source;
  if (strncmp(source, file_scheme, strlen(file_scheme)) == 0) {
    directory = source + strlen(file_scheme);
    if (directory[0] != '/') {
      return ce_fail(err, CE_SOURCE_UNUSABLE, "source", source, "a file:// source needs an absolute path");
    }
  } else if (strstr(source, "://")) {
    return ce_fail(err, CE_SOURCE_UNUSABLE, "source", source,
                   "this version reads directories and complete installer files, not URLs");
  }
  return ce_fetch_open_directory(directory, ret, err);
}

static enum ce_code open_bundle(const struct ce_engine *engine, struct ce_fetch **ret, struct ce_error *err) {
  if (!engine->program) {
    return ce_fail(err, CE_NO_SOURCE, "source", engine->program_name, "no --source and no installer file");
  }
  return ce_bundle_open(engine->program, engine->program_name, ret, err);
}

enum ce_code ce_source_open(const struct ce_engine *engine, const struct ce_run_options *options,
                            struct ce_fetch **ret, bool *ret_is_bundle, struct ce_error *err) {
  enum ce_code code = options->source ? open_named(options->source, ret, err) : open_bundle(engine, ret, err);
  if (code == CE_OK) {
    *ret_is_bundle = !options->source;
  }
  return code;
}

enum ce_code ce_source_anchor(const struct ce_engine *engine, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_fetch) struct ce_fetch *bundle = NULL;
  enum ce_code code = open_bundle(engine, &bundle, err);
  if (code == CE_NO_SOURCE) {
    return CE_OK;
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_fetch_blob(bundle, "metadata/1.root.json", CE_TUF_ROOT_BYTES_MAX, ret, err);
  if (code == CE_NOT_FOUND) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "open", engine->program_name,
                   "the bundle has no metadata/1.root.json");
  }
  return code;
}
