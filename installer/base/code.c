/* SPDX-License-Identifier: Apache-2.0
 * Tables generated from code.def. */
#include "base/code.h"

#include <assert.h>
#include <errno.h>

#define N_(text) text

static const struct {
  const char *id;
  int exit_status;
  const char *sentence;
  const char *remedy;
} rows[CE_CODE_COUNT] = {
#define CE_CODE(name, id, exit_status, sentence, remedy) {id, exit_status, sentence, remedy},
#include "base/code.def"
#undef CE_CODE
};

const char *ce_code_id(enum ce_code code) {
  assert(code < CE_CODE_COUNT);
  return rows[code].id;
}

int ce_code_exit_status(enum ce_code code) {
  assert(code < CE_CODE_COUNT);
  return rows[code].exit_status;
}

const char *ce_code_sentence(enum ce_code code) {
  assert(code < CE_CODE_COUNT);
  return rows[code].sentence;
}

const char *ce_code_remedy(enum ce_code code) {
  assert(code < CE_CODE_COUNT);
  return rows[code].remedy;
}

enum ce_code ce_code_from_errno(int sys_errno) {
  switch (sys_errno) {
  case ENOSPC:
  case EDQUOT:
    return CE_NO_SPACE;
  case EACCES:
  case EPERM:
    return CE_PERMISSION;
  case EROFS:
    return CE_READ_ONLY;
  case ENOENT:
    return CE_NOT_FOUND;
  case ENOMEM:
    return CE_MEMORY;
  default:
    return CE_IO;
  }
}
