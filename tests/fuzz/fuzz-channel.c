/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes channel files: what is accepted must be the same after writing and reading. */
#include "model/channel.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  struct ce_error err;
  if (ce_channel_parse(data, size, &channel, &err) != CE_OK) {
    check(!channel);
    return 0;
  }
  CE_AUTO(ce_blob) struct ce_blob written = {0};
  CE_AUTO(ce_channel) struct ce_channel *again = NULL;
  check(ce_channel_name_is_valid(channel->name));
  check(ce_channel_write(channel, &written, &err) == CE_OK);
  check(ce_channel_parse(written.data, written.size, &again, &err) == CE_OK);
  check(strcmp(channel->package, again->package) == 0 && strcmp(channel->version, again->version) == 0);
  return 0;
}
