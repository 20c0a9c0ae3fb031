/* SPDX-License-Identifier: Apache-2.0
 * Walking through PATH. */
#include "cli/search-path.h"

#include "base/blob.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

char *ce_search_path_find(const char *name) {
  const char *path = getenv("PATH");
  for (const char *entry = path; entry; entry = strchr(entry, ':') ? strchr(entry, ':') + 1 : NULL) {
    struct stat stat_buffer;
    size_t length = strcspn(entry, ":");
    CE_AUTO(ce_free) char *candidate = ce_text_format("%.*s/%s", (int)length, entry, name);
    bool usable = candidate && entry[0] == '/' && length < PATH_MAX && stat(candidate, &stat_buffer) == 0 &&
                  S_ISREG(stat_buffer.st_mode) && access(candidate, X_OK) == 0;
    if (usable) {
      return ce_take(&candidate);
    }
  }
  return NULL;
}
