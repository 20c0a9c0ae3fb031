/* SPDX-License-Identifier: Apache-2.0
 * keys-facts CATALOGUE [--watch]: what is told about the keys at this machine, as "certenv keys --json" tells
 * it, for tests of this tier: devices, PC/SC and driver bundles, without anybody's session. */
#include "device/report.h"
#include "device/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define CATALOGUE_BYTES_MAX (1 << 20)

static struct ce_key_catalogue *read_catalogue(const char *path) {
  static char text[CATALOGUE_BYTES_MAX];
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err;
  FILE *from = fopen(path, "re");
  size_t size = from ? fread(text, 1, sizeof text, from) : 0;
  if (!from || ce_key_catalogue_parse(text, size, &catalogue, &err) != CE_OK) {
    exit(2);
  }
  fclose(from);
  return catalogue;
}

static void print(const struct ce_key_catalogue *catalogue, const struct ce_device_list *devices,
                  const struct ce_pcsc_facts *pcsc, bool as_event) {
  const struct ce_clock *clock = ce_clock_system();
  CE_AUTO(ce_driver_list) struct ce_driver_list drivers = {0};
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  CE_AUTO(ce_fd) int root_fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct ce_error err;
  if (ce_driver_list_load(root_fd, &drivers, &err) != CE_OK) {
    exit(1);
  }
  struct ce_key_situation situation = {.devices = devices,
                                       .catalogue = catalogue,
                                       .pcsc = pcsc,
                                       .drivers = &drivers,
                                       .now_ms = clock->monotonic_ms(clock->context)};
  if (ce_key_match(&situation, &report, &err) != CE_OK) {
    exit(1);
  }
  json_t *json = ce_key_report_json(&report);
  if (as_event) {
    json_object_set_new(json, "event", json_string("keys"));
  }
  json_dumpf(json, stdout, JSON_COMPACT);
  putchar('\n');
  fflush(stdout);
  json_decref(json);
}

static int look(const struct ce_key_catalogue *catalogue) {
  struct ce_pcsc_request request = ce_pcsc_request_system();
  struct ce_pcsc_facts facts;
  CE_AUTO(ce_device_list) struct ce_device_list devices = {0};
  struct ce_error err;
  if (ce_device_scan(ce_device_places_system(), NULL, &devices, &err) != CE_OK ||
      ce_pcsc_look(&request, &facts, &err) != CE_OK) {
    return 1;
  }
  print(catalogue, &devices, &facts, false);
  return 0;
}

static int watch(const struct ce_key_catalogue *catalogue) {
  struct ce_pcsc_request pcsc_request = ce_pcsc_request_system();
  struct ce_device_watch_request request = {.places = ce_device_places_system(), .clock = ce_clock_system()};
  CE_AUTO(ce_device_watch) struct ce_device_watch *devices = NULL;
  CE_AUTO(ce_pcsc_watch) struct ce_pcsc_watch *pcsc = NULL;
  struct ce_error err;
  if (ce_device_watch_open(&request, &devices, &err) != CE_OK ||
      ce_pcsc_watch_open(&pcsc_request, &pcsc, &err) != CE_OK) {
    return 1;
  }
  for (;;) {
    struct pollfd waiting[] = {{.fd = ce_device_watch_fd(devices), .events = POLLIN},
                               {.fd = ce_pcsc_watch_fd(pcsc), .events = POLLIN}};
    bool changed = false;
    bool also = false;
    if (poll(waiting, 2, -1) < 1 || ce_device_watch_dispatch(devices, &changed, &err) != CE_OK ||
        ce_pcsc_watch_dispatch(pcsc, &also, &err) != CE_OK) {
      return 1;
    }
    if (changed || also) {
      print(catalogue, ce_device_watch_list(devices), ce_pcsc_watch_facts(pcsc), true);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 2) {
    return 2;
  }
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = read_catalogue(argv[1]);
  return argc > 2 && strcmp(argv[2], "--watch") == 0 ? watch(catalogue) : look(catalogue);
}
