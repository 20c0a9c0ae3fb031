/* SPDX-License-Identifier: Apache-2.0
 * Making machines. */
#include "machine.h"

#include "temp-tree.h"

#include <stdarg.h>

#define COMM_LENGTH 15

static void make_parents(const char *directory, const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  for (char *slash = path + strlen(directory) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
    *slash = '\0';
    mkdir(path, 0755);
  }
}

static void make_directory(const char *directory, const char *name) {
  make_parents(directory, name);
  mkdir(temp_path(directory, name), 0755);
}

static void make_file(const char *directory, const char *name, const char *text) {
  make_parents(directory, name);
  temp_write(directory, name, text, 0644);
}

static void __attribute__((format(printf, 3, 4)))
make_named(const char *directory, const char *text, const char *format, ...) {
  char name[PATH_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(name, sizeof name, format, args);
  va_end(args);
  make_file(directory, name, text);
}

static const char *text_of(const json_t *object, const char *name, const char *missing) {
  const json_t *value = json_object_get(object, name);
  return value ? json_string_value(value) : missing;
}

static void make_asked(const char *directory, long pid, const char *mask) {
  char name[64];
  char text[128];
  snprintf(name, sizeof name, "proc/%ld/fd/7", pid);
  make_parents(directory, name);
  temp_link(directory, name, "anon_inode:[fanotify]");
  snprintf(text, sizeof text,
           "pos:\t0\nfanotify flags:4 event-flags:0\nfanotify mnt_id:1f mflags:0 mask:%s\n", mask);
  make_named(directory, text, "proc/%ld/fdinfo/7", pid);
}

static void make_process(const char *directory, size_t index, const json_t *process) {
  const json_t *given = json_object_get(process, "pid");
  long pid = given ? (long)json_integer_value(given) : 800 + (long)index;
  const char *program =
      json_is_string(process) ? json_string_value(process) : text_of(process, "program", "");
  const char *slash = strrchr(program, '/');
  const char *comm = text_of(process, "comm", slash ? slash + 1 : program);
  char cut[COMM_LENGTH + 2];
  snprintf(cut, sizeof cut, "%.*s\n", COMM_LENGTH, comm);
  make_named(directory, cut, "proc/%ld/comm", pid);
  bool ended = json_is_true(json_object_get(process, "ended"));
  make_named(directory, ended ? "" : text_of(process, "argument", program), "proc/%ld/cmdline", pid);
  if (slash && !json_is_true(json_object_get(process, "hidden"))) {
    char name[64];
    snprintf(name, sizeof name, "proc/%ld/exe", pid);
    temp_link(directory, name, program);
  }
  const char *mask = text_of(process, "asked", NULL);
  if (mask) {
    make_asked(directory, pid, mask);
  }
}

static void make_usb(const char *directory, const char *port, const json_t *device) {
  const char *id = text_of(device, "id", NULL);
  make_named(directory, text_of(device, "authorized", "1"), "sys/bus/usb/devices/%s/authorized", port);
  if (id) {
    char vendor[5];
    snprintf(vendor, sizeof vendor, "%s", id);
    make_named(directory, vendor, "sys/bus/usb/devices/%s/idVendor", port);
    make_named(directory, id + 5, "sys/bus/usb/devices/%s/idProduct", port);
  }
  const char *optional[][2] = {{"name", "product"}, {"default", "authorized_default"}};
  for (size_t i = 0; i < 2; i++) {
    const char *value = text_of(device, optional[i][0], NULL);
    if (value) {
      make_named(directory, value, "sys/bus/usb/devices/%s/%s", port, optional[i][1]);
    }
  }
}

/* One text of all names, each in the format's "%s". */
static void make_list(const char *directory, const char *path, const char *first, const json_t *names,
                      const char *before, const char *after) {
  char text[16384];
  size_t used = (size_t)snprintf(text, sizeof text, "%s", first);
  for (size_t i = 0; i < json_array_size(names); i++) {
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s%s", before,
                             json_string_value(json_array_get(names, i)), after);
    temp_require(used < sizeof text, "a list is too long");
  }
  if (used > 0) {
    make_file(directory, path, text);
  }
}

static void make_each(const char *directory, const json_t *names, const char *place, const char *ending) {
  for (size_t i = 0; i < json_array_size(names); i++) {
    make_named(directory, "", "%s/%s%s", place, json_string_value(json_array_get(names, i)), ending);
  }
}

void machine_make(const char *directory, const json_t *machine) {
  const char *name = NULL;
  json_t *value = NULL;
  size_t index = 0;
  make_directory(directory, "proc/self");
  json_array_foreach(json_object_get(machine, "directories"), index, value) {
    make_directory(directory, json_string_value(value));
  }
  json_object_foreach(json_object_get(machine, "files"), name, value) {
    make_file(directory, name, json_string_value(value));
  }
  json_object_foreach(json_object_get(machine, "links"), name, value) {
    make_parents(directory, name);
    temp_link(directory, name, json_string_value(value));
  }
  json_array_foreach(json_object_get(machine, "processes"), index, value) {
    make_process(directory, index, value);
  }
  json_object_foreach(json_object_get(machine, "usb"), name, value) {
    make_usb(directory, name, value);
  }
  make_each(directory, json_object_get(machine, "units"), "usr/lib/systemd/system", "");
  make_each(directory, json_object_get(machine, "user_units"), "usr/lib/systemd/user", "");
  make_each(directory, json_object_get(machine, "active"), "sys/fs/cgroup/system.slice", "/cgroup.procs");
  make_list(directory, "proc/modules", "", json_object_get(machine, "modules"), "", " 16384 0 - Live 0x0\n");
  make_list(directory, "var/lib/dpkg/status", "Package: libc6\nStatus: install ok installed\n\n",
            json_object_get(machine, "packages"),
            "Package: ", "\nStatus: install ok installed\nSection: x\n\n");
  make_list(directory, "proc/self/mountinfo", "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n",
            json_object_get(machine, "noexec"), "30 22 0:26 / ", " rw,nosuid,noexec - tmpfs tmpfs rw\n");
  const char *id = text_of(machine, "id", "debian");
  char release[128];
  snprintf(release, sizeof release, "NAME=\"A system\"\nID=%s\n", id);
  make_file(directory, "etc/os-release", release);
}
