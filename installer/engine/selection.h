/* SPDX-License-Identifier: Apache-2.0
 * What of a package's optional integration this machine gets.
 *
 * The private CCID driver comes where a key needs it (one that is there, is a CCID key of the catalogue, and
 * that no other driver bundle lists) or the profile asks for it, and stays as long as a key of the catalogue
 * is unlisted. A module's registration comes with a key that needs the module, and stays. */
#ifndef CE_ENGINE_SELECTION_H
#define CE_ENGINE_SELECTION_H

#include "device/device.h"
#include "engine/engine.h"
#include "model/key-catalogue.h"
#include "model/selection.h"

struct ce_selection_request {
  const struct ce_key_catalogue *catalogue;
  const struct ce_manifest *manifest;
  const struct ce_receipt *receipt; /* may be NULL */
  bool profile_wants_driver;
  const struct ce_device_list *devices; /* plugged in now; may be NULL */
};

struct ce_selection_plan {
  struct ce_selection selection;
  bool driver_later; /* a driver is wanted, but pcscd or libccid is not there yet: select again when the
                        prerequisites are installed */
};
void ce_selection_plan_clear(struct ce_selection_plan *plan);
CE_DEFINE_AUTO_IN_PLACE(ce_selection_plan, struct ce_selection_plan, ce_selection_plan_clear);

/* *ret must be clear. A driver that is wanted where nothing can be written is a NOTE event. IO, MEMORY; USAGE
 * when the driver's list would be too large. */
CE_MUST_USE enum ce_code ce_selection_make(const struct ce_engine *engine,
                                           const struct ce_selection_request *request,
                                           struct ce_selection_plan *ret, struct ce_error *err);

/* The same with the devices that are there now, where the root is the running system's; the request's are not
 * looked at. *ret is replaced. */
CE_MUST_USE enum ce_code ce_selection_choose(const struct ce_engine *engine,
                                             const struct ce_selection_request *request,
                                             struct ce_selection_plan *ret, struct ce_error *err);
/* False for a manifest without anything optional: nothing needs to be known for it. */
bool ce_selection_concerns(const struct ce_manifest *manifest);

#endif
