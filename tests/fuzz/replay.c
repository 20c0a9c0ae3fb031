/* SPDX-License-Identifier: Apache-2.0
 * Runs a fuzz target over every file of a directory: the corpus as a regression test, with any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return -1;
  }
  uint8_t *bytes = NULL;
  size_t size = 0;
  for (;;) {
    uint8_t *grown = realloc(bytes, size + 65536);
    if (!grown) {
      abort();
    }
    bytes = grown;
    size_t got = fread(bytes + size, 1, 65536, file);
    if (got == 0) {
      break;
    }
    size += got;
  }
  fclose(file);
  /* A buffer of exactly that size, so that a read past the end is seen. */
  uint8_t *exact = malloc(size ? size : 1);
  if (!exact) {
    abort();
  }
  for (size_t i = 0; i < size; i++) {
    exact[i] = bytes[i];
  }
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
  free(bytes);
  return 0;
}

int main(int argc, char **argv) {
  int replayed = 0;
  for (int i = 1; i < argc; i++) {
    DIR *directory = opendir(argv[i]);
    if (!directory) {
      perror(argv[i]);
      return 1;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
      if (entry->d_name[0] == '.') {
        continue;
      }
      char path[4096];
      snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
      if (replay_file(path) != 0) {
        return 1;
      }
      replayed++;
    }
    closedir(directory);
  }
  printf("%d inputs replayed\n", replayed);
  return replayed > 0 ? 0 : 1;
}
