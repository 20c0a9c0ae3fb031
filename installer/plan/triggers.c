/* SPDX-License-Identifier: Apache-2.0
 * Triggers from the places that the steps touch. */
#include "plan/triggers.h"

#include "base/relpath.h"
#include "model/layout.h"

#include <string.h>

#define SYSTEMD_TRIGGERS                                                                                     \
  ((unsigned)(CE_TRIGGER_SYSTEMD_RELOAD | CE_TRIGGER_UNIT_START | CE_TRIGGER_UNIT_STOP))
#define UDEV_TRIGGERS ((unsigned)(CE_TRIGGER_UDEV | CE_TRIGGER_HWDB))

static bool touches(const struct ce_plan *plan, const char *directory) {
  for (size_t i = 0; i < plan->step_count; i++) {
    const struct ce_step *step = &plan->steps[i];
    bool is_frame = step->kind == CE_STEP_MAKE_DIRECTORY || step->kind == CE_STEP_REMOVE_DIRECTORY;
    if (!is_frame && ce_relpath_is_beneath(step->path, directory)) {
      return true;
    }
  }
  return false;
}

static bool touches_kind(const struct ce_plan *plan, enum ce_integration_kind kind) {
  return touches(plan, ce_integration_kind_directory(kind));
}

static bool has_kind(const struct ce_manifest *manifest, enum ce_integration_kind kind) {
  for (size_t i = 0; i < manifest->integration_count; i++) {
    if (manifest->integration[i].kind == kind) {
      return true;
    }
  }
  return false;
}

static bool has_enabled_unit(const struct ce_manifest *manifest) {
  for (size_t i = 0; i < manifest->integration_count; i++) {
    if (manifest->integration[i].kind == CE_INTEGRATION_UNIT && manifest->integration[i].wanted_by) {
      return true;
    }
  }
  return false;
}

/* The list in the version tree counts too: the driver reads it when pcscd starts it. */
static bool touches_driver(const struct ce_plan *plan) {
  bool owned = ce_selection_was_driver(plan->after);
  for (size_t i = 0; i < plan->step_count; i++) {
    const struct ce_step *step = &plan->steps[i];
    bool is_frame = step->kind == CE_STEP_MAKE_DIRECTORY || step->kind == CE_STEP_REMOVE_DIRECTORY;
    bool in_tree = owned && strstr(step->path, "/" CE_DRIVER_BUNDLE "/");
    if (!is_frame && (in_tree || ce_selection_is_driver_path(step->path))) {
      return true;
    }
  }
  return false;
}

static unsigned choose_by_place(const struct ce_plan *plan) {
  unsigned triggers = 0;
  triggers |= touches_kind(plan, CE_INTEGRATION_UDEV_RULES) ? CE_TRIGGER_UDEV : 0u;
  triggers |= touches_kind(plan, CE_INTEGRATION_HWDB) ? CE_TRIGGER_HWDB : 0u;
  triggers |= touches_kind(plan, CE_INTEGRATION_UNIT) ? CE_TRIGGER_SYSTEMD_RELOAD : 0u;
  triggers |= touches_kind(plan, CE_INTEGRATION_ICON) ? CE_TRIGGER_ICON_CACHE : 0u;
  triggers |= touches_driver(plan) ? CE_TRIGGER_PCSCD : 0u;
  return triggers;
}

/* A repair restarts the services only when something that they run from was put again. */
static bool starts_units(const struct ce_draft *draft) {
  if (!draft->wanted || !has_enabled_unit(draft->wanted)) {
    return false;
  }
  return draft->plan->verb != CE_VERB_REPAIR || touches(draft->plan, CE_HOME) ||
         touches_kind(draft->plan, CE_INTEGRATION_UNIT);
}

static bool is_wanted_unit(const struct ce_draft *draft, const char *target) {
  for (size_t i = 0; draft->wanted && i < draft->wanted->integration_count; i++) {
    if (strcmp(draft->wanted->integration[i].target, target) == 0) {
      return true;
    }
  }
  return false;
}

/* Units that go: also those whose file somebody edited, since the programs that they run go. */
static enum ce_code stop_units(struct ce_draft *draft, struct ce_error *err) {
  const struct ce_manifest *old = draft->before ? draft->before->manifest : NULL;
  for (size_t i = 0; old && i < old->integration_count; i++) {
    const struct ce_integration *unit = &old->integration[i];
    if (unit->kind == CE_INTEGRATION_UNIT && !is_wanted_unit(draft, unit->target)) {
      enum ce_code code = ce_draft_stop_unit(draft, ce_relpath_name(unit->target), err);
      if (code != CE_OK) {
        return code;
      }
      draft->plan->triggers |= CE_TRIGGER_UNIT_STOP;
    }
  }
  return CE_OK;
}

/* Drops what the machine cannot do. */
static enum ce_code withdraw(struct ce_draft *draft, unsigned triggers, enum ce_note note, bool tell,
                             struct ce_error *err) {
  bool any = (draft->plan->triggers & triggers) != 0;
  draft->plan->triggers &= ~triggers;
  return any && tell ? ce_draft_note(draft, note, "", err) : CE_OK;
}

static enum ce_code fit_to_machine(struct ce_draft *draft, struct ce_error *err) {
  const struct ce_facts *facts = draft->facts;
  if (!facts->live) {
    return withdraw(draft, ~0u, CE_NOTE_IMAGE, true, err);
  }
  bool tell = draft->wanted != NULL;
  enum ce_code code = CE_OK;
  if (!facts->systemd_running) {
    code = withdraw(draft, SYSTEMD_TRIGGERS, CE_NOTE_NO_SYSTEMD, tell, err);
  }
  if (code == CE_OK && !facts->systemd_running) {
    code = withdraw(draft, CE_TRIGGER_PCSCD, CE_NOTE_NO_PCSCD_RESTART, tell, err);
  }
  if (code == CE_OK && !facts->udev_running) {
    code = withdraw(draft, UDEV_TRIGGERS, CE_NOTE_NO_UDEV, tell, err);
  }
  return code;
}

static enum ce_code tell_of_display(struct ce_draft *draft, struct ce_error *err) {
  bool concerns =
      draft->wanted && draft->plan->verb != CE_VERB_REPAIR && draft->facts->live &&
      (has_kind(draft->wanted, CE_INTEGRATION_LAUNCHER) || has_kind(draft->wanted, CE_INTEGRATION_AUTOSTART));
  return concerns && !draft->facts->display ? ce_draft_note(draft, CE_NOTE_NO_DISPLAY, "", err) : CE_OK;
}

enum ce_code ce_triggers_choose(struct ce_draft *draft, struct ce_error *err) {
  draft->plan->triggers = choose_by_place(draft->plan);
  if (starts_units(draft)) {
    draft->plan->triggers |= CE_TRIGGER_UNIT_START;
  }
  enum ce_code code = stop_units(draft, err);
  if (code == CE_OK) {
    code = fit_to_machine(draft, err);
  }
  return code == CE_OK ? tell_of_display(draft, err) : code;
}
