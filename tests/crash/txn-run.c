/* SPDX-License-Identifier: Apache-2.0
 * Transactions on a real directory, one command a run, for tests that kill them.
 *
 *   txn-run ROOT machine | edit | damage | stray | state     prepare the tree as the crash tests do
 *   txn-run ROOT VERB TXID [VERSION]                         install, repair, uninstall, purge
 *   txn-run ROOT recover                                     recover, then print the tree
 *   txn-run ROOT describe                                    print the tree
 *
 * The state directory and its locks are not printed; everything in it is. */
#include "fixture.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "txn/lock.h"

#include <stdio.h>
#include <string.h>

static void describe_link(struct ce_fs *fs, const char *path, const struct ce_fs_stat *stat) {
  struct ce_error err;
  CE_AUTO(ce_free) char *text = NULL;
  fixture_check(ce_fs_read_link(fs, path, &text, &err), &err);
  printf("%s link %u:%u %s\n", path, stat->uid, stat->gid, text);
}

static void describe_file(struct ce_fs *fs, const char *path, const struct ce_fs_stat *stat) {
  struct ce_error err;
  struct ce_digest sha256;
  char digest[CE_DIGEST_HEX_SIZE];
  fixture_check(ce_fs_document_digest(fs, path, &sha256, NULL, &err), &err);
  ce_digest_to_hex(&sha256, digest);
  printf("%s file %04o %u:%u %s\n", path, stat->mode, stat->uid, stat->gid, digest);
}

static void describe(struct ce_fs *fs, const char *directory) {
  struct ce_error err;
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  fixture_check(ce_fs_list(fs, directory, &names, &err), &err);
  for (size_t i = 0; i < names.count; i++) {
    CE_AUTO(ce_free) char *path = ce_relpath_join(directory, names.items[i]);
    struct ce_fs_stat stat;
    fixture_check(ce_fs_inspect(fs, path, &stat, &err), &err);
    if (stat.type == CE_FS_LINK) {
      describe_link(fs, path, &stat);
    } else if (stat.type == CE_FS_DIRECTORY) {
      if (strcmp(path, CE_STATE) != 0) {
        printf("%s directory %04o %u:%u\n", path, stat.mode, stat.uid, stat.gid);
      }
      describe(fs, path);
    } else if (strcmp(path, CE_LOCK) != 0 && strcmp(path, CE_BUSY) != 0) {
      describe_file(fs, path, &stat);
    }
  }
}

static void recover(struct ce_fs *fs, struct ce_lock **ret_lock) {
  static const char *const said[] = {"nothing to recover", "finished", "reverted"};
  struct ce_error err;
  struct ce_txn txn = {.fs = fs};
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  fixture_check(ce_lock_take(fs, ce_clock_system(), 0, NULL, ret_lock, &err), &err);
  fixture_check(ce_txn_recover(&txn, &recovery, &err), &err);
  fprintf(stderr, "%s\n", said[recovery]);
}

static void carry_out(struct ce_fs *fs, const char *verb_name, const char *txid, const char *version) {
  struct ce_error err;
  bool purge = strcmp(verb_name, "purge") == 0;
  enum ce_verb verb = purge ? CE_VERB_UNINSTALL : ce_verb_by_name(verb_name);
  struct ce_txn txn = {.fs = fs};
  CE_AUTO(ce_lock) struct ce_lock *lock = NULL;
  CE_AUTO(ce_fake_package) struct ce_fake_package package = {0};
  if (version) {
    fixture_package(version, &package);
  }
  recover(fs, &lock);
  CE_AUTO(ce_plan) struct ce_plan *plan = fixture_plan(fs, verb, purge, txid, version ? &package : NULL);
  CE_AUTO(ce_package) struct ce_package *opened = version ? ce_fake_package_open(&package) : NULL;
  fixture_check(ce_txn_apply(&txn, plan, opened, &err), &err);
  fixture_check(ce_txn_finish(&txn, plan, &err), &err);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*prepare)(struct ce_fs *fs);
  } preparations[] = {
      {"machine", fixture_machine}, {"edit", fixture_edit},   {"damage", fixture_damage},
      {"stray", fixture_stray},     {"state", fixture_state},
  };
  struct ce_error err;
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  if (argc < 3) {
    fputs("usage: txn-run ROOT COMMAND [TXID [VERSION]]\n", stderr);
    return 2;
  }
  fixture_check(ce_fs_open_root(argv[1], &fs, &err), &err);
  for (size_t i = 0; i < sizeof preparations / sizeof preparations[0]; i++) {
    if (strcmp(argv[2], preparations[i].name) == 0) {
      preparations[i].prepare(fs);
      return 0;
    }
  }
  if (strcmp(argv[2], "recover") == 0) {
    CE_AUTO(ce_lock) struct ce_lock *lock = NULL;
    recover(fs, &lock);
    describe(fs, "");
  } else if (strcmp(argv[2], "describe") == 0) {
    describe(fs, "");
  } else {
    carry_out(fs, argv[2], argc > 3 ? argv[3] : "", argc > 4 ? argv[4] : NULL);
  }
  return 0;
}
