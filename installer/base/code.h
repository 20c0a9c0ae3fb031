/* SPDX-License-Identifier: Apache-2.0
 * The outcomes of everything that can fail, with their stable ids, exit statuses and sentences (code.def). */
#ifndef CE_BASE_CODE_H
#define CE_BASE_CODE_H

#define CE_MUST_USE        __attribute__((warn_unused_result))
#define CE_PRINTF(fmt, va) __attribute__((format(printf, fmt, va)))

enum ce_code {
#define CE_CODE(name, id, exit_status, sentence, remedy) CE_##name,
#include "base/code.def"
#undef CE_CODE
  CE_CODE_COUNT
};

/* "CE-KEY-001"; never NULL, static. */
const char *ce_code_id(enum ce_code code);
/* The exit status that main() returns for it. */
int ce_code_exit_status(enum ce_code code);
/* English sentences, static; floor 5 translates them. The remedy of CE_OK is empty. */
const char *ce_code_sentence(enum ce_code code);
const char *ce_code_remedy(enum ce_code code);
/* The code that an errno stands for when a file operation failed: NO_SPACE (ENOSPC, EDQUOT), PERMISSION
 * (EACCES, EPERM), READ_ONLY (EROFS), NOT_FOUND (ENOENT), MEMORY (ENOMEM), otherwise IO. */
enum ce_code ce_code_from_errno(int sys_errno);

#endif
