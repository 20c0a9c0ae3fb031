/* SPDX-License-Identifier: Apache-2.0
 * What the monitor looks after: the paths of a receipt, and how each of them must be. Pure. */
#ifndef CE_MONITOR_WATCHED_H
#define CE_MONITOR_WATCHED_H

#include "model/receipt.h"

enum ce_watched_state {
  CE_WATCHED_IN_PLACE,
  CE_WATCHED_MISSING,
  CE_WATCHED_CHANGED,    /* another type, mode, content or link target */
  CE_WATCHED_UNREADABLE, /* looking at it failed */
};

struct ce_watched {
  char *path; /* relpath below the root */
  struct ce_path_state expected;
  enum ce_watched_state state; /* as it was reported last; IN_PLACE at first */
  bool due;                    /* something happened to it since it was looked at; true at first */
};

/* Sorted by path, unique. */
struct ce_watched_list {
  struct ce_watched *items;
  size_t count;
  char *version; /* of the environment; "" when nothing is installed */
};

void ce_watched_list_free(struct ce_watched_list *list);
CE_DEFINE_AUTO(ce_watched_list, struct ce_watched_list *, ce_watched_list_free);

/* Everything outside the version tree, the link CE_CURRENT, and of the tree what programs load: bin/ and
 * lib/pkcs11/. A receipt that is NULL or says that nothing is installed gives an empty list. MEMORY. */
CE_MUST_USE enum ce_code ce_watched_list_make(const struct ce_receipt *receipt, struct ce_watched_list **ret,
                                              struct ce_error *err);
/* The states of paths that both lists have. */
void ce_watched_list_take_states(struct ce_watched_list *list, const struct ce_watched_list *older);
/* What the item is, seen as it is now. A digest is compared when actual->digest_known. */
enum ce_watched_state ce_watched_judge(const struct ce_path_state *expected,
                                       const struct ce_path_state *actual);

/* A line for the log: sd-daemon(3) priority, path and what happened, malloc'ed; *ret is NULL when the
 * change from `from` to `to` is no news. MEMORY. */
CE_MUST_USE enum ce_code ce_watched_message(const char *path, enum ce_watched_state from,
                                            enum ce_watched_state to, char **ret, struct ce_error *err);

#endif
