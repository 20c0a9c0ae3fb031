/* SPDX-License-Identifier: Apache-2.0
 * Tests of what a user may do with a node, by mode and access list, and of who has it open. */
#include "device/access.h"
#include "device/holder.h"
#include "temp-tree.h"

#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

enum { USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, GROUP = 8, MASK = 16, OTHER = 32, NOBODY_ID = -1 };

static gid_t groups[] = {50, 60};
static const struct ce_access_user person = {.uid = 1000, .gid = 1000, .groups = groups, .group_count = 2};

static size_t begin_list(uint8_t *list) {
  uint32_t version = htole32(2);
  memcpy(list, &version, 4);
  return 4;
}

static size_t add_entry(uint8_t *list, size_t at, int tag, int bits, int id) {
  uint16_t words[] = {htole16((uint16_t)tag), htole16((uint16_t)bits)};
  uint32_t number = htole32((uint32_t)id);
  memcpy(list + at, words, 4);
  memcpy(list + at + 4, &number, 4);
  return at + 8;
}

static void decides_by_mode(void **state) {
  (void)state;
  static const struct {
    uid_t uid;
    gid_t gid;
    mode_t mode;
    enum ce_access access;
  } cases[] = {{0, 0, 0660, CE_ACCESS_NONE},       {0, 0, 0664, CE_ACCESS_READ},
               {0, 0, 0666, CE_ACCESS_READ_WRITE}, {0, 60, 0660, CE_ACCESS_READ_WRITE},
               {0, 1000, 0640, CE_ACCESS_READ},    {1000, 0, 0600, CE_ACCESS_READ_WRITE},
               {1000, 60, 0066, CE_ACCESS_NONE},   {0, 60, 0606, CE_ACCESS_NONE},
               {0, 0, 0662, CE_ACCESS_NONE}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct ce_access_subject subject = {.uid = cases[i].uid, .gid = cases[i].gid, .mode = cases[i].mode};
    assert_int_equal(ce_access_decide(&subject, &person), cases[i].access);
  }
  struct ce_access_user root = {.uid = 0};
  struct ce_access_subject closed = {.uid = 5, .gid = 5, .mode = 0};
  assert_int_equal(ce_access_decide(&closed, &root), CE_ACCESS_READ_WRITE);
}

/* What uaccess makes: root rw, root's group rw, one named user, others nothing. */
static size_t make_list(uint8_t *list, int user, int user_bits, int mask) {
  size_t at = begin_list(list);
  at = add_entry(list, at, USER_OBJ, 6, NOBODY_ID);
  at = add_entry(list, at, USER, user_bits, user);
  at = add_entry(list, at, GROUP_OBJ, 6, NOBODY_ID);
  at = add_entry(list, at, MASK, mask, NOBODY_ID);
  return add_entry(list, at, OTHER, 0, NOBODY_ID);
}

static enum ce_access decide(const uint8_t *list, size_t size, gid_t gid) {
  struct ce_access_subject subject = {.uid = 0, .gid = gid, .mode = 0660, .list = list, .list_size = size};
  return ce_access_decide(&subject, &person);
}

static void decides_by_access_list(void **state) {
  (void)state;
  uint8_t list[128];
  assert_int_equal(decide(list, make_list(list, 1000, 6, 6), 0), CE_ACCESS_READ_WRITE);
  assert_int_equal(decide(list, make_list(list, 1001, 6, 6), 0), CE_ACCESS_NONE);
  assert_int_equal(decide(list, make_list(list, 1000, 6, 4), 0), CE_ACCESS_READ);
  assert_int_equal(decide(list, make_list(list, 1000, 0, 6), 60), CE_ACCESS_NONE);
  assert_int_equal(decide(list, make_list(list, 1001, 6, 6), 60), CE_ACCESS_READ_WRITE);
  size_t size = add_entry(list, make_list(list, 1001, 6, 6), GROUP, 4, 50);
  assert_int_equal(decide(list, size, 0), CE_ACCESS_READ);
}

static void does_not_guess_at_a_strange_list(void **state) {
  (void)state;
  uint8_t list[CE_ACCESS_LIST_BYTES + 8] = {0};
  size_t size = make_list(list, 1000, 6, 6);
  assert_int_equal(decide(list, size - 1, 0), CE_ACCESS_UNKNOWN);
  assert_int_equal(decide(list, 3, 0), CE_ACCESS_UNKNOWN);
  list[0] = 9;
  assert_int_equal(decide(list, size, 0), CE_ACCESS_UNKNOWN);
  list[0] = 2;
  assert_int_equal(decide(list, 4 + 8 * 512, 0), CE_ACCESS_UNKNOWN);
}

static void looks_at_nodes(void **state) {
  (void)state;
  char *directory = temp_make();
  temp_write(directory, "open", "", 0644);
  temp_write(directory, "closed", "", 0600);
  temp_require(chown(temp_path(directory, "closed"), 0, 0) == 0 || getuid() != 0, "chown");
  CE_AUTO(ce_fd) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct ce_access_user stranger = {.uid = 4242, .gid = 4242};
  assert_int_equal(ce_access_of_node(fd, "open", &stranger), CE_ACCESS_READ);
  assert_int_equal(ce_access_of_node(fd, "closed", &stranger), CE_ACCESS_NONE);
  assert_int_equal(ce_access_of_node(fd, "missing", &stranger), CE_ACCESS_UNKNOWN);
  assert_int_equal(ce_access_of_node(fd, "open", NULL), CE_ACCESS_UNKNOWN);
  temp_remove(directory);
}

static void loads_an_account(void **state) {
  (void)state;
  CE_AUTO(ce_access_user) struct ce_access_user root = {.uid = 1};
  struct ce_error err;
  assert_int_equal(ce_access_user_load(0, &root, &err), CE_OK);
  assert_int_equal(root.uid, 0);
  assert_true(root.group_count >= 1);
  assert_int_equal(ce_access_user_load(3999999999u, &root, &err), CE_NOT_FOUND);
  assert_int_equal(root.uid, 0);
}

/* A process of others, as far as /proc shows it. */
static void make_process(const char *proc, const char *pid, const char *program, const char *target) {
  char path[256];
  snprintf(path, sizeof path, "%s/fd", pid);
  temp_require(mkdir(temp_path(proc, pid), 0755) == 0 && mkdir(temp_path(proc, path), 0755) == 0, path);
  snprintf(path, sizeof path, "%s/comm", pid);
  temp_write(proc, path, program, 0644);
  snprintf(path, sizeof path, "%s/stat", pid);
  temp_write(proc, path, "7 (a) b) c) S 1 1 1", 0644);
  snprintf(path, sizeof path, "%s/fd/5", pid);
  temp_require(symlink(target, temp_path(proc, path)) == 0, path);
}

static void finds_who_has_a_node_open(void **state) {
  (void)state;
  char *proc = temp_make();
  struct ce_holder holders[CE_HOLDER_MAX];
  make_process(proc, "200", "scdaemon\n", "/dev/bus/usb/001/004");
  make_process(proc, "30", "evil\n\x1b[2Jname\n", "/dev/bus/usb/001/004");
  make_process(proc, "31", "other\n", "/dev/bus/usb/001/005");
  temp_require(mkdir(temp_path(proc, "self-made"), 0755) == 0, "mkdir");
  assert_int_equal(ce_holder_find_node(proc, "/dev/bus/usb/001/004", holders), 2);
  assert_int_equal(holders[0].pid, 30);
  assert_string_equal(holders[0].program, "evil\\x0a\\x1b[2Jname");
  assert_int_equal(holders[1].pid, 200);
  assert_string_equal(holders[1].program, "scdaemon");
  assert_int_equal(ce_holder_find_node(proc, "/dev/bus/usb/001/009", holders), 0);
  assert_int_equal(ce_holder_find_node("/nonexistent", "/dev/null", holders), 0);
  temp_remove(proc);
}

static void limits_how_many_holders_are_told(void **state) {
  (void)state;
  char *proc = temp_make();
  struct ce_holder holders[CE_HOLDER_MAX];
  for (int pid = 100; pid < 130; pid++) {
    char name[16];
    snprintf(name, sizeof name, "%d", pid);
    make_process(proc, name, "x\n", "/dev/hidraw0");
  }
  assert_int_equal(ce_holder_find_node(proc, "/dev/hidraw0", holders), CE_HOLDER_MAX);
  temp_remove(proc);
}

static int connect_to(const struct sockaddr_un *address) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(connect(fd, (const struct sockaddr *)address, sizeof *address), 0);
  return fd;
}

/* The grandchild is no child of this program, as a client of pcscd is none. */
static pid_t start_client(const struct sockaddr_un *address) {
  int ready[2];
  pid_t pid = 0;
  temp_require(pipe(ready) == 0, "pipe");
  pid_t child = fork();
  if (child == 0) {
    pid_t grandchild = fork();
    if (grandchild == 0) {
      connect_to(address);
      pid_t own = getpid();
      temp_require(write(ready[1], &own, sizeof own) == (ssize_t)sizeof own, "write");
      for (;;) {
        pause();
      }
    }
    _exit(0);
  }
  waitpid(child, NULL, 0);
  temp_require(read(ready[0], &pid, sizeof pid) == (ssize_t)sizeof pid, "read");
  close(ready[0]);
  close(ready[1]);
  return pid;
}

static void finds_who_is_connected_to_a_socket(void **state) {
  (void)state;
  char *directory = temp_make();
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", directory);
  CE_AUTO(ce_fd) int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(listener, 4), 0);
  CE_AUTO(ce_fd) int own = connect_to(&address);
  CE_AUTO(ce_fd) int accepted = accept(listener, NULL, NULL);
  pid_t client = start_client(&address);
  CE_AUTO(ce_fd) int other = accept(listener, NULL, NULL);
  assert_true(own >= 0 && accepted >= 0 && other >= 0);
  struct ce_holder holders[CE_HOLDER_MAX];
  size_t count = ce_holder_find_clients("/proc", address.sun_path, holders);
  kill(client, SIGKILL);
  if (count == 0) {
    skip(); /* this kernel has no sock_diag for unix sockets */
  }
  assert_int_equal(count, 1);
  assert_int_equal(holders[0].pid, client);
  temp_remove(directory);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decides_by_mode),
      cmocka_unit_test(decides_by_access_list),
      cmocka_unit_test(does_not_guess_at_a_strange_list),
      cmocka_unit_test(looks_at_nodes),
      cmocka_unit_test(loads_an_account),
      cmocka_unit_test(finds_who_has_a_node_open),
      cmocka_unit_test(limits_how_many_holders_are_told),
      cmocka_unit_test(finds_who_is_connected_to_a_socket),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
