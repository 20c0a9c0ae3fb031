/* SPDX-License-Identifier: Apache-2.0
 * Packages for tests, written block by block: a manifest, a tar, and both in a zstd frame. */
#ifndef CE_TESTS_PACKAGE_SCENE_H
#define CE_TESTS_PACKAGE_SCENE_H

#include "bundle/package-walk.h"
#include "bundle/ustar.h"
#include "bundle/zstd-source.h"
#include "ports/hash.h"
#include "publish/tar-writer.h"

#include <stdio.h>
#include <string.h>
#include <zstd.h>

#define BIG_SIZE 700000

struct package_scene {
  struct ce_blob manifest, tar, package;
  struct ce_blob seen; /* what the visitor got: "begin a.txt\n", data, "end a.txt\n" */
  struct ce_error err;
  const char *unwanted;       /* a member that the visitor skips */
  enum ce_code visitor_fails; /* from data() */
};

static inline uint8_t *big_bytes(void) {
  static uint8_t bytes[BIG_SIZE];
  uint32_t noise = 1;
  for (size_t i = 0; i < sizeof bytes; i++) {
    noise = noise * 1664525 + 1013904223;
    bytes[i] = (uint8_t)(noise >> 24);
  }
  return bytes;
}

static inline int package_set_up(void **state) {
  *state = calloc(1, sizeof(struct package_scene));
  return *state ? 0 : -1;
}

static inline int package_tear_down(void **state) {
  struct package_scene *scene = *state;
  ce_blob_clear(&scene->manifest);
  ce_blob_clear(&scene->tar);
  ce_blob_clear(&scene->package);
  ce_blob_clear(&scene->seen);
  free(scene);
  return 0;
}

static inline enum ce_code collect(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

static inline struct ce_tar_writer writer_of(struct package_scene *scene) {
  return (struct ce_tar_writer){collect, &scene->tar, 0};
}

static inline void put_file(struct package_scene *scene, const char *name, uint32_t mode, const void *bytes,
                            size_t size) {
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_file(&tar, name, mode, size, &scene->err), CE_OK);
  assert_int_equal(ce_blob_append(&scene->tar, bytes, size, &scene->err), CE_OK);
  assert_int_equal(ce_tar_write_padding(&tar, size, &scene->err), CE_OK);
}

static inline void put_text(struct package_scene *scene, const char *name, const char *text) {
  put_file(scene, name, 0644, text, strlen(text));
}

static inline void put_link(struct package_scene *scene, const char *name, const char *target) {
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_link(&tar, name, target, &scene->err), CE_OK);
}

static inline void put_end(struct package_scene *scene) {
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_end(&tar, &scene->err), CE_OK);
}

static inline void seal(struct ce_ustar_header *header) {
  snprintf(header->checksum, sizeof header->checksum, "%06o", ce_ustar_checksum(header));
  header->checksum[7] = ' ';
}

/* A header without data whose type is anything. */
static inline void put_odd(struct package_scene *scene, const char *name, char type, const char *link_name) {
  size_t at = scene->tar.size;
  put_link(scene, name, link_name);
  struct ce_ustar_header *header = (struct ce_ustar_header *)(scene->tar.data + at);
  header->type = type;
  seal(header);
}

static inline void list_text(struct package_scene *scene, const char *text) {
  assert_int_equal(ce_blob_printf(&scene->manifest, &scene->err, "%s", text), CE_OK);
}

static inline void list_start(struct package_scene *scene) {
  list_text(scene, "{\"format\":1,\"profile\":\"test\",\"version\":\"1.0\",\"arch\":\"x86_64\",\"files\":[");
}

static inline void list_separator(struct package_scene *scene) {
  size_t size = scene->manifest.size;
  list_text(scene, size > 0 && scene->manifest.data[size - 1] == '}' ? "," : "");
}

static inline void list_file(struct package_scene *scene, const char *path, const void *bytes, size_t size) {
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE];
  ce_hash_bytes(bytes, size, &digest);
  ce_digest_to_hex(&digest, hex);
  list_separator(scene);
  assert_int_equal(ce_blob_printf(&scene->manifest, &scene->err,
                                  "{\"path\":\"%s\",\"mode\":\"0644\",\"size\":%zu,\"sha256\":\"%s\"}", path,
                                  size, hex),
                   CE_OK);
}

static inline void list_link(struct package_scene *scene, const char *path, const char *target) {
  list_separator(scene);
  assert_int_equal(
      ce_blob_printf(&scene->manifest, &scene->err, "{\"path\":\"%s\",\"link\":\"%s\"}", path, target),
      CE_OK);
}

/* Ends the list and makes it the first member. */
static inline void list_end(struct package_scene *scene) {
  list_text(scene, "],\"integration\":[],\"prerequisites\":[],\"sonames\":[]}");
  put_file(scene, "manifest.json", 0644, scene->manifest.data, scene->manifest.size);
}

static inline void list_usual(struct package_scene *scene) {
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_link(scene, "b", "a.txt");
  list_file(scene, "c/big", big_bytes(), BIG_SIZE);
  list_end(scene);
}

static inline void compress(struct package_scene *scene) {
  size_t bound = ZSTD_compressBound(scene->tar.size);
  uint8_t *bytes = malloc(bound);
  assert_non_null(bytes);
  size_t size = ZSTD_compress(bytes, bound, scene->tar.data, scene->tar.size, 1);
  assert_false(ZSTD_isError(size));
  ce_blob_clear(&scene->package);
  assert_int_equal(ce_blob_append(&scene->package, bytes, size, &scene->err), CE_OK);
  free(bytes);
}

static inline enum ce_code see_begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                                     struct ce_error *err) {
  struct package_scene *scene = context;
  *ret_wanted = !scene->unwanted || strcmp(scene->unwanted, file->path) != 0;
  return ce_blob_printf(&scene->seen, err, "begin %s\n", file->path);
}

static inline enum ce_code see_data(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct package_scene *scene = context;
  if (scene->visitor_fails != CE_OK) {
    return ce_fail(err, scene->visitor_fails, "write", "disk", "full");
  }
  return ce_blob_append(&scene->seen, bytes, size, err);
}

static inline enum ce_code see_end(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  return ce_blob_printf(&((struct package_scene *)context)->seen, err, "end %s\n", file->path);
}

static inline bool see_wants(void *context, const struct ce_manifest_file *file) {
  const struct package_scene *scene = context;
  return !scene->unwanted || strcmp(scene->unwanted, file->path) != 0;
}

/* Opens and walks exactly size bytes of the package, on one thread or on two. */
static inline enum ce_code walk_one_way(struct package_scene *scene, const uint8_t *bytes, size_t size,
                                        bool ahead) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  struct ce_package_visitor visitor = {
      .begin = see_begin, .data = see_data, .end = see_end, .context = scene};
  enum ce_code code = ce_reader_of_bytes(bytes, size, &reader, &scene->err);
  if (code == CE_OK) {
    code = ce_package_open(reader, &package, &scene->err);
  }
  if (code != CE_OK || !ahead) {
    return code == CE_OK ? ce_package_walk(package, &visitor, &scene->err) : code;
  }
  bool started = false;
  visitor.wants = see_wants;
  code = ce_package_walk_ahead(package, &visitor, &started, &scene->err);
  assert_true(started);
  return code;
}

/* Both ways, which must tell the visitor the same and end the same. */
static inline enum ce_code walk_bytes(struct package_scene *scene, const uint8_t *bytes, size_t size) {
  ce_blob_clear(&scene->seen);
  enum ce_code ahead = walk_one_way(scene, bytes, size, true);
  struct ce_error err = scene->err;
  struct ce_blob seen = scene->seen;
  scene->seen = (struct ce_blob){0};
  enum ce_code code = walk_one_way(scene, bytes, size, false);
  assert_int_equal(ahead, code);
  if (code != CE_OK) {
    assert_string_equal(err.detail, scene->err.detail);
    assert_string_equal(err.subject, scene->err.subject);
  }
  if (!scene->unwanted) {
    assert_int_equal(seen.size, scene->seen.size);
    assert_true(seen.size == 0 || memcmp(seen.data, scene->seen.data, seen.size) == 0);
  }
  ce_blob_clear(&seen);
  return code;
}

static inline enum ce_code walk(struct package_scene *scene) {
  compress(scene);
  return walk_bytes(scene, scene->package.data, scene->package.size);
}

static inline void assert_refused(struct package_scene *scene, const char *why) {
  assert_int_equal(walk(scene), CE_PACKAGE_INVALID);
  if (!strstr(scene->err.detail, why)) {
    fail_msg("'%s' does not say '%s'", scene->err.detail, why);
  }
}

static inline void put_usual(struct package_scene *scene) {
  list_usual(scene);
  put_text(scene, "a.txt", "hello");
  put_link(scene, "b", "a.txt");
  put_file(scene, "c/big", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
}

#endif
