/* SPDX-License-Identifier: Apache-2.0
 * Reading of ELF headers, 32-bit and 64-bit by one table of field positions. */
#include "bundle/elf.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

/* Where a class keeps the fields that matter. Offsets and sizes in the file are word_bytes wide, counts
 * always 2. */
struct class_layout {
  size_t word_bytes;
  size_t header_bytes, segment_bytes, section_bytes;
  size_t segments, segment_size, segment_count;
  size_t sections, section_size, section_count;
  size_t p_offset, p_filesz;
  size_t sh_type, sh_offset, sh_size;
};

#define CLASS_LAYOUT(bits)                                                                                   \
  {                                                                                                          \
    sizeof(Elf##bits##_Off), sizeof(Elf##bits##_Ehdr), sizeof(Elf##bits##_Phdr), sizeof(Elf##bits##_Shdr),   \
        offsetof(Elf##bits##_Ehdr, e_phoff), offsetof(Elf##bits##_Ehdr, e_phentsize),                        \
        offsetof(Elf##bits##_Ehdr, e_phnum), offsetof(Elf##bits##_Ehdr, e_shoff),                            \
        offsetof(Elf##bits##_Ehdr, e_shentsize), offsetof(Elf##bits##_Ehdr, e_shnum),                        \
        offsetof(Elf##bits##_Phdr, p_offset), offsetof(Elf##bits##_Phdr, p_filesz),                          \
        offsetof(Elf##bits##_Shdr, sh_type), offsetof(Elf##bits##_Shdr, sh_offset),                          \
        offsetof(Elf##bits##_Shdr, sh_size)                                                                  \
  }

static const struct class_layout layout_64 = CLASS_LAYOUT(64);
static const struct class_layout layout_32 = CLASS_LAYOUT(32);

#define ENTRY_BYTES_MAX sizeof(Elf64_Ehdr) /* the largest of all headers */

struct scan {
  struct ce_reader *file;
  const char *name;
  const struct class_layout *layout;
  uint64_t end;
};

static uint64_t field(const uint8_t *entry, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = width; i > 0; i--) {
    value = value << 8 | entry[at + i - 1];
  }
  return value;
}

static enum ce_code refuse(const struct scan *scan, struct ce_error *err, const char *why) {
  return ce_fail(err, CE_BUNDLE_DAMAGED, "read program", scan->name, "%s", why);
}

static enum ce_code read_exactly(const struct scan *scan, uint64_t offset, void *buffer, size_t size,
                                 struct ce_error *err) {
  size_t got = 0;
  enum ce_code code = ce_reader_read_at(scan->file, offset, buffer, size, &got, err);
  if (code != CE_OK) {
    return code;
  }
  return got == size ? CE_OK : refuse(scan, err, "the file ends inside its ELF headers");
}

/* Moves the end behind the range; a range that the file does not hold means that the program is cut off. */
static enum ce_code cover(struct scan *scan, uint64_t offset, uint64_t length, struct ce_error *err) {
  uint64_t end = 0;
  if (__builtin_add_overflow(offset, length, &end)) {
    return refuse(scan, err, "an ELF header holds an impossible offset");
  }
  if (end > scan->file->size_bytes) {
    return ce_fail(err, CE_BUNDLE_DAMAGED, "read program", scan->name,
                   "the file is %" PRIu64 " bytes long, at least %" PRIu64 " are missing",
                   scan->file->size_bytes, end - scan->file->size_bytes);
  }
  scan->end = end > scan->end ? end : scan->end;
  return CE_OK;
}

static enum ce_code cover_segment(struct scan *scan, const uint8_t *segment, struct ce_error *err) {
  const struct class_layout *layout = scan->layout;
  return cover(scan, field(segment, layout->p_offset, layout->word_bytes),
               field(segment, layout->p_filesz, layout->word_bytes), err);
}

static enum ce_code cover_section(struct scan *scan, const uint8_t *section, struct ce_error *err) {
  const struct class_layout *layout = scan->layout;
  uint64_t type = field(section, layout->sh_type, sizeof(uint32_t));
  /* These two take no room in the file, whatever their size says. */
  if (type == SHT_NULL || type == SHT_NOBITS) {
    return CE_OK;
  }
  return cover(scan, field(section, layout->sh_offset, layout->word_bytes),
               field(section, layout->sh_size, layout->word_bytes), err);
}

/* A table of headers, and what each of them covers. */
static enum ce_code cover_table(struct scan *scan, uint64_t table, uint64_t count, size_t entry_bytes,
                                enum ce_code (*cover_entry)(struct scan *, const uint8_t *,
                                                            struct ce_error *),
                                struct ce_error *err) {
  enum ce_code code = cover(scan, table, count * entry_bytes, err);
  for (uint64_t i = 0; code == CE_OK && i < count; i++) {
    uint8_t entry[ENTRY_BYTES_MAX];
    code = read_exactly(scan, table + i * entry_bytes, entry, entry_bytes, err);
    if (code == CE_OK) {
      code = cover_entry(scan, entry, err);
    }
  }
  return code;
}

static enum ce_code cover_program(struct scan *scan, struct ce_error *err) {
  const struct class_layout *layout = scan->layout;
  uint8_t header[ENTRY_BYTES_MAX];
  enum ce_code code = read_exactly(scan, 0, header, layout->header_bytes, err);
  if (code != CE_OK) {
    return code;
  }
  uint64_t segments = field(header, layout->segments, layout->word_bytes);
  uint64_t segment_count = field(header, layout->segment_count, 2);
  uint64_t sections = field(header, layout->sections, layout->word_bytes);
  uint64_t section_count = field(header, layout->section_count, 2);
  if ((segment_count > 0 && field(header, layout->segment_size, 2) != layout->segment_bytes) ||
      (section_count > 0 && field(header, layout->section_size, 2) != layout->section_bytes)) {
    return refuse(scan, err, "its ELF header tables have entries of an unknown size");
  }
  if (sections != 0 && section_count == 0) {
    return refuse(scan, err, "its ELF section table has no count");
  }
  code = cover(scan, 0, layout->header_bytes, err);
  if (code == CE_OK && segment_count > 0) {
    code = cover_table(scan, segments, segment_count, layout->segment_bytes, cover_segment, err);
  }
  if (code == CE_OK && section_count > 0) {
    code = cover_table(scan, sections, section_count, layout->section_bytes, cover_section, err);
  }
  return code;
}

enum ce_code ce_elf_read(struct ce_reader *file, const char *name, struct ce_elf *ret, struct ce_error *err) {
  struct scan scan = {.file = file, .name = name};
  /* e_ident, e_type and e_machine lie at the same place in both classes. */
  uint8_t start[offsetof(Elf64_Ehdr, e_version)];
  enum ce_code code = read_exactly(&scan, 0, start, sizeof start, err);
  if (code != CE_OK) {
    return code;
  }
  if (memcmp(start, ELFMAG, SELFMAG) != 0) {
    return refuse(&scan, err, "it is not a program (no ELF header)");
  }
  if (start[EI_DATA] != ELFDATA2LSB || (start[EI_CLASS] != ELFCLASS64 && start[EI_CLASS] != ELFCLASS32)) {
    return refuse(&scan, err, "it is a program for an unknown kind of machine");
  }
  bool is_64 = start[EI_CLASS] == ELFCLASS64;
  scan.layout = is_64 ? &layout_64 : &layout_32;
  code = cover_program(&scan, err);
  if (code == CE_OK) {
    *ret = (struct ce_elf){.size_bytes = scan.end,
                           .machine = (uint16_t)field(start, offsetof(Elf64_Ehdr, e_machine), 2),
                           .is_64 = is_64};
  }
  return code;
}

const char *ce_elf_arch(const struct ce_elf *elf) {
  enum { MACHINE_LOONGARCH = 258, MACHINE_SW_64 = 0x9916 };
  static const struct {
    uint16_t machine;
    bool is_64;
    const char *arch;
  } known[] = {
      {EM_X86_64, true, "x86_64"},    {EM_AARCH64, true, "aarch64"},
      {EM_386, false, "i686"},        {EM_ARM, false, "armv7l"},
      {EM_RISCV, true, "riscv64"},    {EM_MIPS, true, "mips64"},
      {EM_PPC64, true, "ppc64le"},    {MACHINE_LOONGARCH, true, "loongarch64"},
      {MACHINE_SW_64, true, "sw_64"},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (known[i].machine == elf->machine && known[i].is_64 == elf->is_64) {
      return known[i].arch;
    }
  }
  return NULL;
}
