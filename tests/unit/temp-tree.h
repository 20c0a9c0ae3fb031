/* SPDX-License-Identifier: Apache-2.0
 * A directory of its own for a test: made in a set-up, filled by plain system calls, removed in the end. */
#ifndef CE_TESTS_TEMP_TREE_H
#define CE_TESTS_TEMP_TREE_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEMP_SKIPPED 77

/* Ends the test as failed when the machine does not even do this. */
static inline void temp_require(bool worked, const char *what) {
  if (!worked) {
    perror(what);
    abort();
  }
}

/* A new directory's path, free() with temp_remove(). */
static inline char *temp_make(void) {
  const char *place = getenv("TMPDIR");
  char *path = NULL;
  temp_require(asprintf(&path, "%s/certenv-test-XXXXXX", place ? place : "/tmp") > 0, "asprintf");
  temp_require(mkdtemp(path) != NULL, path);
  temp_require(chmod(path, 0755) == 0, path);
  return path;
}

static inline int temp_remove_one(const char *path, const struct stat *found, int type, struct FTW *where) {
  (void)found;
  (void)type;
  (void)where;
  return remove(path);
}

static inline void temp_remove(char *path) {
  nftw(path, temp_remove_one, 32, FTW_DEPTH | FTW_PHYS);
  free(path);
}

/* directory/name; one of eight buffers, taken in turn. */
static inline const char *temp_path(const char *directory, const char *name) {
  static char paths[8][PATH_MAX];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, PATH_MAX, "%s/%s", directory, name);
  return path;
}

static inline void temp_write(const char *directory, const char *name, const char *text, mode_t mode) {
  const char *path = temp_path(directory, name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  temp_require(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0,
               path);
  close(fd);
}

static inline void temp_directory(const char *directory, const char *name) {
  const char *path = temp_path(directory, name);
  temp_require(mkdir(path, 0755) == 0 && chmod(path, 0755) == 0, path);
}

static inline void temp_link(const char *directory, const char *name, const char *target) {
  const char *path = temp_path(directory, name);
  temp_require(symlink(target, path) == 0, path);
}

static inline bool temp_exists(const char *directory, const char *name) {
  struct stat found;
  return lstat(temp_path(directory, name), &found) == 0;
}

/* The file's text in a buffer that the next call overwrites; NULL when it cannot be read. */
static inline const char *temp_read(const char *directory, const char *name) {
  static char text[65536];
  int fd = open(temp_path(directory, name), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (fd >= 0) {
    close(fd);
  }
  text[size < 0 ? 0 : size] = '\0';
  return size < 0 ? NULL : text;
}

static inline mode_t temp_mode(const char *directory, const char *name) {
  struct stat found;
  temp_require(lstat(temp_path(directory, name), &found) == 0, name);
  return found.st_mode & 07777;
}

/* Runs body in a child process and returns its result (0..255). No cmocka assertion may be used in it. */
static inline int temp_in_child(int (*body)(void *context), void *context) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    _exit(body(context));
  }
  int status = 0;
  temp_require(pid > 0 && waitpid(pid, &status, 0) == pid, "fork");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* In a child: mounts a tmpfs that nobody else sees. False where that is not allowed. */
static inline bool temp_mount(const char *path, const char *options) {
  return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount("tmpfs", path, "tmpfs", 0, options) == 0;
}

/* For bodies of temp_in_child(). */
#define TEMP_CHECK(condition)                                                                                \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                              \
      return 1;                                                                                              \
    }                                                                                                        \
  } while (0)

#endif
