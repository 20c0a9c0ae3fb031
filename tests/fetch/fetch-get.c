/* SPDX-License-Identifier: Apache-2.0
 * Fetches files of a repository over HTTP and tells what came: one line a file.
 *
 * fetch-get [option...] URL PATH...     options are NAME=VALUE:
 *   proxy, no_proxy, ca     as in ce_http_settings
 *   offset, limit           bytes
 *   connect, stall, backoff milliseconds; tries
 *   cancel                  milliseconds after which the user cancels
 *   now                     seconds since 1970 that the clock shows
 *   keep                    a file to write what came to
 *
 * Prints "PATH CODE bytes=N sha256=HEX pieces=N server_time=S took_ms=N" to standard output, and events and
 * failures to standard error. The exit status is that of the first failure. */
#include "ports/hash.h"
#include "ports/http.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

struct received {
  struct ce_hash *hash;
  FILE *keep;
  uint64_t bytes;
  unsigned pieces;
};

struct options {
  struct ce_http_settings settings;
  uint64_t offset, limit;
  long cancel_ms;
  const char *keep;
};

static volatile sig_atomic_t cancelled;
static int64_t fixed_now_s;

static void cancel(int number) {
  (void)number;
  cancelled = 1;
}

static int64_t fixed_now(void *context) {
  (void)context;
  return fixed_now_s;
}

static enum ce_code receive(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct received *received = context;
  received->bytes += size;
  received->pieces++;
  if (received->keep && fwrite(bytes, 1, size, received->keep) != size) {
    return ce_fail(err, CE_IO, "write", "keep", "short write");
  }
  ce_hash_update(received->hash, bytes, size);
  return CE_OK;
}

static void emit(void *context, const struct ce_event *event) {
  (void)context;
  fprintf(stderr, "event %s %s %s\n", event->name, event->subject ? event->subject : "",
          event->detail ? event->detail : "");
}

static bool take_number(const char *option, const char *name, int64_t *ret) {
  size_t length = strlen(name);
  if (strncmp(option, name, length) != 0 || option[length] != '=') {
    return false;
  }
  *ret = strtoll(option + length + 1, NULL, 10);
  return true;
}

static bool take_text(const char *option, const char *name, const char **ret) {
  size_t length = strlen(name);
  if (strncmp(option, name, length) != 0 || option[length] != '=') {
    return false;
  }
  *ret = option + length + 1;
  return true;
}

static bool take_option(const char *option, struct options *options) {
  struct ce_http_settings *settings = &options->settings;
  int64_t number = 0;
  if (take_number(option, "offset", &number)) {
    options->offset = (uint64_t)number;
  } else if (take_number(option, "limit", &number)) {
    options->limit = (uint64_t)number;
  } else if (take_number(option, "tries", &number)) {
    settings->tries = (int)number;
  } else if (take_number(option, "cancel", &number)) {
    options->cancel_ms = (long)number;
  } else {
    return take_text(option, "proxy", &settings->proxy) ||
           take_text(option, "no_proxy", &settings->no_proxy) ||
           take_text(option, "ca", &settings->ca_file) || take_text(option, "keep", &options->keep) ||
           take_number(option, "connect", &settings->connect_ms) ||
           take_number(option, "stall", &settings->stall_ms) ||
           take_number(option, "backoff", &settings->backoff_ms) || take_number(option, "now", &fixed_now_s);
  }
  return true;
}

static enum ce_code fail(const struct ce_error *err) {
  fprintf(stderr, "%s: %s: %s: %s\n", ce_code_id(err->code), err->op, err->subject, err->detail);
  return err->code;
}

static enum ce_code get(struct ce_fetch *fetch, const char *path, const struct options *options) {
  struct ce_error err;
  struct received received = {.keep = options->keep ? fopen(options->keep, "we") : NULL};
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE] = "";
  int64_t begun_ms = ce_clock_system()->monotonic_ms(NULL);
  enum ce_code code = ce_hash_new(&received.hash, &err);
  if (code == CE_OK) {
    code = ce_fetch_get(fetch, path, options->offset, options->limit, receive, &received, &err);
  }
  if (code != CE_OK) {
    fail(&err);
  }
  if (received.hash) {
    ce_hash_finish(received.hash, &digest);
    ce_digest_to_hex(&digest, hex);
  }
  printf("%s %s bytes=%llu sha256=%s pieces=%u server_time=%lld took_ms=%lld\n", path, ce_code_id(code),
         (unsigned long long)received.bytes, hex, received.pieces, (long long)fetch->server_time_s,
         (long long)(ce_clock_system()->monotonic_ms(NULL) - begun_ms));
  if (received.keep) {
    fclose(received.keep);
  }
  ce_hash_free(received.hash);
  return code;
}

int main(int argc, char **argv) {
  struct ce_error err;
  static const struct ce_sink sink = {.emit = emit};
  struct options options = {.limit = (uint64_t)1 << 40};
  struct ce_clock clock = *ce_clock_system();
  int i = 1;
  for (; i < argc && take_option(argv[i], &options); i++) {
  }
  if (argc - i < 2) {
    fprintf(stderr, "usage: fetch-get [option...] URL PATH...\n");
    return 2;
  }
  clock.now_s = fixed_now_s ? fixed_now : clock.now_s;
  options.settings.clock = &clock;
  options.settings.sink = &sink;
  options.settings.cancelled = &cancelled;
  CE_AUTO(ce_fetch) struct ce_fetch *fetch = NULL;
  enum ce_code code = ce_http_open(argv[i], &options.settings, &fetch, &err);
  if (code != CE_OK) {
    return ce_code_exit_status(fail(&err));
  }
  signal(SIGALRM, cancel);
  struct itimerval timer = {.it_value = {options.cancel_ms / 1000, options.cancel_ms % 1000 * 1000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  for (i++; code == CE_OK && i < argc; i++) {
    code = get(fetch, argv[i], &options);
  }
  return ce_code_exit_status(code);
}
