/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as a program whose needed C library is looked for. */
#include "publish/site-libc.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_error err;
  CE_AUTO(ce_reader) struct ce_reader *program = NULL;
  CE_AUTO(ce_free) char *version = NULL;
  if (ce_reader_of_bytes(data, size, &program, &err) == CE_OK &&
      ce_site_libc_read(program, "input", &version, &err) == CE_OK &&
      version[strspn(version, "0123456789.")] != '\0') {
    abort();
  }
  return 0;
}
