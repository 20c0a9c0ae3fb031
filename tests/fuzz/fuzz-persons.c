/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes passwd(5) and login.defs(5): nobody comes out who is root, outside the range or without a home. */
#include "engine/persons.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_free) char *text = malloc(size + 1);
  CE_AUTO(ce_persons) struct ce_persons persons = {0};
  struct ce_error err;
  if (!text) {
    return 0;
  }
  memcpy(text, data, size);
  text[size] = '\0';
  struct ce_uid_range range = ce_uid_range_parse(text);
  if (ce_persons_parse(text, &range, &persons, &err) != CE_OK) {
    return 0;
  }
  check(persons.count <= CE_PERSONS_MAX);
  for (size_t i = 0; i < persons.count; i++) {
    const struct ce_person *person = &persons.items[i];
    check(person->uid != 0 && person->uid >= range.min && person->uid <= range.max);
    check(person->home[0] == '/' && person->home[1] && person->name[0] && !strchr(person->name, ':'));
  }
  return 0;
}
