/* SPDX-License-Identifier: Apache-2.0
 * The kernel's access check for a user who is not us, from mode bits and access list. */
#include "device/access.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#define PASSWD_BYTES 65536

/* linux/posix_acl_xattr.h: a version, then entries; all little-endian. */
#define LIST_VERSION 2u
#define ENTRY_SIZE   8u
enum {
  TAG_USER_OBJ = 0x01,
  TAG_USER = 0x02,
  TAG_GROUP_OBJ = 0x04,
  TAG_GROUP = 0x08,
  TAG_MASK = 0x10,
  TAG_OTHER = 0x20
};
#define MAY_READ  4u
#define MAY_WRITE 2u

static const char *const access_names[] = {"unknown", "none", "read", "read-write"};

const char *ce_access_name(enum ce_access access) {
  return access_names[access];
}

void ce_access_user_clear(struct ce_access_user *user) {
  free(user->groups);
  *user = (struct ce_access_user){0};
}

enum ce_code ce_access_user_load(uid_t uid, struct ce_access_user *ret, struct ce_error *err) {
  char subject[32];
  snprintf(subject, sizeof subject, "user %u", (unsigned)uid);
  CE_AUTO(ce_free) char *buffer = malloc(PASSWD_BYTES);
  CE_AUTO(ce_free) gid_t *groups = calloc(CE_ACCESS_GROUPS_MAX, sizeof *groups);
  if (!buffer || !groups) {
    return ce_fail_memory(err, subject);
  }
  struct passwd account;
  struct passwd *found = NULL;
  if (getpwuid_r(uid, &account, buffer, PASSWD_BYTES, &found) != 0 || !found) {
    return ce_fail(err, CE_NOT_FOUND, "look up", subject, "this machine has no such account");
  }
  int count = CE_ACCESS_GROUPS_MAX;
  if (getgrouplist(found->pw_name, found->pw_gid, groups, &count) < 0) {
    count = CE_ACCESS_GROUPS_MAX;
  }
  *ret = (struct ce_access_user){
      .uid = uid, .gid = found->pw_gid, .groups = ce_take(&groups), .group_count = (size_t)count};
  return CE_OK;
}

static bool is_member(const struct ce_access_user *user, gid_t group) {
  bool found = user->gid == group;
  for (size_t i = 0; !found && i < user->group_count; i++) {
    found = user->groups[i] == group;
  }
  return found;
}

static enum ce_access from_bits(unsigned bits) {
  if (!(bits & MAY_READ)) {
    return CE_ACCESS_NONE;
  }
  return bits & MAY_WRITE ? CE_ACCESS_READ_WRITE : CE_ACCESS_READ;
}

static enum ce_access decide_by_mode(const struct ce_access_subject *subject,
                                     const struct ce_access_user *user) {
  unsigned shift = subject->uid == user->uid ? 6 : is_member(user, subject->gid) ? 3 : 0;
  return from_bits((unsigned)subject->mode >> shift);
}

struct entry {
  uint16_t tag, bits;
  uint32_t id;
};

static struct entry read_entry(const uint8_t *bytes) {
  struct entry entry;
  memcpy(&entry.tag, bytes, 2);
  memcpy(&entry.bits, bytes + 2, 2);
  memcpy(&entry.id, bytes + 4, 4);
  return (struct entry){.tag = le16toh(entry.tag), .bits = le16toh(entry.bits), .id = le32toh(entry.id)};
}

struct verdict {
  bool named, grouped; /* an entry is for this user by name; one is for a group of his */
  unsigned named_bits, group_bits, mask_bits, other_bits;
};

static void weigh_entry(const struct entry *entry, const struct ce_access_subject *subject,
                        const struct ce_access_user *user, struct verdict *verdict) {
  bool in_group = (entry->tag == TAG_GROUP_OBJ && is_member(user, subject->gid)) ||
                  (entry->tag == TAG_GROUP && is_member(user, entry->id));
  if (in_group) {
    verdict->grouped = true;
    /* One group entry must allow all that is asked for. The one that allows reading and writing decides. */
    if (entry->bits > verdict->group_bits) {
      verdict->group_bits = entry->bits;
    }
  } else if (entry->tag == TAG_USER && entry->id == user->uid) {
    verdict->named = true;
    verdict->named_bits = entry->bits;
  } else if (entry->tag == TAG_MASK) {
    verdict->mask_bits = entry->bits;
  } else if (entry->tag == TAG_OTHER) {
    verdict->other_bits = entry->bits;
  }
}

static bool list_is_understood(const uint8_t *list, size_t size) {
  uint32_t version;
  if (size < sizeof version || size > CE_ACCESS_LIST_BYTES || (size - sizeof version) % ENTRY_SIZE != 0) {
    return false;
  }
  memcpy(&version, list, sizeof version);
  return le32toh(version) == LIST_VERSION;
}

enum ce_access ce_access_decide(const struct ce_access_subject *subject, const struct ce_access_user *user) {
  if (user->uid == 0) {
    return CE_ACCESS_READ_WRITE;
  }
  if (subject->list_size == 0 || subject->uid == user->uid) {
    return decide_by_mode(subject, user);
  }
  const uint8_t *list = subject->list;
  if (!list_is_understood(list, subject->list_size)) {
    return CE_ACCESS_UNKNOWN;
  }
  struct verdict verdict = {.mask_bits = MAY_READ | MAY_WRITE};
  for (size_t at = sizeof(uint32_t); at < subject->list_size; at += ENTRY_SIZE) {
    struct entry entry = read_entry(list + at);
    weigh_entry(&entry, subject, user, &verdict);
  }
  if (verdict.named) {
    return from_bits(verdict.named_bits & verdict.mask_bits);
  }
  return from_bits(verdict.grouped ? verdict.group_bits & verdict.mask_bits : verdict.other_bits);
}

enum ce_access ce_access_of_node(int directory_fd, const char *path, const struct ce_access_user *user) {
  CE_AUTO(ce_fd) int fd = user ? openat(directory_fd, path, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
  struct stat found;
  if (fd < 0 || fstat(fd, &found) != 0) {
    return CE_ACCESS_UNKNOWN;
  }
  /* A descriptor without rights has no attributes; the path through it has. */
  char self[32];
  uint8_t list[CE_ACCESS_LIST_BYTES];
  snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
  ssize_t size = getxattr(self, "system.posix_acl_access", list, sizeof list);
  if (size < 0 && errno != ENODATA && errno != ENOTSUP && errno != ENOENT) {
    return CE_ACCESS_UNKNOWN;
  }
  struct ce_access_subject subject = {.uid = found.st_uid,
                                      .gid = found.st_gid,
                                      .mode = found.st_mode,
                                      .list = list,
                                      .list_size = size > 0 ? (size_t)size : 0};
  return ce_access_decide(&subject, user);
}
