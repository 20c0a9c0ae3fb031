/* SPDX-License-Identifier: Apache-2.0
 * golden-device [--update] DIRECTORY [CASE...]: what is told about the keys of each situation in
 * DIRECTORY/cases, with the catalogue DIRECTORY/keys.tbl, must be the text that is kept beside it (--update
 * writes it). */
#include "base/blob.h"
#include "base/json.h"
#include "device/report.h"
#include "kept.h"
#include "situation.h"

#include <stdio.h>
#include <string.h>

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

/* Read once. */
static const struct ce_key_catalogue *catalogue_of(struct ce_key_catalogue **catalogue,
                                                   const char *directory) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/keys.tbl", directory);
  struct ce_error err;
  size_t size = 0;
  CE_AUTO(ce_free) char *text = *catalogue ? NULL : kept_read(path, &size);
  if (text && ce_key_catalogue_parse(text, size, catalogue, &err) != CE_OK) {
    fprintf(stderr, "%s: %s\n", path, err.detail);
    exit(1);
  }
  return *catalogue;
}

static char *answer(void *context, const char *directory, const char *path) {
  CE_AUTO(situation) struct situation *situation = situation_load(path, catalogue_of(context, directory));
  return report_text(situation);
}

int main(int argc, char **argv) {
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
  return kept_main("device", argc, argv, answer, &catalogue);
}
