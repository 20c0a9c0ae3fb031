/* SPDX-License-Identifier: Apache-2.0
 * Reading, comparing and renewing of kept cases. */
#include "kept.h"

#include "base/blob.h"
#include "diff.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct keeper {
  const char *directory;
  bool update;
  kept_answer *answer;
  void *context;
  unsigned cases, failed;
};

char *kept_read(const char *path, size_t *ret_size) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error err;
  FILE *from = fopen(path, "re");
  char buffer[4096];
  enum ce_code code = CE_OK;
  for (size_t got; from && code == CE_OK && (got = fread(buffer, 1, sizeof buffer, from)) > 0;) {
    code = ce_blob_append(&bytes, buffer, got, &err);
  }
  if (!from || code != CE_OK || fclose(from) != 0) {
    perror(path);
    exit(1);
  }
  *ret_size = bytes.size;
  return ce_blob_take_text(&bytes);
}

static bool write_text(const char *path, const char *text) {
  FILE *to = fopen(path, "we");
  bool written = to && fputs(text, to) >= 0 && fclose(to) == 0;
  if (!written) {
    perror(path);
  }
  return written;
}

static bool run_case(const struct keeper *keeper, const char *name) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases/%s.json", keeper->directory, name);
  CE_AUTO(ce_free) char *kept = ce_text_format("%s/cases/%s.txt", keeper->directory, name);
  CE_AUTO(ce_free) char *actual = keeper->answer(keeper->context, keeper->directory, path);
  size_t size = 0;
  if (!actual) {
    fprintf(stderr, "FAILED %s: it is not sound\n", name);
    return false;
  }
  if (keeper->update) {
    return write_text(kept, actual);
  }
  CE_AUTO(ce_free) char *expected = kept_read(kept, &size);
  if (strcmp(expected, actual) == 0) {
    return true;
  }
  diff_print(stderr, expected, actual);
  fprintf(stderr, "FAILED %s\n", name);
  return false;
}

static void count_case(struct keeper *keeper, const char *name) {
  keeper->cases++;
  keeper->failed += !run_case(keeper, name);
}

static int is_case(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static void run_all(struct keeper *keeper) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases", keeper->directory);
  struct dirent **entries = NULL;
  int count = scandir(path, &entries, is_case, alphasort);
  for (int i = 0; i < count; i++) {
    entries[i]->d_name[strlen(entries[i]->d_name) - 5] = '\0';
    count_case(keeper, entries[i]->d_name);
    free(entries[i]);
  }
  free(entries);
}

int kept_main(const char *name, int argc, char **argv, kept_answer *answer, void *context) {
  struct keeper keeper = {
      .update = argc > 1 && strcmp(argv[1], "--update") == 0, .answer = answer, .context = context};
  int first = 1 + keeper.update;
  if (argc <= first) {
    fprintf(stderr, "Usage: golden-%s [--update] DIRECTORY [CASE...]\n", name);
    return 2;
  }
  keeper.directory = argv[first];
  for (int i = first + 1; i < argc; i++) {
    count_case(&keeper, argv[i]);
  }
  if (keeper.cases == 0) {
    run_all(&keeper);
  }
  printf("%s: %u cases, %u failed\n", name, keeper.cases, keeper.failed);
  return keeper.failed > 0 || keeper.cases == 0;
}
