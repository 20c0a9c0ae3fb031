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

/* How well a finding explains what happened; 0: not at all. Who refuses programs by trade comes before who
 * scans files. Advice counts for a plain EPERM only: somebody has done it, and an allow-list may be out of
 * date. A mount without execution says EACCES and nothing else. A program that died may have its own faults.
 */
static int explains(const struct ce_finding *finding, const struct ce_blame_case *what) {
  bool starts = what->act == CE_BLAME_START;
  bool by_trade = starts && finding->effects & CE_EFFECT_PROGRAMS;
  bool at_work = finding->level >= CE_FINDING_WARNING && finding->confidence >= CE_CONFIDENCE_MEDIUM;
  bool died = starts && what->sys_errno == 0 && what->exit_status > EXIT_SIGNAL;
  if (strcmp(finding->id, "noexec") == 0) {
    return by_trade && at_work && what->sys_errno == EACCES ? 3 : 0;
  }
  if (!at_work) {
    bool sure = by_trade && what->sys_errno == EPERM && finding->confidence == CE_CONFIDENCE_HIGH;
    return sure ? 1 : 0;
  }
  if (by_trade) {
    return 3;
  }
  return finding->effects & CE_EFFECT_FILES && !died ? 2 : 0;
}

const struct ce_finding *ce_blame_find(const struct ce_blame_case *what,
                                       const struct ce_finding_list *findings) {
  const struct ce_finding *best = NULL;
  int best_fit = 0;
  bool refused = ce_blame_is_refusal(what);
  for (size_t i = 0; refused && i < findings->count; i++) {
    int fit = explains(&findings->items[i], what);
    if (fit > best_fit) {
      best = &findings->items[i];
      best_fit = fit;
    }
  }
  return best;
}
