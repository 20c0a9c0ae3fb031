/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk: the calls that look at and change names. */
#include "fakes/disk-model.h"

#include <errno.h>
#include <string.h>

#define LINKS_MAX 16

/* Where a walk stands: a stack of directories for "..". */
struct walk {
  const struct ce_disk *disk;
  size_t stack[64];
  size_t depth; /* stack[depth] is the directory */
  unsigned links;
};

static int walk_into(struct walk *walk, const char *path);

static int walk_name(struct walk *walk, const char *name) {
  if (name[0] == '\0' || strcmp(name, ".") == 0) {
    return 0;
  }
  if (strcmp(name, "..") == 0) {
    walk->depth -= walk->depth > 0;
    return 0;
  }
  const struct ce_disk_inode *directory = walk->disk->inodes[walk->stack[walk->depth]];
  size_t number = ce_disk_names_find(&directory->seen.names, name);
  if (number == CE_DISK_NO_INODE) {
    return ENOENT;
  }
  const struct ce_disk_inode *inode = walk->disk->inodes[number];
  if (inode->type == CE_FS_LINK) {
    walk->depth = inode->link_text[0] == '/' ? 0 : walk->depth;
    return ++walk->links > LINKS_MAX ? ELOOP : walk_into(walk, inode->link_text);
  }
  if (inode->type != CE_FS_DIRECTORY) {
    return ENOTDIR;
  }
  if (walk->depth + 1 == sizeof walk->stack / sizeof walk->stack[0]) {
    return ENAMETOOLONG;
  }
  walk->stack[++walk->depth] = number;
  return 0;
}

static int walk_into(struct walk *walk, const char *path) {
  CE_AUTO(ce_free) char *rest = ce_disk_memory(strdup(path));
  char *state = NULL;
  int failed = 0;
  for (char *name = strtok_r(rest, "/", &state); name && !failed; name = strtok_r(NULL, "/", &state)) {
    failed = walk_name(walk, name);
  }
  return failed;
}

int ce_disk_resolve(const struct ce_disk *disk, const char *path, size_t *ret_directory, char **ret_name) {
  const char *slash = strrchr(path, '/');
  CE_AUTO(ce_free) char *parent = ce_disk_memory(strndup(path, slash ? (size_t)(slash - path) : 0));
  struct walk walk = {.disk = disk};
  int failed = walk_into(&walk, parent);
  if (!failed) {
    *ret_directory = walk.stack[walk.depth];
    *ret_name = ce_disk_memory(strdup(slash ? slash + 1 : path));
  }
  return failed;
}

int ce_disk_find(const struct ce_disk *disk, const char *path, size_t *ret_inode) {
  size_t directory = 0;
  CE_AUTO(ce_free) char *name = NULL;
  int failed = ce_disk_resolve(disk, path, &directory, &name);
  if (failed) {
    return failed;
  }
  size_t inode = name[0] ? ce_disk_names_find(&disk->inodes[directory]->seen.names, name) : directory;
  if (inode == CE_DISK_NO_INODE) {
    return ENOENT;
  }
  *ret_inode = inode;
  return 0;
}

static enum ce_code find(struct ce_fs *fs, enum ce_disk_call call, const char *op, const char *path,
                         struct ce_disk **ret_disk, size_t *ret_inode, struct ce_error *err) {
  enum ce_code code = ce_disk_enter(fs, call, op, path, ret_disk, err);
  int failed = code == CE_OK ? ce_disk_find(*ret_disk, path, ret_inode) : 0;
  return failed ? ce_fail_sys(err, failed, op, path) : code;
}

/* The place for a new name: nothing is there yet, and it may be written. */
static enum ce_code find_place(struct ce_fs *fs, const char *op, const char *path, struct ce_disk **ret_disk,
                               size_t *ret_directory, char **ret_name, struct ce_error *err) {
  enum ce_code code = ce_disk_enter(fs, CE_DISK_GROWS, op, path, ret_disk, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *name = NULL;
  int failed = ce_disk_resolve(*ret_disk, path, ret_directory, &name);
  if (failed) {
    return ce_fail_sys(err, failed, op, path);
  }
  const struct ce_disk_inode *directory = (*ret_disk)->inodes[*ret_directory];
  if (!name[0] || ce_disk_names_find(&directory->seen.names, name) != CE_DISK_NO_INODE) {
    return ce_fail_sys(err, EEXIST, op, path);
  }
  if ((*ret_disk)->read_only[directory->device]) {
    return ce_fail_sys(err, EROFS, op, path);
  }
  *ret_name = ce_take(&name);
  return CE_OK;
}

enum ce_code ce_disk_op_inspect(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret,
                                struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code = find(fs, CE_DISK_LOOKS, "inspect", path, &disk, &number, err);
  if (code == CE_OK) {
    const struct ce_disk_inode *inode = disk->inodes[number];
    *ret = (struct ce_fs_stat){.type = inode->type,
                               .mode = inode->type == CE_FS_LINK ? 0777 : inode->seen.meta.mode,
                               .uid = inode->seen.meta.uid,
                               .gid = inode->seen.meta.gid,
                               .size_bytes = inode->seen.bytes.size,
                               .device = inode->device + 1,
                               .inode = number};
  }
  return code;
}

enum ce_code ce_disk_op_read_link(struct ce_fs *fs, const char *path, char **ret, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code = find(fs, CE_DISK_LOOKS, "read link", path, &disk, &number, err);
  if (code != CE_OK) {
    return code;
  }
  if (disk->inodes[number]->type != CE_FS_LINK) {
    return ce_fail_sys(err, EINVAL, "read link", path);
  }
  *ret = ce_disk_memory(strdup(disk->inodes[number]->link_text));
  return CE_OK;
}

enum ce_code ce_disk_op_list(struct ce_fs *fs, const char *path, struct ce_fs_names *ret,
                             struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code = find(fs, CE_DISK_LOOKS, "list", path, &disk, &number, err);
  if (code != CE_OK) {
    return code;
  }
  if (disk->inodes[number]->type != CE_FS_DIRECTORY) {
    return ce_fail_sys(err, ENOTDIR, "list", path);
  }
  const struct ce_disk_names *names = &disk->inodes[number]->seen.names;
  ret->items = ce_disk_memory(calloc(names->count + 1, sizeof *ret->items));
  ret->count = names->count;
  for (size_t i = 0; i < names->count; i++) {
    ret->items[i] = ce_disk_memory(strdup(names->items[i].name));
  }
  return CE_OK;
}

enum ce_code ce_disk_op_make_directory(struct ce_fs *fs, const char *path, uint32_t mode,
                                       struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t directory = 0;
  CE_AUTO(ce_free) char *name = NULL;
  enum ce_code code = find_place(fs, "make directory", path, &disk, &directory, &name, err);
  if (code == CE_OK) {
    size_t made = ce_disk_add_inode(disk, CE_FS_DIRECTORY, disk->inodes[directory]->device, mode);
    ce_disk_name(disk, directory, name, made, made);
  }
  return code;
}

enum ce_code ce_disk_op_make_link(struct ce_fs *fs, const char *target, const char *path,
                                  struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t directory = 0;
  CE_AUTO(ce_free) char *name = NULL;
  enum ce_code code = find_place(fs, "make link", path, &disk, &directory, &name, err);
  if (code == CE_OK) {
    size_t made = ce_disk_add_inode(disk, CE_FS_LINK, disk->inodes[directory]->device, 0777);
    ce_disk_own(disk, made)->link_text = ce_disk_memory(strdup(target));
    ce_disk_name(disk, directory, name, made, made);
  }
  return code;
}

/* The name at path and what it means, to be taken away. */
static enum ce_code find_name(struct ce_fs *fs, const char *op, const char *path, struct ce_disk **ret_disk,
                              size_t *ret_directory, char **ret_name, struct ce_disk_inode **ret,
                              struct ce_error *err) {
  enum ce_code code = ce_disk_enter(fs, CE_DISK_CHANGES, op, path, ret_disk, err);
  if (code != CE_OK) {
    return code;
  }
  size_t number = 0;
  CE_AUTO(ce_free) char *name = NULL;
  int failed = ce_disk_find(*ret_disk, path, &number);
  if (!failed) {
    failed = ce_disk_resolve(*ret_disk, path, ret_directory, &name);
  }
  if (!failed && (*ret_disk)->read_only[(*ret_disk)->inodes[*ret_directory]->device]) {
    failed = EROFS;
  }
  if (failed) {
    return ce_fail_sys(err, failed, op, path);
  }
  *ret_name = ce_take(&name);
  *ret = (*ret_disk)->inodes[number];
  return CE_OK;
}

enum ce_code ce_disk_op_remove_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t directory = 0;
  struct ce_disk_inode *inode = NULL;
  CE_AUTO(ce_free) char *name = NULL;
  enum ce_code code = find_name(fs, "remove directory", path, &disk, &directory, &name, &inode, err);
  if (code != CE_OK) {
    return code;
  }
  int failed = inode->type != CE_FS_DIRECTORY                     ? ENOTDIR
               : inode->seen.names.count > 0                      ? ENOTEMPTY
               : inode->device != disk->inodes[directory]->device ? EBUSY
                                                                  : 0;
  if (failed) {
    return ce_fail_sys(err, failed, "remove directory", path);
  }
  ce_disk_name(disk, directory, name, CE_DISK_NO_INODE, CE_DISK_NO_INODE);
  return CE_OK;
}

enum ce_code ce_disk_op_remove_file(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t directory = 0;
  struct ce_disk_inode *inode = NULL;
  CE_AUTO(ce_free) char *name = NULL;
  enum ce_code code = find_name(fs, "remove", path, &disk, &directory, &name, &inode, err);
  if (code == CE_OK && inode->type == CE_FS_DIRECTORY) {
    return ce_fail_sys(err, EISDIR, "remove", path);
  }
  if (code == CE_OK) {
    disk->freed_bytes += inode->seen.bytes.size;
    ce_disk_name(disk, directory, name, CE_DISK_NO_INODE, CE_DISK_NO_INODE);
  }
  return code;
}

/* What rename(2) says about replacing what is at the new name. */
static int judge_target(const struct ce_disk *disk, const struct ce_disk_inode *from, size_t to_directory,
                        const char *to_name) {
  const struct ce_disk_inode *directory = disk->inodes[to_directory];
  if (directory->device != from->device) {
    return EXDEV;
  }
  size_t number = ce_disk_names_find(&directory->seen.names, to_name);
  const struct ce_disk_inode *there = number == CE_DISK_NO_INODE ? NULL : disk->inodes[number];
  if (!there) {
    return 0;
  }
  if (from->type == CE_FS_DIRECTORY && there->type != CE_FS_DIRECTORY) {
    return ENOTDIR;
  }
  if (from->type != CE_FS_DIRECTORY && there->type == CE_FS_DIRECTORY) {
    return EISDIR;
  }
  return there->seen.names.count > 0 ? ENOTEMPTY : 0;
}

enum ce_code ce_disk_op_rename(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t directory = 0;
  size_t to_directory = 0;
  struct ce_disk_inode *inode = NULL;
  CE_AUTO(ce_free) char *name = NULL;
  CE_AUTO(ce_free) char *to_name = NULL;
  enum ce_code code = find_name(fs, "rename", from, &disk, &directory, &name, &inode, err);
  if (code != CE_OK) {
    return code;
  }
  int failed = ce_disk_resolve(disk, to, &to_directory, &to_name);
  if (!failed) {
    failed = judge_target(disk, inode, to_directory, to_name);
  }
  if (failed) {
    return ce_fail_sys(err, failed, "rename", to);
  }
  ce_disk_rename_entry(disk, directory, name, to_directory, to_name);
  return CE_OK;
}

static enum ce_code find_changeable(struct ce_fs *fs, const char *op, const char *path,
                                    struct ce_disk **ret_disk, size_t *ret, struct ce_error *err) {
  enum ce_code code = find(fs, CE_DISK_CHANGES, op, path, ret_disk, ret, err);
  if (code == CE_OK && (*ret_disk)->read_only[(*ret_disk)->inodes[*ret]->device]) {
    return ce_fail_sys(err, EROFS, op, path);
  }
  return code;
}

enum ce_code ce_disk_op_set_mode(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code = find_changeable(fs, "set mode", path, &disk, &number, err);
  if (code == CE_OK) {
    struct ce_disk_meta meta = disk->inodes[number]->seen.meta;
    meta.mode = mode;
    ce_disk_set_meta(disk, number, meta);
  }
  return code;
}

enum ce_code ce_disk_op_set_owner(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                                  struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code = find_changeable(fs, "set owner", path, &disk, &number, err);
  if (code == CE_OK) {
    struct ce_disk_meta meta = disk->inodes[number]->seen.meta;
    meta.uid = uid;
    meta.gid = gid;
    meta.mode &= ~06000u;
    ce_disk_set_meta(disk, number, meta);
  }
  return code;
}

enum ce_code ce_disk_op_relabel(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  return find_changeable(fs, "relabel", path, &disk, &number, err);
}

enum ce_code ce_disk_op_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code = find(fs, CE_DISK_SYNCS, "sync directory", path, &disk, &number, err);
  if (code == CE_OK && disk->inodes[number]->type != CE_FS_DIRECTORY) {
    return ce_fail_sys(err, ENOTDIR, "sync directory", path);
  }
  if (code == CE_OK) {
    ce_disk_keep_names(disk, number);
  }
  return code;
}

enum ce_code ce_disk_op_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_disk *disk = (struct ce_disk *)fs;
  size_t number = 0;
  bool alive = !disk->stopped;
  bool known = ce_disk_find(disk, path, &number) == 0;
  enum ce_code code = find(fs, CE_DISK_SYNCS, "sync file system", path, &disk, &number, err);
  if (code == CE_OK) {
    ce_disk_keep_device(disk, disk->inodes[number]->device);
  } else if (alive && !((struct ce_disk *)fs)->stopped && known) {
    ce_disk_lose_device_data((struct ce_disk *)fs, ((struct ce_disk *)fs)->inodes[number]->device);
  }
  return code;
}

enum ce_code ce_disk_op_space(struct ce_fs *fs, const char *path, struct ce_fs_space *ret,
                              struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = ce_disk_enter(fs, CE_DISK_LOOKS, "space", path, &disk, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *place = ce_disk_memory(strdup(path));
  size_t number = 0;
  while (ce_disk_find(disk, place, &number) != 0) {
    char *slash = strrchr(place, '/');
    *(slash ? slash : place) = '\0';
  }
  size_t device = disk->inodes[number]->device;
  *ret = (struct ce_fs_space){.device = device + 1,
                              .free_bytes = disk->free_bytes,
                              .free_inodes = UINT64_MAX,
                              .read_only = disk->read_only[device]};
  return CE_OK;
}
