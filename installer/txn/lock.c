/* SPDX-License-Identifier: Apache-2.0
 * The lock file: an advisory lock with the holder's pid written in it.
 *
 * Whoever may open a file for reading may hold a read lock on it, and no write lock is given beside that. So
 * nobody else may open CE_LOCK, and whether a run is at work is seen by CE_BUSY, which no run depends on. */
#include "txn/lock.h"

#include "base/blob.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "txn/state-directory.h"

#include <errno.h>
#include <inttypes.h>

#define LOCK_MODE      0600
#define BUSY_MODE      0644
#define LOCK_BYTES_MAX 64
#define POLL_MS        100

struct ce_lock {
  struct ce_fs_file *file;
  struct ce_fs_file *busy; /* NULL: it could not be made */
};

void ce_lock_free(struct ce_lock *lock) {
  if (!lock) {
    return;
  }
  struct ce_error ignored;
  /* Nobody must read the pid of a run that has ended. */
  if (lock->file && ce_fs_file_truncate(lock->file, 0, &ignored) != CE_OK) {
    /* The lock itself is what counts; it goes with the descriptor. */
  }
  /* CE_BUSY stays, unlocked: behind a purge the name is the next run's. */
  ce_fs_file_discard(lock->busy);
  ce_fs_file_discard(lock->file);
  free(lock);
}

/* A new lock file follows a durable state directory, so that whoever finds the file need not sync it again.
 */
static enum ce_code open_file(struct ce_fs *fs, struct ce_fs_stat *ret_stat, struct ce_fs_file **ret,
                              struct ce_error *err) {
  bool exists = false;
  enum ce_code code = ce_fs_exists(fs, CE_LOCK, &exists, ret_stat, err);
  if (code == CE_OK && !exists) {
    code = ce_state_directory_make(fs, true, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = ce_fs_open(fs, CE_LOCK, exists ? CE_FS_APPEND : CE_FS_CREATE, LOCK_MODE, ret, err);
  if (code == CE_OK && !exists) {
    code = ce_fs_inspect(fs, CE_LOCK, ret_stat, err);
  }
  /* Older versions let everybody read it. Who has it open since then may keep runs out until he closes it. */
  if (code == CE_OK && ret_stat->mode != LOCK_MODE) {
    code = ce_fs_set_mode(fs, CE_LOCK, LOCK_MODE, err);
  }
  return code;
}

static enum ce_code write_pid(struct ce_fs_file *file, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_blob_printf(&text, err, "%ld\n", (long)getpid());
  if (code == CE_OK) {
    code = ce_fs_file_truncate(file, 0, err);
  }
  return code == CE_OK ? ce_fs_file_write(file, text.data, text.size, err) : code;
}

/* Does the path still name the file that was opened? A purge takes the name away while others wait for the
 * lock. */
static enum ce_code is_current(struct ce_fs *fs, const struct ce_fs_stat *opened, bool *ret,
                               struct ce_error *err) {
  struct ce_fs_stat stat;
  bool exists = false;
  enum ce_code code = ce_fs_exists(fs, CE_LOCK, &exists, &stat, err);
  if (code == CE_OK) {
    *ret = exists && stat.device == opened->device && stat.inode == opened->inode;
  }
  return code;
}

/* A new file for each run, which nobody else can open before it is locked: so no lock of a user keeps this
 * one away, and what is locked is a run's. A failure costs no more than the word. NULL then. */
static struct ce_fs_file *show_busy(struct ce_fs *fs) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  int64_t holder_pid = 0;
  struct ce_error ignored;
  enum ce_code code = ce_fs_remove_if_present(fs, CE_BUSY, &ignored);
  if (code == CE_OK) {
    code = ce_fs_open(fs, CE_BUSY, CE_FS_CREATE, LOCK_MODE, &file, &ignored);
  }
  if (code == CE_OK) {
    code = ce_fs_file_try_lock(file, &holder_pid, &ignored);
  }
  if (code == CE_OK) {
    code = ce_fs_set_mode(fs, CE_BUSY, BUSY_MODE, &ignored);
  }
  return code == CE_OK ? ce_take(&file) : NULL;
}

/* LOCKED with the holder's pid, or *ret == NULL when the file changed under us and it is worth trying again.
 */
static enum ce_code try_once(struct ce_fs *fs, int64_t *ret_holder_pid, struct ce_lock **ret,
                             struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  struct ce_fs_stat opened;
  struct ce_error why;
  bool current = false;
  enum ce_code code = open_file(fs, &opened, &file, &why);
  if (code != CE_OK && (why.sys_errno == EEXIST || why.sys_errno == ENOENT)) {
    *ret = NULL;
    return CE_OK;
  }
  if (code == CE_OK) {
    code = ce_fs_file_try_lock(file, ret_holder_pid, &why);
  }
  if (code == CE_OK) {
    code = is_current(fs, &opened, &current, &why);
  }
  if (code == CE_OK && current) {
    code = write_pid(file, &why);
  }
  struct ce_lock *lock = code == CE_OK && current ? calloc(1, sizeof *lock) : NULL;
  if (code != CE_OK) {
    *err = why;
    return code;
  }
  if (current && !lock) {
    return ce_fail_memory(err, CE_LOCK);
  }
  if (lock) {
    lock->file = ce_take(&file);
    lock->busy = show_busy(fs);
  }
  *ret = lock;
  return CE_OK;
}

/* What the holder wrote, where the system cannot tell. */
static int64_t read_pid(struct ce_fs *fs) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  if (ce_fs_document_read(fs, CE_LOCK, LOCK_BYTES_MAX, &text, &ignored) != CE_OK) {
    return 0;
  }
  char *end = NULL;
  long long pid = strtoll(ce_blob_text(&text), &end, 10);
  return *end == '\n' && pid > 0 ? pid : 0;
}

static enum ce_code refuse(struct ce_fs *fs, int64_t holder_pid, struct ce_error *err) {
  int64_t pid = holder_pid > 0 ? holder_pid : read_pid(fs);
  if (pid == 0) {
    return ce_fail(err, CE_LOCKED, "lock", CE_LOCK, "held by another process");
  }
  return ce_fail(err, CE_LOCKED, "lock", CE_LOCK, "held by process %" PRId64, pid);
}

enum ce_code ce_lock_take(struct ce_fs *fs, const struct ce_clock *clock, int64_t wait_ms,
                          const volatile sig_atomic_t *cancelled, struct ce_lock **ret,
                          struct ce_error *err) {
  int64_t start_ms = clock->monotonic_ms(clock->context);
  for (;;) {
    struct ce_lock *lock = NULL;
    int64_t holder_pid = 0;
    enum ce_code code = try_once(fs, &holder_pid, &lock, err);
    if (code == CE_OK && lock) {
      *ret = lock;
      return CE_OK;
    }
    if (code != CE_OK && code != CE_LOCKED) {
      return code;
    }
    if (cancelled && *cancelled) {
      return ce_fail(err, CE_CANCELLED, "lock", CE_LOCK, "cancelled while it waited for another run");
    }
    if (clock->monotonic_ms(clock->context) - start_ms >= wait_ms) {
      return refuse(fs, holder_pid, err);
    }
    clock->sleep_ms(clock->context, POLL_MS);
  }
}

enum ce_code ce_lock_is_held(struct ce_fs *fs, bool *ret, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  struct ce_error why;
  enum ce_code code = ce_fs_open(fs, CE_BUSY, CE_FS_READ, 0, &file, &why);
  /* PERMISSION: a run has only begun, or did not come further than that. */
  if (code == CE_NOT_FOUND || code == CE_PERMISSION) {
    *ret = false;
    return CE_OK;
  }
  if (code != CE_OK) {
    *err = why;
    return code;
  }
  return ce_fs_file_is_locked(file, ret, err);
}
