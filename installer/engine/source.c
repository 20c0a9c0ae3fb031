/* SPDX-License-Identifier: Apache-2.0
 * Choice of the sources. */
#include "engine/source.h"

#include "bundle/bundle.h"
#include "model/layout.h"
#include "model/profile.h"
#include "ports/fs-document.h"
#include "ports/proxy.h"
#include "trust/trusted-set.h"

#include <string.h>

#define PROFILE_PATH CE_CURRENT "/share/certenv/profile.json"

static const char file_scheme[] = "file://";

void ce_sources_free(struct ce_sources *sources) {
  if (!sources) {
    return;
  }
  for (size_t i = 0; i < sources->count; i++) {
    ce_fetch_free(sources->items[i].fetch);
  }
  for (size_t i = 0; i < 2; i++) {
    ce_desktop_proxy_clear(&sources->desktop[i]);
  }
  free(sources);
}

static bool is_url(const char *source) {
  return strncmp(source, "http://", 7) == 0 || strncmp(source, "https://", 8) == 0;
}

static void add(struct ce_sources *sources, enum ce_source_kind kind, struct ce_fetch *fetch) {
  sources->items[sources->count++] = (struct ce_source){.kind = kind, .fetch = fetch};
}

/* Fills the settings when the first server of their kind is opened: nobody asks the desktop in vain. */
static enum ce_code settle(const struct ce_engine *engine, const struct ce_run_options *options, bool tls,
                           struct ce_sources *sources, struct ce_error *err) {
  struct ce_http_settings *http = &sources->http[tls];
  struct ce_desktop_proxy *desktop = &sources->desktop[tls];
  if (http->clock) {
    return CE_OK;
  }
  if (!options->proxy && !ce_proxies_in_environment()) {
    enum ce_code code = ce_desktop_proxy_find(engine->process, tls, desktop, err);
    if (code != CE_OK) {
      return code;
    }
  }
  if (desktop->automatic) {
    ce_emit_note(engine->sink, "proxy-script",
                 N_("The desktop finds its proxy by a script, which is not run; give it with --proxy if "
                    "there is one."),
                 NULL);
  }
  *http = (struct ce_http_settings){.proxy = desktop->url ? desktop->url : options->proxy,
                                    .no_proxy = desktop->exceptions,
                                    .ca_file = options->ca_file,
                                    .cancelled = engine->cancelled,
                                    .clock = engine->clock,
                                    .sink = engine->sink};
  return CE_OK;
}

static enum ce_code open_url(const struct ce_engine *engine, const struct ce_run_options *options,
                             const char *url, struct ce_sources *sources, struct ce_fetch **ret,
                             struct ce_error *err) {
  bool tls = strncmp(url, "https://", 8) == 0;
  enum ce_code code = settle(engine, options, tls, sources, err);
  return code == CE_OK ? ce_http_open(url, &sources->http[tls], ret, err) : code;
}

static enum ce_code open_named(const struct ce_engine *engine, const struct ce_run_options *options,
                               struct ce_sources *sources, struct ce_fetch **ret, struct ce_error *err) {
  const char *source = options->source;
  if (is_url(source)) {
    return options->offline ? ce_fail(err, CE_SOURCE_UNUSABLE, "source", source,
                                      "--offline forbids a source on the network; give a directory")
                            : open_url(engine, options, source, sources, ret, err);
  }
  const char *directory = source;
  if (strncmp(source, file_scheme, strlen(file_scheme)) == 0) {
    directory = source + strlen(file_scheme);
    if (directory[0] != '/') {
      return ce_fail(err, CE_SOURCE_UNUSABLE, "source", source, "a file:// source needs an absolute path");
    }
  } else if (strstr(source, "://")) {
    return ce_fail(err, CE_SOURCE_UNUSABLE, "source", source,
                   "a source is a directory or an URL that begins with https://, http:// or file://");
  }
  return ce_fetch_open_directory(directory, ret, err);
}

static enum ce_code open_bundle(const struct ce_engine *engine, struct ce_fetch **ret, struct ce_error *err) {
  if (!engine->program) {
    return ce_fail(err, CE_NO_SOURCE, "source", engine->program_name, "no --source and no installer file");
  }
  return ce_bundle_open(engine->program, engine->program_name, ret, err);
}

/* None is fine. */
static enum ce_code add_bundle(const struct ce_engine *engine, struct ce_sources *sources,
                               struct ce_error *err) {
  struct ce_fetch *fetch = NULL;
  struct ce_error why;
  enum ce_code code = open_bundle(engine, &fetch, &why);
  if (code == CE_OK) {
    add(sources, CE_SOURCE_BUNDLE, fetch);
  } else if (code != CE_NO_SOURCE) {
    *err = why;
    return code;
  }
  return CE_OK;
}

/* A profile that is missing or damaged names no mirror: repair must work without it. */
static enum ce_code read_profile(const struct ce_engine *engine, struct ce_profile **ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_fs_document_read(engine->fs, PROFILE_PATH, CE_PROFILE_BYTES_MAX, &bytes, err);
  return code == CE_OK ? ce_profile_parse(bytes.data, bytes.size, ret, err) : code;
}

static void add_mirrors(const struct ce_engine *engine, const struct ce_run_options *options,
                        struct ce_sources *sources) {
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error problem;
  enum ce_code code = read_profile(engine, &profile, &problem);
  if (code != CE_OK) {
    if (code != CE_NOT_FOUND) {
      ce_emit_warning(engine->sink, "profile", &problem);
    }
    return;
  }
  /* One place is left for the bundle. */
  for (char **url = profile->repositories; *url && sources->count < CE_SOURCES_MAX - 1; url++) {
    struct ce_fetch *fetch = NULL;
    if (open_url(engine, options, *url, sources, &fetch, &problem) == CE_OK) {
      add(sources, CE_SOURCE_MIRROR, fetch);
    } else {
      ce_emit_warning(engine->sink, "mirror", &problem);
    }
  }
}

static enum ce_code add_usual(const struct ce_engine *engine, const struct ce_run_options *options,
                              bool mirrors_first, struct ce_sources *sources, struct ce_error *err) {
  if (mirrors_first && !options->offline) {
    add_mirrors(engine, options, sources);
  }
  enum ce_code code = add_bundle(engine, sources, err);
  if (code == CE_OK && !mirrors_first && !options->offline) {
    add_mirrors(engine, options, sources);
  }
  if (code == CE_OK && sources->count == 0) {
    return ce_fail(err, CE_NO_SOURCE, "source", engine->program_name,
                   options->offline ? "no --source and no installer file, and --offline forbids the network"
                                    : "no --source, no installer file, and the profile names no repository");
  }
  return code;
}

enum ce_code ce_sources_open(const struct ce_engine *engine, const struct ce_run_options *options,
                             enum ce_verb verb, struct ce_sources **ret, struct ce_error *err) {
  CE_AUTO(ce_sources) struct ce_sources *sources = calloc(1, sizeof *sources);
  if (!sources) {
    return ce_fail_memory(err, "sources");
  }
  enum ce_code code = CE_OK;
  if (options->source) {
    struct ce_fetch *fetch = NULL;
    code = open_named(engine, options, sources, &fetch, err);
    if (code == CE_OK) {
      add(sources, CE_SOURCE_NAMED, fetch);
    }
  } else {
    code = add_usual(engine, options, verb == CE_VERB_UPDATE, sources, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&sources);
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
