/* SPDX-License-Identifier: Apache-2.0
 * The metadata that GVfs keeps of a person's files, through the machine's own libgio, which is opened at run
 * time: desktops that read these marks have the library, but not always the program gio(1). */
#ifndef CE_LAUNCHER_GVFS_METADATA_H
#define CE_LAUNCHER_GVFS_METADATA_H

#include <stdbool.h>

/* What is used of libgio; its objects are opaque here. Tests give their own. */
struct ce_gvfs_calls {
  void *(*file_new_for_path)(const char *path);
  int (*file_set_attribute)(void *file, const char *attribute, unsigned type, const void *value,
                            unsigned flags, void *cancellable, void **error);
  void (*object_unref)(void *object);
};

struct ce_gvfs_mark {
  const char *attribute; /* "metadata::..." */
  const char *value;     /* NULL: taken away */
};

/* False where the machine has no libgio. It stays open: what it starts outlives any call. */
bool ce_gvfs_load(struct ce_gvfs_calls *ret);
/* Sets them in their order, up to the first that fails, which ends it: a service that does not answer is not
 * asked again. May take as long as the session's bus does. */
bool ce_gvfs_set(const struct ce_gvfs_calls *calls, const char *path, const struct ce_gvfs_mark marks[],
                 unsigned count);

#endif
