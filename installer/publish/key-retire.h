/* SPDX-License-Identifier: Apache-2.0
 * Key files that no root asks for any more: set aside, so that nobody is asked for their passphrase or token
 * again. They are renamed and never removed. */
#ifndef CE_PUBLISH_KEY_RETIRE_H
#define CE_PUBLISH_KEY_RETIRE_H

#include "ports/fs.h"
#include "publish/command.h"

#include <jansson.h>

/* Renames the files of each key of a top-level role whose public half is in the directory and that the old
 * root named and the new one does not: <file>.<first digits of the id>.retired. Reports each, also one that
 * could not be renamed: what was published stays published. */
void ce_key_retire(const struct ce_publish_arguments *arguments, struct ce_fs *keys, const json_t *old_root,
                   const json_t *new_root);

#endif
