/* SPDX-License-Identifier: Apache-2.0
 * From an offer to a verified package in the cache. */
#include "engine/acquire.h"

#include "base/rate.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "trust/refresh.h"

#include <string.h>

#define PACKAGE_SUFFIX ".tar.zst"
#define PARTIAL_SUFFIX ".partial"
#define BLOCK_BYTES    ((size_t)128 << 10)

void ce_acquired_clear(struct ce_acquired *acquired) {
  ce_package_free(acquired->package);
  ce_reader_free(acquired->bytes);
  *acquired = (struct ce_acquired){0};
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
  CE_AUTO(ce_free) char *path = cache_path(sha256, PACKAGE_SUFFIX);
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
  const struct ce_offer *offer;
  const char *path;
  struct ce_target_check *check;
  struct ce_fs_file *file;
  struct ce_rate rate;
  bool is_resumed; /* the file's beginning is from an earlier run or another source */
};

static void incoming_auto(struct incoming *incoming) {
  ce_target_check_free(incoming->check);
  ce_fs_file_discard(incoming->file);
}

static void tell_progress(struct incoming *incoming, uint64_t done_bytes) {
  const struct ce_clock *clock = incoming->engine->clock;
  uint64_t total_bytes = incoming->offer->package_size_bytes;
  ce_rate_update(&incoming->rate, clock->monotonic_ms(clock->context), done_bytes);
  ce_emit(incoming->engine->sink,
          &(struct ce_event){.kind = CE_EVENT_PROGRESS,
                             .name = "fetch",
                             .done_bytes = done_bytes,
                             .total_bytes = total_bytes,
                             .bytes_per_s = (uint64_t)incoming->rate.bytes_per_s,
                             .left_s = ce_rate_left_s(&incoming->rate, total_bytes - done_bytes)});
}

static enum ce_code receive(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct incoming *incoming = context;
  const struct ce_engine *engine = incoming->engine;
  if (ce_engine_is_cancelled(engine)) {
    return ce_fail(err, CE_CANCELLED, "fetch", "package", "stopped by the user");
  }
  enum ce_code code = ce_fs_file_write(incoming->file, bytes, size, err);
  if (code == CE_OK) {
    tell_progress(incoming, ce_target_check_size(incoming->check));
  }
  return code;
}

/* An empty file and nothing checked yet. */
static enum ce_code begin_anew(struct incoming *incoming, struct ce_error *err) {
  ce_target_check_free(ce_take(&incoming->check));
  incoming->is_resumed = false;
  incoming->rate = (struct ce_rate){0};
  enum ce_code code = ce_target_check_new(incoming->offer->target, &incoming->check, err);
  return code == CE_OK ? ce_fs_file_truncate(incoming->file, 0, err) : code;
}

/* Hashes what an earlier run left. */
static enum ce_code recall(struct incoming *incoming, struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  if (!block) {
    return ce_fail_memory(err, incoming->path);
  }
  size_t got = 0;
  do {
    uint64_t done = ce_target_check_size(incoming->check);
    enum ce_code code = ce_fs_file_read_at(incoming->file, done, block, BLOCK_BYTES, &got, err);
    if (code == CE_OK) {
      code = ce_target_check_add(incoming->check, block, got, err);
    }
    if (code != CE_OK) {
      return code == CE_TRUST_DIGEST ? begin_anew(incoming, err) : code;
    }
  } while (got > 0);
  incoming->is_resumed = ce_target_check_size(incoming->check) > 0;
  if (incoming->is_resumed) {
    ce_emit_note(incoming->engine->sink, "fetch-resumed", N_("Going on with an interrupted download."), NULL);
  }
  return CE_OK;
}

/* 0600 and in a directory that only its owner may enter: nobody else can write to what is verified. It is not
 * synced: a cached copy is verified whenever it is used. */
static enum ce_code open_file(struct incoming *incoming, struct ce_error *err) {
  struct ce_fs *fs = incoming->engine->fs;
  enum ce_code code = ce_target_check_new(incoming->offer->target, &incoming->check, err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_error absent;
  if (ce_fs_open(fs, incoming->path, CE_FS_APPEND, 0, &incoming->file, &absent) == CE_OK) {
    return recall(incoming, err);
  }
  code = ce_fs_remove_if_present(fs, incoming->path, err);
  return code == CE_OK ? ce_fs_open(fs, incoming->path, CE_FS_CREATE, 0600, &incoming->file, err) : code;
}

static enum ce_code fetch_from(struct incoming *incoming, const struct ce_source *source,
                               struct ce_error *err) {
  const struct ce_offer *offer = incoming->offer;
  enum ce_code code = ce_trust_fetch_rest(source->fetch, offer->set, incoming->check, receive, incoming, err);
  if (code != CE_TRUST_DIGEST) {
    return code;
  }
  /* Its beginning may be the fault of somebody else. */
  bool again = incoming->is_resumed;
  struct ce_error why = *err;
  code = begin_anew(incoming, err);
  if (code != CE_OK) {
    return code;
  }
  if (again) {
    return fetch_from(incoming, source, err);
  }
  *err = why;
  return why.code;
}

static bool may_try_the_next(enum ce_code code) {
  return code == CE_NETWORK || code == CE_NETWORK_TLS || code == CE_NETWORK_PROXY ||
         code == CE_NETWORK_PORTAL || code == CE_NOT_FOUND || code == CE_TRUST_DIGEST || code == CE_CLOCK;
}

static enum ce_code fetch_from_any(struct incoming *incoming, struct ce_error *err) {
  const struct ce_sources *sources = incoming->offer->sources;
  for (size_t i = incoming->offer->source; i < sources->count; i++) {
    enum ce_code code = fetch_from(incoming, &sources->items[i], err);
    if (code == CE_OK || !may_try_the_next(code)) {
      return code;
    }
    ce_error_name(err, sources->items[i].fetch->name);
    if (i + 1 == sources->count) {
      return code;
    }
    ce_emit_warning(incoming->engine->sink, "source-failed", err);
    incoming->is_resumed = ce_target_check_size(incoming->check) > 0;
  }
  return ce_fail(err, CE_NO_SOURCE, "fetch", incoming->offer->package, "no source is left");
}

static enum ce_code fetch_into(struct incoming *incoming, struct ce_error *err) {
  enum ce_code code = open_file(incoming, err);
  if (code == CE_OK) {
    code = fetch_from_any(incoming, err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&incoming->file), err) : code;
}

static enum ce_code check_space(const struct ce_engine *engine, const struct ce_offer *offer,
                                const char *partial, struct ce_error *err) {
  struct ce_fs_space space;
  struct ce_fs_stat kept = {0};
  bool exists = false;
  enum ce_code code = ce_fs_exists(engine->fs, partial, &exists, &kept, err);
  if (code == CE_OK) {
    code = ce_fs_space(engine->fs, CE_STATE, &space, err);
  }
  if (code != CE_OK) {
    return code;
  }
  uint64_t have = exists ? kept.size_bytes : 0;
  if (have < offer->package_size_bytes && space.free_bytes < offer->package_size_bytes - have) {
    return ce_fail(err, CE_NO_SPACE, "fetch", "/" CE_CACHE, "%llu bytes are needed, %llu are free",
                   (unsigned long long)(offer->package_size_bytes - have),
                   (unsigned long long)space.free_bytes);
  }
  return CE_OK;
}

/* Only what the next run can continue is kept. */
static void tidy(const struct ce_engine *engine, const char *partial, enum ce_code code) {
  struct ce_error problem;
  bool is_kept = code == CE_CANCELLED || code == CE_NETWORK || code == CE_NETWORK_TLS ||
                 code == CE_NETWORK_PROXY || code == CE_NETWORK_PORTAL;
  if (!is_kept && ce_fs_remove_if_present(engine->fs, partial, &problem) != CE_OK) {
    ce_emit_warning(engine->sink, "cache", &problem);
  }
}

enum ce_code ce_acquire_package(const struct ce_engine *engine, const struct ce_offer *offer,
                                struct ce_acquired *ret, struct ce_error *err) {
  struct ce_error ignored;
  if (ce_acquire_cached(engine, &offer->package_sha256, ret, &ignored) == CE_OK) {
    return CE_OK;
  }
  ce_emit_phase(engine->sink, "fetch", N_("Fetching the package"));
  CE_AUTO(ce_free) char *partial = cache_path(&offer->package_sha256, PARTIAL_SUFFIX);
  CE_AUTO(ce_free) char *path = cache_path(&offer->package_sha256, PACKAGE_SUFFIX);
  CE_AUTO(incoming) struct incoming incoming = {.engine = engine, .offer = offer, .path = partial};
  enum ce_code code =
      partial && path ? check_space(engine, offer, partial, err) : ce_fail_memory(err, CE_CACHE);
  if (code == CE_OK) {
    code = ce_fs_make_directories(engine->fs, CE_CACHE, 0700, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = fetch_into(&incoming, err);
  if (code == CE_OK) {
    code = ce_fs_rename(engine->fs, partial, path, err);
  }
  if (code != CE_OK) {
    tidy(engine, partial, code);
    return code;
  }
  return open_acquired(engine, path, ret, err);
}

bool ce_acquire_has_partial(const struct ce_engine *engine) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error ignored;
  if (ce_fs_list(engine->fs, CE_CACHE, &names, &ignored) != CE_OK) {
    return false;
  }
  bool found = false;
  for (size_t i = 0; i < names.count && !found; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", CE_CACHE, names.items[i]);
    struct ce_fs_stat stat;
    size_t length = strlen(names.items[i]);
    found = path && length > strlen(PARTIAL_SUFFIX) &&
            strcmp(names.items[i] + length - strlen(PARTIAL_SUFFIX), PARTIAL_SUFFIX) == 0 &&
            ce_fs_inspect(engine->fs, path, &stat, &ignored) == CE_OK && stat.size_bytes > 0;
  }
  return found;
}

void ce_acquire_trim_cache(const struct ce_engine *engine, const struct ce_digest *keep) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error ignored;
  CE_AUTO(ce_free) char *kept = keep ? cache_path(keep, PACKAGE_SUFFIX) : NULL;
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
