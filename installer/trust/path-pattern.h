/* SPDX-License-Identifier: Apache-2.0
 * Patterns of target paths in delegations. Source: TUF specification 1.0.33, section 4.5 (PATHPATTERN);
 * glob(7) for the shell's conventions.
 *
 * '*' stands for any characters, also none, '?' for one character, "[abc]", "[a-z]" and "[!a-z]" for one that
 * is or is not in the set; none of them for '/'. A '[' without its ']' is itself, and so is '\'. Characters
 * are those of Unicode; both texts are UTF-8. */
#ifndef CE_TRUST_PATH_PATTERN_H
#define CE_TRUST_PATH_PATTERN_H

#include <stdbool.h>

/* Takes at most in the order of strlen(pattern) * strlen(path) steps. */
bool ce_path_pattern_matches(const char *pattern, const char *path);

#endif
