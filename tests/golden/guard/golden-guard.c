/* SPDX-License-Identifier: Apache-2.0
 * golden-guard [--update] DIRECTORY [CASE...]: what is found on each machine in DIRECTORY/cases must be the
 * text that is kept beside it (--update writes it). */
#include "base/blob.h"
#include "base/json.h"
#include "guard/look.h"
#include "kept.h"
#include "machine.h"
#include "temp-tree.h"

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

static char *answer(void *context, const char *directory, const char *path) {
  CE_AUTO(ce_blob) struct ce_blob actual = {0};
  json_error_t malformed;
  (void)context;
  (void)directory;
  CE_AUTO(ce_json) json_t *machine = json_load_file(path, JSON_REJECT_DUPLICATES, &malformed);
  if (!machine) {
    fprintf(stderr, "%s:%d: %s\n", path, malformed.line, malformed.text);
    return NULL;
  }
  char *tree = temp_make();
  machine_make(tree, machine);
  bool sound = look(tree, machine, &actual);
  temp_remove(tree);
  if (!sound) {
    fprintf(stderr, "%s", ce_blob_text(&actual));
    return NULL;
  }
  return ce_blob_take_text(&actual);
}

int main(int argc, char **argv) {
  return kept_main("guard", argc, argv, answer, NULL);
}
