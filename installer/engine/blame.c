/* SPDX-License-Identifier: Apache-2.0
 * Refusals and who is known for them. */
#include "engine/blame.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define EXIT_CANNOT_RUN 126 /* of a shell, and of KYSEC's dialog */
#define EXIT_NO_LIBRARY 127 /* of ld.so(8) */
#define EXIT_SIGNAL     128

/* What ld.so(8) and dlopen(3) say of a library that may not be mapped. */
static bool tells_refusal(const char *words) {
  static const char *const signs[] = {"failed to map segment", "Operation not permitted",
                                      "Permission denied"};
  for (size_t i = 0; words && i < sizeof signs / sizeof signs[0]; i++) {
    if (strstr(words, signs[i])) {
      return true;
    }
  }
  return false;
}

static bool is_start_refused(const struct ce_blame_case *what) {
  if (what->sys_errno != 0) {
    return what->sys_errno == EPERM || what->sys_errno == EACCES;
  }
  /* The kernel's hooks of UOS end a program that they do not know in this way. */
  bool killed = what->exit_status == EXIT_SIGNAL + SIGSEGV || what->exit_status == EXIT_SIGNAL + SIGKILL;
  bool refused = what->exit_status == EXIT_CANNOT_RUN || what->exit_status == EXIT_NO_LIBRARY;
  return killed || (refused && tells_refusal(what->words)) ||
         (what->exit_status != 0 && what->words && strstr(what->words, "failed to map segment"));
}

bool ce_blame_is_refusal(const struct ce_blame_case *what) {
  switch (what->act) {
  case CE_BLAME_START:
    return is_start_refused(what);
  case CE_BLAME_WRITE:
    return what->sys_errno == EPERM || what->sys_errno == EACCES || what->sys_errno == ETXTBSY ||
           what->sys_errno == ENOENT;
  case CE_BLAME_KEEP:
    break;
  }
  return true;
}

/* A mount without execution refuses with EACCES and nothing else; a program that dies may have its own faults, so
 * that only what is known for sure to kill is blamed. */
static bool explains(const struct ce_finding *finding, const struct ce_blame_case *what) {
  bool fits = what->act == CE_BLAME_START ? finding->effects & (CE_EFFECT_PROGRAMS | CE_EFFECT_FILES)
                                          : finding->effects & CE_EFFECT_FILES;
  bool at_work = finding->level >= CE_FINDING_WARNING && finding->confidence >= CE_CONFIDENCE_MEDIUM;
  bool died = what->act == CE_BLAME_START && what->sys_errno == 0 && what->exit_status > EXIT_SIGNAL;
  bool is_mount = strcmp(finding->id, "noexec") == 0;
  if (is_mount && (what->act != CE_BLAME_START || what->sys_errno != EACCES)) {
    return false;
  }
  return fits && at_work && (!died || finding->effects & CE_EFFECT_PROGRAMS);
}

const struct ce_finding *ce_blame_find(const struct ce_blame_case *what,
                                       const struct ce_finding_list *findings) {
  const struct ce_finding *best = NULL;
  bool refused = ce_blame_is_refusal(what);
  for (size_t i = 0; refused && i < findings->count; i++) {
    const struct ce_finding *finding = &findings->items[i];
    if (!explains(finding, what)) {
      continue;
    }
    /* Who refuses programs by trade goes before who scans files; the list has the gravest first. */
    bool better = !best || (what->act == CE_BLAME_START && !(best->effects & CE_EFFECT_PROGRAMS) &&
                            finding->effects & CE_EFFECT_PROGRAMS);
    best = better ? finding : best;
  }
  return best;
}
