/* SPDX-License-Identifier: Apache-2.0
 * Cases that are kept as files: DIRECTORY/cases/NAME.json says what there is, NAME.txt beside it what must be
 * told about it. */
#ifndef CE_GOLDEN_KEPT_H
#define CE_GOLDEN_KEPT_H

#include <stddef.h>

/* What is told about the case in the file at path: malloc'ed; NULL after a message where it is not sound. */
typedef char *kept_answer(void *context, const char *directory, const char *path);

/* The main function of a golden program: [--update] DIRECTORY [CASE...]; --update writes what is told now.
 * The exit status is 1 where one differs or there is none. name: "guard". */
int kept_main(const char *name, int argc, char **argv, kept_answer *answer, void *context);
/* The file's bytes and a NUL behind them, malloc'ed; ends the program where it cannot be read. */
char *kept_read(const char *path, size_t *ret_size);

#endif
