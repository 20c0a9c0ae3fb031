/* SPDX-License-Identifier: Apache-2.0
 * The real file system: a copy is the original with everything that belongs to it. */
#include "ports/fs.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/xattr.h>

#include <cmocka.h>

struct fixture {
  char *root;
  struct ce_fs *fs;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->root = temp_make();
  assert_int_equal(ce_fs_open_root(f->root, &f->fs, &f->err), CE_OK);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  umask(022);
  ce_fs_free(f->fs);
  temp_remove(f->root);
  free(f);
  return 0;
}

static struct stat stat_of(const struct fixture *f, const char *name) {
  struct stat found;
  assert_int_equal(lstat(temp_path(f->root, name), &found), 0);
  return found;
}

static void keeps_mode_owner_and_times(void **state) {
  struct fixture *f = *state;
  static const mode_t modes[] = {0644, 0600, 0755, 0444, 04755, 02711, 0000};
  umask(077);
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    if (modes[i] == 0000 && geteuid() != 0) {
      continue;
    }
    temp_write(f->root, "from", "text", 0600);
    if (geteuid() == 0) {
      assert_int_equal(chown(temp_path(f->root, "from"), 1234, 4321), 0);
    }
    assert_int_equal(chmod(temp_path(f->root, "from"), modes[i]), 0);
    const struct timespec times[2] = {{1000000001, 123456789}, {1234567890, 987654321}};
    assert_int_equal(utimensat(AT_FDCWD, temp_path(f->root, "from"), times, 0), 0);
    assert_int_equal(ce_fs_copy_file(f->fs, "from", "to", &f->err), CE_OK);
    struct stat from = stat_of(f, "from");
    struct stat to = stat_of(f, "to");
    assert_int_equal(to.st_mode, from.st_mode);
    assert_int_equal(to.st_mode & 07777, modes[i]);
    assert_int_equal(to.st_uid, from.st_uid);
    assert_int_equal(to.st_gid, from.st_gid);
    assert_memory_equal(&to.st_mtim, &times[1], sizeof times[1]);
    assert_memory_equal(&to.st_atim, &times[0], sizeof times[0]);
    assert_int_equal(ce_fs_remove_file(f->fs, "from", &f->err), CE_OK);
    assert_int_equal(ce_fs_remove_file(f->fs, "to", &f->err), CE_OK);
  }
}

static void write_pattern(const struct fixture *f, const char *name, size_t size) {
  int fd = open(temp_path(f->root, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  assert_true(fd >= 0);
  uint32_t block[1024];
  for (size_t done = 0; done < size;) {
    for (size_t i = 0; i < 1024; i++) {
      block[i] = (uint32_t)(done + i) * 2654435761u;
    }
    size_t part = size - done < sizeof block ? size - done : sizeof block;
    assert_int_equal(write(fd, block, part), part);
    done += part;
  }
  close(fd);
}

static void copies_every_byte(void **state) {
  struct fixture *f = *state;
  static const size_t sizes[] = {0, 1, 4095, 4096, 131072, 131073, 5000001};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    write_pattern(f, "from", sizes[i]);
    assert_int_equal(ce_fs_copy_file(f->fs, "from", "to", &f->err), CE_OK);
    char command[2 * PATH_MAX + 16];
    snprintf(command, sizeof command, "cmp '%s' '%s'", temp_path(f->root, "from"), temp_path(f->root, "to"));
    assert_int_equal(system(command), 0);
    assert_int_equal(ce_fs_remove_file(f->fs, "to", &f->err), CE_OK);
  }
}

static void keeps_extended_attributes(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "from", "text", 0640);
  if (setxattr(temp_path(f->root, "from"), "user.one", "1\0x", 3, 0) != 0) {
    skip();
  }
  assert_int_equal(setxattr(temp_path(f->root, "from"), "user.empty", "", 0, 0), 0);
  assert_int_equal(ce_fs_copy_file(f->fs, "from", "to", &f->err), CE_OK);
  char value[16];
  assert_int_equal(getxattr(temp_path(f->root, "to"), "user.one", value, sizeof value), 3);
  assert_memory_equal(value, "1\0x", 3);
  assert_int_equal(getxattr(temp_path(f->root, "to"), "user.empty", value, sizeof value), 0);
}

/* linux/posix_acl_xattr.h: owner rw, user 4321 r, group r, mask r, others none. */
struct acl_entry {
  uint16_t tag, permissions;
  uint32_t id;
};
static const struct {
  uint32_t version;
  struct acl_entry entries[5];
} acl = {2,
         {{0x01, 06, UINT32_MAX},
          {0x02, 04, 4321},
          {0x04, 04, UINT32_MAX},
          {0x10, 04, UINT32_MAX},
          {0x20, 00, UINT32_MAX}}};

static void keeps_the_access_control_list(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "from", "text", 0600);
  if (setxattr(temp_path(f->root, "from"), "system.posix_acl_access", &acl, sizeof acl, 0) != 0) {
    skip();
  }
  assert_int_equal(ce_fs_copy_file(f->fs, "from", "to", &f->err), CE_OK);
  char value[256];
  assert_int_equal(getxattr(temp_path(f->root, "to"), "system.posix_acl_access", value, sizeof value),
                   sizeof acl);
  assert_memory_equal(value, &acl, sizeof acl);
  assert_int_equal(stat_of(f, "to").st_mode, stat_of(f, "from").st_mode);
}

static void takes_no_access_from_the_directory(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "from", "text", 0644);
  temp_directory(f->root, "open");
  if (setxattr(temp_path(f->root, "open"), "system.posix_acl_default", &acl, sizeof acl, 0) != 0) {
    skip();
  }
  assert_int_equal(ce_fs_copy_file(f->fs, "from", "open/to", &f->err), CE_OK);
  char value[256];
  assert_int_equal(getxattr(temp_path(f->root, "open/to"), "system.posix_acl_access", value, sizeof value),
                   -1);
  assert_int_equal(errno, ENODATA);
  assert_int_equal(temp_mode(f->root, "open/to"), 0644);
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_open(f->fs, "open/created", CE_FS_CREATE, 0600, &file, &f->err), CE_OK);
  ce_fs_file_discard(file);
  assert_int_equal(temp_mode(f->root, "open/created"), 0600);
}

static void never_overwrites(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "from", "new", 0644);
  temp_write(f->root, "to", "old", 0644);
  assert_int_equal(ce_fs_copy_file(f->fs, "from", "to", &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, EEXIST);
  assert_int_equal(ce_fs_copy_file(f->fs, "from", "from", &f->err), CE_IO);
  assert_string_equal(temp_read(f->root, "to"), "old");
  assert_string_equal(temp_read(f->root, "from"), "new");
}

/* Without privilege the owner cannot be kept, and a copy that belongs to another is none. */
static int copy_as_nobody(void *context) {
  const struct fixture *f = context;
  struct ce_error err;
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  TEMP_CHECK(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
  TEMP_CHECK(ce_fs_open_root(f->root, &fs, &err) == CE_OK);
  TEMP_CHECK(ce_fs_copy_file(fs, "from", "ours/to", &err) == CE_PERMISSION);
  TEMP_CHECK(err.sys_errno == EPERM);
  TEMP_CHECK(!temp_exists(f->root, "ours/to"));
  TEMP_CHECK(ce_fs_copy_file(fs, "secret", "ours/to", &err) == CE_PERMISSION);
  TEMP_CHECK(err.sys_errno == EACCES);
  TEMP_CHECK(ce_fs_copy_file(fs, "from", "theirs", &err) == CE_PERMISSION);
  return 0;
}

static void removes_a_partial_copy(void **state) {
  struct fixture *f = *state;
  if (geteuid() != 0) {
    skip();
  }
  temp_write(f->root, "from", "text", 0644);
  temp_write(f->root, "secret", "text", 0600);
  temp_directory(f->root, "ours");
  assert_int_equal(chown(temp_path(f->root, "ours"), 65534, 65534), 0);
  assert_int_equal(temp_in_child(copy_as_nobody, f), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(keeps_mode_owner_and_times),
      TEST(copies_every_byte),
      TEST(keeps_extended_attributes),
      TEST(keeps_the_access_control_list),
      TEST(takes_no_access_from_the_directory),
      TEST(never_overwrites),
      TEST(removes_a_partial_copy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
