/* SPDX-License-Identifier: Apache-2.0
 * The list of answers, and which of them is told first. */
#include "device/match.h"

#include "device/judge.h"
#include "device/pairing.h"
#include "device/reason.h"

#include <string.h>

void ce_key_report_clear(struct ce_key_report *report) {
  free(report->found);
  *report = (struct ce_key_report){0};
}

/* The lower, the earlier it is told. */
static unsigned rank_of(const struct ce_key_found *found) {
  static const unsigned ranks[CE_KEY_STATE_COUNT] = {
      [CE_KEY_STATE_READY] = 0,     [CE_KEY_STATE_HELD] = 1,
      [CE_KEY_STATE_NO_ACCESS] = 2, [CE_KEY_STATE_NO_DRIVER] = 3,
      [CE_KEY_STATE_DENIED] = 4,    [CE_KEY_STATE_NO_PCSCD] = 5,
      [CE_KEY_STATE_BLOCKED] = 6,   [CE_KEY_STATE_UNSUPPORTED_CARD] = 7,
      [CE_KEY_STATE_NO_CARD] = 8,   [CE_KEY_STATE_UNKNOWN] = 9,
      [CE_KEY_STATE_NONE] = 10};
  return ranks[ce_key_reason_state(found->reason)];
}

/* What a candidate is judged by before its rank. */
struct claim {
  bool ready, listed;
  int64_t seen_ms;
  unsigned rank;
};

static struct claim claim_of(const struct ce_key_found *found, int64_t seen_ms) {
  return (struct claim){.ready = ce_key_reason_state(found->reason) == CE_KEY_STATE_READY,
                        .listed = found->key != NULL,
                        .seen_ms = seen_ms,
                        .rank = rank_of(found)};
}

static bool goes_before(const struct claim *one, const struct claim *other) {
  if (one->ready != other->ready) {
    return one->ready;
  }
  if (one->listed != other->listed) {
    return one->listed;
  }
  return one->seen_ms != other->seen_ms ? one->seen_ms > other->seen_ms : one->rank < other->rank;
}

struct gathering {
  struct ce_key_report report;
  struct claim best;
};

static void add(struct gathering *gathering, const struct ce_key_found *found, int64_t seen_ms) {
  struct claim claim = claim_of(found, seen_ms);
  if (gathering->report.count == 0 || goes_before(&claim, &gathering->best)) {
    gathering->best = claim;
    gathering->report.overall = gathering->report.count;
  }
  gathering->report.found[gathering->report.count++] = *found;
}

static void add_devices(struct gathering *gathering, const struct ce_judge *judge) {
  const struct ce_device_list *devices = judge->situation->devices;
  for (size_t i = 0; i < devices->count; i++) {
    struct ce_key_found found;
    if (ce_judge_device(judge, i, &found)) {
      add(gathering, &found, devices->devices[i].seen_ms);
    }
  }
}

/* One answer for the slots of one device. */
static void add_readers(struct gathering *gathering, const struct ce_judge *judge) {
  const struct ce_pcsc_facts *pcsc = judge->situation->pcsc;
  for (size_t i = 0; pcsc && i < pcsc->reader_count; i++) {
    struct ce_key_found found;
    if (ce_judge_lone_reader(judge, i, &found)) {
      add(gathering, &found, 0);
    }
  }
}

enum ce_code ce_key_match(const struct ce_key_situation *situation, struct ce_key_report *ret,
                          struct ce_error *err) {
  size_t most = situation->devices->count + CE_PCSC_READERS_MAX + 1;
  struct gathering gathering = {.report = {.found = calloc(most, sizeof *gathering.report.found)}};
  if (!gathering.report.found) {
    return ce_fail_memory(err, "keys");
  }
  struct ce_judge judge = {.situation = situation};
  ce_pairing_find(situation, judge.device_of);
  add_devices(&gathering, &judge);
  add_readers(&gathering, &judge);
  if (gathering.report.count == 0) {
    struct ce_key_found none = {.reason = CE_KEY_REASON_NONE};
    add(&gathering, &none, 0);
  }
  *ret = gathering.report;
  return CE_OK;
}

const char *ce_key_found_subject(const struct ce_key_found *found, bool in_chinese) {
  switch (ce_key_reason_subject(found->reason)) {
  case CE_KEY_SUBJECT_PROGRAM:
    return found->holder.program;
  case CE_KEY_SUBJECT_KEY:
    return in_chinese ? found->name_zh : found->name_en;
  case CE_KEY_SUBJECT_NOTHING:
    break;
  }
  return "";
}

bool ce_key_found_same(const struct ce_key_found *one, const struct ce_key_found *other) {
  return one->reason == other->reason && one->settling == other->settling && one->key == other->key &&
         one->generation == other->generation && one->holder.pid == other->holder.pid &&
         strcmp(one->syspath, other->syspath) == 0 && strcmp(one->reader, other->reader) == 0 &&
         strcmp(one->node, other->node) == 0 && strcmp(one->name_en, other->name_en) == 0;
}
