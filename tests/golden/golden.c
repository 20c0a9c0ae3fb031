/* SPDX-License-Identifier: Apache-2.0
 * golden PART DIRECTORY [CASE...]: runs one part of the planner's tests over the cases in DIRECTORY/cases.
 *
 * cases: the outcome is the text that is kept beside the case (--update writes it); properties, accidents,
 * scarcity: see property.h, accident.h, scarcity.h. */
#include "accident.h"
#include "base/blob.h"
#include "case.h"
#include "diff.h"
#include "model/strings.h"
#include "outcome.h"
#include "property.h"
#include "scarcity.h"

#include <stdio.h>
#include <string.h>

#define ACCIDENTS_A_CASE 20

struct tally {
  unsigned cases, failed, points;
};

typedef bool run_part(const char *directory, const struct golden_case *golden, struct tally *tally);

static char *read_text(const char *path) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error err;
  FILE *from = fopen(path, "re");
  char buffer[4096];
  for (size_t got; from && (got = fread(buffer, 1, sizeof buffer, from)) > 0;) {
    if (ce_blob_append(&text, buffer, got, &err) != CE_OK) {
      abort();
    }
  }
  if (from) {
    fclose(from);
  }
  return ce_blob_take_text(&text);
}

static char *plan_text(const struct golden_case *golden) {
  CE_AUTO(ce_plan) struct ce_plan *plan = NULL;
  struct ce_error err;
  if (ce_plan_make(&golden->request, golden->facts, &plan, &err) != CE_OK) {
    abort();
  }
  return outcome_text(golden, plan);
}

static bool check_case(const char *directory, const struct golden_case *golden, struct tally *tally) {
  (void)tally;
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases/%s.txt", directory, golden->name);
  CE_AUTO(ce_free) char *expected = read_text(path);
  CE_AUTO(ce_free) char *actual = plan_text(golden);
  if (strcmp(expected, actual) == 0) {
    return true;
  }
  diff_print(stderr, expected, actual);
  return false;
}

static bool update_case(const char *directory, const struct golden_case *golden, struct tally *tally) {
  (void)tally;
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases/%s.txt", directory, golden->name);
  CE_AUTO(ce_free) char *text = plan_text(golden);
  FILE *to = fopen(path, "we");
  if (!to) {
    perror(path);
    return false;
  }
  fputs(text, to);
  return fclose(to) == 0;
}

static bool check_properties(const char *directory, const struct golden_case *golden, struct tally *tally) {
  (void)directory;
  tally->points++;
  return property_check(&golden->request, golden->facts);
}

static bool check_accidents(const char *directory, const struct golden_case *golden, struct tally *tally) {
  (void)directory;
  return accident_check(golden, ACCIDENTS_A_CASE, &tally->points);
}

static bool check_scarcity(const char *directory, const struct golden_case *golden, struct tally *tally) {
  (void)directory;
  return scarcity_check(golden, &tally->points);
}

static const struct {
  const char *name;
  run_part *run;
} parts[] = {{"cases", check_case},
             {"--update", update_case},
             {"properties", check_properties},
             {"accidents", check_accidents},
             {"scarcity", check_scarcity}};

static run_part *find_part(const char *name) {
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (strcmp(parts[i].name, name) == 0) {
      return parts[i].run;
    }
  }
  return NULL;
}

static void run_case(run_part *run, const char *directory, const char *name, struct tally *tally) {
  CE_AUTO(golden_case) struct golden_case *golden = golden_case_load(directory, name);
  tally->cases++;
  if (!run(directory, golden, tally)) {
    fprintf(stderr, "FAILED %s\n", name);
    tally->failed++;
  }
}

int main(int argc, char **argv) {
  run_part *run = argc >= 3 ? find_part(argv[1]) : NULL;
  if (!run) {
    fprintf(stderr, "Usage: golden cases|properties|accidents|scarcity|--update DIRECTORY [CASE...]\n");
    return 2;
  }
  CE_AUTO(ce_strings) char **all = golden_case_names(argv[2]);
  struct tally tally = {0};
  for (char **name = argc > 3 ? argv + 3 : all; *name; name++) {
    run_case(run, argv[2], *name, &tally);
  }
  printf("%s: %u cases, %u failed", argv[1], tally.cases, tally.failed);
  if (tally.points > 0) {
    printf(", %u points", tally.points);
  }
  printf("\n");
  return tally.failed > 0 || tally.cases == 0;
}
