/* SPDX-License-Identifier: Apache-2.0
 * What a removal takes back besides files: the allow-lists, and with a purge the packages that came with it.
 * It lies between the commit and the end of the journal, so that a run that is stopped there is completed by
 * the next one. */
#ifndef CE_ENGINE_REMOVAL_H
#define CE_ENGINE_REMOVAL_H

#include "engine/engine.h"

/* Failures are WARNING events; what could not be taken back stays recorded. */
void ce_removal_withdraw(const struct ce_engine *engine, bool purge);
/* ce_txn.completing; context is the struct ce_engine. A removal that was stopped behind its commit: services
 * are told, and all is withdrawn. Nothing for other plans. */
void ce_removal_complete(void *context, const struct ce_plan *plan);

#endif
