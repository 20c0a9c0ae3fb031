/* SPDX-License-Identifier: Apache-2.0
 * A yes or no from the person at the terminal. */
#ifndef CE_PUBLISH_CONSENT_H
#define CE_PUBLISH_CONSENT_H

#include "publish/command.h"

#define CE_YES_OPTION                                                                                        \
  { "yes", NULL, N_("do not ask, do it"), false }

/* question: a msgid. Anything but "y" or "yes" is no: CANCELLED. With --yes nobody is asked; without a
 * terminal USAGE. */
CE_MUST_USE enum ce_code ce_consent_obtain(const struct ce_publish_arguments *arguments, const char *question,
                                           struct ce_error *err);

#endif
