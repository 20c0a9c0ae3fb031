/* SPDX-License-Identifier: Apache-2.0
 * The rows of reason.def beyond what device/match.h offers; private to device/. */
#ifndef CE_DEVICE_REASON_H
#define CE_DEVICE_REASON_H

#include "device/match.h"

enum ce_key_subject { CE_KEY_SUBJECT_NOTHING, CE_KEY_SUBJECT_KEY, CE_KEY_SUBJECT_PROGRAM };
enum ce_key_subject ce_key_reason_subject(enum ce_key_reason reason);

#endif
