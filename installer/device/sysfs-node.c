/* SPDX-License-Identifier: Apache-2.0
 * Finding a device's nodes. */
#include "device/sysfs-node.h"

#include "device/printable.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* Under a name of /dev; a name of sysfs has no slash. */
static void add_node(const struct ce_sysfs *sysfs, struct ce_device *device, enum ce_device_node_kind kind,
                     const char *name) {
  if (device->node_count == CE_DEVICE_NODE_MAX || strlen(name) + sizeof "/dev/" > CE_DEVICE_NODE_SIZE) {
    return;
  }
  struct ce_device_node *node = &device->nodes[device->node_count++];
  node->kind = kind;
  snprintf(node->path, sizeof node->path, "/dev/%s", name);
  node->present = sysfs->dev_fd >= 0 && faccessat(sysfs->dev_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  node->access = node->present ? ce_access_of_node(sysfs->dev_fd, name, sysfs->user) : CE_ACCESS_UNKNOWN;
}

void ce_sysfs_add_usb_node(const struct ce_sysfs *sysfs, struct ce_device *device) {
  if (device->bus_number > 0 && device->device_number > 0) {
    char name[CE_DEVICE_NODE_SIZE];
    snprintf(name, sizeof name, "bus/usb/%03u/%03u", device->bus_number, device->device_number);
    add_node(sysfs, device, CE_DEVICE_NODE_USB, name);
  }
}

static bool is_numbered(const char *name, const char *prefix) {
  size_t length = strlen(prefix);
  return strncmp(name, prefix, length) == 0 && name[length] &&
         strspn(name + length, "0123456789") == strlen(name + length);
}

struct search {
  const struct ce_sysfs *sysfs;
  struct ce_device *device;
  unsigned visited;
};

static void take_entry(struct search *search, const char *class_name, const char *name) {
  if (strcmp(class_name, "hidraw") == 0 && is_numbered(name, "hidraw")) {
    add_node(search->sysfs, search->device, CE_DEVICE_NODE_HIDRAW, name);
  } else if (strcmp(class_name, "scsi_generic") == 0 && is_numbered(name, "sg")) {
    add_node(search->sysfs, search->device, CE_DEVICE_NODE_SG, name);
  }
}

/* directory_name is the name of what fd, which this owns, is. Links are not followed, so it stays below the
 * interface. */
static void search_directory(struct search *search, int fd, const char *directory_name, unsigned depth) {
  DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
  if (!directory) {
    ce_fd_auto(&fd);
    return;
  }
  bool is_class = strcmp(directory_name, "hidraw") == 0 || strcmp(directory_name, "scsi_generic") == 0;
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] == '.' || entry->d_type != DT_DIR) {
      continue;
    }
    if (is_class) {
      take_entry(search, directory_name, entry->d_name);
    } else if (depth < CE_SYSFS_DEPTH_MAX && search->visited++ < CE_SYSFS_VISIT_MAX) {
      search_directory(
          search, openat(dirfd(directory), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
          entry->d_name, depth + 1);
    }
  }
  closedir(directory);
}

void ce_sysfs_add_nodes(const struct ce_sysfs *sysfs, struct ce_device *device, int interface_fd) {
  struct search search = {.sysfs = sysfs, .device = device};
  search_directory(&search, openat(interface_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "", 0);
}

static int compare_nodes(const void *one, const void *other) {
  const struct ce_device_node *a = one;
  const struct ce_device_node *b = other;
  return a->kind != b->kind ? (int)a->kind - (int)b->kind : strverscmp(a->path, b->path);
}

void ce_sysfs_sort_nodes(struct ce_device *device) {
  qsort(device->nodes, device->node_count, sizeof device->nodes[0], compare_nodes);
}
