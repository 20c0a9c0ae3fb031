/* SPDX-License-Identifier: Apache-2.0
 * golden-guard [--update] DIRECTORY [CASE...]: what is found on each machine in DIRECTORY/cases must be the
 * text that is kept beside it (--update writes it). */
#include "base/blob.h"
#include "base/json.h"
#include "diff.h"
#include "guard/look.h"
#include "machine.h"
#include "temp-tree.h"

#include <dirent.h>

static void read_file(const char *path, struct ce_blob *ret) {
  struct ce_error err;
  FILE *from = fopen(path, "re");
  char buffer[4096];
  for (size_t got; from && (got = fread(buffer, 1, sizeof buffer, from)) > 0;) {
    temp_require(ce_blob_append(ret, buffer, got, &err) == CE_OK, path);
  }
  if (from) {
    fclose(from);
  }
}

/* What holds for every list, whatever it says. */
static bool is_sound(const struct ce_finding_list *list) {
  bool sound = true;
  for (size_t i = 0; sound && i < list->count; i++) {
    const struct ce_finding *finding = &list->items[i];
    bool in_order = i == 0 || list->items[i - 1].level >= finding->level;
    bool unsure = finding->confidence == CE_CONFIDENCE_LOW && finding->level > CE_FINDING_ADVICE;
    sound = in_order && !unsure && finding->evidence[0] && finding->sentence[0] && finding->name_zh[0] &&
            (finding->level == CE_FINDING_ADVICE ? !finding->fix : finding->remedy != NULL);
  }
  return sound;
}

static void describe(const struct ce_finding_list *list, struct ce_blob *ret) {
  struct ce_error err;
  enum ce_code code = ce_blob_printf(ret, &err, "%s", list->count == 0 ? "nothing\n" : "");
  for (size_t i = 0; i < list->count && code == CE_OK; i++) {
    const struct ce_finding *finding = &list->items[i];
    code = ce_blob_printf(ret, &err, "%s %s, %s confidence: ", finding->id,
                          ce_finding_level_name(finding->level), ce_confidence_name(finding->confidence));
    const char *place = strstr(finding->sentence, "%s");
    if (code == CE_OK && place) {
      code = ce_blob_printf(ret, &err, "%.*s%s%s\n", (int)(place - finding->sentence), finding->sentence,
                            finding->name_en, place + 2);
    } else if (code == CE_OK) {
      code = ce_blob_printf(ret, &err, "%s\n", finding->sentence);
    }
    if (code == CE_OK) {
      code = ce_blob_printf(ret, &err, "  %s\n", finding->evidence);
    }
  }
  temp_require(code == CE_OK, "describe");
}

static bool look(const char *directory, const json_t *machine, struct ce_blob *ret) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  struct ce_error err;
  const char *program = json_string_value(json_object_get(machine, "program"));
  temp_require(ce_fs_open_root(directory, &fs, &err) == CE_OK, directory);
  const struct ce_guard_place place = {.fs = fs, .program = program};
  temp_require(ce_guard_look(&place, &list, &err) == CE_OK, "look");
  describe(&list, ret);
  return is_sound(&list);
}

static bool run_case(const char *directory, const char *name, bool update) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases/%s.json", directory, name);
  CE_AUTO(ce_free) char *kept = ce_text_format("%s/cases/%s.txt", directory, name);
  CE_AUTO(ce_blob) struct ce_blob actual = {0};
  CE_AUTO(ce_blob) struct ce_blob expected = {0};
  json_error_t malformed;
  CE_AUTO(ce_json) json_t *machine = json_load_file(path, JSON_REJECT_DUPLICATES, &malformed);
  if (!machine) {
    fprintf(stderr, "%s:%d: %s\n", path, malformed.line, malformed.text);
    return false;
  }
  char *tree = temp_make();
  machine_make(tree, machine);
  bool sound = look(tree, machine, &actual);
  temp_remove(tree);
  if (!sound) {
    fprintf(stderr, "FAILED %s: the list is not sound:\n%s", name, ce_blob_text(&actual));
    return false;
  }
  if (update) {
    FILE *to = fopen(kept, "we");
    temp_require(to && fputs(ce_blob_text(&actual), to) >= 0 && fclose(to) == 0, kept);
    return true;
  }
  read_file(kept, &expected);
  if (strcmp(ce_blob_text(&expected), ce_blob_text(&actual)) == 0) {
    return true;
  }
  diff_print(stderr, ce_blob_text(&expected), ce_blob_text(&actual));
  fprintf(stderr, "FAILED %s\n", name);
  return false;
}

static int is_case(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static unsigned run_all(const char *directory, bool update, unsigned *ret_failed) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases", directory);
  struct dirent **entries = NULL;
  int count = scandir(path, &entries, is_case, alphasort);
  for (int i = 0; i < count; i++) {
    entries[i]->d_name[strlen(entries[i]->d_name) - 5] = '\0';
    *ret_failed += !run_case(directory, entries[i]->d_name, update);
    free(entries[i]);
  }
  free(entries);
  return count > 0 ? (unsigned)count : 0;
}

int main(int argc, char **argv) {
  bool update = argc > 1 && strcmp(argv[1], "--update") == 0;
  if (argc < 2 + update) {
    fprintf(stderr, "Usage: golden-guard [--update] DIRECTORY [CASE...]\n");
    return 2;
  }
  const char *directory = argv[1 + update];
  unsigned failed = 0;
  unsigned cases = 0;
  for (int i = 2 + update; i < argc; i++, cases++) {
    failed += !run_case(directory, argv[i], update);
  }
  if (cases == 0) {
    cases = run_all(directory, update, &failed);
  }
  printf("guard: %u cases, %u failed\n", cases, failed);
  return failed > 0 || cases == 0;
}
