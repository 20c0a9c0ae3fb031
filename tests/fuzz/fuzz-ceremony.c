/* SPDX-License-Identifier: Apache-2.0
 * Root documents that somebody is asked to sign: alone, or followed by a NUL and the root that is trusted. */
#include "publish/ceremony-report.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(const struct ce_ceremony *ceremony) {
  char *text = NULL;
  size_t size = 0;
  struct ce_error err;
  FILE *out = open_memstream(&text, &size);
  struct ce_publish_arguments arguments = {
      .now_s = INT64_C(1800000000), .out = out, .language = ce_language_by_name("en")};
  if (!out) {
    return;
  }
  ce_ceremony_describe(&arguments, ceremony);
  if (ce_ceremony_report_count(&arguments, ceremony, &err) != CE_OK) {
    abort();
  }
  fclose(out);
  /* What is shown to somebody at a terminal is plain text, whatever the document holds. */
  for (size_t i = 0; i < size; i++) {
    if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n') {
      abort();
    }
  }
  free(text);
}

/* Nobody signs: the same document, with the same signatures. */
static void pass_on(const struct ce_ceremony *ceremony, const struct ce_blob *trusted) {
  static const struct ce_signers nobody = {0};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_ceremony) struct ce_ceremony again = {0};
  struct ce_error err;
  size_t added = 0;
  if (ce_ceremony_sign(ceremony, &nobody, &bytes, &added, &err) != CE_OK || added != 0) {
    abort();
  }
  if (bytes.size > CE_TUF_ROOT_BYTES_MAX) {
    return;
  }
  if (ce_ceremony_open(&bytes, trusted, &again, &err) != CE_OK ||
      !ce_digest_equal(&again.document.digest, &ceremony->document.digest) ||
      again.document.signature_count != ceremony->document.signature_count) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *end = size > 0 ? memchr(data, '\0', size) : NULL;
  size_t first = end ? (size_t)(end - data) : size;
  struct ce_blob document = {.data = (uint8_t *)(uintptr_t)data, .size = first};
  struct ce_blob trusted = {.data = (uint8_t *)(uintptr_t)(data + first + 1),
                            .size = end ? size - first - 1 : 0};
  CE_AUTO(ce_ceremony) struct ce_ceremony ceremony = {0};
  struct ce_error err = {0};
  enum ce_code code = ce_ceremony_open(&document, end ? &trusted : NULL, &ceremony, &err);
  if (code != CE_OK) {
    if (ceremony.root || !err.detail[0]) {
      abort();
    }
    return 0;
  }
  if (ceremony.root->head.version != (ceremony.trusted ? ceremony.trusted->head.version + 1 : 1)) {
    abort();
  }
  tell(&ceremony);
  pass_on(&ceremony, end ? &trusted : NULL);
  return 0;
}
