/* SPDX-License-Identifier: Apache-2.0
 * Where a run may read a repository from, in the order in which it tries, and the root that a first install
 * trusts. */
#ifndef CE_ENGINE_SOURCE_H
#define CE_ENGINE_SOURCE_H

#include "base/blob.h"
#include "engine/engine.h"
#include "ports/desktop-proxy.h"
#include "ports/fetch.h"
#include "ports/http.h"

#define CE_SOURCES_MAX 16

enum ce_source_kind {
  CE_SOURCE_NAMED,  /* --source */
  CE_SOURCE_MIRROR, /* a repository of the installed profile */
  CE_SOURCE_BUNDLE, /* what is appended to the program */
};

struct ce_source {
  enum ce_source_kind kind;
  struct ce_fetch *fetch;
};

struct ce_sources {
  struct ce_source items[CE_SOURCES_MAX];
  size_t count;
  /* For servers of http and of https; the sources borrow them. */
  struct ce_http_settings http[2];
  struct ce_desktop_proxy desktop[2];
};
void ce_sources_free(struct ce_sources *sources);
CE_DEFINE_AUTO(ce_sources, struct ce_sources *, ce_sources_free);

/* --source alone where it is given. Else an update asks the mirrors of the installed profile and then the
 * bundle; the other verbs the bundle and then the mirrors. --offline leaves the mirrors out. A mirror that
 * cannot be used is a warning. NO_SOURCE when there is none at all; SOURCE_UNUSABLE, BUNDLE_DAMAGED. */
CE_MUST_USE enum ce_code ce_sources_open(const struct ce_engine *engine, const struct ce_run_options *options,
                                         enum ce_verb verb, struct ce_sources **ret, struct ce_error *err);
/* The first root in the program's bundle: the anchor of a first install, also when --source names another
 * place. Empty when the program has no bundle. */
CE_MUST_USE enum ce_code ce_source_anchor(const struct ce_engine *engine, struct ce_blob *ret,
                                          struct ce_error *err);

#endif
