/* SPDX-License-Identifier: Apache-2.0
 * Collecting of installers. */
#include "publish/site-found.h"

#include "base/version.h"
#include "model/text-rule.h"
#include "ports/fs.h"

#include <string.h>

static struct ce_site_installer *find_arch(struct ce_site_installers *installers, const char *arch) {
  for (size_t i = 0; i < installers->count; i++) {
    if (strcmp(installers->items[i].arch, arch) == 0) {
      return &installers->items[i];
    }
  }
  return NULL;
}

static enum ce_code append(struct ce_site_installers *installers, struct ce_site_installer *installer,
                           struct ce_error *err) {
  if (installers->count == CE_SITE_INSTALLERS_MAX) {
    return ce_fail(err, CE_USAGE, "read installer", installer->file_name, "more than %d installers",
                   CE_SITE_INSTALLERS_MAX);
  }
  installers->items[installers->count++] = *installer;
  *installer = (struct ce_site_installer){0};
  return CE_OK;
}

static enum ce_code check_name(const struct ce_site_installers *installers,
                               const struct ce_site_installer *installer, struct ce_error *err) {
  for (size_t i = 0; i < installers->count; i++) {
    if (strcmp(installers->items[i].file_name, installer->file_name) == 0) {
      return ce_fail(err, CE_CONFLICT, "read installer", installer->file_name,
                     "two installers have this name; the page's links could not tell them apart");
    }
  }
  return CE_OK;
}

enum ce_code ce_site_installers_add(struct ce_site_installers *installers, const char *path,
                                    const struct ce_client_options *how, struct ce_error *err) {
  CE_AUTO(ce_site_installer) struct ce_site_installer installer = {0};
  enum ce_code code = ce_site_installer_read(path, how, &installer, err);
  if (code == CE_OK) {
    code = check_name(installers, &installer, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (find_arch(installers, installer.arch)) {
    return ce_fail(err, CE_CONFLICT, "read installer", path, "there is another installer for %s",
                   installer.arch);
  }
  return append(installers, &installer, err);
}

/* The newer of two for one architecture. */
static enum ce_code settle(struct ce_site_installer *have, struct ce_site_installer *found,
                           struct ce_error *err) {
  int order = ce_version_compare(found->version, have->version);
  if (order == 0) {
    return ce_fail(err, CE_CONFLICT, "read installer", found->file_name,
                   "%s is version %s for %s, too; say with --installer which one is meant", have->file_name,
                   have->version, have->arch);
  }
  if (order > 0) {
    struct ce_site_installer older = *have;
    *have = *found;
    *found = older;
  }
  return CE_OK;
}

static enum ce_code take_found(struct ce_site_installers *installers, const char *path,
                               const struct ce_client_options *how, struct ce_error *err) {
  CE_AUTO(ce_site_installer) struct ce_site_installer installer = {0};
  enum ce_code code = ce_site_installer_read(path, how, &installer, err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_site_installer *have = find_arch(installers, installer.arch);
  return have ? settle(have, &installer, err) : append(installers, &installer, err);
}

enum ce_code ce_site_installers_find(struct ce_site_installers *installers, const char *directory,
                                     const struct ce_client_options *how, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = ce_fs_open_root(directory, &fs, err);
  if (code == CE_OK) {
    code = ce_fs_list(fs, "", &names, err);
  }
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    if (!ce_text_ends_with(names.items[i], CE_SITE_INSTALLER_ENDING)) {
      continue;
    }
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", directory, names.items[i]);
    code = path ? take_found(installers, path, how, err) : ce_fail_memory(err, directory);
  }
  if (code == CE_OK && installers->count == 0) {
    return ce_fail(err, CE_NO_SOURCE, "find installers", directory,
                   "no *" CE_SITE_INSTALLER_ENDING " lies beside the page; name one with --installer");
  }
  return code;
}

static int rank(const char *arch) {
  static const char *const common[] = {"x86_64", "aarch64"};
  int place = 0;
  while (place < 2 && strcmp(arch, common[place]) != 0) {
    place++;
  }
  return place;
}

static int compare(const void *a, const void *b) {
  const struct ce_site_installer *left = a, *right = b;
  int order = rank(left->arch) - rank(right->arch);
  return order ? order : strcmp(left->arch, right->arch);
}

void ce_site_installers_sort(struct ce_site_installers *installers) {
  qsort(installers->items, installers->count, sizeof *installers->items, compare);
}
