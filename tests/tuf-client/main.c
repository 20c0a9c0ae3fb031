/* SPDX-License-Identifier: Apache-2.0
 * A TUF client over the installer's own library, with the command line that conformance suites drive:
 *
 *   tuf-client --metadata-dir DIR init ROOT_JSON
 *   tuf-client --metadata-dir DIR --metadata-url URL refresh
 *   tuf-client --metadata-dir DIR --metadata-url URL --target-name PATH [--target-name PATH ...]
 *              --target-base-url URL --target-dir DIR download
 *
 * Exit status 0, or 1 with one sentence on standard error. Trusted metadata is kept in DIR as root.json and
 * so on. It asks for nothing that the specification's workflow does not ask for, and tries each request once.
 */
#include "download.h"
#include "route.h"

#include "trust/store.h"
#include "trust/trusted-set.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAMES_MAX 1024
#define STORE     "" /* the metadata directory itself */

struct arguments {
  const char *metadata_dir, *metadata_url, *target_base_url, *target_dir;
  const char *target_names[NAMES_MAX];
  size_t target_count;
  char **words; /* the command and what follows it */
  int word_count;
};

static enum ce_code open_directory(const char *path, struct ce_fs **ret, struct ce_error *err) {
  if (mkdir(path, 0755) != 0 && errno != EEXIST) {
    return ce_fail_sys(err, errno, "make directory", path);
  }
  return ce_fs_open_root(path, ret, err);
}

static enum ce_code read_file(const char *path, struct ce_blob *blob, struct ce_error *err) {
  FILE *file = fopen(path, "re");
  char buffer[4096];
  enum ce_code code = file ? CE_OK : ce_fail_sys(err, errno, "open", path);
  size_t got = 1;
  while (code == CE_OK && got > 0 && blob->size <= CE_TUF_ROOT_BYTES_MAX) {
    got = fread(buffer, 1, sizeof buffer, file);
    code = ferror(file) ? ce_fail_sys(err, errno, "read", path) : ce_blob_append(blob, buffer, got, err);
  }
  if (file) {
    fclose(file);
  }
  return code;
}

static enum ce_code init(const struct arguments *arguments, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob root = {0};
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  enum ce_code code = read_file(arguments->words[1], &root, err);
  if (code == CE_OK) {
    code = ce_trusted_set_new(root.data, root.size, &set, err);
  }
  if (code == CE_OK) {
    code = open_directory(arguments->metadata_dir, &fs, err);
  }
  if (code != CE_OK) {
    return code;
  }
  const struct ce_trust_store store = {.fs = fs, .directory = STORE};
  const struct ce_trust_store_item item = {"root", &root};
  return ce_trust_store_keep(&store, &item, 1, err);
}

/* A refresh, and what follows it. */
struct session {
  const struct arguments *arguments;
  struct ce_refresh_options options;
  struct ce_fs *fs;
  struct ce_fetch *source;
  struct ce_trusted_set *set;
};

static void clear_session(struct session *session) {
  ce_trusted_set_free(session->set);
  ce_fetch_free(session->source);
  ce_fs_free(session->fs);
}
CE_DEFINE_AUTO_IN_PLACE(session, struct session, clear_session);

static enum ce_code download_all(struct session *session, struct ce_error *err) {
  const struct arguments *arguments = session->arguments;
  CE_AUTO(ce_fs) struct ce_fs *directory = NULL;
  enum ce_code code = open_directory(arguments->target_dir, &directory, err);
  for (size_t i = 0; i < arguments->target_count && code == CE_OK; i++) {
    const struct ce_target *target = NULL;
    code = ce_trust_find(session->source, session->fs, STORE, &session->options, session->set,
                         arguments->target_names[i], &target, err);
    if (code == CE_OK) {
      code = download_target(session->source, session->set, target, directory, err);
    }
  }
  return code;
}

static enum ce_code update(const struct arguments *arguments, bool downloads, struct ce_error *err) {
  const struct ce_clock *clock = ce_clock_system();
  const struct ce_http_settings settings = {.clock = clock, .tries = 1};
  CE_AUTO(session)
  struct session session = {
      .arguments = arguments,
      .options = {.now_s = clock->now_s(clock->context), .keeps_to_workflow = true},
  };
  enum ce_code code = open_directory(arguments->metadata_dir, &session.fs, err);
  if (code == CE_OK) {
    code = route_open(arguments->metadata_url, arguments->target_base_url, &settings, &session.source, err);
  }
  if (code == CE_OK) {
    code = ce_trust_refresh(session.source, session.fs, STORE, NULL, &session.options, &session.set, err);
  }
  return code == CE_OK && downloads ? download_all(&session, err) : code;
}

static bool read_options(int argc, char **argv, struct arguments *ret) {
  static const struct option options[] = {
      {"metadata-dir", required_argument, NULL, 'm'},    {"metadata-url", required_argument, NULL, 'u'},
      {"target-base-url", required_argument, NULL, 'b'}, {"target-dir", required_argument, NULL, 'd'},
      {"target-name", required_argument, NULL, 'n'},     {0},
  };
  int option = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    const char **place = option == 'm'   ? &ret->metadata_dir
                         : option == 'u' ? &ret->metadata_url
                         : option == 'b' ? &ret->target_base_url
                         : option == 'd' ? &ret->target_dir
                         : option == 'n' && ret->target_count < NAMES_MAX
                             ? &ret->target_names[ret->target_count++]
                             : NULL;
    if (!place) {
      return false;
    }
    *place = optarg;
  }
  ret->words = argv + optind;
  ret->word_count = argc - optind;
  return ret->word_count > 0 && ret->metadata_dir;
}

static enum ce_code run(const struct arguments *arguments, struct ce_error *err) {
  const char *command = arguments->words[0];
  if (strcmp(command, "init") == 0 && arguments->word_count == 2) {
    return init(arguments, err);
  }
  if (strcmp(command, "refresh") == 0 && arguments->word_count == 1 && arguments->metadata_url) {
    return update(arguments, false, err);
  }
  if (strcmp(command, "download") == 0 && arguments->word_count == 1 && arguments->metadata_url &&
      arguments->target_base_url && arguments->target_dir && arguments->target_count > 0) {
    return update(arguments, true, err);
  }
  return ce_fail(err, CE_USAGE, "parse", command,
                 "the command is unknown, or something that it needs is missing");
}

int main(int argc, char **argv) {
  struct arguments arguments = {0};
  struct ce_error err = {0};
  if (!read_options(argc, argv, &arguments)) {
    fputs("usage: tuf-client --metadata-dir DIR [--metadata-url URL] [--target-name PATH]... "
          "[--target-base-url URL] [--target-dir DIR] init ROOT_JSON | refresh | download\n",
          stderr);
    return 1;
  }
  if (run(&arguments, &err) != CE_OK) {
    fprintf(stderr, "tuf-client: %s %s: %s (%s)\n", err.op, err.subject, err.detail, ce_code_id(err.code));
    return 1;
  }
  return 0;
}
