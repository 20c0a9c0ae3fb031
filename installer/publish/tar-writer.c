/* SPDX-License-Identifier: Apache-2.0
 * Tar headers and what surrounds them. */
#include "publish/tar-writer.h"

#include "bundle/ustar.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void put_octal(char *field, size_t size, uint64_t value) {
  snprintf(field, size, "%0*" PRIo64, (int)size - 1, value);
}

/* Where the name can be cut into prefix and name: the offset of that slash, 0 when the name fits as it is, -1
 * when it does not fit at all. */
static int find_cut(const char *name) {
  const struct ce_ustar_header *layout = NULL;
  size_t length = strlen(name);
  if (length <= sizeof layout->name) {
    return 0;
  }
  for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
    size_t prefix = (size_t)(slash - name);
    if (prefix <= sizeof layout->prefix && length - prefix - 1 <= sizeof layout->name &&
        length > prefix + 1) {
      return (int)prefix;
    }
  }
  return -1;
}

static void copy_field(char *field, size_t size, const char *text, size_t length) {
  memcpy(field, text, length < size ? length : size);
}

static void put_name(struct ce_ustar_header *header, const char *name) {
  int cut = find_cut(name);
  const char *rest = cut > 0 ? name + cut + 1 : name;
  if (cut > 0) {
    copy_field(header->prefix, sizeof header->prefix, name, (size_t)cut);
  }
  copy_field(header->name, sizeof header->name, rest, strlen(rest));
}

static void start_header(const struct ce_tar_writer *writer, struct ce_ustar_header *header, char type,
                         uint32_t mode, uint64_t size_bytes) {
  assert(size_bytes <= CE_TAR_FILE_MAX && writer->mtime_s >= 0);
  *header = (struct ce_ustar_header){.type = type};
  put_octal(header->mode, sizeof header->mode, mode);
  put_octal(header->uid, sizeof header->uid, 0);
  put_octal(header->gid, sizeof header->gid, 0);
  put_octal(header->size, sizeof header->size, size_bytes);
  put_octal(header->mtime, sizeof header->mtime, (uint64_t)writer->mtime_s);
  put_octal(header->device_major, sizeof header->device_major, 0);
  put_octal(header->device_minor, sizeof header->device_minor, 0);
  memcpy(header->magic, CE_USTAR_MAGIC, CE_USTAR_MAGIC_SIZE);
}

static enum ce_code write_header(const struct ce_tar_writer *writer, struct ce_ustar_header *header,
                                 struct ce_error *err) {
  /* Six digits, a NUL and a space, as tar has always written it. */
  put_octal(header->checksum, sizeof header->checksum - 1, ce_ustar_checksum(header));
  header->checksum[sizeof header->checksum - 1] = ' ';
  return writer->write(writer->context, header, sizeof *header, err);
}

/* A member of type 'L' or 'K' whose data is text. */
static enum ce_code write_long(const struct ce_tar_writer *writer, char type, const char *text,
                               struct ce_error *err) {
  size_t size = strlen(text) + 1;
  struct ce_ustar_header header;
  start_header(writer, &header, type, 0, size);
  put_name(&header, CE_USTAR_LONG_NAME);
  enum ce_code code = write_header(writer, &header, err);
  if (code == CE_OK) {
    code = writer->write(writer->context, text, size, err);
  }
  return code == CE_OK ? ce_tar_write_padding(writer, size, err) : code;
}

static enum ce_code write_long_name(const struct ce_tar_writer *writer, const char *name,
                                    struct ce_error *err) {
  return find_cut(name) < 0 ? write_long(writer, CE_USTAR_TYPE_LONG_NAME, name, err) : CE_OK;
}

enum ce_code ce_tar_write_file(const struct ce_tar_writer *writer, const char *name, uint32_t mode,
                               uint64_t size_bytes, struct ce_error *err) {
  struct ce_ustar_header header;
  start_header(writer, &header, CE_USTAR_TYPE_FILE, mode, size_bytes);
  put_name(&header, name);
  enum ce_code code = write_long_name(writer, name, err);
  return code == CE_OK ? write_header(writer, &header, err) : code;
}

enum ce_code ce_tar_write_padding(const struct ce_tar_writer *writer, uint64_t size_bytes,
                                  struct ce_error *err) {
  static const uint8_t zeros[CE_USTAR_BLOCK];
  size_t missing = (size_t)(ce_ustar_padded(size_bytes) - size_bytes);
  return missing > 0 ? writer->write(writer->context, zeros, missing, err) : CE_OK;
}

enum ce_code ce_tar_write_link(const struct ce_tar_writer *writer, const char *name, const char *target,
                               struct ce_error *err) {
  struct ce_ustar_header header;
  start_header(writer, &header, CE_USTAR_TYPE_LINK, 0777, 0);
  put_name(&header, name);
  copy_field(header.link_name, sizeof header.link_name, target, strlen(target));
  enum ce_code code = CE_OK;
  if (strlen(target) > sizeof header.link_name) {
    code = write_long(writer, CE_USTAR_TYPE_LONG_LINK, target, err);
  }
  if (code == CE_OK) {
    code = write_long_name(writer, name, err);
  }
  return code == CE_OK ? write_header(writer, &header, err) : code;
}

enum ce_code ce_tar_write_end(const struct ce_tar_writer *writer, struct ce_error *err) {
  static const uint8_t zeros[CE_TAR_END_SIZE];
  return writer->write(writer->context, zeros, sizeof zeros, err);
}

uint64_t ce_tar_file_bytes(const char *name, uint64_t size_bytes) {
  uint64_t before = find_cut(name) < 0 ? CE_USTAR_BLOCK + ce_ustar_padded(strlen(name) + 1) : 0;
  return before + CE_USTAR_BLOCK + ce_ustar_padded(size_bytes);
}
