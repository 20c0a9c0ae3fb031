/* SPDX-License-Identifier: Apache-2.0
 * File labels by the policy of the running host, through its own libselinux opened at run time; private to
 * ports/. */
#ifndef CE_PORTS_SELINUX_H
#define CE_PORTS_SELINUX_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

/* What is used of libselinux: selabel_open(3), selabel_lookup(3). Tests give their own. */
struct ce_selinux_calls {
  void *(*open)(unsigned backend, const void *options, unsigned option_count);
  int (*lookup)(void *labels, char **ret_context, const char *path, int mode);
  void (*free_context)(char *context);
  void (*close)(void *labels);
};

struct ce_selinux;

/* *ret is NULL where the host has no SELinux (no selinuxfs, no library, or disabled). */
CE_MUST_USE enum ce_code ce_selinux_load(struct ce_selinux **ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_selinux_new(const struct ce_selinux_calls *calls, struct ce_selinux **ret,
                                        struct ce_error *err);
void ce_selinux_free(struct ce_selinux *selinux); /* NULL is fine */
CE_DEFINE_AUTO(ce_selinux, struct ce_selinux *, ce_selinux_free);

/* Gives `name` in the directory the label of its real absolute path. Fine where the policy has none for it or
 * the file system keeps no labels. */
CE_MUST_USE enum ce_code ce_selinux_relabel(struct ce_selinux *selinux, int directory_fd, const char *name,
                                            mode_t mode, struct ce_error *err);

/* Whether `name` has the type that the policy gives its path; the other parts of a label are not restored by
 * restorecon(8) either. True where that cannot be told. */
CE_MUST_USE enum ce_code ce_selinux_fits(struct ce_selinux *selinux, int directory_fd, const char *name,
                                         mode_t mode, bool *ret_fits, struct ce_error *err);

#endif
