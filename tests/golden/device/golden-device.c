/* SPDX-License-Identifier: Apache-2.0
 * golden-device [--update] DIRECTORY [CASE...]: what is told about the keys of each situation in
 * DIRECTORY/cases, with the catalogue DIRECTORY/keys.tbl, must be the text that is kept beside it (--update
 * writes it). */
#include "base/blob.h"
#include "base/json.h"
#include "device/report.h"
#include "diff.h"
#include "situation.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static char *read_file(const char *path, size_t *ret_size) {
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
  *ret_size = text.size;
  return ce_blob_take_text(&text);
}

/* What holds for every report, whatever it says. */
static bool is_sound(const struct ce_key_report *report) {
  bool sound = report->count > 0 && report->overall < report->count;
  for (size_t i = 0; sound && i < report->count; i++) {
    const struct ce_key_found *found = &report->found[i];
    const char *place = strstr(ce_key_reason_sentence(found->reason), "%s");
    sound = (place != NULL) == (ce_key_found_subject(found, false)[0] != '\0') &&
            ce_key_found_same(found, found) && ce_key_reason_action(found->reason)[0];
  }
  return sound;
}

static char *report_text(const struct situation *situation) {
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error err;
  if (ce_key_match(&situation->request, &report, &err) != CE_OK) {
    abort();
  }
  CE_AUTO(ce_json) json_t *json = ce_key_report_json(&report);
  if (!json || ce_json_write(json, true, &text, &err) != CE_OK ||
      ce_blob_append(&text, "\n", 1, &err) != CE_OK) {
    abort();
  }
  return is_sound(&report) ? ce_blob_take_text(&text) : NULL;
}

static bool write_text(const char *path, const char *text) {
  FILE *to = fopen(path, "we");
  if (!to) {
    perror(path);
    return false;
  }
  fputs(text, to);
  return fclose(to) == 0;
}

static bool run_case(const char *directory, const char *name, const struct ce_key_catalogue *catalogue,
                     bool update) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases/%s.json", directory, name);
  CE_AUTO(ce_free) char *kept = ce_text_format("%s/cases/%s.txt", directory, name);
  CE_AUTO(situation) struct situation *situation = situation_load(path, catalogue);
  CE_AUTO(ce_free) char *actual = report_text(situation);
  if (!actual) {
    fprintf(stderr, "FAILED %s: the report is not sound\n", name);
    return false;
  }
  if (update) {
    return write_text(kept, actual);
  }
  size_t size = 0;
  CE_AUTO(ce_free) char *expected = read_file(kept, &size);
  if (strcmp(expected, actual) == 0) {
    return true;
  }
  diff_print(stderr, expected, actual);
  fprintf(stderr, "FAILED %s\n", name);
  return false;
}

static int is_case(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static struct ce_key_catalogue *read_catalogue(const char *directory) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/keys.tbl", directory);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err;
  size_t size = 0;
  CE_AUTO(ce_free) char *text = read_file(path, &size);
  if (ce_key_catalogue_parse(text, size, &catalogue, &err) != CE_OK) {
    fprintf(stderr, "%s: %s\n", path, err.detail);
    exit(1);
  }
  return catalogue;
}

static unsigned run_all(const char *directory, const struct ce_key_catalogue *catalogue, bool update,
                        unsigned *ret_failed) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases", directory);
  struct dirent **entries = NULL;
  int count = scandir(path, &entries, is_case, alphasort);
  for (int i = 0; i < count; i++) {
    entries[i]->d_name[strlen(entries[i]->d_name) - 5] = '\0';
    *ret_failed += !run_case(directory, entries[i]->d_name, catalogue, update);
    free(entries[i]);
  }
  free(entries);
  return count > 0 ? (unsigned)count : 0;
}

int main(int argc, char **argv) {
  bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
  if (argc < 2 + update) {
    fprintf(stderr, "Usage: golden-device [--update] DIRECTORY [CASE...]\n");
    return 2;
  }
  const char *directory = argv[1 + update];
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = read_catalogue(directory);
  unsigned failed = 0;
  unsigned cases = 0;
  for (int i = 2 + update; i < argc; i++, cases++) {
    failed += !run_case(directory, argv[i], catalogue, update);
  }
  if (cases == 0) {
    cases = run_all(directory, catalogue, update, &failed);
  }
  printf("device: %u cases, %u failed\n", cases, failed);
  return failed > 0 || cases == 0;
}
