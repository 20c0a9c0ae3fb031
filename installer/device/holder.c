/* SPDX-License-Identifier: Apache-2.0
 * Walking /proc for open files. */
#include "device/holder.h"

#include "device/printable.h"
#include "device/unix-peers.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DESCRIPTORS_MAX 4096 /* looked at in one process */
#define MAPS_BYTES_MAX  (1u << 20)

/* What a process must have to be told. */
typedef bool holds(void *context, int process_fd);

static size_t read_small(int directory_fd, const char *name, char *ret, size_t size) {
  CE_AUTO(ce_fd) int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd >= 0 ? TEMP_FAILURE_RETRY(read(fd, ret, size - 1)) : 0;
  size_t length = got > 0 ? (size_t)got : 0;
  ret[length] = '\0';
  return length;
}

/* "PID (program) STATE PPID ..."; the program may hold any character. */
static pid_t parent_of(int process_fd) {
  char text[512];
  read_small(process_fd, "stat", text, sizeof text);
  const char *end = strrchr(text, ')');
  int parent = 0;
  return end && sscanf(end + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

static bool any_descriptor(int process_fd, bool (*wanted)(void *context, const char *target), void *context) {
  int fd = openat(process_fd, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
  if (!directory) {
    ce_fd_auto(&fd);
    return false;
  }
  bool found = false;
  unsigned count = 0;
  for (struct dirent *entry; !found && count < DESCRIPTORS_MAX && (entry = readdir(directory)); count++) {
    char target[256];
    ssize_t length = readlinkat(dirfd(directory), entry->d_name, target, sizeof target);
    if (length > 0 && (size_t)length < sizeof target) {
      target[length] = '\0';
      found = wanted(context, target);
    }
  }
  closedir(directory);
  return found;
}

static int compare_pids(const void *one, const void *other) {
  pid_t a = ((const struct ce_holder *)one)->pid;
  pid_t b = ((const struct ce_holder *)other)->pid;
  return (a > b) - (a < b);
}

/* The pid that the name stands for, when it is a process of others; 0 else. */
static pid_t foreign_pid(int process_fd, const char *name) {
  pid_t pid = (pid_t)strtol(name, NULL, 10);
  return pid == getpid() || parent_of(process_fd) == getpid() ? 0 : pid;
}

static size_t find_holders(const char *proc, holds *test, void *context,
                           struct ce_holder ret[CE_HOLDER_MAX]) {
  DIR *directory = opendir(proc);
  if (!directory) {
    return 0;
  }
  size_t count = 0;
  for (struct dirent *entry; count < CE_HOLDER_MAX && (entry = readdir(directory));) {
    if (!isdigit((unsigned char)entry->d_name[0])) {
      continue;
    }
    CE_AUTO(ce_fd) int fd = openat(dirfd(directory), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || !test(context, fd)) {
      continue;
    }
    char program[64];
    size_t length = read_small(fd, "comm", program, sizeof program);
    ret[count].pid = foreign_pid(fd, entry->d_name);
    ce_printable_copy(program, length, ret[count].program, sizeof ret[count].program);
    count += ret[count].pid > 0;
  }
  closedir(directory);
  qsort(ret, count, sizeof *ret, compare_pids);
  return count;
}

static bool is_path(void *context, const char *target) {
  return strcmp(target, context) == 0;
}

static bool has_path_open(void *context, int process_fd) {
  return any_descriptor(process_fd, is_path, context);
}

size_t ce_holder_find_node(const char *proc, const char *path, struct ce_holder ret[CE_HOLDER_MAX]) {
  char wanted[PATH_MAX];
  snprintf(wanted, sizeof wanted, "%s", path);
  return find_holders(proc, has_path_open, wanted, ret);
}

struct sockets {
  uint32_t inodes[CE_UNIX_PEERS_MAX];
  size_t count;
};

static bool is_socket(void *context, const char *target) {
  const struct sockets *sockets = context;
  unsigned long inode = 0;
  if (sscanf(target, "socket:[%lu]", &inode) != 1) {
    return false;
  }
  for (size_t i = 0; i < sockets->count; i++) {
    if (sockets->inodes[i] == inode) {
      return true;
    }
  }
  return false;
}

static bool has_socket_open(void *context, int process_fd) {
  return any_descriptor(process_fd, is_socket, context);
}

/* Line by line, since maps are longer than any buffer worth having. */
static bool has_library_loaded(void *context, int process_fd) {
  (void)context;
  int fd = openat(process_fd, "maps", O_RDONLY | O_CLOEXEC);
  FILE *maps = fd >= 0 ? fdopen(fd, "r") : NULL;
  if (!maps) {
    ce_fd_auto(&fd);
    return false;
  }
  char line[PATH_MAX];
  bool found = false;
  size_t read_bytes = 0;
  while (!found && read_bytes < MAPS_BYTES_MAX && fgets(line, sizeof line, maps)) {
    read_bytes += strlen(line);
    found = strstr(line, "/libpcsclite.so") != NULL;
  }
  fclose(maps);
  return found;
}

static bool is_own_program(const struct ce_holder *holder) {
  return strncmp(holder->program, "certenv", 7) == 0;
}

/* Programs of certenv behind the others; the order stays otherwise. */
static void put_own_last(struct ce_holder *holders, size_t count) {
  struct ce_holder sorted[CE_HOLDER_MAX];
  size_t used = 0;
  for (int own = 0; own < 2; own++) {
    for (size_t i = 0; i < count; i++) {
      if (is_own_program(&holders[i]) == (own == 1)) {
        sorted[used++] = holders[i];
      }
    }
  }
  if (used > 0) {
    memcpy(holders, sorted, used * sizeof *sorted);
  }
}

size_t ce_holder_find_clients(const char *proc, const char *path, struct ce_holder ret[CE_HOLDER_MAX]) {
  struct sockets sockets = {.count = 0};
  bool told = ce_unix_peers_find(path, sockets.inodes, &sockets.count);
  size_t count = find_holders(proc, told ? has_socket_open : has_library_loaded, &sockets, ret);
  put_own_last(ret, count);
  return count;
}
