/* SPDX-License-Identifier: Apache-2.0
 * What `doctor --json` says about the machine, for the rows of the check page. */
#ifndef CE_GTK_CHECKS_H
#define CE_GTK_CHECKS_H

#include "base/cleanup.h"

#include <jansson.h>
#include <stdbool.h>

#define CE_CHECKS_MAX 200

enum ce_check_level { CE_CHECK_OK, CE_CHECK_ADVICE, CE_CHECK_WARNING, CE_CHECK_FAULT };

/* Strings are borrowed from the document, "" where it has none. */
struct ce_check {
  const char *group, *id, *message, *subject, *detail, *action, *fix;
  enum ce_check_level level;
};

struct ce_checks {
  json_t *document; /* owned; NULL: not looked yet */
  struct ce_check items[CE_CHECKS_MAX];
  size_t count;
};
void ce_checks_clear(struct ce_checks *checks);

/* Takes a reference of document. False when it is no such object; then checks is empty. */
bool ce_checks_read(struct ce_checks *ret, json_t *document);
/* The same of events `finding`, which a run tells before it asks about them. */
void ce_checks_read_findings(struct ce_checks *ret, const json_t *events);
/* The groups that stand in the way of an installation, or are worth knowing before: machine, security,
 * prerequisite. */
bool ce_check_matters_before(const struct ce_check *check);
/* The gravest level among them. */
enum ce_check_level ce_checks_level_before(const struct ce_checks *checks);
/* Whether it is about a product that can be switched off for a while, other than what a setting of the system
 * does. */
bool ce_check_is_product(const struct ce_check *check);
/* What `doctor --fix` can do about a key; "" where it can do nothing. */
const char *ce_checks_key_fix(const struct ce_checks *checks);
/* Whether the security findings of level warning and fault in checks include that id. */
bool ce_checks_warn_of(const struct ce_checks *checks, const char *id);

#endif
