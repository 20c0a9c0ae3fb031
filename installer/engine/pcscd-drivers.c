/* SPDX-License-Identifier: Apache-2.0
 * Reading the bundles of others. */
#include "engine/pcscd-drivers.h"

#include "base/blob.h"
#include "base/relpath.h"
#include "model/layout.h"
#include "model/text-rule.h"
#include "ports/fs-document.h"

#include <string.h>

#define LINKS_MAX 8

/* Where the link at path leads, as a path below the root; NULL when it does not lead to a valid one. */
static char *follow(struct ce_fs *fs, const char *path) {
  struct ce_error ignored;
  CE_AUTO(ce_free) char *text = NULL;
  char *led = NULL;
  if (ce_fs_read_link(fs, path, &text, &ignored) != CE_OK) {
    return NULL;
  }
  if (text[0] == '/') {
    const char *below = text + strspn(text, "/");
    return ce_relpath_problem(below, strlen(below)) ? NULL : strdup(below);
  }
  return ce_relpath_resolve_link(path, text, CE_IO, &led, &ignored) == CE_OK ? led : NULL;
}

/* Takes path over. The regular file that it leads to; NULL when there is none. */
static char *find_file(struct ce_fs *fs, char *path) {
  struct ce_error ignored;
  for (int links = 0; path && links <= LINKS_MAX; links++) {
    struct ce_fs_stat stat;
    enum ce_code code = ce_fs_inspect(fs, path, &stat, &ignored);
    if (code == CE_OK && stat.type == CE_FS_FILE) {
      return path;
    }
    char *next = code == CE_OK && stat.type == CE_FS_LINK ? follow(fs, path) : NULL;
    free(path);
    path = next;
  }
  free(path);
  return NULL;
}

static enum ce_code add_bundle(struct ce_fs *fs, const char *directory, const char *name,
                               struct ce_driver_list *list, struct ce_error *err) {
  CE_AUTO(ce_free)
  char *path = find_file(fs, ce_text_format("%s/%s/Contents/Info.plist", directory, name));
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error failure;
  enum ce_code code =
      path ? ce_fs_document_read(fs, path, CE_DRIVERS_PLIST_BYTES_MAX, &text, &failure) : CE_NOT_FOUND;
  if (code == CE_OK) {
    code = ce_driver_list_add_plist(list, ce_blob_text(&text), text.size, &failure);
  }
  if (code == CE_MEMORY) {
    *err = failure;
    return code;
  }
  return CE_OK;
}

static bool is_of_others(const char *name) {
  return name[0] != '.' && ce_text_ends_with(name, ".bundle") && strcmp(name, CE_DRIVER_BUNDLE) != 0;
}

enum ce_code ce_pcscd_drivers_load(struct ce_fs *fs, const char **ret_directory, struct ce_driver_list *ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error ignored;
  const char *const *directory = ce_driver_directories();
  while (*directory && ce_fs_list(fs, *directory, &names, &ignored) != CE_OK) {
    directory++;
  }
  size_t read = 0;
  for (size_t i = 0; i < names.count && read < CE_DRIVERS_BUNDLES_MAX; i++) {
    if (is_of_others(names.items[i])) {
      enum ce_code code = add_bundle(fs, *directory, names.items[i], &list, err);
      if (code != CE_OK) {
        return code;
      }
      read++;
    }
  }
  *ret_directory = *directory;
  *ret = list;
  list = (struct ce_driver_list){0};
  return CE_OK;
}
