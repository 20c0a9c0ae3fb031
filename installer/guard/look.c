/* SPDX-License-Identifier: Apache-2.0
 * One look: gather, judge, put in order. */
#include "guard/look.h"

#include "guard/look-part.h"

#include <string.h>

#define N_(text) text

enum ce_code ce_look_read(const struct ce_guard_place *place, const char *path, size_t limit_bytes,
                          struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  struct ce_error ignored;
  ce_blob_clear(ret);
  if (ce_fs_open(place->fs, path, CE_FS_READ, 0, &file, &ignored) != CE_OK) {
    return CE_OK;
  }
  uint8_t buffer[4096];
  size_t got = sizeof buffer;
  enum ce_code code = CE_OK;
  while (code == CE_OK && got == sizeof buffer && ret->size < limit_bytes) {
    size_t left = limit_bytes - ret->size;
    size_t wanted = left < sizeof buffer ? left : sizeof buffer;
    if (ce_fs_file_read_at(file, ret->size, buffer, wanted, &got, &ignored) != CE_OK) {
      break;
    }
    code = ce_blob_append(ret, buffer, got, err);
  }
  return code;
}

enum ce_code ce_look_read_setting(const struct ce_guard_place *place, const char *path, const char *key,
                                  char ret[CE_SETTING_SIZE], struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_look_read(place, path, CE_LOOK_SETTINGS_MAX, &text, err);
  ret[0] = '\0';
  if (code == CE_OK && !ce_text_setting(ce_blob_text(&text), text.size, key, ret)) {
    ret[0] = '\0';
  }
  return code;
}

bool ce_look_has(const struct ce_guard_place *place, const char *path) {
  struct ce_error ignored;
  bool exists = false;
  return ce_fs_exists(place->fs, path, &exists, NULL, &ignored) == CE_OK && exists;
}

bool ce_look_is_set(const struct ce_guard_place *place, const char *path, char byte) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  return ce_look_read(place, path, 1, &text, &ignored) == CE_OK && text.size == 1 &&
         text.data[0] == (uint8_t)byte;
}

/* How a product at work is spoken of, by what it may do. */
static const char *running_sentence(const struct ce_product_row *row) {
  bool harms_files = row->effects & (CE_EFFECT_PROGRAMS | CE_EFFECT_FILES);
  bool harms_keys = row->effects & CE_EFFECT_DEVICES;
  if (row->manner == CE_MANNER_MONITORS) {
    return row->effects & CE_EFFECT_NETWORK
               ? N_("%s is at work; it may keep parts of the network away.")
               : N_("%s is at work; it watches, and is not known to block anything.");
  }
  if (harms_files && harms_keys) {
    return N_("%s is at work; it may block the installed programs and the key.");
  }
  return harms_keys ? N_("%s is at work; it may block the key.")
                    : N_("%s is at work; it may block the installed programs and libraries.");
}

static void judge(const struct ce_clues *clues, enum ce_product product, struct ce_finding *finding) {
  const struct ce_product_row *row = &ce_products[product];
  const struct ce_clue *clue = &clues->of[product];
  bool running = ce_clues_is_running(clues, product);
  enum ce_clue_state state = running ? CE_CLUE_RUNNING : CE_CLUE_INSTALLED;
  if (!running && clue->seen[CE_CLUE_RUNNING] &&
      (!clue->seen[CE_CLUE_INSTALLED] || clue->confidence[CE_CLUE_INSTALLED] == CE_CONFIDENCE_LOW)) {
    state = CE_CLUE_RUNNING;
  }
  finding->confidence = clue->confidence[state];
  finding->level = clue->level;
  finding->sentence = clue->sentence;
  if (!finding->sentence && running) {
    finding->sentence = running_sentence(row);
    finding->level = row->manner == CE_MANNER_INTERFERES ? CE_FINDING_WARNING : CE_FINDING_ADVICE;
  } else if (!finding->sentence) {
    finding->sentence = finding->confidence == CE_CONFIDENCE_LOW
                            ? N_("%s may be on this computer; only a name says so.")
                            : N_("%s is installed, but is not seen at work.");
  }
}

static enum ce_code fill(struct ce_clues *clues, enum ce_product product, struct ce_finding *ret,
                         struct ce_error *err) {
  const struct ce_product_row *row = &ce_products[product];
  struct ce_clue *clue = &clues->of[product];
  struct ce_finding finding = {.id = row->id,
                               .name_en = row->name_en,
                               .name_zh = row->name_zh,
                               .effects = row->effects,
                               .remedy = row->remedy,
                               .fix = row->fix};
  judge(clues, product, &finding);
  if (row->fix && finding.level < CE_FINDING_WARNING) {
    finding.fix = finding.remedy = NULL; /* it has nothing to mend */
  }
  if (clue->count > CE_CLUE_TOLD_MAX) {
    enum ce_code code = ce_blob_printf(&clue->evidence, err, "; and %u more", clue->count - CE_CLUE_TOLD_MAX);
    if (code != CE_OK) {
      return code;
    }
  }
  finding.evidence = ce_blob_take_text(&clue->evidence);
  if (!finding.evidence) {
    return ce_fail_memory(err, "findings");
  }
  *ret = finding;
  return CE_OK;
}

/* The gravest first, each level in the order of the table. */
static enum ce_code collect(struct ce_clues *clues, struct ce_finding_list *list, struct ce_error *err) {
  list->items = calloc(CE_PRODUCT_COUNT, sizeof *list->items);
  if (!list->items) {
    return ce_fail_memory(err, "findings");
  }
  for (enum ce_product product = 0; product < CE_PRODUCT_COUNT; product++) {
    const struct ce_clue *clue = &clues->of[product];
    if (clue->dismissed || (!clue->seen[CE_CLUE_INSTALLED] && !clue->seen[CE_CLUE_RUNNING])) {
      continue;
    }
    struct ce_finding finding;
    enum ce_code code = fill(clues, product, &finding, err);
    if (code != CE_OK) {
      return code;
    }
    size_t at = list->count++;
    for (; at > 0 && list->items[at - 1].level < finding.level; at--) {
      list->items[at] = list->items[at - 1];
    }
    list->items[at] = finding;
  }
  return CE_OK;
}

enum ce_code ce_guard_look(const struct ce_guard_place *place, struct ce_finding_list *ret,
                           struct ce_error *err) {
  CE_AUTO(ce_clues) struct ce_clues clues = {.signs = NULL};
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  enum ce_code code = ce_clues_open(&clues, err);
  if (code == CE_OK) {
    code = ce_look_processes(place, &clues, err);
  }
  if (code == CE_OK) {
    code = ce_look_installed(place, &clues, err);
  }
  if (code == CE_OK) {
    code = ce_look_kernel(place, &clues, err);
  }
  if (code == CE_OK) {
    code = ce_look_judge(place, &clues, err);
  }
  if (code == CE_OK) {
    code = collect(&clues, &list, err);
  }
  if (code != CE_OK) {
    return code;
  }
  *ret = list;
  list = (struct ce_finding_list){0};
  return CE_OK;
}
