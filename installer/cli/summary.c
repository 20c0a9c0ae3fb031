/* SPDX-License-Identifier: Apache-2.0
 * Counting and listing what a plan touches. */
#include "cli/summary.h"

#include "base/size-text.h"
#include "base/utf8.h"
#include "cli/phrase.h"
#include "cli/sink-json.h"
#include "model/layout.h"

#include <string.h>

#define PLACES_SHOWN_MAX 20

static bool lies_below(const char *path, const char *directory) {
  size_t length = strlen(directory);
  return strncmp(path, directory, length) == 0 && (!path[length] || path[length] == '/');
}

static bool is_place(const struct ce_step *step) {
  if (lies_below(step->path, CE_HOME) || lies_below(step->path, CE_STATE)) {
    return false;
  }
  switch (step->kind) {
  case CE_STEP_PUT_FILE:
  case CE_STEP_PUT_LINK:
  case CE_STEP_SET_MODE:
  case CE_STEP_REMOVE_FILE:
    return true;
  default:
    return false;
  }
}

static void count(const struct ce_step *step, const struct ce_plan *plan, struct ce_summary *summary) {
  switch (step->kind) {
  case CE_STEP_ADD_TREE:
    if (plan->after->manifest) {
      summary->file_count += plan->after->manifest->file_count;
      summary->size_bytes += plan->after->manifest->total_bytes;
    }
    break;
  case CE_STEP_PUT_FILE:
    summary->file_count++;
    summary->size_bytes += step->file.size_bytes;
    break;
  case CE_STEP_PUT_LINK:
    summary->file_count++;
    break;
  default:
    break;
  }
}

enum ce_code ce_summary_make(const struct ce_plan *plan, char *const *packages, struct ce_summary *ret,
                             struct ce_error *err) {
  struct ce_summary summary = {.plan = plan, .packages = packages};
  summary.places = calloc(plan->step_count + 1, sizeof *summary.places);
  if (!summary.places) {
    return ce_fail_memory(err, "summary");
  }
  for (size_t i = 0; i < plan->step_count; i++) {
    count(&plan->steps[i], plan, &summary);
    if (is_place(&plan->steps[i])) {
      summary.places[summary.place_count++] = plan->steps[i].path;
    }
  }
  *ret = summary;
  return CE_OK;
}

void ce_summary_clear(struct ce_summary *summary) {
  free(summary->places);
  *summary = (struct ce_summary){0};
}

static void print_head(const struct ce_plan *plan, const struct ce_face *face, FILE *stream) {
  bool over = plan->from_version[0] && strcmp(plan->from_version, plan->to_version) != 0;
  switch (plan->verb) {
  case CE_VERB_UNINSTALL:
    ce_face_print(face, stream, N_("To be removed: the certificate environment %s\n"), plan->from_version);
    break;
  case CE_VERB_REPAIR:
    ce_face_print(face, stream, N_("To be repaired: the certificate environment %s\n"), plan->to_version);
    break;
  default:
    if (over) {
      ce_face_print(face, stream, N_("To be updated: the certificate environment, from %s to %s\n"),
                    plan->from_version, plan->to_version);
    } else {
      ce_face_print(face, stream, N_("To be installed: the certificate environment %s\n"), plan->to_version);
    }
  }
}

static void print_places(const struct ce_summary *summary, const struct ce_face *face, FILE *stream) {
  if (summary->place_count == 0) {
    return;
  }
  ce_face_print(face, stream, N_("  Places outside %s:\n"), "/" CE_HOME);
  for (size_t i = 0; i < summary->place_count && i < PLACES_SHOWN_MAX; i++) {
    char clean[CE_PHRASE_SIZE];
    ce_utf8_clean(summary->places[i], clean, sizeof clean);
    fprintf(stream, "    /%s\n", clean);
  }
  if (summary->place_count > PLACES_SHOWN_MAX) {
    ce_face_print(face, stream, N_("    and %zu more\n"), summary->place_count - PLACES_SHOWN_MAX);
  }
}

static void print_packages(const struct ce_summary *summary, const struct ce_face *face, FILE *stream) {
  if (!summary->packages || !summary->packages[0]) {
    return;
  }
  ce_face_print(face, stream, N_("  Packages that the system's package manager installs:"));
  for (size_t i = 0; summary->packages[i]; i++) {
    fprintf(stream, " %s", summary->packages[i]);
  }
  fputc('\n', stream);
}

static bool restarts_pcscd(const struct ce_plan *plan) {
  return (plan->triggers & CE_TRIGGER_PCSCD) != 0;
}

void ce_summary_print(const struct ce_summary *summary, const struct ce_face *face, FILE *stream) {
  print_head(summary->plan, face, stream);
  if (summary->file_count > 0) {
    char size[CE_SIZE_TEXT_SIZE];
    ce_size_text(summary->size_bytes, size);
    ce_face_print(face, stream, N_("  Files: %zu (%s)\n"), summary->file_count, size);
  }
  print_places(summary, face, stream);
  print_packages(summary, face, stream);
  if (restarts_pcscd(summary->plan)) {
    ce_face_print(
        face, stream,
        N_("  The smart-card service is restarted: programs that use a key have to open it again.\n"));
  }
}

json_t *ce_summary_to_json(const struct ce_summary *summary) {
  const struct ce_plan *plan = summary->plan;
  json_t *json = json_pack("{s:s,s:s,s:s,s:I,s:I,s:[],s:[]}", "verb", ce_verb_name(plan->verb),
                           "from_version", plan->from_version, "to_version", plan->to_version, "file_count",
                           (json_int_t)summary->file_count, "size_bytes", (json_int_t)summary->size_bytes,
                           "places", "packages");
  for (size_t i = 0; json && i < summary->place_count; i++) {
    char *path = ce_text_format("/%s", summary->places[i]);
    if (path) {
      json_array_append_new(json_object_get(json, "places"), ce_json_line_text(path));
    }
    free(path);
  }
  for (size_t i = 0; json && summary->packages && summary->packages[i]; i++) {
    json_array_append_new(json_object_get(json, "packages"), ce_json_line_text(summary->packages[i]));
  }
  if (json && restarts_pcscd(plan)) {
    json_object_set_new(json, "restarts", json_pack("[s]", "pcscd"));
  }
  return json;
}
