/* SPDX-License-Identifier: Apache-2.0
 * key-event [RUNS]: how long it takes from a udev event to the answer about the key, on a mocked machine
 * (umockdev-wrapper), without pcscd's own time. Prints milliseconds. */
#include "device/match.h"
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUNS_MAX 1000

static const char catalogue_text[] = "055c:e618\t"
                                     "hid\tgm3000\tservice\tmToken\tmToken\tbench\n";
static const struct scene_device key = {
    .port = "1-2", .vendor = "055c", .product = "e618", .text = "mToken", .class = "03"};

static double ms_since(const struct timespec *start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start->tv_sec) * 1e3 + (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

static void require(bool holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "key-event: %s\n", what);
    exit(1);
  }
}

static enum ce_key_state answer(const struct scene *scene, const struct ce_key_catalogue *catalogue) {
  struct ce_pcsc_facts facts = {.service = CE_PCSC_RUNNING};
  struct ce_key_situation situation = {
      .devices = ce_device_watch_list(scene->watch), .catalogue = catalogue, .pcsc = &facts};
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  struct ce_error err;
  require(ce_key_match(&situation, &report, &err) == CE_OK, "match");
  return ce_key_reason_state(report.found[report.overall].reason);
}

/* From the device's event to an answer that is another one than before. */
static double measure(struct scene *scene, const struct ce_key_catalogue *catalogue, bool plug) {
  enum ce_key_state before = answer(scene, catalogue);
  if (plug) {
    scene_plug(scene, &key);
  } else {
    clock_gettime(CLOCK_MONOTONIC, &scene->sent);
    scene_event(scene, key.port, "remove");
  }
  do {
    require(scene_wait(scene, 10000), "no event came");
  } while (answer(scene, catalogue) == before);
  double took = ms_since(&scene->sent);
  if (!plug) {
    /* What the mock needs to take it out of its tree is not ours. */
    scene_unplug(scene, key.port);
  }
  scene_settle(scene);
  return took;
}

static int compare(const void *one, const void *other) {
  double a = *(const double *)one;
  double b = *(const double *)other;
  return (a > b) - (a < b);
}

static void print(const char *what, double *times, size_t count) {
  qsort(times, count, sizeof *times, compare);
  printf("%-28s median %6.2f ms   95 %% %6.2f ms   max %6.2f ms   (%zu runs)\n", what, times[count / 2],
         times[count * 95 / 100], times[count - 1], count);
}

int main(int argc, char **argv) {
  static double inserted[RUNS_MAX], removed[RUNS_MAX];
  long wanted = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
  size_t runs = wanted > 0 && wanted <= RUNS_MAX ? (size_t)wanted : 100;
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err;
  struct scene scene;
  require(ce_key_catalogue_parse(catalogue_text, strlen(catalogue_text), &catalogue, &err) == CE_OK,
          "catalogue");
  scene_open(&scene);
  scene_watch(&scene);
  for (size_t i = 0; i < runs; i++) {
    inserted[i] = measure(&scene, catalogue, true);
    removed[i] = measure(&scene, catalogue, false);
  }
  print("udev event to answer, in", inserted, runs);
  print("udev event to answer, out", removed, runs);
  scene_close(&scene);
  ce_key_catalogue_free(catalogue);
  return 0;
}
