/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes URLs: what is accepted is written as an URL that means the same. */
#include "ports/url.h"

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
  CE_AUTO(ce_free) char *joined = NULL;
  CE_AUTO(ce_url) struct ce_url url = {0};
  CE_AUTO(ce_url) struct ce_url again = {0};
  struct ce_error err;
  char origin[CE_URL_ORIGIN_MAX];
  if (!text) {
    return 0;
  }
  memcpy(text, data, size);
  text[size] = '\0';
  if (ce_url_parse(text, "http https socks5 socks5h", "http", "test", &url, &err) != CE_OK) {
    check(!url.path && !url.user);
    return 0;
  }
  ce_url_origin(&url, origin);
  check(ce_url_parse(origin, "http https socks5 socks5h", NULL, "test", &again, &err) == CE_OK);
  check(ce_url_same_origin(&url, &again) && !again.user);
  if (ce_url_join(&url, text, &joined, &err) == CE_OK) {
    check(strncmp(joined, origin, strlen(origin)) == 0 && strlen(joined) <= CE_URL_MAX);
  }
  return 0;
}
