/* SPDX-License-Identifier: Apache-2.0
 * keys-gen: writes 70-certenv.rules, 61-certenv.hwdb, keys.json or the driver's Info.plist from keys.tbl and,
 * where one is given, from the keys of an organisation's profile. */
#include "model/driver-plist.h"
#include "model/profile.h"
#include "udev-rules/hwdb.h"
#include "udev-rules/rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef enum ce_code write_function(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                    struct ce_error *err);

static void close_file(FILE *file) {
  fclose(file);
}
CE_DEFINE_AUTO(file, FILE *, close_file);

/* The parser refuses what is larger than limit. */
static enum ce_code read_input(const char *path, size_t limit, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(file) FILE *file = fopen(path, "re");
  if (!file) {
    return ce_fail_sys(err, errno, "open", path);
  }
  char buffer[4096];
  enum ce_code code = CE_OK;
  for (size_t size; !code && ret->size <= limit && (size = fread(buffer, 1, sizeof buffer, file));) {
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

static enum ce_code read_table(const char *path, struct ce_key_catalogue **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = read_input(path, CE_KEY_CATALOGUE_BYTES_MAX, &text, err);
  return code ? code : ce_key_catalogue_parse(ce_blob_text(&text), text.size, ret, err);
}

static enum ce_code add_profile(const char *path, struct ce_key_catalogue **catalogue, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *merged = NULL;
  enum ce_code code = read_input(path, CE_PROFILE_BYTES_MAX, &bytes, err);
  if (!code) {
    code = ce_profile_parse(bytes.data, bytes.size, &profile, err);
  }
  if (!code) {
    code = ce_key_catalogue_merge(*catalogue, profile->keys, &merged, err);
  }
  if (!code) {
    ce_key_catalogue_free(*catalogue);
    *catalogue = ce_take(&merged);
  }
  return code;
}

static enum ce_code generate(write_function *writer, const char *table, const char *output,
                             const char *profile, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob result = {0};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
  enum ce_code code = read_table(table, &catalogue, err);
  if (!code && profile) {
    code = add_profile(profile, &catalogue, err);
  }
  if (!code) {
    code = writer(catalogue, &result, err);
  }
  return code ? code : write_output(output, &result, err);
}

static enum ce_code write_plist(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                struct ce_error *err) {
  return ce_driver_plist_write(catalogue, NULL, NULL, ret, NULL, err);
}

static write_function *find_writer(const char *kind) {
  return strcmp(kind, "rules") == 0   ? ce_rules_write
         : strcmp(kind, "json") == 0  ? ce_rules_write_json
         : strcmp(kind, "hwdb") == 0  ? ce_hwdb_write
         : strcmp(kind, "plist") == 0 ? write_plist
                                      : NULL;
}

int main(int argc, char *argv[]) {
  struct ce_error err;
  write_function *writer = argc == 4 || argc == 5 ? find_writer(argv[1]) : NULL;
  if (!writer) {
    fputs("usage: keys-gen rules|json|hwdb|plist KEYS.TBL OUTPUT [PROFILE.json]\n", stderr);
    return 2;
  }
  enum ce_code code = generate(writer, argv[2], argv[3], argc == 5 ? argv[4] : NULL, &err);
  if (code) {
    fprintf(stderr, "keys-gen: %s %s: %s\n", err.op, err.subject, err.detail);
  }
  return ce_code_exit_status(code);
}
