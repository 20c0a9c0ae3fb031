/* SPDX-License-Identifier: Apache-2.0
 * Tests of the probe against a module that is a table of functions here: limits, failures of one slot, odd
 * answers. */
#include "probe/module.h"
#include "probe/objects.h"
#include "probe/slot.h"
#include "probe/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What the module of a test is like. */
static struct {
  CK_ULONG slots, objects, handed_out;
  CK_RV token_rv, session_rv, find_rv;
  CK_ULONG value_size; /* 0: the certificate as it is */
  CK_CERTIFICATE_TYPE type;
  bool blank;
  uint8_t der[4096];
  size_t der_size;
} module;

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count) {
  assert_int_equal(present, CK_FALSE);
  if (slots) {
    assert_true(*count >= module.slots);
    for (CK_ULONG i = 0; i < module.slots; i++) {
      slots[i] = i;
    }
  }
  *count = module.slots;
  return CKR_OK;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info) {
  if (slot == 1) {
    return CKR_DEVICE_ERROR;
  }
  memset(info, ' ', sizeof *info);
  info->flags = slot == 0 ? CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE : 0;
  return CKR_OK;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
  (void)slot;
  memset(info, ' ', sizeof *info);
  memcpy(info->label, "label", 5);
  info->flags = (module.blank ? 0 : CKF_TOKEN_INITIALIZED) | CKF_USER_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;
  info->ulMinPinLen = 4;
  info->ulMaxPinLen = 8;
  return module.token_rv;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session) {
  (void)slot, (void)application, (void)notify;
  assert_int_equal(flags, CKF_SERIAL_SESSION);
  *session = 1;
  return module.session_rv;
}

static CK_RV close_session(CK_SESSION_HANDLE session) {
  assert_int_equal(session, 1);
  return CKR_OK;
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG count) {
  (void)session, (void)wanted;
  assert_int_equal(count, 1);
  module.handed_out = 0;
  return CKR_OK;
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG room, CK_ULONG *count) {
  (void)session;
  for (*count = 0; *count < room && module.handed_out < module.objects; (*count)++) {
    objects[*count] = module.handed_out++;
  }
  return module.find_rv;
}

static CK_RV find_final(CK_SESSION_HANDLE session) {
  (void)session;
  return CKR_OK;
}

static CK_RV answer(CK_ATTRIBUTE *attribute, const void *bytes, CK_ULONG size) {
  if (attribute->pValue) {
    assert_true(attribute->ulValueLen >= size);
    memcpy(attribute->pValue, bytes, size);
  }
  attribute->ulValueLen = size;
  return CKR_OK;
}

static CK_RV get_attribute(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attribute,
                           CK_ULONG count) {
  (void)session, (void)object;
  assert_int_equal(count, 1);
  switch (attribute->type) {
  case CKA_CERTIFICATE_TYPE:
    return answer(attribute, &module.type, sizeof module.type);
  case CKA_ID:
    return answer(attribute, "\x01\xff", 2);
  case CKA_LABEL:
    attribute->ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return CKR_ATTRIBUTE_TYPE_INVALID;
  case CKA_VALUE:
    return answer(attribute, module.der, module.value_size ? module.value_size : module.der_size);
  default:
    return CKR_ATTRIBUTE_TYPE_INVALID;
  }
}

static CK_FUNCTION_LIST functions = {
    .C_GetSlotList = get_slot_list,
    .C_GetSlotInfo = get_slot_info,
    .C_GetTokenInfo = get_token_info,
    .C_OpenSession = open_session,
    .C_CloseSession = close_session,
    .C_FindObjectsInit = find_init,
    .C_FindObjects = find,
    .C_FindObjectsFinal = find_final,
    .C_GetAttributeValue = get_attribute,
};

static int plug_in(void **state) {
  (void)state;
  memset(&module, 0, sizeof module);
  module.slots = 1;
  module.objects = 1;
  FILE *file = fopen(CE_TEST_DATA "/payload/rsa.der", "rb");
  if (!file) {
    return -1;
  }
  module.der_size = fread(module.der, 1, sizeof module.der, file);
  fclose(file);
  return 0;
}

static json_t *describe(size_t *ret_left_off) {
  struct ce_error err = {0};
  json_t *slots = NULL;
  assert_int_equal(ce_slots_describe(&functions, 0, &slots, ret_left_off, &err), CE_OK);
  return slots;
}

static const json_t *token_of(const json_t *slots) {
  return json_object_get(json_array_get(slots, 0), "token");
}

static void describes_a_token_with_its_certificate(void **state) {
  (void)state;
  size_t left_off = 9;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  const json_t *token = token_of(slots);
  const json_t *certificate = json_array_get(json_object_get(token, "certificates"), 0);
  assert_int_equal(left_off, 0);
  assert_string_equal(json_string_value(json_object_get(token, "label")), "label");
  assert_true(json_is_true(json_object_get(json_object_get(token, "pin"), "final_try")));
  assert_true(json_is_false(json_object_get(json_object_get(token, "pin"), "locked")));
  assert_true(json_is_true(json_object_get(json_object_get(token, "so_pin"), "locked")));
  assert_string_equal(json_string_value(json_object_get(certificate, "id")), "01ff");
  assert_string_equal(json_string_value(json_object_get(certificate, "label")), "");
  assert_string_equal(json_string_value(json_object_get(certificate, "subject_name")), "张三");
  assert_null(json_object_get(token, "error"));
}

static void lists_at_most_64_slots(void **state) {
  (void)state;
  size_t left_off = 0;
  module.slots = 100;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  assert_int_equal(json_array_size(slots), CE_PROBE_SLOTS_MAX);
  assert_int_equal(left_off, 36);
}

static void believes_no_absurd_count_of_slots(void **state) {
  (void)state;
  struct ce_error err = {0};
  json_t *slots = NULL;
  size_t left_off = 0;
  module.slots = (CK_ULONG)-1;
  assert_int_equal(ce_slots_describe(&functions, 0, &slots, &left_off, &err), CE_CHILD);
  assert_string_equal(err.op, "slots");
  assert_null(slots);
}

static void goes_on_after_a_slot_that_fails(void **state) {
  (void)state;
  size_t left_off = 0;
  module.slots = 3;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  const json_t *error = json_object_get(json_array_get(slots, 1), "error");
  assert_int_equal(json_array_size(slots), 3);
  assert_string_equal(json_string_value(json_object_get(error, "stage")), "slots");
  assert_string_equal(json_string_value(json_object_get(error, "rv")), "CKR_DEVICE_ERROR");
  assert_null(json_object_get(json_array_get(slots, 2), "error"));
}

static void lists_at_most_256_certificates(void **state) {
  (void)state;
  size_t left_off = 0;
  module.objects = 256;
  CE_AUTO(ce_json) json_t *all = describe(&left_off);
  assert_int_equal(json_array_size(json_object_get(token_of(all), "certificates")), 256);
  assert_true(json_is_false(json_object_get(token_of(all), "certificates_left_off")));
  module.objects = 1000;
  CE_AUTO(ce_json) json_t *some = describe(&left_off);
  assert_int_equal(json_array_size(json_object_get(token_of(some), "certificates")), 256);
  assert_true(json_is_true(json_object_get(token_of(some), "certificates_left_off")));
}

static void reads_no_certificate_above_64_kib(void **state) {
  (void)state;
  size_t left_off = 0;
  module.value_size = 65537;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  const json_t *certificate = json_array_get(json_object_get(token_of(slots), "certificates"), 0);
  assert_non_null(json_object_get(certificate, "error"));
}

static void leaves_out_what_is_not_x509(void **state) {
  (void)state;
  size_t left_off = 0;
  module.type = CKC_WTLS;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  assert_int_equal(json_array_size(json_object_get(token_of(slots), "certificates")), 0);
}

static void tells_a_token_that_opens_no_session(void **state) {
  (void)state;
  size_t left_off = 0;
  module.session_rv = CKR_TOKEN_NOT_RECOGNIZED;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  const json_t *error = json_object_get(token_of(slots), "error");
  assert_string_equal(json_string_value(json_object_get(error, "stage")), "session");
  module.blank = true;
  CE_AUTO(ce_json) json_t *blank = describe(&left_off);
  assert_null(json_object_get(token_of(blank), "error"));
}

static void tells_a_token_that_goes_while_it_is_read(void **state) {
  (void)state;
  size_t left_off = 0;
  module.find_rv = CKR_DEVICE_REMOVED;
  CE_AUTO(ce_json) json_t *slots = describe(&left_off);
  const json_t *error = json_object_get(token_of(slots), "error");
  assert_string_equal(json_string_value(json_object_get(error, "rv")), "CKR_DEVICE_REMOVED");
  module.token_rv = CKR_TOKEN_NOT_PRESENT;
  CE_AUTO(ce_json) json_t *gone = describe(&left_off);
  assert_null(token_of(gone));
  assert_non_null(json_object_get(json_array_get(gone, 0), "error"));
}

static void refuses_files_that_are_no_modules(void **state) {
  (void)state;
  struct ce_error err = {0};
  CK_FUNCTION_LIST *list = NULL;
  assert_int_equal(ce_module_load("/nonexistent/module.so", &list, &err), CE_CHILD);
  assert_string_equal(err.op, "load");
  assert_int_equal(ce_module_load(CE_TEST_DATA "/payload/rsa.der", &list, &err), CE_CHILD);
  assert_string_equal(err.op, "load");
  assert_null(list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(describes_a_token_with_its_certificate, plug_in),
      cmocka_unit_test_setup(lists_at_most_64_slots, plug_in),
      cmocka_unit_test_setup(believes_no_absurd_count_of_slots, plug_in),
      cmocka_unit_test_setup(goes_on_after_a_slot_that_fails, plug_in),
      cmocka_unit_test_setup(lists_at_most_256_certificates, plug_in),
      cmocka_unit_test_setup(reads_no_certificate_above_64_kib, plug_in),
      cmocka_unit_test_setup(leaves_out_what_is_not_x509, plug_in),
      cmocka_unit_test_setup(tells_a_token_that_opens_no_session, plug_in),
      cmocka_unit_test_setup(tells_a_token_that_goes_while_it_is_read, plug_in),
      cmocka_unit_test(refuses_files_that_are_no_modules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
