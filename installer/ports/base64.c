/* SPDX-License-Identifier: Apache-2.0
 * OpenSSL's base64, made strict. */
#include "ports/base64.h"

#include <limits.h>
#include <string.h>

#include <openssl/evp.h>

#define GROUP_BYTES 3 /* become GROUP_TEXT characters */
#define GROUP_TEXT  4

enum ce_code ce_base64_encode(const void *bytes, size_t size, struct ce_blob *ret, struct ce_error *err) {
  size_t groups = size / GROUP_BYTES + (size % GROUP_BYTES > 0);
  if (groups > INT_MAX / GROUP_TEXT) {
    return ce_fail_memory(err, "base64");
  }
  CE_AUTO(ce_free) char *text = malloc(groups * GROUP_TEXT + 1);
  if (!text) {
    return ce_fail_memory(err, "base64");
  }
  int length = EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
  return ce_blob_append(ret, text, (size_t)length, err);
}

/* OpenSSL passes over spaces, and takes '=' anywhere for zeros. */
static bool is_what_an_encoder_writes(const char *text, const void *bytes, size_t size) {
  CE_AUTO(ce_blob) struct ce_blob again = {0};
  struct ce_error ignored;
  return ce_base64_encode(bytes, size, &again, &ignored) == CE_OK && strcmp(ce_blob_text(&again), text) == 0;
}

bool ce_base64_decode(const char *text, struct ce_blob *ret) {
  struct ce_error ignored;
  size_t length = strlen(text);
  if (length % GROUP_TEXT != 0 || length > INT_MAX) {
    return false;
  }
  size_t padding = length == 0 || text[length - 1] != '=' ? 0 : text[length - 2] != '=' ? 1 : 2;
  size_t size = length / GROUP_TEXT * GROUP_BYTES - padding;
  CE_AUTO(ce_free) unsigned char *bytes = malloc(size + padding + 1);
  return bytes && EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length) >= (int)size &&
         is_what_an_encoder_writes(text, bytes, size) && ce_blob_append(ret, bytes, size, &ignored) == CE_OK;
}
