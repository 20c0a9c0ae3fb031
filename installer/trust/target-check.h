/* SPDX-License-Identifier: Apache-2.0
 * The judgement over a target's bytes; refresh.h has the part that other rooms use. */
#ifndef CE_TRUST_TARGET_CHECK_H
#define CE_TRUST_TARGET_CHECK_H

#include "trust/refresh.h"

/* TRUST_DIGEST when the target would become longer than was signed. */
CE_MUST_USE enum ce_code ce_target_check_room(const struct ce_target_check *check, size_t size,
                                              struct ce_error *err);
/* The check's own copy of what was signed. */
const struct ce_target *ce_target_check_target(const struct ce_target_check *check);
/* TRUST_DIGEST unless what was added is the target. Nothing can be added afterwards. */
CE_MUST_USE enum ce_code ce_target_check_finish(struct ce_target_check *check, struct ce_error *err);

#endif
