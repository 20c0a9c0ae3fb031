/* SPDX-License-Identifier: Apache-2.0
 * A machine in the tests' short way of writing it, made as a tree below a directory.
 *
 *   files      {"etc/fapolicyd/fapolicyd.conf": TEXT}; directories and parents come by themselves
 *   directories, packages, units, active, user_units, modules   lists of names
 *   links      {"opt": "/srv/opt"}
 *   processes  a list of a name, or of {"pid", "comm", "program", "argument": TEXT, "hidden", "ended": true,
 *              "asked": MASK}. comm is the program's name, cut as the kernel does, if not given; a hidden one
 *              does not show where it runs from; an ended one has no arguments.
 *   usb        {"1-2": {"id": "055c:e618", "name": TEXT, "authorized": "0", "default": "0"}}
 *   noexec     a list of mount points; all else is on "/"
 *   id         of os-release
 *   program    where this program lies */
#ifndef CE_GOLDEN_MACHINE_H
#define CE_GOLDEN_MACHINE_H

#include <jansson.h>

/* Ends the program with a message when the case is not right. */
void machine_make(const char *directory, const json_t *machine);

#endif
