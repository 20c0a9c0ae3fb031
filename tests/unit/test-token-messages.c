/* SPDX-License-Identifier: Apache-2.0
 * Tests of what is said between a program and its worker: requests, answers, and the reading of requests. */
#include "device/token-answer.h"
#include "device/token-request.h"
#include "device/token-sentence.h"
#include "probe/outcome.h"
#include "probe/request-reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define COUNT(array)  (sizeof(array) / sizeof *(array))
#define FAILED(stage) "{\"id\":1,\"result\":\"failed\",\"error\":{\"stage\":\"" stage "\",\"message\":\"\"}}"
#define DIGEST        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static enum ce_code parse(const char *line, struct ce_token_request *ret) {
  struct ce_error err;
  return ce_token_request_parse(line, strlen(line), ret, &err);
}

static void assert_survives(const struct ce_token_request *request) {
  struct ce_error err;
  struct ce_token_request read = {0};
  CE_AUTO(ce_blob) struct ce_blob line = {0}, again = {0};
  assert_int_equal(ce_token_request_write(request, &line, &err), CE_OK);
  assert_int_equal(line.data[line.size - 1], '\n');
  assert_int_equal(ce_token_request_parse(line.data, line.size - 1, &read, &err), CE_OK);
  assert_int_equal(ce_token_request_write(&read, &again, &err), CE_OK);
  assert_string_equal(ce_blob_text(&again), ce_blob_text(&line));
  assert_int_equal(read.op, request->op);
  assert_int_equal(read.now_s, request->now_s);
  assert_string_equal(read.serial, request->serial);
  assert_int_equal(read.pin_size, request->pin_size);
  assert_int_equal(read.new_pin_size, request->new_pin_size);
  assert_memory_equal(read.digest, request->digest, sizeof read.digest);
}

static void requests_are_read_as_they_were_written(void **state) {
  (void)state;
  assert_survives(&(struct ce_token_request){.number = 1, .op = CE_TOKEN_LIST, .now_s = -1});
  assert_survives(&(struct ce_token_request){.number = 2, .op = CE_TOKEN_LIST, .now_s = 1795334401});
  assert_survives(&(struct ce_token_request){.number = CE_TOKEN_NUMBER_MAX,
                                             .op = CE_TOKEN_LOGIN,
                                             .now_s = -1,
                                             .slot = 1,
                                             .serial = "四十二",
                                             .pin_size = 64});
  assert_survives(&(struct ce_token_request){
      .number = 4, .op = CE_TOKEN_CHANGE_PIN, .now_s = -1, .pin_size = 6, .new_pin_size = 8});
  assert_survives(&(struct ce_token_request){.number = 5,
                                             .op = CE_TOKEN_UNLOCK,
                                             .now_s = -1,
                                             .how = CE_TOKEN_UNLOCK_SO_PIN,
                                             .pin_size = 8,
                                             .new_pin_size = 6});
  assert_survives(&(struct ce_token_request){.number = 6,
                                             .op = CE_TOKEN_SIGN,
                                             .now_s = -1,
                                             .certificate = "01ff",
                                             .hash = CE_TOKEN_SHA512,
                                             .digest = {1, 2, 3},
                                             .pin_size = 0});
  assert_survives(&(struct ce_token_request){.number = 7, .op = CE_TOKEN_TRIES, .now_s = -1});
}

static void refuses_requests_that_break_a_rule(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "[]",
      "{}",
      "nonsense",
      "{\"id\":1}",
      "{\"id\":0,\"op\":\"list\"}",
      "{\"id\":1,\"op\":\"format\"}",
      "{\"id\":1,\"op\":\"list\",\"op\":\"login\"}",
      "{\"id\":1,\"op\":\"list\"} x",
      "{\"id\":1,\"op\":\"list\",\"now\":-5}",
      "{\"id\":1,\"op\":\"login\",\"pin_bytes\":6}",
      "{\"id\":1,\"op\":\"login\",\"slot\":-1,\"pin_bytes\":6}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":0}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":65}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":-1}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":NaN}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":1e1}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":18446744073709551622}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":\"6\"}",
      "{\"id\":1,\"op\":\"login\",\"slot\":0,\"serial\":1,\"pin_bytes\":6}",
      "{\"id\":1,\"op\":\"change-pin\",\"slot\":0,\"pin_bytes\":6}",
      "{\"id\":1,\"op\":\"unlock\",\"slot\":0,\"pin_bytes\":6,\"new_pin_bytes\":6}",
      "{\"id\":1,\"op\":\"unlock\",\"slot\":0,\"how\":\"hammer\",\"pin_bytes\":6,\"new_pin_bytes\":6}",
      "{\"id\":1,\"op\":\"sign\",\"slot\":0,\"certificate\":\"01\",\"hash\":\"sha256\"}",
      "{\"id\":1,\"op\":\"sign\",\"slot\":0,\"certificate\":\"01\",\"hash\":\"sha384\",\"digest\":\"" DIGEST
      "\"}",
      "{\"id\":1,\"op\":\"sign\",\"slot\":0,\"certificate\":\"01\",\"hash\":\"md5\",\"digest\":\"" DIGEST
      "\"}",
      "{\"id\":1,\"op\":\"sign\",\"slot\":0,\"certificate\":\"1\",\"hash\":\"sha256\",\"digest\":\"" DIGEST
      "\"}",
      "{\"id\":1,\"op\":\"sign\",\"slot\":0,\"certificate\":\"xy\",\"hash\":\"sha256\",\"digest\":\"" DIGEST
      "\"}",
  };
  struct ce_token_request request = {.number = 77};
  for (size_t i = 0; i < COUNT(wrong); i++) {
    if (parse(wrong[i], &request) != CE_USAGE) {
      fail_msg("accepted: %s", wrong[i]);
    }
  }
  assert_int_equal(request.number, 77);
}

/* A descriptor that holds these bytes. */
static int input(const void *bytes, size_t size) {
  int fd = memfd_create("input", MFD_CLOEXEC);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, bytes, size), size);
  assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
  return fd;
}

static void secrets_follow_their_request(void **state) {
  (void)state;
  static const char text[] =
      "{\"id\":1,\"op\":\"change-pin\",\"slot\":0,\"pin_bytes\":4,\"new_pin_bytes\":5}\n12\n4abc\0e"
      "{\"id\":2,\"op\":\"list\"}\n";
  struct ce_error err;
  struct ce_token_request request;
  CE_AUTO(ce_secret) struct ce_secret pin = {0}, new_pin = {0};
  CE_AUTO(ce_fd) int fd = input(text, sizeof text - 1);
  bool end = true;
  assert_int_equal(ce_request_read(fd, &request, &pin, &new_pin, &end, &err), CE_OK);
  assert_false(end);
  assert_int_equal(pin.size, 4);
  assert_memory_equal(pin.bytes, "12\n4", 4);
  assert_int_equal(new_pin.size, 5);
  assert_memory_equal(new_pin.bytes, "abc\0e", 5);
  assert_int_equal(ce_request_read(fd, &request, &pin, &new_pin, &end, &err), CE_OK);
  assert_int_equal(request.number, 2);
  assert_int_equal(pin.size, 0);
  assert_int_equal(ce_request_read(fd, &request, &pin, &new_pin, &end, &err), CE_OK);
  assert_true(end);
}

static void refuses_input_that_ends_too_early_or_never(void **state) {
  (void)state;
  char endless[CE_TOKEN_REQUEST_BYTES_MAX + 10];
  memset(endless, ' ', sizeof endless);
  const struct {
    const char *text;
    size_t size;
  } wrong[] = {
      {"{\"id\":1", 7},
      {"{\"id\":1,\"op\":\"login\",\"slot\":0,\"pin_bytes\":6}\n12345", 49},
      {endless, sizeof endless},
  };
  for (size_t i = 0; i < COUNT(wrong); i++) {
    struct ce_error err;
    struct ce_token_request request;
    CE_AUTO(ce_secret) struct ce_secret pin = {0}, new_pin = {0};
    CE_AUTO(ce_fd) int fd = input(wrong[i].text, wrong[i].size);
    bool end = false;
    assert_int_equal(ce_request_read(fd, &request, &pin, &new_pin, &end, &err), CE_USAGE);
  }
}

static void answers_are_read_as_they_were_written(void **state) {
  (void)state;
  struct ce_error err;
  struct ce_token_answer answer;
  CE_AUTO(ce_json) json_t *report = NULL;
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  struct ce_outcome outcome = {.result = CE_TOKEN_OK, .has_flags = true, .flags = CKF_USER_PIN_FINAL_TRY};
  ce_outcome_take(&outcome, "login", "C_Login", CKR_PIN_INCORRECT);
  assert_int_equal(ce_outcome_write(&outcome, 9, &line, &err), CE_OK);
  assert_int_equal(ce_token_answer_parse(line.data, line.size - 1, 9, &answer, &report, &err), CE_OK);
  assert_int_equal(answer.result, CE_TOKEN_PIN_INCORRECT);
  assert_string_equal(answer.stage, "login");
  assert_string_equal(answer.rv, "CKR_PIN_INCORRECT");
  assert_int_equal(ce_token_pin_tries_left(&answer.pin), 1);
  assert_int_equal(ce_token_pin_tries_left(&answer.so_pin), -1);
  assert_null(report);
}

static void an_answer_that_is_too_long_is_a_failure(void **state) {
  (void)state;
  struct ce_error err;
  struct ce_token_answer answer;
  json_t *report = NULL;
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  CE_AUTO(ce_free) char *text = calloc(1, CE_TOKEN_ANSWER_BYTES_MAX + 1);
  memset(text, 'x', CE_TOKEN_ANSWER_BYTES_MAX);
  CE_AUTO(ce_outcome)
  struct ce_outcome outcome = {.result = CE_TOKEN_OK, .report = json_pack("{s:s}", "text", text)};
  assert_int_equal(ce_outcome_write(&outcome, 9, &line, &err), CE_OK);
  assert_int_equal(ce_token_answer_parse(line.data, line.size - 1, 9, &answer, &report, &err), CE_OK);
  assert_int_equal(answer.result, CE_TOKEN_FAILED);
  assert_null(report);
}

static void refuses_answers_that_break_a_rule(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "ok",
      "[1]",
      "{\"id\":1}",
      "{\"id\":2,\"result\":\"ok\"}",
      "{\"id\":\"1\",\"result\":\"ok\"}",
      "{\"id\":1,\"result\":\"OK\"}",
      "{\"id\":1,\"result\":1}",
      "{\"id\":1,\"result\":\"ok\"}{\"id\":1,\"result\":\"ok\"}",
      "{\"id\":1,\"result\":\"ok\",\"pin\":true}",
      "{\"id\":1,\"result\":\"ok\",\"pin\":{\"locked\":0}}",
      "{\"id\":1,\"result\":\"ok\",\"error\":\"x\"}",
      FAILED("a stage with far too long a name"),
      "{\"id\":1,\"result\":\"ok\",\"signature\":\"xx\"}",
      "{\"id\":1,\"result\":\"ok\",\"signature\":\"abc\"}",
      "{\"id\":1,\"result\":\"ok\",\"report\":[]}",
      "{\"id\":NaN,\"result\":\"ok\"}",
      "{\"id\":1e0,\"result\":\"ok\"}",
  };
  for (size_t i = 0; i < COUNT(wrong); i++) {
    struct ce_error err;
    struct ce_token_answer answer = {.signature_size = 77};
    json_t *report = NULL;
    if (ce_token_answer_parse(wrong[i], strlen(wrong[i]), 1, &answer, &report, &err) != CE_CHILD) {
      fail_msg("accepted: %s", wrong[i]);
    }
    assert_int_equal(answer.signature_size, 77);
    assert_null(report);
  }
}

static void return_values_have_stable_words(void **state) {
  (void)state;
  static const struct {
    CK_RV rv;
    const char *word;
  } table[] = {
      {CKR_OK, "ok"},
      {CKR_PIN_INCORRECT, "pin-incorrect"},
      {CKR_PIN_LOCKED, "pin-locked"},
      {CKR_PIN_LEN_RANGE, "pin-length"},
      {CKR_PIN_INVALID, "pin-invalid"},
      {CKR_PIN_TOO_WEAK, "pin-invalid"},
      {CKR_DEVICE_REMOVED, "removed"},
      {CKR_FUNCTION_NOT_SUPPORTED, "unsupported"},
      {CKR_MECHANISM_INVALID, "unsupported"},
      {CKR_GENERAL_ERROR, "failed"},
      {CKR_VENDOR_DEFINED, "failed"},
  };
  for (size_t i = 0; i < COUNT(table); i++) {
    assert_string_equal(ce_token_result_name(ce_outcome_of(table[i].rv)), table[i].word);
  }
}

static void every_answer_has_its_sentence(void **state) {
  (void)state;
  for (int op = CE_TOKEN_LIST; op <= CE_TOKEN_TRIES; op++) {
    for (int result = CE_TOKEN_OK; result <= CE_TOKEN_FAILED; result++) {
      assert_true(strlen(ce_token_sentence((enum ce_token_op)op, (enum ce_token_result)result)) > 0);
    }
  }
  assert_string_equal(ce_token_sentence(CE_TOKEN_LOGIN, CE_TOKEN_REMOVED), "The key was removed.");
  assert_string_equal(ce_token_sentence(CE_TOKEN_LOGIN, CE_TOKEN_PIN_INCORRECT), "The PIN is wrong.");
  assert_string_equal(ce_token_sentence(CE_TOKEN_UNLOCK, CE_TOKEN_PIN_INCORRECT),
                      "The unlock code is wrong.");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(requests_are_read_as_they_were_written),
      cmocka_unit_test(refuses_requests_that_break_a_rule),
      cmocka_unit_test(secrets_follow_their_request),
      cmocka_unit_test(refuses_input_that_ends_too_early_or_never),
      cmocka_unit_test(answers_are_read_as_they_were_written),
      cmocka_unit_test(an_answer_that_is_too_long_is_a_failure),
      cmocka_unit_test(refuses_answers_that_break_a_rule),
      cmocka_unit_test(return_values_have_stable_words),
      cmocka_unit_test(every_answer_has_its_sentence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
