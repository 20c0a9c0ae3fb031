/* SPDX-License-Identifier: Apache-2.0
 * Collecting the ids of driver bundles. */
#include "device/drivers.h"

#include "device/plist.h"
#include "device/printable.h"

#include "base/blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void ce_driver_list_clear(struct ce_driver_list *list) {
  free(list->ids);
  *list = (struct ce_driver_list){0};
}

static uint32_t id_number(const struct ce_driver_id *id) {
  return (uint32_t)id->vendor_id << 16 | id->product_id;
}

static int compare_ids(const void *one, const void *other) {
  uint32_t a = id_number(one);
  uint32_t b = id_number(other);
  return (a > b) - (a < b);
}

const struct ce_driver_id *ce_driver_list_find(const struct ce_driver_list *list, uint16_t vendor_id,
                                               uint16_t product_id) {
  struct ce_driver_id wanted = {.vendor_id = vendor_id, .product_id = product_id};
  return list->count > 0 ? bsearch(&wanted, list->ids, list->count, sizeof wanted, compare_ids) : NULL;
}

/* The three arrays of one plist, filled side by side. */
struct columns {
  struct ce_driver_id *ids;
  size_t room;
  size_t vendors, products, names;
};

static enum ce_code refuse(struct ce_error *err, const char *problem, const char *value) {
  char shown[CE_DRIVERS_NAME_SIZE];
  ce_printable_copy(value, strlen(value), shown, sizeof shown);
  return ce_fail(err, CE_USAGE, "parse", "Info.plist", "%s: '%s'", problem, shown);
}

/* "0x08E6". */
static bool read_id(const char *text, uint16_t *ret) {
  size_t length = strlen(text);
  if (length < 3 || length > 6 || text[0] != '0' || (text[1] | 0x20) != 'x' ||
      strspn(text + 2, "0123456789abcdefABCDEF") != length - 2) {
    return false;
  }
  *ret = (uint16_t)strtoul(text + 2, NULL, 16);
  return true;
}

static enum ce_code visit_string(void *context, const char *key, const char *value, struct ce_error *err) {
  struct columns *columns = context;
  bool is_vendor = strcmp(key, "ifdVendorID") == 0;
  bool is_product = strcmp(key, "ifdProductID") == 0;
  if (!is_vendor && !is_product && strcmp(key, "ifdFriendlyName") != 0) {
    return CE_OK;
  }
  size_t *count = is_vendor ? &columns->vendors : is_product ? &columns->products : &columns->names;
  if (*count == columns->room) {
    return refuse(err, "there are more ids than allowed", value);
  }
  struct ce_driver_id *id = &columns->ids[*count];
  if ((is_vendor && !read_id(value, &id->vendor_id)) || (is_product && !read_id(value, &id->product_id))) {
    return refuse(err, "this is no id", value);
  }
  if (!is_vendor && !is_product) {
    ce_printable_copy(value, strlen(value), id->name, sizeof id->name);
  }
  (*count)++;
  return CE_OK;
}

/* Of equal ids always the same one comes first. */
static int compare_ids_and_names(const void *one, const void *other) {
  int order = compare_ids(one, other);
  return order ? order
               : strcmp(((const struct ce_driver_id *)one)->name, ((const struct ce_driver_id *)other)->name);
}

static void sort_unique(struct ce_driver_list *list) {
  qsort(list->ids, list->count, sizeof *list->ids, compare_ids_and_names);
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++) {
    if (kept == 0 || compare_ids(&list->ids[kept - 1], &list->ids[i]) != 0) {
      list->ids[kept++] = list->ids[i];
    }
  }
  list->count = kept;
}

static enum ce_code merge(struct ce_driver_list *list, const struct ce_driver_id *added, size_t count,
                          struct ce_error *err) {
  struct ce_driver_list merged = {.bundle_count = list->bundle_count + 1};
  merged.ids = calloc(list->count + count + 1, sizeof *merged.ids);
  if (!merged.ids) {
    return ce_fail_memory(err, "Info.plist");
  }
  for (size_t i = 0; i < list->count; i++) {
    merged.ids[merged.count++] = list->ids[i];
  }
  for (size_t i = 0; i < count && merged.count < CE_DRIVERS_IDS_MAX; i++) {
    if (!ce_driver_list_find(list, added[i].vendor_id, added[i].product_id)) {
      merged.ids[merged.count++] = added[i];
    }
  }
  sort_unique(&merged);
  ce_driver_list_clear(list);
  *list = merged;
  return CE_OK;
}

enum ce_code ce_driver_list_add_plist(struct ce_driver_list *list, const char *text, size_t size,
                                      struct ce_error *err) {
  if (size > CE_DRIVERS_PLIST_BYTES_MAX) {
    return ce_fail(err, CE_USAGE, "parse", "Info.plist", "%zu bytes; at most %u are allowed", size,
                   CE_DRIVERS_PLIST_BYTES_MAX);
  }
  size_t most = size / (sizeof "<string></string>" - 1) + 1;
  size_t room = most < CE_DRIVERS_IDS_MAX ? most : CE_DRIVERS_IDS_MAX;
  CE_AUTO(ce_free) struct ce_driver_id *ids = calloc(room, sizeof *ids);
  if (!ids) {
    return ce_fail_memory(err, "Info.plist");
  }
  struct columns columns = {.ids = ids, .room = room};
  enum ce_code code = ce_plist_read(text, size, "Info.plist", visit_string, &columns, err);
  if (code != CE_OK) {
    return code;
  }
  if (columns.vendors != columns.products || columns.vendors != columns.names) {
    return ce_fail(err, CE_USAGE, "parse", "Info.plist",
                   "%zu vendors, %zu products and %zu names do not belong together", columns.vendors,
                   columns.products, columns.names);
  }
  return merge(list, ids, columns.vendors, err);
}

const char *const *ce_driver_directories(void) {
  /* Debian and SUSE 64-bit, Fedora, Arch; a multiarch build. */
  static const char *const directories[] = {"usr/lib/pcsc/drivers", "usr/lib64/pcsc/drivers",
                                            "usr/lib/x86_64-linux-gnu/pcsc/drivers",
                                            "usr/lib/aarch64-linux-gnu/pcsc/drivers", NULL};
  return directories;
}

static enum ce_code read_file(int fd, struct ce_blob *ret, struct ce_error *err) {
  char buffer[4096];
  for (;;) {
    ssize_t got = TEMP_FAILURE_RETRY(read(fd, buffer, sizeof buffer));
    if (got <= 0 || ret->size > CE_DRIVERS_PLIST_BYTES_MAX) {
      return CE_OK;
    }
    enum ce_code code = ce_blob_append(ret, buffer, (size_t)got, err);
    if (code != CE_OK) {
      return code;
    }
  }
}

static enum ce_code add_bundle(int directory_fd, const char *name, struct ce_driver_list *list,
                               struct ce_error *err) {
  char path[NAME_MAX + sizeof "/Contents/Info.plist"];
  snprintf(path, sizeof path, "%s/Contents/Info.plist", name);
  CE_AUTO(ce_fd) int fd = openat(directory_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat found;
  if (fd < 0 || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
    return CE_OK;
  }
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = read_file(fd, &text, err);
  struct ce_error failure;
  if (code == CE_OK) {
    code = ce_driver_list_add_plist(list, ce_blob_text(&text), text.size, &failure);
    if (code == CE_MEMORY) {
      *err = failure;
      return code;
    }
  }
  return code == CE_USAGE ? CE_OK : code;
}

static int is_bundle(const struct dirent *entry) {
  size_t length = strlen(entry->d_name);
  return length > 7 && entry->d_name[0] != '.' && strcmp(entry->d_name + length - 7, ".bundle") == 0;
}

/* In the order of their names, so that the same bundle wins each time. */
static enum ce_code add_bundles(int directory_fd, struct ce_driver_list *list, struct ce_error *err) {
  struct dirent **entries = NULL;
  int count = scandirat(directory_fd, ".", &entries, is_bundle, alphasort);
  enum ce_code code = CE_OK;
  for (int i = 0; i < count; i++) {
    if (code == CE_OK && i < CE_DRIVERS_BUNDLES_MAX) {
      code = add_bundle(directory_fd, entries[i]->d_name, list, err);
    }
    free(entries[i]);
  }
  free(entries);
  return code;
}

enum ce_code ce_driver_list_load(int root_fd, struct ce_driver_list *ret, struct ce_error *err) {
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  for (const char *const *path = ce_driver_directories(); *path; path++) {
    CE_AUTO(ce_fd) int fd = openat(root_fd, *path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
      continue;
    }
    enum ce_code code = add_bundles(fd, &list, err);
    if (code != CE_OK) {
      return code;
    }
    break;
  }
  *ret = list;
  list = (struct ce_driver_list){0};
  return CE_OK;
}
