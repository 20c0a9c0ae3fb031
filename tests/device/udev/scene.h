/* SPDX-License-Identifier: Apache-2.0
 * USB devices of a mocked machine, plugged in and out; programs that use it run under umockdev-wrapper.
 *
 * No rules run there: what udevd would add (ID_...) is set here. */
#ifndef CE_TESTS_UDEV_SCENE_H
#define CE_TESTS_UDEV_SCENE_H

#include "device/watch.h"

#include <time.h>
#include <umockdev.h>

struct scene {
  UMockdevTestbed *testbed;
  struct ce_device_places places;
  struct ce_device_watch *watch;
  struct timespec sent; /* when the last event of a device (not of its interface) was */
  bool changed;         /* the list did, while something was plugged */
  char directory[64];
  char dev[96];     /* what stands for /dev, which the mock does not show as a directory */
  char control[96]; /* what stands for /run/udev/control */
};

struct scene_device {
  const char *port;             /* "1-2"; all are on bus 1, with a number that is taken from it */
  const char *vendor, *product; /* "08e6" */
  const char *text;             /* product string; may be NULL */
  const char *class;            /* "0b" */
  const char *interfaces;       /* ID_USB_INTERFACES; NULL: one of that class */
  bool blocked;                 /* authorized 0, no interface */
};

/* Ends the program with a message when the machine cannot be mocked. */
void scene_open(struct scene *scene);
void scene_watch(struct scene *scene);
void scene_close(struct scene *scene);

/* The device, then its interface, each with its event. */
void scene_plug(struct scene *scene, const struct scene_device *device);
/* The events of the removal, as the kernel orders them. */
void scene_unplug(struct scene *scene, const char *port);
void scene_event(struct scene *scene, const char *name, const char *action);
void scene_set(struct scene *scene, const char *name, const char *attribute, const char *value);

/* Dispatches until the list changed; false when nothing did for timeout_ms. */
bool scene_wait(struct scene *scene, int timeout_ms);
/* Dispatches until nothing happens for a while. */
void scene_settle(struct scene *scene);
const struct ce_device *scene_find(const struct scene *scene, const char *port);

#endif
