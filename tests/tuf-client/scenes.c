/* SPDX-License-Identifier: Apache-2.0
 * Writes repositories for the flow test of tuf-client: tuf-scenes DIR makes DIR/<scene>/{metadata,targets}.
 * Files are named as they are asked for, with percent signs. Scenes of one repository at several moments
 * share keys: "news-1" and "news-2"; "rotated-1" and "rotated-2". */
#include "fakes/tuf-repository.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void check(bool good, const char *what) {
  if (!good) {
    perror(what);
    exit(1);
  }
}

static void make_parents(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    check(mkdir(path, 0755) == 0 || errno == EEXIST, path);
    *slash = '/';
  }
}

/* Writes the repository as it is now, with every version that it ever had. */
static void save(const struct ce_fake_repository *repository, const char *directory, const char *scene) {
  const char *path;
  json_t *file;
  json_object_foreach(repository->files, path, file) {
    CE_AUTO(ce_free) char *place = ce_text_format("%s/%s/%s", directory, scene, path);
    CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_bytes(repository, path);
    make_parents(place);
    FILE *out = fopen(place, "we");
    check(out && fwrite(bytes.data, 1, bytes.size, out) == bytes.size && fclose(out) == 0, place);
  }
}

static struct ce_fake_repository *begin(void) {
  struct ce_fake_repository *repository = ce_fake_repository_new();
  ce_fake_repository_add_target(repository, "dir/file.txt", "one", 3);
  return repository;
}

static void give(struct ce_fake_repository *repository, const char *role, const char *path) {
  ce_fake_repository_add_delegated_target(repository, role, path, "delegated", strlen("delegated"));
}

static void make_news(const char *directory) {
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = begin();
  ce_fake_repository_publish(repository);
  save(repository, directory, "news-1");
  ce_fake_repository_add_target(repository, "dir/file.txt", "two!", 4);
  ce_fake_repository_publish(repository);
  save(repository, directory, "news-2");
}

static void delegate_all_kinds(struct ce_fake_repository *repository) {
  ce_fake_repository_delegate(repository, "targets", "team", json_pack("{s:[s]}", "paths", "team/*"));
  ce_fake_repository_delegate(repository, "team", "member", json_pack("{s:[s]}", "paths", "team/[a-f]*"));
  /* SHA-256 of "abc" begins with ba78. */
  ce_fake_repository_delegate(repository, "targets", "hashed",
                              json_pack("{s:[s,s]}", "path_hash_prefixes", "00", "ba7"));
  give(repository, "member", "team/file");
  give(repository, "member", "team/x");
  give(repository, "hashed", "abc");
}

static void make_delegations(const char *directory, bool consistent, const char *scene) {
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = begin();
  repository->consistent_snapshot = consistent;
  repository->states_hashes = consistent;
  ce_fake_repository_publish_root(repository);
  ce_fake_repository_add_target(repository, "dir/file.txt", "one", 3);
  delegate_all_kinds(repository);
  ce_fake_repository_publish(repository);
  save(repository, directory, scene);
}

static void make_bins(const char *directory) {
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = begin();
  ce_fake_repository_delegate_succinct(repository, "targets", 5, "bin");
  give(repository, "bin-17", "abc");
  ce_fake_repository_publish(repository);
  save(repository, directory, "bins");
}

static void make_odd_names(const char *directory) {
  static const char *const names[] = {"?", "#", "/delegatedrole", "../delegatedrole", ".", "a b"};
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = begin();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    ce_fake_repository_delegate(repository, "targets", names[i], NULL);
  }
  give(repository, "a b", "last");
  ce_fake_repository_publish(repository);
  save(repository, directory, "odd");
}

/* An attacker had the online keys and set versions far ahead; then they were replaced. */
static void make_rotation(const char *directory) {
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = begin();
  for (int role = CE_FAKE_TIMESTAMP; role <= CE_FAKE_TARGETS; role++) {
    repository->roles[role].version = 1000;
  }
  ce_fake_repository_publish(repository);
  save(repository, directory, "rotated-1");
  ce_fake_repository_rotate(repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_rotate(repository, CE_FAKE_SNAPSHOT);
  ce_fake_repository_rotate(repository, CE_FAKE_ROOT);
  ce_fake_repository_publish_root(repository);
  for (int role = CE_FAKE_TIMESTAMP; role <= CE_FAKE_TARGETS; role++) {
    repository->roles[role].version = 1;
  }
  ce_fake_repository_publish(repository);
  save(repository, directory, "rotated-2");
}

/* "C" is signed for "A" only. */
static void make_two_delegators(const char *directory) {
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *repository = begin();
  ce_fake_repository_delegate(repository, "targets", "A", json_pack("{s:[s]}", "paths", "a/*"));
  ce_fake_repository_delegate(repository, "targets", "B", json_pack("{s:[s]}", "paths", "b/*"));
  struct ce_fake_delegated *c =
      ce_fake_repository_delegate(repository, "A", "C", json_pack("{s:[s]}", "paths", "*/*"));
  struct ce_fake_key *key = c->role.keys[0];
  c->role.keys[0] = ce_fake_repository_new_key(repository, "ecdsa-sha2-nistp256");
  ce_fake_repository_delegate(repository, "B", "C", json_pack("{s:[s]}", "paths", "*/*"));
  c->role.keys[0] = key;
  give(repository, "C", "a/x");
  give(repository, "C", "b/x");
  ce_fake_repository_publish(repository);
  save(repository, directory, "two-delegators");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fputs("usage: tuf-scenes DIR\n", stderr);
    return 2;
  }
  make_news(argv[1]);
  make_delegations(argv[1], true, "delegations");
  make_delegations(argv[1], false, "plain");
  make_bins(argv[1]);
  make_odd_names(argv[1]);
  make_rotation(argv[1]);
  make_two_delegators(argv[1]);
  return 0;
}
