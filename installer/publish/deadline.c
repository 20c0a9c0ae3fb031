/* SPDX-License-Identifier: Apache-2.0
 * Looking at expiry. */
#include "publish/deadline.h"

#include "publish/document.h"
#include "trust/instant.h"

enum ce_code ce_deadline_warn_days(const struct ce_publish_arguments *arguments, int64_t *ret,
                                   struct ce_error *err) {
  const char *text = ce_publish_arguments_value(arguments, "warn-days");
  int64_t days = -1;
  enum ce_code code =
      text ? ce_publish_number_parse("warn-days", text, 0, CE_DEADLINE_WARN_DAYS_MAX, &days, err) : CE_OK;
  if (code == CE_OK) {
    *ret = days;
  }
  return code;
}

struct deadline {
  const struct ce_publish_arguments *arguments;
  const struct ce_published *published;
  int64_t days; /* -1: by the role's validity */
};

static int64_t warn_days(const struct deadline *deadline, enum ce_role role) {
  int64_t third = ce_document_days(deadline->published->root.body, role) / 3;
  if (deadline->days >= 0) {
    return deadline->days;
  }
  return third < CE_DEADLINE_WARN_DAYS ? third : CE_DEADLINE_WARN_DAYS;
}

/* role: whose validity it has. */
static size_t report(const struct deadline *deadline, enum ce_role role, const char *name,
                     const json_t *body) {
  const struct ce_publish_arguments *arguments = deadline->arguments;
  int64_t expires_s = ce_document_expires(body), left_s = expires_s - arguments->now_s;
  char when[CE_INSTANT_SIZE];
  if (left_s > warn_days(deadline, role) * CE_DEADLINE_DAY_S) {
    return 0;
  }
  ce_instant_format(expires_s, when);
  if (left_s <= 0) {
    ce_publish_report(arguments, N_("expired  %s, on %s"), name, when);
  } else {
    ce_publish_report(arguments, N_("expires  %s, on %s (in %lld days)"), name, when,
                      (long long)(left_s / CE_DEADLINE_DAY_S));
  }
  return 1;
}

size_t ce_deadline_report(const struct ce_publish_arguments *arguments, const struct ce_published *published,
                          int64_t days) {
  struct deadline deadline = {arguments, published, days};
  size_t count = report(&deadline, CE_ROLE_ROOT, "root", published->root.body);
  count += report(&deadline, CE_ROLE_TARGETS, "targets", published->targets.body);
  count += report(&deadline, CE_ROLE_SNAPSHOT, "snapshot", published->snapshot.body);
  count += report(&deadline, CE_ROLE_TIMESTAMP, "timestamp", published->timestamp.body);
  for (size_t i = 0; i < published->delegated_count; i++) {
    const struct ce_published_role *role = &published->delegated[i];
    count += report(&deadline, CE_ROLE_TARGETS, role->name, role->body);
  }
  return count;
}
