/* SPDX-License-Identifier: Apache-2.0
 * Scope-bound clean-up: CE_AUTO(name) frees a variable when its scope is left, ce_take() hands its ownership
 * on.
 *
 *   CE_DEFINE_AUTO(ce_plan, struct ce_plan *, ce_plan_free);      once, beside the type
 *   CE_AUTO(ce_plan) struct ce_plan *plan = NULL;                  in a function
 *   *ret_plan = ce_take(&plan);                                    on success
 *
 * For pointers the free function takes the pointer and accepts NULL; CE_DEFINE_AUTO_IN_PLACE is for structs
 * that are freed through their address. No goto for clean-up anywhere. */
#ifndef CE_BASE_CLEANUP_H
#define CE_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define CE_AUTO(name) __attribute__((cleanup(name##_auto)))

#define CE_DEFINE_AUTO(name, type, free_function)                                                            \
  static inline void name##_auto(type *variable) {                                                           \
    if (*variable) {                                                                                         \
      free_function(*variable);                                                                              \
    }                                                                                                        \
  }                                                                                                          \
  struct ce_semicolon_swallower

#define CE_DEFINE_AUTO_IN_PLACE(name, type, clear_function)                                                  \
  static inline void name##_auto(type *variable) {                                                           \
    clear_function(variable);                                                                                \
  }                                                                                                          \
  struct ce_semicolon_swallower

/* The pointer's value; the variable becomes NULL. */
#define ce_take(pointer)                                                                                     \
  __extension__({                                                                                            \
    __auto_type ce_taken = *(pointer);                                                                       \
    *(pointer) = NULL;                                                                                       \
    ce_taken;                                                                                                \
  })

/* The descriptor; the variable becomes -1. */
static inline int ce_take_fd(int *fd) {
  int taken = *fd;
  *fd = -1;
  return taken;
}

static inline void ce_free_auto(void *variable) {
  free(*(void **)variable);
}

static inline void ce_fd_auto(int *fd) {
  if (*fd >= 0) {
    close(*fd);
  }
}

#endif
