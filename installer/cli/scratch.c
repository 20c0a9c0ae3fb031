/* SPDX-License-Identifier: Apache-2.0
 * Making and removing of scratch roots. */
#include "cli/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What a run makes below its root, all of which a dry run takes away again by itself unless it is
 * interrupted. */
static const char *const tops[] = {"var", "opt", "etc", "usr"};

enum ce_code ce_scratch_open(struct ce_scratch *ret, struct ce_error *err) {
  static const char *const variables[] = {"XDG_RUNTIME_DIR", "TMPDIR"};
  const char *places[] = {getenv(variables[0]), getenv(variables[1]), "/tmp"};
  CE_AUTO(ce_scratch) struct ce_scratch scratch = {0};
  int failed = ENOENT;
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    if (places[i] && places[i][0] == '/') {
      snprintf(scratch.directory, sizeof scratch.directory, "%s/certenv-plan-XXXXXX", places[i]);
      if (mkdtemp(scratch.directory)) {
        enum ce_code code = ce_fs_open_root(scratch.directory, &scratch.fs, err);
        if (code == CE_OK) {
          *ret = scratch;
          scratch = (struct ce_scratch){0};
        }
        return code;
      }
      failed = errno;
      scratch.directory[0] = '\0';
    }
  }
  return ce_fail_sys(err, failed, "make directory", "/tmp");
}

void ce_scratch_clear(struct ce_scratch *scratch) {
  struct ce_error ignored;
  for (size_t i = 0; scratch->fs && i < sizeof tops / sizeof tops[0]; i++) {
    enum ce_code removed = ce_fs_remove_tree(scratch->fs, tops[i], &ignored);
    (void)removed;
  }
  ce_fs_free(scratch->fs);
  if (scratch->directory[0]) {
    rmdir(scratch->directory);
  }
  *scratch = (struct ce_scratch){0};
}
