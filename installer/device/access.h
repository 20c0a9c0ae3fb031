/* SPDX-License-Identifier: Apache-2.0
 * What the session's user may do with a device node, told from the node's mode and access list without
 * becoming that user: the installer runs as root and would always be let in. */
#ifndef CE_DEVICE_ACCESS_H
#define CE_DEVICE_ACCESS_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

#define CE_ACCESS_GROUPS_MAX 4096
#define CE_ACCESS_LIST_BYTES 4096 /* of an access list; a longer one is not understood */

enum ce_access {
  CE_ACCESS_UNKNOWN, /* no user was given, or the node cannot be looked at */
  CE_ACCESS_NONE,
  CE_ACCESS_READ,
  CE_ACCESS_READ_WRITE
};

/* Owns groups. */
struct ce_access_user {
  uid_t uid;
  gid_t gid;
  gid_t *groups; /* supplementary ones; may be NULL */
  size_t group_count;
};
void ce_access_user_clear(struct ce_access_user *user);
CE_DEFINE_AUTO_IN_PLACE(ce_access_user, struct ce_access_user, ce_access_user_clear);

/* The account and its groups by the machine's databases. NOT_FOUND when there is no such account. */
CE_MUST_USE enum ce_code ce_access_user_load(uid_t uid, struct ce_access_user *ret, struct ce_error *err);

/* What decides: the node's owner, mode, and the bytes of its system.posix_acl_access attribute (size 0:
 * none). */
struct ce_access_subject {
  uid_t uid;
  gid_t gid;
  mode_t mode;
  const void *list;
  size_t list_size;
};
/* Pure; acl(5), "access check algorithm". An access list that is not understood gives UNKNOWN. */
enum ce_access ce_access_decide(const struct ce_access_subject *subject, const struct ce_access_user *user);
/* The same for a node below directory_fd. UNKNOWN when it is not there or user is NULL. */
enum ce_access ce_access_of_node(int directory_fd, const char *path, const struct ce_access_user *user);

const char *ce_access_name(enum ce_access access); /* "read-write" */

#endif
