/* SPDX-License-Identifier: Apache-2.0
 * Running programs: by name, by the place they run from, and by what the kernel asks them. */
#include "guard/look-part.h"

#include "guard/text.h"

#include <stdio.h>
#include <string.h>

#define PROCESSES_MAX      65536  /* looked at */
#define DESCRIPTORS_MAX    262144 /* looked at, of all processes together */
#define FDINFO_BYTES_MAX   65536
#define ARGUMENT_BYTES_MAX 4096
#define COMM_LENGTH        15 /* the kernel cuts it */

struct process {
  const char *pid;
  char comm[COMM_LENGTH + 2]; /* without the line's end */
  char *program;              /* where it runs from; NULL: not to be told */
};

static bool is_pid(const char *name) {
  return name[0] && strspn(name, "0123456789") == strlen(name) && strlen(name) <= 10;
}

static enum ce_code read_of(const struct ce_guard_place *place, const char *pid, const char *name,
                            size_t limit_bytes, struct ce_blob *ret, struct ce_error *err) {
  char path[64];
  snprintf(path, sizeof path, "proc/%s/%s", pid, name);
  return ce_look_read(place, path, limit_bytes, ret, err);
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static void find_program(const struct ce_guard_place *place, const struct ce_blob *arguments,
                         struct process *process) {
  static const char deleted[] = " (deleted)";
  char path[64];
  struct ce_error ignored;
  snprintf(path, sizeof path, "proc/%s/exe", process->pid);
  if (ce_fs_read_link(place->fs, path, &process->program, &ignored) == CE_OK) {
    size_t length = strlen(process->program);
    size_t mark = sizeof deleted - 1;
    if (length > mark && strcmp(process->program + length - mark, deleted) == 0) {
      process->program[length - mark] = '\0';
    }
    return;
  }
  /* What the process says of itself, where it does not contradict its name. */
  const char *said = (const char *)arguments->data;
  if (said[0] == '/' || strncmp(base_of(said), process->comm, strlen(process->comm)) == 0) {
    process->program = strdup(said);
  }
}

/* The name in comm, or where that is cut, the program's own. */
static bool is_named(const struct process *process, const char *pattern, bool *ret_cut) {
  const char *base = process->program ? base_of(process->program) : "";
  size_t length = strlen(process->comm);
  bool cut = length == COMM_LENGTH && !strchr(pattern, '*') && strlen(pattern) > COMM_LENGTH &&
             memcmp(pattern, process->comm, COMM_LENGTH) == 0;
  *ret_cut = false;
  if (ce_sign_matches(pattern, base, strlen(base))) {
    return true;
  }
  if (cut) {
    *ret_cut = true;
    return !process->program;
  }
  /* A whole name of that length may be the beginning of a longer one. */
  bool is_other = length == COMM_LENGTH && strncmp(base, process->comm, COMM_LENGTH) == 0;
  return !is_other && ce_sign_matches(pattern, process->comm, length);
}

/* The program's path is below the place; the table's paths begin behind the "/". */
static bool runs_from(const struct process *process, const char *directory) {
  size_t length = strlen(directory);
  const char *program = process->program;
  return program && program[0] == '/' && strncmp(program + 1, directory, length) == 0 &&
         program[1 + length] == '/';
}

static enum ce_code compare(const struct process *process, const struct ce_sign_row *sign,
                            struct ce_clues *clues, struct ce_error *err) {
  bool cut = false;
  if (sign->kind == CE_SIGN_PLACE && runs_from(process, sign->pattern)) {
    return ce_clues_add_sign(clues, sign, CE_CLUE_RUNNING, err, "program %s (%s)", process->program,
                             process->pid);
  }
  if (sign->kind != CE_SIGN_PROCESS || !is_named(process, sign->pattern, &cut)) {
    return CE_OK;
  }
  return cut ? ce_clues_add(clues, sign->product, CE_CLUE_RUNNING, CE_CONFIDENCE_LOW, err,
                            "process %s... (%s)", process->comm, process->pid)
             : ce_clues_add_sign(clues, sign, CE_CLUE_RUNNING, err, "process %s (%s)", process->comm,
                                 process->pid);
}

/* What it is by its names. *ret_known: a product of the table. */
static enum ce_code identify(const struct process *process, struct ce_clues *clues,
                             enum ce_product *ret_known, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < ce_sign_count; i++) {
    const struct ce_sign_row *sign = &ce_signs[i];
    unsigned before = clues->of[sign->product].count;
    code = compare(process, sign, clues, err);
    if (clues->of[sign->product].count == before) {
      continue;
    }
    *ret_known = sign->product;
    /* One piece of evidence a process and product. */
    while (i + 1 < ce_sign_count && ce_signs[i + 1].product == sign->product) {
      i++;
    }
  }
  return code;
}

static enum ce_code look_at_descriptor(const struct ce_guard_place *place, const char *pid, const char *name,
                                       bool *ret_asks, struct ce_error *err) {
  char path[96];
  struct ce_error ignored;
  CE_AUTO(ce_free) char *target = NULL;
  CE_AUTO(ce_blob) struct ce_blob info = {0};
  snprintf(path, sizeof path, "proc/%s/fd/%s", pid, name);
  bool is_group = is_pid(name) && ce_fs_read_link(place->fs, path, &target, &ignored) == CE_OK &&
                  strcmp(target, "anon_inode:[fanotify]") == 0;
  if (!is_group) {
    return CE_OK;
  }
  snprintf(path, sizeof path, "proc/%s/fdinfo/%s", pid, name);
  enum ce_code code = ce_look_read(place, path, FDINFO_BYTES_MAX, &info, err);
  *ret_asks = *ret_asks || ce_text_asks_before_access((const char *)info.data, info.size);
  return code;
}

/* Root sees the descriptors of all, others their own. */
static enum ce_code look_at_descriptors(const struct ce_guard_place *place, const struct process *process,
                                        size_t *left, bool *ret_asks, struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  char path[64];
  struct ce_error ignored;
  snprintf(path, sizeof path, "proc/%s/fd", process->pid);
  enum ce_code code = CE_OK;
  if (ce_fs_list(place->fs, path, &names, &ignored) != CE_OK) {
    return CE_OK;
  }
  for (size_t i = 0; code == CE_OK && i<names.count && * left> 0 && !*ret_asks; i++, (*left)--) {
    code = look_at_descriptor(place, process->pid, names.items[i], ret_asks, err);
  }
  return code;
}

/* A program that nobody knows, but that must be asked. */
static enum ce_code tell_asked(const struct process *process, enum ce_product known, struct ce_clues *clues,
                               struct ce_error *err) {
  if (known != CE_PRODUCT_COUNT) {
    return ce_clues_add(clues, known, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                        "%s (%s) is asked before files are opened", process->comm, process->pid);
  }
  return ce_clues_add(clues, CE_PRODUCT_FANOTIFY, CE_CLUE_RUNNING, CE_CONFIDENCE_MEDIUM, err,
                      "process %s (%s) is asked before files are opened", process->comm, process->pid);
}

static enum ce_code look_at(const struct ce_guard_place *place, const char *pid, size_t *descriptors_left,
                            struct ce_clues *clues, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob arguments = {0};
  CE_AUTO(ce_blob) struct ce_blob comm = {0};
  struct process process = {.pid = pid};
  enum ce_product known = CE_PRODUCT_COUNT;
  bool asks = false;
  enum ce_code code = read_of(place, pid, "cmdline", ARGUMENT_BYTES_MAX, &arguments, err);
  if (code == CE_OK) {
    code = read_of(place, pid, "comm", sizeof process.comm - 1, &comm, err);
  }
  /* A thread of the kernel, a process that has ended, or one that is gone meanwhile. */
  if (code != CE_OK || arguments.size == 0 || comm.size == 0) {
    return code;
  }
  memcpy(process.comm, comm.data, comm.size);
  process.comm[strcspn(process.comm, "\n")] = '\0';
  find_program(place, &arguments, &process);
  code = identify(&process, clues, &known, err);
  if (code == CE_OK) {
    code = look_at_descriptors(place, &process, descriptors_left, &asks, err);
  }
  if (code == CE_OK && asks) {
    code = tell_asked(&process, known, clues, err);
  }
  free(process.program);
  return code;
}

enum ce_code ce_look_processes(const struct ce_guard_place *place, struct ce_clues *clues,
                               struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error ignored;
  size_t left = DESCRIPTORS_MAX;
  size_t looked_at = 0;
  enum ce_code code = CE_OK;
  if (ce_fs_list(place->fs, "proc", &names, &ignored) != CE_OK) {
    return CE_OK;
  }
  for (size_t i = 0; code == CE_OK && i < names.count && looked_at < PROCESSES_MAX; i++) {
    if (is_pid(names.items[i])) {
      code = look_at(place, names.items[i], &left, clues, err);
      looked_at++;
    }
  }
  return code;
}
