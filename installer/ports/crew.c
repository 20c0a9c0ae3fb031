/* SPDX-License-Identifier: Apache-2.0
 * Threads that share the parts of one job. */
#include "ports/crew.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

struct job {
  ce_crew_work *work;
  void *context;
  size_t part_count;
  atomic_size_t next;
  atomic_bool stopped;
};

struct member {
  struct job *job;
  struct ce_fs *fs;
  pthread_t thread;
  enum ce_code code;
  size_t failed_part;
  struct ce_error err;
};

/* Parts are taken in order, so that all below a failed one were begun by somebody and will be finished. */
static void work_on(struct member *member) {
  struct job *job = member->job;
  while (!atomic_load(&job->stopped)) {
    size_t part = atomic_fetch_add(&job->next, 1);
    if (part >= job->part_count) {
      return;
    }
    member->code = job->work(job->context, member->fs, part, &member->err);
    if (member->code != CE_OK) {
      member->failed_part = part;
      atomic_store(&job->stopped, true);
      return;
    }
  }
}

static void *run_member(void *context) {
  work_on(context);
  return NULL;
}

size_t ce_crew_cores(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

bool ce_crew_start(pthread_t *ret, void *(*run)(void *context), void *context) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
    return false;
  }
  bool started = pthread_create(ret, NULL, run, context) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

/* Returns how many members there are; the first is the caller's own thread. */
static size_t gather(struct job *job, struct ce_fs *fs, struct member *members) {
  size_t wanted = ce_crew_cores();
  wanted = wanted < job->part_count ? wanted : job->part_count;
  wanted = wanted < CE_CREW_THREADS_MAX ? wanted : CE_CREW_THREADS_MAX;
  members[0] = (struct member){.job = job, .fs = fs};
  size_t count = 1;
  for (; count < wanted; count++) {
    struct ce_error ignored;
    members[count] = (struct member){.job = job};
    if (ce_fs_share(fs, &members[count].fs, &ignored) != CE_OK) {
      break;
    }
    if (!ce_crew_start(&members[count].thread, run_member, &members[count])) {
      ce_fs_free(members[count].fs);
      break;
    }
  }
  return count;
}

enum ce_code ce_crew_run(struct ce_fs *fs, size_t part_count, ce_crew_work *work, void *context,
                         struct ce_error *err) {
  struct job job = {.work = work, .context = context, .part_count = part_count};
  struct member members[CE_CREW_THREADS_MAX];
  size_t count = gather(&job, fs, members);
  work_on(&members[0]);
  const struct member *failed = members[0].code != CE_OK ? &members[0] : NULL;
  for (size_t i = 1; i < count; i++) {
    pthread_join(members[i].thread, NULL);
    ce_fs_free(members[i].fs);
    if (members[i].code != CE_OK && (!failed || members[i].failed_part < failed->failed_part)) {
      failed = &members[i];
    }
  }
  if (failed) {
    *err = failed->err;
    return failed->code;
  }
  return CE_OK;
}
