/* SPDX-License-Identifier: Apache-2.0
 * Percent-encoding (RFC 3986, section 2.1) that makes one component of a path of any text: role names in the
 * names of metadata files, at the source and in the local store. */
#ifndef CE_TRUST_PERCENT_H
#define CE_TRUST_PERCENT_H

/* Everything except letters, digits and -._~ as %XX; malloc'ed, NULL when memory is out. "." and ".." stay
 * what they are: callers put something around them. */
char *ce_percent_encode(const char *text);

#endif
