/* SPDX-License-Identifier: Apache-2.0
 * keys-gen: writes 70-certenv.rules or keys.json from keys.tbl while the project is built. */
#include "udev-rules/rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void close_file(FILE *file) {
  fclose(file);
}
CE_DEFINE_AUTO(file, FILE *, close_file);

static enum ce_code read_table(const char *path, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(file) FILE *file = fopen(path, "re");
  if (!file) {
    return ce_fail_sys(err, errno, "open", path);
  }
  char buffer[4096];
  enum ce_code code = CE_OK;
  for (size_t size;
       !code && ret->size <= CE_KEY_CATALOGUE_BYTES_MAX && (size = fread(buffer, 1, sizeof buffer, file));) {
    code = ce_blob_append(ret, buffer, size, err);
  }
  if (!code && ferror(file)) {
    return ce_fail_sys(err, errno, "read", path);
  }
  return code;
}

static enum ce_code write_output(const char *path, const struct ce_blob *text, struct ce_error *err) {
  FILE *file = fopen(path, "we");
  if (!file) {
    return ce_fail_sys(err, errno, "create", path);
  }
  size_t written = fwrite(text->data, 1, text->size, file);
  if (fclose(file) || written != text->size) {
    return ce_fail_sys(err, errno, "write", path);
  }
  return CE_OK;
}

static enum ce_code generate(const char *kind, const char *table, const char *output, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0}, result = {0};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
  enum ce_code code = read_table(table, &text, err);
  if (!code) {
    code = ce_key_catalogue_parse(ce_blob_text(&text), text.size, &catalogue, err);
  }
  if (!code) {
    code = strcmp(kind, "json") == 0 ? ce_rules_write_json(catalogue, &result, err)
                                     : ce_rules_write(catalogue, &result, err);
  }
  return code ? code : write_output(output, &result, err);
}

int main(int argc, char *argv[]) {
  struct ce_error err;
  if (argc != 4 || (strcmp(argv[1], "rules") != 0 && strcmp(argv[1], "json") != 0)) {
    fputs("usage: keys-gen rules|json KEYS.TBL OUTPUT\n", stderr);
    return 2;
  }
  enum ce_code code = generate(argv[1], argv[2], argv[3], &err);
  if (code) {
    fprintf(stderr, "keys-gen: %s %s: %s\n", err.op, err.subject, err.detail);
  }
  return ce_code_exit_status(code);
}
