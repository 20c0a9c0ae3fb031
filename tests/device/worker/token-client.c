/* SPDX-License-Identifier: Apache-2.0
 * usage: token-client [--limit MS] PROBE MODULE [NAME=VALUE]...
 *
 * A program that talks to keys as ours do (device/token.h), for tests: a command a line on standard input, an
 * answer in JSON a line on standard output. SERIAL "-" is any, PIN "-" is none.
 *
 *   list | tries SLOT SERIAL | login SLOT SERIAL PIN | change SLOT SERIAL PIN NEW
 *   unlock SLOT SERIAL puk|so-pin CODE NEW | sign SLOT SERIAL ID sha256|sha384|sha512 DIGEST PIN */
#include "device/token.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 8

static const char *code_name(enum ce_code code) {
  return code == CE_OK ? "ok" : ce_code_id(code);
}

static void print_json(json_t *object) {
  char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
  puts(text ? text : "{}");
  fflush(stdout);
  free(text);
  json_decref(object);
}

static json_t *pin_json(const struct ce_token_pin *pin) {
  return json_pack("{s:b, s:b, s:b, s:b, s:i}", "locked", pin->locked, "final_try", pin->final_try,
                   "count_low", pin->count_low, "known", pin->known, "left", ce_token_pin_tries_left(pin));
}

static void print_answer(enum ce_code code, const struct ce_token_answer *answer,
                         const struct ce_error *err) {
  if (code != CE_OK) {
    print_json(json_pack("{s:s, s:s, s:s}", "code", code_name(code), "op", err->op, "detail", err->detail));
    return;
  }
  char hex[2 * CE_TOKEN_SIGNATURE_MAX + 1];
  ce_hex_encode(answer->signature, answer->signature_size, hex);
  print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s}", "code", "ok", "result",
                       ce_token_result_name(answer->result), "stage", answer->stage, "rv", answer->rv,
                       "message", answer->message, "pin", pin_json(&answer->pin), "signature", hex));
}

static void print_list(struct ce_token_worker *worker) {
  struct ce_error err;
  json_t *report = NULL;
  enum ce_code code = ce_token_worker_list(worker, -1, &report, &err);
  if (code != CE_OK) {
    print_answer(code, NULL, &err);
    return;
  }
  print_json(json_pack("{s:s, s:o}", "code", "ok", "report", report));
}

static void set_secret(struct ce_secret *secret, const char *text) {
  struct ce_error err;
  size_t size = text && strcmp(text, "-") != 0 ? strlen(text) : 0;
  if (ce_secret_set(secret, text, size, &err) != CE_OK) {
    fprintf(stderr, "token-client: %s\n", err.detail);
  }
}

static enum ce_code sign(struct ce_token_worker *worker, const struct ce_token_place *place, char **words,
                         struct ce_token_answer *ret, struct ce_error *err) {
  CE_AUTO(ce_secret) struct ce_secret pin = {0};
  uint8_t bytes[CE_TOKEN_DIGEST_MAX];
  enum ce_token_hash hash = strcmp(words[4], "sha256") == 0   ? CE_TOKEN_SHA256
                            : strcmp(words[4], "sha384") == 0 ? CE_TOKEN_SHA384
                                                              : CE_TOKEN_SHA512;
  if (!ce_hex_decode(words[5], bytes, ce_token_hash_size(hash))) {
    return ce_fail(err, CE_USAGE, "sign", "digest", "it is no digest");
  }
  set_secret(&pin, words[6]);
  const struct ce_token_digest digest = {hash, bytes};
  return ce_token_worker_sign(worker, place, words[3], &digest, &pin, ret, err);
}

static enum ce_code run(struct ce_token_worker *worker, char **words, size_t count,
                        struct ce_token_answer *ret, struct ce_error *err) {
  CE_AUTO(ce_secret) struct ce_secret first = {0}, second = {0};
  const struct ce_token_place place = {strtoll(words[1], NULL, 10),
                                       strcmp(words[2], "-") == 0 ? NULL : words[2]};
  if (strcmp(words[0], "tries") == 0) {
    return ce_token_worker_tries(worker, &place, ret, err);
  }
  if (strcmp(words[0], "login") == 0 && count == 4) {
    set_secret(&first, words[3]);
    return ce_token_worker_login(worker, &place, &first, ret, err);
  }
  if (strcmp(words[0], "change") == 0 && count == 5) {
    set_secret(&first, words[3]);
    set_secret(&second, words[4]);
    return ce_token_worker_change_pin(worker, &place, &first, &second, ret, err);
  }
  if (strcmp(words[0], "unlock") == 0 && count == 6) {
    set_secret(&first, words[4]);
    set_secret(&second, words[5]);
    enum ce_token_unlock how = strcmp(words[3], "puk") == 0 ? CE_TOKEN_UNLOCK_PUK : CE_TOKEN_UNLOCK_SO_PIN;
    return ce_token_worker_unlock(worker, &place, how, &first, &second, ret, err);
  }
  if (strcmp(words[0], "sign") == 0 && count == 7) {
    return sign(worker, &place, words, ret, err);
  }
  return ce_fail(err, CE_USAGE, "command", words[0], "there is no such command");
}

static void obey(struct ce_token_worker *worker, char *line) {
  char *words[WORDS_MAX] = {NULL}, *rest = line;
  size_t count = 0;
  while (count < WORDS_MAX && (words[count] = strsep(&rest, " \n")) && *words[count]) {
    count++;
  }
  struct ce_token_answer answer = {0};
  struct ce_error err = {0};
  if (count == 1 && strcmp(words[0], "list") == 0) {
    print_list(worker);
  } else if (count >= 3) {
    enum ce_code code = run(worker, words, count, &answer, &err);
    print_answer(code, &answer, &err);
  } else {
    ce_fail(&err, CE_USAGE, "command", "", "too few words");
    print_answer(CE_USAGE, NULL, &err);
  }
}

int main(int argc, char *argv[]) {
  struct ce_token_worker_request request = {.limit_ms = 0};
  if (argc > 2 && strcmp(argv[1], "--limit") == 0) {
    request.limit_ms = strtoll(argv[2], NULL, 10);
    argv += 2;
    argc -= 2;
  }
  if (argc < 3) {
    fputs("usage: token-client [--limit MS] PROBE MODULE [NAME=VALUE]...\n", stderr);
    return 2;
  }
  request.program = argv[1];
  request.module = argv[2];
  request.environment = (const char *const *)argv + 3;
  struct ce_error err;
  CE_AUTO(ce_token_worker) struct ce_token_worker *worker = NULL;
  if (ce_token_worker_open(&request, &worker, &err) != CE_OK) {
    fprintf(stderr, "token-client: %s\n", err.detail);
    return 1;
  }
  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    obey(worker, line);
    explicit_bzero(line, sizeof line);
  }
  return 0;
}
