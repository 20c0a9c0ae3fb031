/* SPDX-License-Identifier: Apache-2.0
 * Getting a package through sources that fail: what has come is kept, what is wrong is not. */
#include "engine/acquire.h"

#include "engine-scene.h"
#include "fakes/package.h"
#include "fakes/tuf-repository.h"
#include "model/layout.h"
#include "trust/refresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PACKAGE "packages/certenv-env_1.0_x86_64.tar.zst"
#define NO_END  UINT64_MAX

/* A source that gives the repository's files, or fails on its way. */
struct mirror {
  struct ce_fetch fetch;
  struct ce_fake_repository *repository;
  uint64_t ends_at; /* it breaks off there with NETWORK */
  bool lies;        /* every byte is another one */
  uint64_t asked_from;
  int calls;
};

struct fixture {
  struct scene scene;
  struct ce_fake_repository *repository;
  struct ce_fake_package package;
  struct mirror mirrors[2];
  struct ce_offer offer;
  struct ce_sources sources;
  struct ce_error err;
};

/* Hands on up to the place where the mirror breaks off. */
struct passage {
  struct mirror *mirror;
  uint64_t at;
  ce_fetch_receive *receive;
  void *context;
};

static enum ce_code pass_on(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct passage *passage = context;
  struct mirror *mirror = passage->mirror;
  uint64_t room = mirror->ends_at > passage->at ? mirror->ends_at - passage->at : 0;
  size_t given = size < room ? size : (size_t)room;
  CE_AUTO(ce_free) char *copy = malloc(size + 1);
  assert_non_null(copy);
  memcpy(copy, bytes, size);
  for (size_t i = 0; i < size && mirror->lies; i++) {
    copy[i] ^= 1;
  }
  passage->at += given;
  enum ce_code code = passage->receive(passage->context, copy, given, err);
  if (code == CE_OK && given < size) {
    return ce_fail(err, CE_NETWORK, "fetch", PACKAGE, "the connection broke off");
  }
  return code;
}

static enum ce_code mirror_get(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes,
                               uint64_t limit_bytes, ce_fetch_receive *receive, void *context,
                               struct ce_error *err) {
  struct mirror *mirror = (struct mirror *)fetch;
  struct passage passage = {mirror, offset_bytes, receive, context};
  mirror->asked_from = offset_bytes;
  mirror->calls++;
  return ce_fetch_get(&mirror->repository->fetch, path, offset_bytes, limit_bytes, pass_on, &passage, err);
}

static void make_offer(struct fixture *fixture) {
  CE_AUTO(ce_blob)
  struct ce_blob root = ce_fake_repository_role_bytes(fixture->repository, CE_FAKE_ROOT);
  struct ce_refresh_options options = {.now_s = 1800000000};
  struct ce_offer *offer = &fixture->offer;
  *offer = (struct ce_offer){.sources = &fixture->sources, .package = strdup(PACKAGE)};
  assert_int_equal(ce_trust_refresh(&fixture->repository->fetch, fixture->scene.fs, CE_TUF, &root, &options,
                                    &offer->set, &fixture->err),
                   CE_OK);
  assert_int_equal(ce_trusted_set_find(offer->set, PACKAGE, &offer->target, &fixture->err), CE_OK);
  offer->package_size_bytes = offer->target->length_bytes;
  offer->package_sha256 = offer->target->sha256;
}

static int set_up(void **state) {
  static const struct scene_rule no_rules[] = {{0}};
  static const struct ce_fetch_ops ops = {.get = mirror_get};
  static const struct ce_fake_member members[] = {{"bin/tool", 0755, "#!/bin/sh\n", NULL}, {0}};
  static const struct ce_integration no_integration[] = {{0}};
  static char names[2][16] = {"first mirror", "second mirror"};
  struct fixture *fixture = calloc(1, sizeof *fixture);
  scene_open(&fixture->scene, false, no_rules);
  fixture->repository = ce_fake_repository_new();
  ce_fake_package_make(
      &(struct ce_fake_recipe){.version = "1.0", .members = members, .integration = no_integration},
      &fixture->package);
  ce_fake_repository_add_target(fixture->repository, PACKAGE, fixture->package.bytes.data,
                                fixture->package.bytes.size);
  ce_fake_repository_publish(fixture->repository);
  for (size_t i = 0; i < 2; i++) {
    fixture->mirrors[i] = (struct mirror){
        .fetch = {.ops = &ops, .name = names[i]}, .repository = fixture->repository, .ends_at = NO_END};
    fixture->sources.items[i] = (struct ce_source){CE_SOURCE_MIRROR, &fixture->mirrors[i].fetch};
  }
  fixture->sources.count = 2;
  scene_make(&fixture->scene, CE_STATE "/");
  make_offer(fixture);
  *state = fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  ce_trusted_set_free(fixture->offer.set);
  free(fixture->offer.package);
  ce_fake_package_clear(&fixture->package);
  ce_fake_repository_free(fixture->repository);
  scene_close(&fixture->scene);
  free(fixture);
  return 0;
}

static enum ce_code acquire(struct fixture *fixture) {
  CE_AUTO(ce_acquired) struct ce_acquired acquired = {0};
  enum ce_code code = ce_acquire_package(&fixture->scene.engine, &fixture->offer, &acquired, &fixture->err);
  if (code == CE_OK) {
    assert_string_equal(ce_package_manifest(acquired.package)->version, "1.0");
    assert_false(ce_acquire_has_partial(&fixture->scene.engine));
  }
  return code;
}

static void takes_the_first_source_that_answers(void **state) {
  struct fixture *fixture = *state;
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[0].calls, 1);
  assert_int_equal(fixture->mirrors[1].calls, 0);
  /* The copy in the cache serves the next run. */
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[0].calls, 1);
}

static void goes_on_with_the_next_source_where_one_breaks_off(void **state) {
  struct fixture *fixture = *state;
  fixture->mirrors[0].ends_at = 100;
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[1].asked_from, 100);
}

static void begins_anew_behind_a_source_that_lies(void **state) {
  struct fixture *fixture = *state;
  fixture->mirrors[0].lies = true;
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[0].calls, 1);
  assert_int_equal(fixture->mirrors[1].asked_from, 0);
}

/* The next one is blamed for nothing: its whole file is asked for before it is given up. */
static void does_not_blame_a_source_for_what_another_gave(void **state) {
  struct fixture *fixture = *state;
  fixture->mirrors[0].lies = true;
  fixture->mirrors[0].ends_at = 100;
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[1].calls, 2);
  assert_int_equal(fixture->mirrors[1].asked_from, 0);
}

static void keeps_what_has_come_for_the_next_run(void **state) {
  struct fixture *fixture = *state;
  fixture->mirrors[0].ends_at = 50;
  fixture->mirrors[1].ends_at = 150;
  assert_int_equal(acquire(fixture), CE_NETWORK);
  assert_string_equal(fixture->err.subject, "second mirror");
  assert_string_equal(fixture->err.detail, PACKAGE ": the connection broke off");
  assert_true(ce_acquire_has_partial(&fixture->scene.engine));
  fixture->mirrors[0].ends_at = NO_END;
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[0].asked_from, 150);
}

static void overwrite_partial(struct fixture *fixture, const void *bytes, size_t size) {
  char hex[CE_DIGEST_HEX_SIZE];
  char path[PATH_MAX];
  ce_digest_to_hex(&fixture->offer.package_sha256, hex);
  scene_make(&fixture->scene, CE_CACHE "/");
  snprintf(path, sizeof path, "%s/" CE_CACHE "/%s.partial", fixture->scene.root, hex);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  fclose(file);
}

static void throws_away_a_kept_part_that_is_damaged(void **state) {
  struct fixture *fixture = *state;
  overwrite_partial(fixture, "not the package", 15);
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[0].calls, 2);
  assert_int_equal(fixture->mirrors[0].asked_from, 0);
  assert_int_equal(fixture->mirrors[1].calls, 0);
}

static void throws_away_a_kept_part_that_is_too_long(void **state) {
  struct fixture *fixture = *state;
  static const char zeros[100000] = {0};
  overwrite_partial(fixture, zeros, sizeof zeros);
  assert_int_equal(acquire(fixture), CE_OK);
  assert_int_equal(fixture->mirrors[0].calls, 1);
  assert_int_equal(fixture->mirrors[0].asked_from, 0);
}

static void takes_a_kept_part_that_is_complete(void **state) {
  struct fixture *fixture = *state;
  overwrite_partial(fixture, fixture->package.bytes.data, fixture->package.bytes.size);
  assert_int_equal(acquire(fixture), CE_OK);
}

static void keeps_nothing_when_every_source_lies(void **state) {
  struct fixture *fixture = *state;
  fixture->mirrors[0].lies = fixture->mirrors[1].lies = true;
  assert_int_equal(acquire(fixture), CE_TRUST_DIGEST);
  assert_false(ce_acquire_has_partial(&fixture->scene.engine));
}

static void stops_at_once_when_cancelled_and_keeps_what_has_come(void **state) {
  struct fixture *fixture = *state;
  static volatile sig_atomic_t cancelled = 1;
  fixture->scene.engine.cancelled = &cancelled;
  overwrite_partial(fixture, fixture->package.bytes.data, 60);
  assert_int_equal(acquire(fixture), CE_CANCELLED);
  assert_true(ce_acquire_has_partial(&fixture->scene.engine));
  assert_int_equal(fixture->mirrors[1].calls, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  static const struct CMUnitTest tests[] = {
      TEST(takes_the_first_source_that_answers),
      TEST(goes_on_with_the_next_source_where_one_breaks_off),
      TEST(begins_anew_behind_a_source_that_lies),
      TEST(does_not_blame_a_source_for_what_another_gave),
      TEST(keeps_what_has_come_for_the_next_run),
      TEST(throws_away_a_kept_part_that_is_damaged),
      TEST(throws_away_a_kept_part_that_is_too_long),
      TEST(takes_a_kept_part_that_is_complete),
      TEST(keeps_nothing_when_every_source_lies),
      TEST(stops_at_once_when_cancelled_and_keeps_what_has_come),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
