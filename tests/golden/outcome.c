/* SPDX-License-Identifier: Apache-2.0
 * Outcomes as text. */
#include "outcome.h"

#include "model/receipt-path.h"
#include "plan/describe.h"

#include <stdio.h>
#include <string.h>

static void write_content(FILE *to, const struct golden_case *golden, uint32_t mode,
                          const struct ce_digest *sha256) {
  fprintf(to, " %04o \"%s\"", mode, content_text(&golden->book, sha256));
}

static void write_prior(FILE *to, const struct golden_case *golden, const struct ce_receipt_path *path) {
  const struct ce_path_state *prior = &path->prior;
  if (prior->type == CE_PATH_LINK) {
    fprintf(to, ", before: -> %s", prior->link_target);
  } else {
    fprintf(to, ", before:");
    write_content(to, golden, prior->mode, &prior->sha256);
    fprintf(to, " %u:%u", prior->uid, prior->gid);
  }
  if (path->backup) {
    fprintf(to, " kept as %s", path->backup);
  }
}

static void write_path(FILE *to, const struct golden_case *golden, const struct ce_receipt_path *path) {
  fprintf(to, "  %s /%s", ce_origin_name(path->origin), path->path);
  if (path->type == CE_PATH_DIRECTORY) {
    fprintf(to, "/ %04o", path->mode);
  } else if (path->type == CE_PATH_LINK) {
    fprintf(to, " -> %s", path->link_target);
  } else {
    write_content(to, golden, path->mode, &path->sha256);
  }
  if (path->origin == CE_ORIGIN_REPLACED) {
    write_prior(to, golden, path);
  }
  fprintf(to, "\n");
}

static void write_receipt(FILE *to, const struct golden_case *golden, const struct ce_plan *plan) {
  const struct ce_receipt *after = plan->after;
  if (plan->conflict_count > 0) {
    return;
  }
  if (!ce_plan_commits(plan)) {
    fprintf(to, "receipt: as it was\n");
    return;
  }
  fprintf(to, "receipt: %s%s, package \"%s\"\n", after->installed ? "installed " : "not installed",
          after->manifest ? after->manifest->version : "",
          after->installed ? content_text(&golden->book, &after->package_sha256) : "");
  for (size_t i = 0; i < after->path_count; i++) {
    write_path(to, golden, &after->paths[i]);
  }
  for (char **saved = after->saved; saved && *saved; saved++) {
    fprintf(to, "  saved /%s\n", *saved);
  }
}

char *outcome_text(const struct golden_case *golden, const struct ce_plan *plan) {
  char *text = NULL;
  size_t size = 0;
  CE_AUTO(ce_blob) struct ce_blob described = {0};
  struct ce_error err;
  if (ce_plan_describe(plan, &described, &err) != CE_OK) {
    abort();
  }
  FILE *to = open_memstream(&text, &size);
  fputs(ce_blob_text(&described), to);
  fprintf(to, "%s%llu bytes to stage\n", plan->needs_package ? "needs the package, " : "",
          (unsigned long long)plan->bytes_needed);
  write_receipt(to, golden, plan);
  fclose(to);
  return text;
}
