/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the worker's reading of requests and their secrets; what is read is written and read again. */
#include "probe/request-reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void survive(const struct ce_token_request *request) {
  struct ce_error err;
  struct ce_token_request again;
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  if (ce_token_request_write(request, &line, &err) != CE_OK ||
      ce_token_request_parse(line.data, line.size - 1, &again, &err) != CE_OK ||
      again.number != request->number || again.op != request->op || again.slot != request->slot ||
      again.pin_size != request->pin_size || again.new_pin_size != request->new_pin_size ||
      strcmp(again.serial, request->serial) != 0) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_fd) int fd = memfd_create("input", MFD_CLOEXEC);
  if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) != 0) {
    return 0;
  }
  CE_AUTO(ce_secret) struct ce_secret pin = {0}, new_pin = {0};
  struct ce_error err;
  for (bool end = false; !end;) {
    struct ce_token_request request = {0};
    if (ce_request_read(fd, &request, &pin, &new_pin, &end, &err) != CE_OK) {
      return 0;
    }
    if (!end) {
      if (pin.size != request.pin_size || new_pin.size != request.new_pin_size) {
        abort();
      }
      survive(&request);
    }
  }
  return 0;
}
