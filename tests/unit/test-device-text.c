/* SPDX-License-Identifier: Apache-2.0
 * Tests of the readers of what devices and the kernel write: texts, events, descriptors. */
#include "device/descriptors.h"
#include "device/printable.h"
#include "device/uevent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *printed(const char *text, size_t length, size_t size) {
  static char into[1024];
  memset(into, '#', sizeof into);
  ce_printable_copy(text, length, into, size);
  assert_true(strlen(into) < size);
  assert_int_equal(into[size], '#');
  return into;
}

static void escapes_what_is_not_plain_text(void **state) {
  (void)state;
  static const struct {
    const char *text, *shown;
  } cases[] = {{"mToken GM3000", "mToken GM3000"},
               {"  spaces and a line \n", "spaces and a line"},
               {"a\nb\tc", "a\\x0ab\\x09c"},
               {"\x1b[31mred", "\\x1b[31mred"},
               {"%s%n%x", "%s%n%x"},
               {"back\\slash", "back\\x5cslash"},
               {"\xff\xfe", "\\xff\\xfe"},
               {"龙脉 智能密码钥匙", "龙脉 智能密码钥匙"},
               {"\xe9\xbe", "\\xe9\\xbe"},
               {"a\xe2\x80\xae"
                "b",
                "a\xef\xbf\xbd"
                "b"},
               {"", ""},
               {" \n ", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_string_equal(printed(cases[i].text, strlen(cases[i].text), 200), cases[i].shown);
  }
  assert_string_equal(printed("a\0b", 3, 200), "a\\x00b");
}

static void ends_a_long_text_after_a_whole_piece(void **state) {
  (void)state;
  assert_string_equal(printed("龙脉", 6, 6), "龙");
  assert_string_equal(printed("ab\x01", 3, 6), "ab");
  assert_string_equal(printed("abc", 3, 1), "");
  char text[255];
  memset(text, 7, sizeof text);
  assert_int_equal(strlen(printed(text, sizeof text, 512)), 508);
}

#define EVENT(text) text, sizeof(text)

static void reads_an_event_of_the_kernel(void **state) {
  (void)state;
  struct ce_uevent event;
  assert_true(ce_uevent_parse_kernel(
      EVENT("add@/devices/pci0000:00/0000:00:14.0/usb1/1-2\0ACTION=add\0"
            "DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-2\0SUBSYSTEM=usb\0DEVTYPE=usb_device\0"
            "PRODUCT=96e/304/100\0BUSNUM=001\0SEQNUM=17"),
      &event));
  assert_int_equal(event.action, CE_UEVENT_ADD);
  assert_string_equal(event.syspath, "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2");
  assert_true(event.is_usb_device && event.concerns_usb && event.has_ids);
  assert_int_equal(event.vendor_id, 0x096e);
  assert_int_equal(event.product_id, 0x0304);
}

static void reads_the_properties_of_udev(void **state) {
  (void)state;
  struct ce_uevent event;
  ce_uevent_start(&event);
  ce_uevent_add_property(&event, "ACTION", "add");
  ce_uevent_add_property(&event, "DEVPATH", "/devices/usb1/1-2");
  ce_uevent_add_property(&event, "SUBSYSTEM", "usb");
  ce_uevent_add_property(&event, "DEVTYPE", "usb_device");
  ce_uevent_add_property(&event, "ID_VENDOR_ID", "08e6");
  ce_uevent_add_property(&event, "ID_MODEL_ID", "3438");
  ce_uevent_add_property(&event, "ID_USB_INTERFACES", ":0b0000:030101:");
  ce_uevent_add_property(&event, "ID_VENDOR_ENC", "Gem\\x20alto");
  ce_uevent_add_property(&event, "ID_MODEL_ENC", "To\\x0aken\\x");
  ce_uevent_finish(&event);
  assert_true(event.has_ids);
  assert_int_equal(event.vendor_id, 0x08e6);
  assert_int_equal(event.product_id, 0x3438);
  assert_int_equal(event.interface_count, 2);
  assert_int_equal(event.interfaces[0].class, 0x0b);
  assert_int_equal(event.interfaces[1].class, 0x03);
  assert_int_equal(event.interfaces[1].subclass, 1);
  assert_int_equal(event.interfaces[1].protocol, 1);
  assert_string_equal(event.manufacturer, "Gem alto");
  assert_string_equal(event.product, "To\\x0aken\\x5cx");
}

static void ignores_malformed_properties(void **state) {
  (void)state;
  static const char *const products[] = {"",         "/",           "96e",   "96e/",  "96e/304",
                                         "96e/304x", "1096e/304/1", "g/1/1", "-1/1/1"};
  static const char *const interfaces[] = {"", ":", "0b0000:", ":0b00:", ":0b0000x", ":zz0000:", "::"};
  struct ce_uevent event;
  for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
    ce_uevent_start(&event);
    ce_uevent_add_property(&event, "PRODUCT", products[i]);
    assert_false(event.has_ids);
  }
  for (size_t i = 0; i < sizeof interfaces / sizeof interfaces[0]; i++) {
    ce_uevent_start(&event);
    ce_uevent_add_property(&event, "ID_USB_INTERFACES", interfaces[i]);
    assert_in_range(event.interface_count, 0, 1);
  }
  ce_uevent_start(&event);
  ce_uevent_add_property(&event, "DEVPATH", "/etc/passwd");
  assert_string_equal(event.syspath, "");
  char far[400] = "/devices/";
  memset(far + 9, 'a', sizeof far - 10);
  far[sizeof far - 1] = '\0';
  ce_uevent_add_property(&event, "DEVPATH", far);
  assert_string_equal(event.syspath, "");
}

static void refuses_what_is_no_kernel_message(void **state) {
  (void)state;
  struct ce_uevent event;
  assert_false(ce_uevent_parse_kernel("", 0, &event));
  assert_false(ce_uevent_parse_kernel(EVENT("libudev\0\xfe\xed\xca\xfe"), &event));
  assert_false(ce_uevent_parse_kernel("add@/x", 6, &event));
  char large[CE_UEVENT_BYTES_MAX + 2];
  memset(large, '@', sizeof large);
  large[sizeof large - 1] = '\0';
  assert_false(ce_uevent_parse_kernel(large, sizeof large, &event));
}

static void finds_the_device_that_an_event_belongs_to(void **state) {
  (void)state;
  static const struct {
    const char *path, *device;
  } cases[] = {{"/sys/devices/usb1/1-2", "/sys/devices/usb1/1-2"},
               {"/sys/devices/usb1/1-2/1-2:1.0", "/sys/devices/usb1/1-2"},
               {"/sys/devices/usb1/1-2/1-2.4.1/1-2.4.1:1.0/0003:055C:E618.0001/hidraw/hidraw0",
                "/sys/devices/usb1/1-2/1-2.4.1"},
               {"/sys/devices/usb1", NULL},
               {"/sys/devices/platform/i2c-1/i2c-ELAN:00/hidraw/hidraw0", NULL},
               {"/sys/devices/usb1/1-/x", NULL},
               {"/sys/devices/usb1/-1", NULL},
               {"/sys/devices/usb1/1-2-3", NULL},
               {"/sys/devices/usb1/1.2", NULL},
               {"", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char device[CE_DEVICE_SYSPATH_SIZE] = "";
    assert_int_equal(ce_uevent_usb_device_path(cases[i].path, device), cases[i].device != NULL);
    assert_string_equal(device, cases[i].device ? cases[i].device : "");
  }
}

static const uint8_t composite[] = {18,   1,    0,    2, 0,  0,    0, 64,   0xe6,
                                    0x08, 0x38, 0x34, 0, 1,  1,    2, 3,    1,  /* device */
                                    9,    2,    60,   0, 2,  1,    0, 0x80, 50, /* configuration */
                                    9,    4,    0,    0, 3,  0x0b, 0, 0,    0,  /* interface 0 */
                                    7,    5,    1,    2, 64, 0,    0,           /* endpoint */
                                    9,    4,    1,    0, 1,  0x03, 1, 1,    0,  /* interface 1 */
                                    9,    4,    1,    1, 1,  0xff, 0, 0,    0,  /* its other setting */
                                    9,    2,    9,    0, 1,  2,    0, 0x80, 50, /* another configuration */
                                    9,    4,    5,    0, 3,  0x08, 0, 0,    0};

static void reads_interfaces_of_the_first_configuration(void **state) {
  (void)state;
  struct ce_device_interface interfaces[CE_DEVICE_INTERFACE_MAX];
  assert_int_equal(ce_descriptors_read(composite, sizeof composite, interfaces), 2);
  assert_int_equal(interfaces[0].class, 0x0b);
  assert_int_equal(interfaces[1].number, 1);
  assert_int_equal(interfaces[1].class, 0x03);
  assert_true(interfaces[1].authorized);
}

static void stops_at_malformed_descriptors(void **state) {
  (void)state;
  struct ce_device_interface interfaces[CE_DEVICE_INTERFACE_MAX];
  for (size_t size = 0; size < sizeof composite; size++) {
    assert_in_range(ce_descriptors_read(composite, size, interfaces), 0, 2);
  }
  static const uint8_t zero[] = {0, 0, 0, 0};
  assert_int_equal(ce_descriptors_read(zero, sizeof zero, interfaces), 0);
  uint8_t many[9 * 200];
  for (size_t i = 0; i < 200; i++) {
    memcpy(many + 9 * i, (uint8_t[]){9, 4, (uint8_t)i, 0, 0, 3, 0, 0, 0}, 9);
  }
  assert_int_equal(ce_descriptors_read(many, sizeof many, interfaces), CE_DEVICE_INTERFACE_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(escapes_what_is_not_plain_text),
      cmocka_unit_test(ends_a_long_text_after_a_whole_piece),
      cmocka_unit_test(reads_an_event_of_the_kernel),
      cmocka_unit_test(reads_the_properties_of_udev),
      cmocka_unit_test(ignores_malformed_properties),
      cmocka_unit_test(refuses_what_is_no_kernel_message),
      cmocka_unit_test(finds_the_device_that_an_event_belongs_to),
      cmocka_unit_test(reads_interfaces_of_the_first_configuration),
      cmocka_unit_test(stops_at_malformed_descriptors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
