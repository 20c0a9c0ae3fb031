/* SPDX-License-Identifier: Apache-2.0
 * Walking through a program's needed symbol versions. */
#include "publish/site-libc.h"

#include "base/blob.h"
#include "base/version.h"

#include <elf.h>
#include <string.h>

#define SECTIONS_MAX      4096
#define SECTION_BYTES_MAX (4u << 20)
#define NEEDS_MAX         4096 /* libraries, and versions of one library */
#define VERSION_MAX       32
#define LIBC_PREFIX       "GLIBC_"

struct search {
  struct ce_reader *program;
  const char *name;
  Elf64_Ehdr header;
  struct ce_blob needs, names; /* the version section and its strings */
  char newest[VERSION_MAX];
};

static void clear(struct search *search) {
  ce_blob_clear(&search->needs);
  ce_blob_clear(&search->names);
}
CE_DEFINE_AUTO_IN_PLACE(search, struct search, clear);

static enum ce_code refuse(const struct search *search, struct ce_error *err) {
  return ce_fail(err, CE_BUNDLE_DAMAGED, "read program", search->name,
                 "its list of needed symbol versions is damaged");
}

static enum ce_code read_exactly(const struct search *search, uint64_t offset, void *buffer, size_t size,
                                 struct ce_error *err) {
  size_t got = 0;
  enum ce_code code = ce_reader_read_at(search->program, offset, buffer, size, &got, err);
  return code != CE_OK || got == size ? code : refuse(search, err);
}

static enum ce_code read_section_header(const struct search *search, size_t number, Elf64_Shdr *ret,
                                        struct ce_error *err) {
  if (number >= search->header.e_shnum) {
    return refuse(search, err);
  }
  return read_exactly(search, search->header.e_shoff + number * sizeof *ret, ret, sizeof *ret, err);
}

static enum ce_code read_section(const struct search *search, const Elf64_Shdr *section, struct ce_blob *ret,
                                 struct ce_error *err) {
  if (section->sh_size > SECTION_BYTES_MAX) {
    return refuse(search, err);
  }
  size_t size = (size_t)section->sh_size;
  CE_AUTO(ce_blob) struct ce_blob blob = {.data = calloc(1, size + 1), .size = size, .capacity = size + 1};
  if (!blob.data) {
    return ce_fail_memory(err, search->name);
  }
  enum ce_code code = read_exactly(search, section->sh_offset, blob.data, size, err);
  if (code == CE_OK) {
    *ret = blob;
    blob = (struct ce_blob){0};
  }
  return code;
}

/* Leaves needs empty when the program has no such section. */
static enum ce_code find_needs(struct search *search, struct ce_error *err) {
  if (search->header.e_shnum > SECTIONS_MAX) {
    return refuse(search, err);
  }
  for (size_t i = 0; i < search->header.e_shnum; i++) {
    Elf64_Shdr section, strings;
    enum ce_code code = read_section_header(search, i, &section, err);
    if (code != CE_OK || section.sh_type != SHT_GNU_verneed) {
      if (code != CE_OK) {
        return code;
      }
      continue;
    }
    code = read_section_header(search, section.sh_link, &strings, err);
    if (code == CE_OK) {
      code = read_section(search, &section, &search->needs, err);
    }
    return code == CE_OK ? read_section(search, &strings, &search->names, err) : code;
  }
  return CE_OK;
}

/* Keeps the newer one; other kinds of versions ("GLIBC_PRIVATE") say nothing about an age. */
static void consider(struct search *search, const char *version) {
  size_t prefix = strlen(LIBC_PREFIX);
  if (strncmp(version, LIBC_PREFIX, prefix) != 0) {
    return;
  }
  version += prefix;
  size_t length = strspn(version, "0123456789.");
  if (length == 0 || version[length] || length >= VERSION_MAX ||
      (search->newest[0] && ce_version_compare(version, search->newest) <= 0)) {
    return;
  }
  memcpy(search->newest, version, length + 1);
}

static bool copy_at(const struct search *search, size_t at, void *ret, size_t size) {
  if (at > search->needs.size || search->needs.size - at < size) {
    return false;
  }
  memcpy(ret, search->needs.data + at, size);
  return true;
}

static enum ce_code walk_versions(struct search *search, size_t at, size_t count, struct ce_error *err) {
  for (size_t i = 0; i < count; i++) {
    Elf64_Vernaux version;
    if (count > NEEDS_MAX || !copy_at(search, at, &version, sizeof version) ||
        version.vna_name >= search->names.size) {
      return refuse(search, err);
    }
    consider(search, (const char *)search->names.data + version.vna_name);
    at += version.vna_next;
  }
  return CE_OK;
}

static enum ce_code walk_libraries(struct search *search, struct ce_error *err) {
  size_t at = 0;
  for (size_t i = 0; i < NEEDS_MAX; i++) {
    Elf64_Verneed library;
    if (!copy_at(search, at, &library, sizeof library)) {
      return refuse(search, err);
    }
    enum ce_code code = walk_versions(search, at + library.vn_aux, library.vn_cnt, err);
    if (code != CE_OK || library.vn_next == 0) {
      return code;
    }
    at += library.vn_next;
  }
  return refuse(search, err);
}

enum ce_code ce_site_libc_read(struct ce_reader *program, const char *name, char **ret,
                               struct ce_error *err) {
  CE_AUTO(search) struct search search = {.program = program, .name = name};
  enum ce_code code = read_exactly(&search, 0, &search.header, sizeof search.header, err);
  if (code == CE_OK && search.header.e_ident[EI_CLASS] == ELFCLASS64) {
    code = find_needs(&search, err);
  }
  if (code == CE_OK && search.needs.size > 0) {
    code = walk_libraries(&search, err);
  }
  if (code != CE_OK) {
    return code;
  }
  char *newest = strdup(search.newest);
  if (!newest) {
    return ce_fail_memory(err, name);
  }
  *ret = newest;
  return CE_OK;
}
