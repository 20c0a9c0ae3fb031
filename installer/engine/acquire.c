/* SPDX-License-Identifier: Apache-2.0
 * From a source to a verified package in the cache. */
#include "engine/acquire.h"

#include "engine/probe.h"
#include "engine/source.h"
#include "model/channel.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "trust/refresh.h"

#include <string.h>

#ifndef CERTENV_BUILD_TIME_S
#define CERTENV_BUILD_TIME_S 0
#endif

#define CACHE_SUFFIX ".tar.zst"

void ce_offer_free(struct ce_offer *offer) {
  if (offer) {
    ce_fetch_free(offer->source);
    ce_trusted_set_free(offer->set);
    free(offer->channel);
    free(offer->version);
    free(offer->package);
    free(offer);
  }
}

void ce_acquired_clear(struct ce_acquired *acquired) {
  ce_package_free(acquired->package);
  ce_reader_free(acquired->bytes);
  *acquired = (struct ce_acquired){0};
}

/* A clock that is behind the build of this very program is wrong. */
static int64_t trusted_now(const struct ce_engine *engine) {
  int64_t now_s = engine->clock->now_s(engine->clock->context);
  return now_s > CERTENV_BUILD_TIME_S ? now_s : CERTENV_BUILD_TIME_S;
}

static enum ce_code refresh(const struct ce_engine *engine, bool dry_run, bool is_bundle, bool first_install,
                            struct ce_offer *offer, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob anchor = {0};
  enum ce_code code = ce_source_anchor(engine, &anchor, err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_refresh_options options = {.now_s = trusted_now(engine),
                                       .read_only = dry_run,
                                       .expired_is_warning = is_bundle && first_install,
                                       .sink = engine->sink};
  const struct ce_blob *initial_root = anchor.size > 0 ? &anchor : NULL;
  code = ce_trust_refresh(offer->source, engine->fs, CE_TUF, initial_root, &options, &offer->set, err);
  if (code == CE_TRUST_ROOT && first_install && initial_root && !dry_run) {
    /* Nothing is installed that the kept root would protect. */
    code = ce_fs_remove_tree(engine->fs, CE_TUF, err);
    if (code == CE_OK) {
      code = ce_trust_refresh(offer->source, engine->fs, CE_TUF, initial_root, &options, &offer->set, err);
    }
  }
  return code;
}

static enum ce_code read_channel(const struct ce_engine *engine, const char *name, struct ce_offer *offer,
                                 struct ce_error *err) {
  CE_AUTO(ce_free) char *arch = NULL;
  enum ce_code code = ce_probe_arch(engine, &arch, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *path = ce_channel_target_path(name, arch);
  if (!path) {
    return ce_fail_memory(err, name);
  }
  const struct ce_target *target = NULL;
  code = ce_trusted_set_find(offer->set, path, &target, err);
  if (code == CE_NOT_FOUND) {
    return ce_fail(err, CE_UNSUPPORTED, "channel", path, "the source has no channel '%s' for %s machines",
                   name, arch);
  }
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  if (code == CE_OK) {
    code = ce_trust_fetch_blob(offer->source, offer->set, target, CE_CHANNEL_BYTES_MAX, &bytes, err);
  }
  if (code == CE_OK) {
    code = ce_channel_parse(bytes.data, bytes.size, &channel, err);
  }
  if (code == CE_OK && (strcmp(channel->arch, arch) != 0 || strcmp(channel->name, name) != 0)) {
    code = ce_fail(err, CE_TRUST_FORMAT, "channel", path, "it speaks of channel '%s' for %s", channel->name,
                   channel->arch);
  }
  if (code == CE_OK) {
    offer->channel = ce_take(&channel->name);
    offer->version = ce_take(&channel->version);
    offer->package = ce_take(&channel->package);
  }
  return code;
}

enum ce_code ce_acquire_offer(const struct ce_engine *engine, const struct ce_run_options *options,
                              const char *channel, bool first_install, struct ce_offer **ret,
                              struct ce_error *err) {
  ce_emit_phase(engine->sink, "trust", N_("Checking the signatures"));
  CE_AUTO(ce_offer) struct ce_offer *offer = calloc(1, sizeof *offer);
  if (!offer) {
    return ce_fail_memory(err, "offer");
  }
  bool is_bundle = false;
  enum ce_code code = ce_source_open(engine, options, &offer->source, &is_bundle, err);
  if (code == CE_OK) {
    code = refresh(engine, options->dry_run, is_bundle, first_install, offer, err);
  }
  if (code == CE_OK) {
    code = read_channel(engine, channel, offer, err);
  }
  if (code != CE_OK) {
    return code;
  }
  const struct ce_target *target = NULL;
  code = ce_trusted_set_find(offer->set, offer->package, &target, err);
  if (code != CE_OK) {
    return ce_fail(err, CE_TRUST_FORMAT, "channel", offer->package,
                   "the channel names a package that the signed targets do not have");
  }
  offer->package_size_bytes = target->length_bytes;
  offer->package_sha256 = target->sha256;
  *ret = ce_take(&offer);
  return CE_OK;
}

static char *cache_path(const struct ce_digest *sha256, const char *suffix) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  return ce_text_format("%s/%s%s", CE_CACHE, hex, suffix);
}

static enum ce_code open_acquired(const struct ce_engine *engine, const char *path, struct ce_acquired *ret,
                                  struct ce_error *err) {
  CE_AUTO(ce_acquired) struct ce_acquired acquired = {0};
  enum ce_code code = ce_fs_open_reader(engine->fs, path, &acquired.bytes, err);
  if (code == CE_OK) {
    code = ce_package_open(acquired.bytes, &acquired.package, err);
  }
  if (code == CE_OK) {
    *ret = acquired;
    acquired = (struct ce_acquired){0};
  }
  return code;
}

enum ce_code ce_acquire_cached(const struct ce_engine *engine, const struct ce_digest *sha256,
                               struct ce_acquired *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = cache_path(sha256, CACHE_SUFFIX);
  if (!path) {
    return ce_fail_memory(err, CE_CACHE);
  }
  struct ce_digest digest;
  enum ce_code code = ce_fs_document_digest(engine->fs, path, &digest, NULL, err);
  if (code == CE_OK && !ce_digest_equal(&digest, sha256)) {
    code = ce_fail(err, CE_NOT_FOUND, "verify", path, "the cached package is damaged");
  }
  return code == CE_OK ? open_acquired(engine, path, ret, err) : code;
}

/* A package on its way into the cache. */
struct incoming {
  const struct ce_engine *engine;
  struct ce_fs_file *file;
  uint64_t done_bytes, total_bytes;
};

static enum ce_code receive(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct incoming *incoming = context;
  const struct ce_engine *engine = incoming->engine;
  if (engine->cancelled && *engine->cancelled) {
    return ce_fail(err, CE_CANCELLED, "fetch", "package", "stopped by the user");
  }
  enum ce_code code = ce_fs_file_write(incoming->file, bytes, size, err);
  if (code == CE_OK) {
    incoming->done_bytes += size;
    ce_emit_progress(engine->sink, "fetch", incoming->done_bytes, incoming->total_bytes);
  }
  return code;
}

static enum ce_code check_space(const struct ce_engine *engine, const struct ce_offer *offer,
                                struct ce_error *err) {
  struct ce_fs_space space;
  enum ce_code code = ce_fs_space(engine->fs, CE_STATE, &space, err);
  if (code == CE_OK && space.free_bytes < offer->package_size_bytes) {
    return ce_fail(err, CE_NO_SPACE, "fetch", "/" CE_CACHE, "%llu bytes are needed, %llu are free",
                   (unsigned long long)offer->package_size_bytes, (unsigned long long)space.free_bytes);
  }
  return code;
}

static enum ce_code fetch_into(const struct ce_engine *engine, const struct ce_offer *offer, const char *path,
                               struct ce_error *err) {
  const struct ce_target *target = NULL;
  struct incoming incoming = {.engine = engine, .total_bytes = offer->package_size_bytes};
  enum ce_code code = ce_trusted_set_find(offer->set, offer->package, &target, err);
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(engine->fs, path, err);
  }
  if (code == CE_OK) {
    code = ce_fs_open(engine->fs, path, CE_FS_CREATE, 0600, &incoming.file, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_trust_fetch(offer->source, offer->set, target, receive, &incoming, err);
  if (code != CE_OK) {
    ce_fs_file_discard(incoming.file);
    return code;
  }
  return ce_fs_file_close(incoming.file, err);
}

/* The file is made private (0600), verified while it is written, and only then opened; see "sealed private
 * file" in DESIGN section 4: nobody else can write to it. It is not synced: a cached copy is verified
 * whenever it is used. */
enum ce_code ce_acquire_package(const struct ce_engine *engine, const struct ce_offer *offer,
                                struct ce_acquired *ret, struct ce_error *err) {
  struct ce_error ignored;
  if (ce_acquire_cached(engine, &offer->package_sha256, ret, &ignored) == CE_OK) {
    return CE_OK;
  }
  ce_emit_phase(engine->sink, "fetch", N_("Fetching the package"));
  CE_AUTO(ce_free) char *partial = cache_path(&offer->package_sha256, ".partial");
  CE_AUTO(ce_free) char *path = cache_path(&offer->package_sha256, CACHE_SUFFIX);
  enum ce_code code = partial && path ? check_space(engine, offer, err) : ce_fail_memory(err, CE_CACHE);
  if (code == CE_OK) {
    code = ce_fs_make_directories(engine->fs, CE_CACHE, 0700, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = fetch_into(engine, offer, partial, err);
  if (code == CE_OK) {
    code = ce_fs_rename(engine->fs, partial, path, err);
  }
  if (code != CE_OK) {
    if (ce_fs_remove_if_present(engine->fs, partial, &ignored) != CE_OK) {
      ce_emit_warning(engine->sink, "cache", &ignored);
    }
    return code;
  }
  return open_acquired(engine, path, ret, err);
}

void ce_acquire_trim_cache(const struct ce_engine *engine, const struct ce_digest *keep) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error ignored;
  CE_AUTO(ce_free) char *kept = keep ? cache_path(keep, CACHE_SUFFIX) : NULL;
  if ((keep && !kept) || ce_fs_list(engine->fs, CE_CACHE, &names, &ignored) != CE_OK) {
    return;
  }
  for (size_t i = 0; i < names.count; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", CE_CACHE, names.items[i]);
    if (path && (!kept || strcmp(path, kept) != 0) &&
        ce_fs_remove_if_present(engine->fs, path, &ignored) != CE_OK) {
      ce_emit_warning(engine->sink, "cache", &ignored);
    }
  }
  if (!kept && ce_fs_remove_directory(engine->fs, CE_CACHE, &ignored) != CE_OK) {
    ce_emit_warning(engine->sink, "cache", &ignored);
  }
}
