/* SPDX-License-Identifier: Apache-2.0
 * Where the machine's trusted authorities are. */
#include "ports/ca-store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define BEGIN_CERTIFICATE "-----BEGIN "

static const char *const files[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Arch, Alpine */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* Fedora, openEuler, Kylin server */
    "/etc/ssl/ca-bundle.pem",                            /* SUSE */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora where the link above is gone */
    "/etc/ssl/cert.pem",
    "/var/lib/ca-certificates/ca-bundle.pem", /* SUSE where the link above is gone */
};
#define DIRECTORY "/etc/ssl/certs"

void ce_ca_store_clear(struct ce_ca_store *store) {
  ce_blob_clear(&store->pem);
  free(store->name);
  *store = (struct ce_ca_store){0};
}

static enum ce_code read_all(int fd, const char *path, struct ce_blob *pem, struct ce_error *err) {
  char buffer[16384];
  for (;;) {
    ssize_t got = TEMP_FAILURE_RETRY(read(fd, buffer, sizeof buffer));
    if (got <= 0) {
      return got == 0 ? CE_OK : ce_fail_sys(err, errno, "read", path);
    }
    if (pem->size + (size_t)got > CE_CA_STORE_MAX) {
      return ce_fail(err, CE_USAGE, "read", path, "the file is larger than %zu bytes", CE_CA_STORE_MAX);
    }
    enum ce_code code = ce_blob_append(pem, buffer, (size_t)got, err);
    if (code != CE_OK) {
      return code;
    }
  }
}

static enum ce_code read_store(const char *path, struct ce_ca_store *ret, struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat found;
  if (fd < 0 || fstat(fd, &found) != 0) {
    return ce_fail_sys(err, errno, "open", path);
  }
  if (!S_ISREG(found.st_mode)) {
    return ce_fail(err, CE_USAGE, "read", path, "it is not a regular file");
  }
  CE_AUTO(ce_ca_store) struct ce_ca_store store = {.name = strdup(path)};
  enum ce_code code = store.name ? read_all(fd, path, &store.pem, err) : ce_fail_memory(err, path);
  if (code != CE_OK) {
    return code;
  }
  if (!strstr(ce_blob_text(&store.pem), BEGIN_CERTIFICATE)) {
    return ce_fail(err, CE_USAGE, "read", path, "it has no certificate in PEM format");
  }
  *ret = store;
  store = (struct ce_ca_store){0};
  return CE_OK;
}

static enum ce_code find_known(struct ce_ca_store *ret, struct ce_error *err) {
  struct ce_error ignored;
  const char *named = secure_getenv("SSL_CERT_FILE");
  if (named && named[0] && read_store(named, ret, &ignored) == CE_OK) {
    return CE_OK;
  }
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    if (read_store(files[i], ret, &ignored) == CE_OK) {
      return CE_OK;
    }
  }
  if (access(DIRECTORY, R_OK | X_OK) == 0) {
    ret->directory = DIRECTORY;
    ret->name = strdup(DIRECTORY);
    return ret->name ? CE_OK : ce_fail_memory(err, DIRECTORY);
  }
  return CE_OK;
}

enum ce_code ce_ca_store_find(const char *given, struct ce_ca_store *ret, struct ce_error *err) {
  CE_AUTO(ce_ca_store) struct ce_ca_store found = {0};
  enum ce_code code = given ? read_store(given, &found, err) : find_known(&found, err);
  if (code != CE_OK) {
    err->code = given ? CE_USAGE : err->code;
    return err->code;
  }
  ce_ca_store_clear(ret);
  *ret = found;
  found = (struct ce_ca_store){0};
  return CE_OK;
}
