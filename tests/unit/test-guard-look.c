/* SPDX-License-Identifier: Apache-2.0
 * Tests of a look at hostile, hidden and changing machines. What is found on ordinary ones:
 * tests/golden/guard. */
#include "guard/look.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "temp-tree.h"

static struct ce_error err;

static enum ce_code look(const char *root, struct ce_finding_list *ret) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  enum ce_code code = ce_fs_open_root(root, &fs, &err);
  const struct ce_guard_place place = {.fs = fs};
  return code == CE_OK ? ce_guard_look(&place, ret, &err) : code;
}

static int set_up(void **state) {
  *state = temp_make();
  return 0;
}

static int tear_down(void **state) {
  temp_remove(*state);
  return 0;
}

static const struct ce_finding *named(const struct ce_finding_list *list, const char *id) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->items[i].id, id) == 0) {
      return &list->items[i];
    }
  }
  return NULL;
}

static void finds_nothing_in_an_empty_tree(void **state) {
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  assert_int_equal(look(*state, &list), CE_OK);
  assert_int_equal(list.count, 0);
}

static void add_process(const char *root, unsigned pid, const char *comm) {
  char name[64];
  snprintf(name, sizeof name, "proc/%u", pid);
  temp_directory(root, name);
  snprintf(name, sizeof name, "proc/%u/comm", pid);
  temp_write(root, name, comm, 0644);
  snprintf(name, sizeof name, "proc/%u/cmdline", pid);
  temp_write(root, name, comm, 0644);
}

static void finds_one_among_many_and_tells_no_more_than_it_must(void **state) {
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  temp_directory(*state, "proc");
  for (unsigned pid = 1; pid <= 1000; pid++) {
    add_process(*state, pid, pid == 345 ? "eppagent" : pid % 2 ? "udcp-x" : "worker");
  }
  assert_int_equal(look(*state, &list), CE_OK);
  assert_non_null(named(&list, "360epp"));
  assert_string_equal(list.items[0].evidence, "process eppagent (345)");
  assert_non_null(strstr(named(&list, "uos-udcp")->evidence, "and 491 more"));
  assert_true(strlen(named(&list, "uos-udcp")->evidence) < 1000);
}

/* A package manager's database and a process that are no files at all, and endless ones. */
static void gets_over_what_is_no_file(void **state) {
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  const char *root = *state;
  temp_directory(root, "proc");
  temp_directory(root, "proc/1");
  temp_directory(root, "proc/1/comm");
  temp_write(root, "proc/1/cmdline", "eppagent", 0644);
  temp_directory(root, "proc/2");
  temp_link(root, "proc/2/cmdline", "/dev/zero");
  assert_int_equal(mkfifo(temp_path(root, "proc/modules"), 0644), 0);
  temp_write(root, "proc/self", "", 0644);
  temp_directory(root, "etc");
  temp_link(root, "etc/os-release", "os-release");
  temp_write(root, "var", "no directory", 0644);
  assert_int_equal(look(root, &list), CE_OK);
  assert_int_equal(list.count, 0);
}

static void reads_no_more_of_a_file_than_its_limit(void **state) {
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  const char *root = *state;
  temp_directory(root, "var");
  temp_directory(root, "var/lib");
  temp_directory(root, "var/lib/dpkg");
  temp_write(root, "var/lib/dpkg/status", "Package: fapolicyd\nStatus: install ok installed\n", 0644);
  assert_int_equal(truncate(temp_path(root, "var/lib/dpkg/status"), (off_t)1 << 36), 0);
  assert_int_equal(look(root, &list), CE_OK);
  assert_non_null(named(&list, "fapolicyd"));
}

struct hidden {
  const char *root;
};

/* What may not be read is no sign, and no failure. */
static int look_as_nobody(void *context) {
  const struct hidden *hidden = context;
  struct ce_finding_list list = {0};
  TEMP_CHECK(setresuid(65534, 65534, 65534) == 0);
  TEMP_CHECK(look(hidden->root, &list) == CE_OK);
  TEMP_CHECK(list.count == 1 && strcmp(list.items[0].id, "fapolicyd") == 0);
  TEMP_CHECK(list.items[0].level == CE_FINDING_WARNING);
  TEMP_CHECK(!strstr(list.items[0].evidence, "/etc/fapolicyd/"));
  ce_finding_list_clear(&list);
  return 0;
}

static void takes_what_may_not_be_read_for_no_sign(void **state) {
  struct hidden hidden = {.root = *state};
  if (getuid() != 0) {
    skip();
  }
  temp_directory(*state, "proc");
  add_process(*state, 7, "fapolicyd");
  temp_directory(*state, "etc");
  temp_directory(*state, "etc/fapolicyd");
  temp_write(*state, "etc/fapolicyd/fapolicyd.conf", "permissive = 1\n", 0644);
  assert_int_equal(chmod(temp_path(*state, "etc/fapolicyd"), 0700), 0);
  assert_int_equal(temp_in_child(look_as_nobody, &hidden), 0);
}

static int look_at_lists_as_nobody(void *context) {
  const struct hidden *hidden = context;
  struct ce_finding_list list = {0};
  TEMP_CHECK(setresuid(65534, 65534, 65534) == 0);
  TEMP_CHECK(look(hidden->root, &list) == CE_OK);
  const struct ce_finding *found = named(&list, "fapolicyd");
  int level = found ? (int)found->level : 9;
  ce_finding_list_clear(&list);
  return 100 + level;
}

/* Fedora's lists are for root and fapolicyd only; the record is for all. */
static void believes_the_record_of_a_list_that_may_not_be_read(void **state) {
  struct hidden hidden = {.root = *state};
  if (getuid() != 0) {
    skip();
  }
  static const char *const directories[] = {"proc", "etc",     "etc/fapolicyd",  "etc/fapolicyd/trust.d",
                                            "var",  "var/lib", "var/lib/certenv"};
  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
    temp_directory(*state, directories[i]);
  }
  add_process(*state, 7, "fapolicyd");
  assert_int_equal(chmod(temp_path(*state, "etc/fapolicyd"), 0700), 0);
  assert_int_equal(temp_in_child(look_at_lists_as_nobody, &hidden), 100 + CE_FINDING_WARNING);
  temp_write(*state, "var/lib/certenv/allowances.json", "{\"format\":1,\"allowed\":[\"fapolicyd\"]}", 0644);
  assert_int_equal(temp_in_child(look_at_lists_as_nobody, &hidden), 100 + CE_FINDING_ADVICE);
}

/* Starts and ends processes until it is killed. */
static pid_t start_storm(void) {
  pid_t pid = fork();
  if (pid == 0) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
      if (fork() == 0) {
        _exit(0);
      }
      usleep(2000);
    }
  }
  return pid;
}

static void gets_over_processes_that_come_and_go(void **state) {
  (void)state;
  pid_t storm = start_storm();
  assert_true(storm > 0);
  for (int i = 0; i < 5; i++) {
    CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
    assert_int_equal(look("/", &list), CE_OK);
  }
  kill(storm, SIGKILL);
  waitpid(storm, NULL, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(finds_nothing_in_an_empty_tree, set_up, tear_down),
      cmocka_unit_test_setup_teardown(finds_one_among_many_and_tells_no_more_than_it_must, set_up, tear_down),
      cmocka_unit_test_setup_teardown(gets_over_what_is_no_file, set_up, tear_down),
      cmocka_unit_test_setup_teardown(reads_no_more_of_a_file_than_its_limit, set_up, tear_down),
      cmocka_unit_test_setup_teardown(takes_what_may_not_be_read_for_no_sign, set_up, tear_down),
      cmocka_unit_test_setup_teardown(believes_the_record_of_a_list_that_may_not_be_read, set_up, tear_down),
      cmocka_unit_test(gets_over_processes_that_come_and_go),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
