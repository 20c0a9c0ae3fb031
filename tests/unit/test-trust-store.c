/* SPDX-License-Identifier: Apache-2.0
 * Tests of keeping trusted metadata: what it costs, and what a stop or a power loss at any moment leaves. */
#include "fakes/disk.h"
#include "fakes/tuf-repository.h"
#include "trust/refresh.h"
#include "trust/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define DIRECTORY "var/lib/certenv/tuf"
#define NOW_S     INT64_C(1900000000) /* 2030-03-17T17:46:40Z */
#define SEEDS     24

/* A disk whose syncs are counted. */
static struct ce_fs_ops counting;
static const struct ce_fs_ops *counted;
static size_t syncs;

static enum ce_code count_sync(struct ce_fs_file *file, struct ce_error *err) {
  syncs++;
  return counted->sync(file, err);
}

static enum ce_code count_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  syncs++;
  return counted->sync_directory(fs, path, err);
}

static enum ce_code count_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err) {
  syncs++;
  return counted->sync_filesystem(fs, path, err);
}

static struct ce_fs *count_syncs(struct ce_disk *disk) {
  struct ce_fs *fs = ce_disk_fs(disk);
  counted = fs->ops;
  counting = *fs->ops;
  counting.sync = count_sync;
  counting.sync_directory = count_sync_directory;
  counting.sync_filesystem = count_sync_filesystem;
  fs->ops = &counting;
  syncs = 0;
  return fs;
}

static enum ce_code refresh(struct ce_fake_repository *repository, struct ce_fs *fs,
                            const struct ce_blob *anchor) {
  const struct ce_refresh_options options = {.now_s = NOW_S};
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  struct ce_error err;
  return ce_trust_refresh(&repository->fetch, fs, DIRECTORY, anchor, &options, &set, &err);
}

static void costs_two_syncs_whatever_is_new(void **state) {
  (void)state;
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_role_bytes(repository, CE_FAKE_ROOT);
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
  struct ce_fs *fs = count_syncs(disk);
  assert_int_equal(refresh(repository, fs, &anchor), CE_OK);
  assert_int_equal(syncs, 2); /* the first installation: four files, then their names */
  syncs = 0;
  assert_int_equal(refresh(repository, fs, NULL), CE_OK);
  assert_int_equal(syncs, 0);
  ce_fake_repository_publish(repository);
  assert_int_equal(refresh(repository, fs, NULL), CE_OK);
  assert_int_equal(syncs, 2);
  syncs = 0;
  repository->roles[CE_FAKE_TIMESTAMP].version++;
  ce_fake_repository_write(repository, CE_FAKE_TIMESTAMP);
  assert_int_equal(refresh(repository, fs, NULL), CE_OK);
  assert_int_equal(syncs, 2);
  syncs = 0;
  for (int i = 0; i < 20; i++) {
    ce_fake_repository_publish_root(repository);
  }
  assert_int_equal(refresh(repository, fs, NULL), CE_OK);
  assert_int_equal(syncs, 2);
  fs->ops = counted;
}

static bool holds(struct ce_fs *fs, const char *role, const struct ce_blob *bytes) {
  const struct ce_trust_store store = {.fs = fs, .directory = DIRECTORY};
  CE_AUTO(ce_blob) struct ce_blob stored = {0};
  struct ce_error err;
  enum ce_code code = ce_trust_store_read(&store, role, CE_TUF_TARGETS_BYTES_MAX, &stored, &err);
  if (!bytes) {
    return code == CE_NOT_FOUND;
  }
  return code == CE_OK && stored.size == bytes->size && memcmp(stored.data, bytes->data, bytes->size) == 0;
}

static const char *const roles[CE_FAKE_ROLE_COUNT] = {"root", "timestamp", "snapshot", "targets"};

struct moment {
  struct ce_blob bytes[CE_FAKE_ROLE_COUNT];
};

static struct moment remember(const struct ce_fake_repository *repository) {
  struct moment moment;
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    moment.bytes[role] = ce_fake_repository_role_bytes(repository, (enum ce_fake_role_name)role);
  }
  return moment;
}

static void forget(struct moment *moment) {
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    ce_blob_clear(&moment->bytes[role]);
  }
}

/* Every file is the old or the new one; gone only where it may be. */
static void check_files(struct ce_disk *disk, const struct moment *old, const struct moment *new,
                        bool may_be_gone, size_t call) {
  struct ce_fs *fs = ce_disk_fs(disk);
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    bool is_good = (old && holds(fs, roles[role], &old->bytes[role])) ||
                   holds(fs, roles[role], &new->bytes[role]) ||
                   ((!old || (may_be_gone && role != CE_FAKE_ROOT)) && holds(fs, roles[role], NULL));
    if (!is_good) {
      fail_msg("stopped at call %zu: %s.json is neither the old nor the new one", call, roles[role]);
    }
  }
}

/* Stops a refresh at every call, with a power loss at that moment, and lets the next run finish. */
static void stop_everywhere(struct ce_fake_repository *repository, struct ce_disk *before,
                            const struct moment *old, const struct ce_blob *anchor, bool may_be_gone) {
  struct moment new = remember(repository);
  for (size_t call = 1;; call++) {
    CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(before);
    ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .of_changes = true});
    if (refresh(repository, ce_disk_fs(disk), anchor) == CE_OK) {
      assert_true(call > 3);
      break;
    }
    for (unsigned seed = 0; seed < SEEDS; seed++) {
      CE_AUTO(ce_disk) struct ce_disk *left = ce_disk_crash(disk, seed);
      check_files(left, old, &new, may_be_gone, call);
      assert_int_equal(refresh(repository, ce_disk_fs(left), anchor), CE_OK);
      check_files(left, NULL, &new, false, call);
      assert_true(holds(ce_disk_fs(left), "root", &new.bytes[CE_FAKE_ROOT]));
    }
  }
  forget(&new);
}

static void survives_a_power_loss_at_the_first_run(void **state) {
  (void)state;
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_role_bytes(repository, CE_FAKE_ROOT);
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
  stop_everywhere(repository, disk, NULL, &anchor, false);
}

static void survives_a_power_loss_at_an_update(void **state) {
  (void)state;
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_role_bytes(repository, CE_FAKE_ROOT);
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
  assert_int_equal(refresh(repository, ce_disk_fs(disk), &anchor), CE_OK);
  ce_disk_settle(disk);
  struct moment old = remember(repository);
  ce_fake_repository_publish_root(repository);
  ce_fake_repository_publish(repository);
  stop_everywhere(repository, disk, &old, NULL, false);
  forget(&old);
}

/* The stored timestamp and snapshot must be gone before the root is there that says so. */
static void survives_a_power_loss_while_online_keys_change(void **state) {
  (void)state;
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_role_bytes(repository, CE_FAKE_ROOT);
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
  ce_fake_repository_add_key(repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(repository);
  repository->roles[CE_FAKE_TIMESTAMP].version = 1000;
  ce_fake_repository_publish(repository);
  assert_int_equal(refresh(repository, ce_disk_fs(disk), &anchor), CE_OK);
  ce_disk_settle(disk);
  struct moment old = remember(repository);
  /* What is stored is still signed by a key of the new root. */
  repository->roles[CE_FAKE_TIMESTAMP].key_count = 1;
  ce_fake_repository_add_key(repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(repository);
  repository->roles[CE_FAKE_TIMESTAMP].version = 1;
  ce_fake_repository_publish(repository);
  stop_everywhere(repository, disk, &old, NULL, true);
  forget(&old);
}

static void removes_what_it_began_when_it_fails(void **state) {
  (void)state;
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_role_bytes(repository, CE_FAKE_ROOT);
  for (size_t call = 1; call < 30; call++) {
    CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
    ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .sys_errno = 5, .of_changes = true});
    if (refresh(repository, ce_disk_fs(disk), &anchor) == CE_OK) {
      continue;
    }
    CE_AUTO(ce_blob) struct ce_blob tree = {0};
    ce_disk_describe(disk, NULL, &tree);
    assert_null(strstr(ce_blob_text(&tree), ".new"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(costs_two_syncs_whatever_is_new),
      cmocka_unit_test(survives_a_power_loss_at_the_first_run),
      cmocka_unit_test(survives_a_power_loss_at_an_update),
      cmocka_unit_test(survives_a_power_loss_while_online_keys_change),
      cmocka_unit_test(removes_what_it_began_when_it_fails),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
