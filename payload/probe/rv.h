/* SPDX-License-Identifier: Apache-2.0
 * Names of PKCS#11 return values (PKCS#11 2.40, section 5.1). */
#ifndef CE_PROBE_RV_H
#define CE_PROBE_RV_H

/* "CKR_PIN_LOCKED"; "CKR_VENDOR_DEFINED" from 0x80000000 on, "CKR_UNKNOWN" for the rest; never NULL, static.
 */
const char *ce_rv_name(unsigned long rv);

#endif
