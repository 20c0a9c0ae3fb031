/* SPDX-License-Identifier: Apache-2.0
 * certenv-monitor: tells the log when something that was installed goes missing, changes or comes back. */
#include "model/layout.h"
#include "monitor/key-log.h"
#include "monitor/monitor.h"
#include "monitor/notify.h"
#include "monitor/watcher.h"
#include "ports/clock.h"
#include "switches/switches.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#define DEBOUNCE_MS 500
/* A transaction that takes longer was interrupted: what it left is news. */
#define BUSY_MS 60000

struct service {
  struct ce_monitor monitor;
  struct ce_watcher watcher;
  struct ce_key_log *keys; /* NULL where keys cannot be watched, and for an image */
  int signals;
  int64_t due_ms;       /* when to look; -1: nothing happened */
  int64_t first_due_ms; /* when the first of the changes that wait was seen */
  bool reload, renew;   /* the receipt changed; the directories changed */
};

static void say(void *context, const char *line) {
  (void)context;
  fprintf(stderr, "%s\n", line);
}

static void say_found(void *context, const char *line) {
  (void)context;
  puts(line + strlen("<4>"));
}

static int64_t now_ms(void) {
  return ce_clock_system()->monotonic_ms(ce_clock_system()->context);
}

static void complain(const struct ce_error *err) {
  fprintf(stderr, "<3>%s %s: %s\n", err->op, err->subject, err->detail);
}

static void make_due(struct service *service) {
  int64_t now = now_ms();
  if (service->due_ms < 0) {
    service->first_due_ms = now;
  }
  if (service->due_ms < 0 || service->due_ms > now + DEBOUNCE_MS) {
    service->due_ms = now + DEBOUNCE_MS;
  }
}

/* The watcher's callback: what an event makes due. */
static void happened(void *context, const char *directory, uint32_t mask, const char *name) {
  struct service *service = context;
  const struct ce_watched_list *list = service->monitor.list;
  bool due = false;
  for (size_t i = 0; i < list->count; i++) {
    enum ce_watch_meaning meaning = ce_watch_meaning(directory, mask, name, list->items[i].path);
    list->items[i].due |= meaning == CE_WATCH_PATH;
    service->renew |= meaning == CE_WATCH_DIRECTORIES;
    due |= meaning != CE_WATCH_NOTHING;
  }
  enum ce_watch_meaning receipt = ce_watch_meaning(directory, mask, name, CE_RECEIPT);
  service->reload |= receipt == CE_WATCH_PATH;
  service->renew |= receipt == CE_WATCH_DIRECTORIES;
  due |= receipt != CE_WATCH_NOTHING || ce_watch_meaning(directory, mask, name, CE_JOURNAL) == CE_WATCH_PATH;
  if (due) {
    make_due(service);
  }
}

/* Watches for the list's paths, the receipt and the journal; everything becomes due. */
static enum ce_code renew(struct service *service, struct ce_error *err) {
  const struct ce_watched_list *list = service->monitor.list;
  CE_AUTO(ce_free) const char **paths = calloc(list->count + 2, sizeof *paths);
  if (!paths) {
    return ce_fail_memory(err, "watch list");
  }
  for (size_t i = 0; i < list->count; i++) {
    paths[i] = list->items[i].path;
    list->items[i].due = true;
  }
  paths[list->count] = CE_RECEIPT;
  paths[list->count + 1] = CE_JOURNAL;
  enum ce_code code = ce_watcher_renew(&service->watcher, paths, list->count + 2, err);
  if (!code && service->watcher.incomplete) {
    service->renew = true;
    make_due(service);
  }
  return code;
}

static void tell_list(const struct service *service) {
  const struct ce_watched_list *list = service->monitor.list;
  if (*list->version) {
    fprintf(stderr, "<6>looking after %zu paths of version %s\n", list->count, list->version);
  } else {
    fprintf(stderr, "<6>nothing is installed; waiting for an installation\n");
  }
}

/* A receipt that cannot be read is told and leaves what was known. */
static enum ce_code reload(struct service *service, struct ce_error *err) {
  struct ce_error why;
  enum ce_code code = ce_monitor_load(&service->monitor, &why);
  if (!code) {
    tell_list(service);
    return CE_OK;
  }
  complain(&why);
  return service->monitor.list ? CE_OK : ce_watched_list_make(NULL, &service->monitor.list, err);
}

/* Reads the receipt, watches, looks. */
static enum ce_code start_over(struct service *service, struct ce_error *err) {
  enum ce_code code = reload(service, err);
  if (!code) {
    code = renew(service, err);
  }
  return code ? code : ce_monitor_check(&service->monitor, err);
}

/* What is due after the debounce, or nothing while a transaction is at work. */
static enum ce_code catch_up(struct service *service, struct ce_error *err) {
  int64_t now = now_ms();
  if (ce_monitor_is_busy(&service->monitor) && now - service->first_due_ms < BUSY_MS) {
    service->due_ms = service->first_due_ms + BUSY_MS;
    return CE_OK;
  }
  bool receipt = service->reload, directories = service->renew;
  service->due_ms = -1;
  service->reload = service->renew = false;
  if (receipt) {
    return start_over(service, err);
  }
  enum ce_code code = directories ? renew(service, err) : CE_OK;
  return code ? code : ce_monitor_check(&service->monitor, err);
}

static int wait_ms(const struct service *service) {
  if (service->due_ms < 0) {
    return -1;
  }
  int64_t left = service->due_ms - now_ms();
  return left > 0 ? (int)left : 0;
}

/* The environment is looked after, whatever becomes of the keys. */
static void hear_keys(struct service *service) {
  struct ce_error why;
  if (ce_key_log_dispatch(service->keys, say, NULL, &why)) {
    complain(&why);
    ce_key_log_free(ce_take(&service->keys));
  }
}

/* Until SIGTERM or SIGINT. */
static enum ce_code serve(struct service *service, struct ce_error *err) {
  for (;;) {
    struct pollfd polled[] = {{service->watcher.fd, POLLIN, 0},
                              {service->signals, POLLIN, 0},
                              {service->keys ? ce_key_log_fd(service->keys) : -1, POLLIN, 0}};
    int ready = poll(polled, 3, wait_ms(service));
    if (ready < 0 && errno != EINTR) {
      return ce_fail_sys(err, errno, "poll", "events");
    }
    if (ready > 0 && polled[1].revents) {
      return CE_OK;
    }
    enum ce_code code = CE_OK;
    if (ready > 0 && polled[0].revents) {
      code = ce_watcher_read(&service->watcher, happened, service, err);
    }
    if (ready > 0 && polled[2].revents) {
      hear_keys(service);
    }
    if (!code && wait_ms(service) == 0) {
      code = catch_up(service, err);
    }
    if (code) {
      return code;
    }
  }
}

static int open_signals(struct ce_error *err) {
  sigset_t stopping;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGTERM);
  sigaddset(&stopping, SIGINT);
  int fd = -1;
  if (sigprocmask(SIG_BLOCK, &stopping, NULL) == 0) {
    fd = signalfd(-1, &stopping, SFD_CLOEXEC);
  }
  if (fd < 0) {
    ce_fail_sys(err, errno, "watch", "signals");
  }
  return fd;
}

/* Keys are watched where that is possible; the environment is looked after in any case. */
static void open_keys(struct service *service) {
  const struct ce_key_log_request request = {.places = ce_device_places_system(), .root = "/"};
  struct ce_error why;
  if (strcmp(service->monitor.root, "/") == 0 && ce_key_log_open(&request, &service->keys, &why)) {
    complain(&why);
  }
}

static enum ce_code run_service(struct service *service, struct ce_error *err) {
  service->monitor.say = say;
  service->signals = open_signals(err);
  if (service->signals < 0) {
    return err->code;
  }
  enum ce_code code = start_over(service, err);
  open_keys(service);
  struct ce_error why;
  if (!code && ce_notify(getenv("NOTIFY_SOCKET"), "READY=1", &why)) {
    complain(&why);
  }
  if (!code) {
    code = serve(service, err);
  }
  close(service->signals);
  return code;
}

static enum ce_code run_once(struct ce_monitor *monitor, struct ce_error *err) {
  monitor->say = say_found;
  enum ce_code code = ce_monitor_load(monitor, err);
  if (code) {
    return code;
  }
  if (!*monitor->list->version) {
    return ce_fail(err, CE_NOT_INSTALLED, "check", "/" CE_RECEIPT, "nothing is installed");
  }
  code = ce_monitor_check(monitor, err);
  size_t faults = code ? 0 : ce_monitor_faults(monitor);
  if (faults) {
    return ce_fail(err, CE_ATTENTION, "check", "/" CE_RECEIPT, "%zu of %zu paths are not in place", faults,
                   monitor->list->count);
  }
  return code;
}

static enum ce_code run(const char *root, bool once, struct ce_error *err) {
  struct service service = {.monitor.root = root, .watcher = {.root = root, .fd = -1}, .due_ms = -1};
  enum ce_code code = once ? run_once(&service.monitor, err) : run_service(&service, err);
  ce_key_log_free(service.keys);
  ce_watcher_clear(&service.watcher);
  ce_watched_list_free(service.monitor.list);
  return code;
}

static const struct ce_switch options[] = {
    {"root", "DIR", "look after the tree in this directory instead of the machine's own"},
    {"once", NULL, "look once, print what is not in place, and exit with 0 or 11"},
    CE_SWITCH_HELP,
    CE_SWITCH_VERSION,
};
static const struct ce_switch_table table = {
    "usage: certenv-monitor [--root DIR] [--once]",
    "Watches what certenv installed and tells the log what goes missing, changes or comes back.",
    options,
    sizeof options / sizeof *options,
};

int main(int argc, char *argv[]) {
  struct ce_error err = {0};
  const char *given[sizeof options / sizeof *options];
  struct ce_switch_values values = {given, NULL, 0};
  enum ce_code code = ce_switches_parse(&table, argc, argv, &values, &err);
  if (!code && ce_switches_value(&table, &values, "help")) {
    ce_switches_print_help(stdout, &table, NULL, NULL);
    return 0;
  }
  if (!code && ce_switches_value(&table, &values, "version")) {
    puts("certenv-monitor " CERTENV_VERSION);
    return 0;
  }
  if (!code) {
    const char *root = ce_switches_value(&table, &values, "root");
    code = run(root ? root : "/", ce_switches_value(&table, &values, "once") != NULL, &err);
  }
  if (code) {
    complain(&err);
  }
  return ce_code_exit_status(code);
}
