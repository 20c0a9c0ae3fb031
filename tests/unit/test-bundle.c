/* SPDX-License-Identifier: Apache-2.0
 * Bundles, good and hostile, behind the smallest programs that are ELF files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/bundle.h"
#include "bundle/elf.h"
#include "bundle/mark.h"
#include "bundle/ustar.h"
#include "publish/tar-writer.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#define PROGRAM_SIZE 5000 /* not a multiple of the alignment */

struct scene {
  struct ce_blob program, tar, file;
  struct ce_error err;
};

static int set_up(void **state) {
  *state = calloc(1, sizeof(struct scene));
  return *state ? 0 : -1;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_blob_clear(&scene->program);
  ce_blob_clear(&scene->tar);
  ce_blob_clear(&scene->file);
  free(scene);
  return 0;
}

static void append(struct scene *scene, struct ce_blob *blob, const void *bytes, size_t size) {
  assert_int_equal(ce_blob_append(blob, bytes, size, &scene->err), CE_OK);
}

/* A header, one segment from 0 to 3000, and a section header table at the end with a section of no bytes that
 * says it has many. */
static void make_program_64(struct scene *scene) {
  static uint8_t bytes[PROGRAM_SIZE];
  memset(bytes, 'p', sizeof bytes);
  Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB},
                       .e_machine = EM_X86_64,
                       .e_phoff = sizeof(Elf64_Ehdr),
                       .e_phentsize = sizeof(Elf64_Phdr),
                       .e_phnum = 1,
                       .e_shoff = PROGRAM_SIZE - 3 * sizeof(Elf64_Shdr),
                       .e_shentsize = sizeof(Elf64_Shdr),
                       .e_shnum = 3};
  Elf64_Phdr segment = {.p_type = PT_LOAD, .p_filesz = 3000};
  Elf64_Shdr sections[3] = {{.sh_type = SHT_NULL, .sh_offset = 1, .sh_size = UINT64_MAX},
                            {.sh_type = SHT_NOBITS, .sh_offset = 4000, .sh_size = 1 << 20},
                            {.sh_type = SHT_PROGBITS, .sh_offset = 3000, .sh_size = 100}};
  memcpy(bytes, &header, sizeof header);
  memcpy(bytes + header.e_phoff, &segment, sizeof segment);
  memcpy(bytes + header.e_shoff, sections, sizeof sections);
  ce_blob_clear(&scene->program);
  append(scene, &scene->program, bytes, sizeof bytes);
}

static void make_program_32(struct scene *scene) {
  static uint8_t bytes[PROGRAM_SIZE];
  Elf32_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB},
                       .e_machine = EM_386,
                       .e_phoff = sizeof(Elf32_Ehdr),
                       .e_phentsize = sizeof(Elf32_Phdr),
                       .e_phnum = 1};
  Elf32_Phdr segment = {.p_type = PT_LOAD, .p_offset = 1000, .p_filesz = PROGRAM_SIZE - 1000};
  memcpy(bytes, &header, sizeof header);
  memcpy(bytes + header.e_phoff, &segment, sizeof segment);
  ce_blob_clear(&scene->program);
  append(scene, &scene->program, bytes, sizeof bytes);
}

static enum ce_code collect(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

static void put(struct scene *scene, const char *name, const char *text) {
  struct ce_tar_writer tar = {collect, &scene->tar, 0};
  assert_int_equal(ce_tar_write_file(&tar, name, 0644, strlen(text), &scene->err), CE_OK);
  append(scene, &scene->tar, text, strlen(text));
  assert_int_equal(ce_tar_write_padding(&tar, strlen(text), &scene->err), CE_OK);
}

static void put_end(struct scene *scene) {
  struct ce_tar_writer tar = {collect, &scene->tar, 0};
  assert_int_equal(ce_tar_write_end(&tar, &scene->err), CE_OK);
}

static void put_usual(struct scene *scene) {
  put(scene, "metadata/1.root.json", "the root");
  put(scene, "targets/channels/stable/x86_64.json", "the channel");
  put_end(scene);
}

static void assemble(struct scene *scene) {
  static const uint8_t zeros[CE_MARK_ALIGN];
  struct ce_mark mark = {CE_MARK_FORMAT, ce_mark_head_offset(scene->program.size), scene->tar.size};
  uint8_t mark_bytes[CE_MARK_SIZE];
  ce_mark_encode(&mark, mark_bytes);
  ce_blob_clear(&scene->file);
  append(scene, &scene->file, scene->program.data, scene->program.size);
  append(scene, &scene->file, zeros, mark.head_offset - scene->program.size);
  append(scene, &scene->file, mark_bytes, sizeof mark_bytes);
  append(scene, &scene->file, scene->tar.data, scene->tar.size);
  append(scene, &scene->file, mark_bytes, sizeof mark_bytes);
}

/* Opens the first size bytes of the file, in a buffer of just that size, and closes it again. */
static enum ce_code open_part(struct scene *scene, size_t size) {
  uint8_t *exact = malloc(size + 1);
  assert_non_null(exact);
  memcpy(exact, scene->file.data, size);
  struct ce_reader *reader = NULL;
  struct ce_fetch *fetch = NULL;
  assert_int_equal(ce_reader_of_bytes(exact, size, &reader, &scene->err), CE_OK);
  enum ce_code code = ce_bundle_open(reader, "setup.run", &fetch, &scene->err);
  ce_fetch_free(fetch);
  ce_reader_free(reader);
  free(exact);
  return code;
}

static void assert_offers_its_files(struct scene *scene) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_fetch) struct ce_fetch *fetch = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  assert_int_equal(ce_reader_of_bytes(scene->file.data, scene->file.size, &reader, &scene->err), CE_OK);
  assert_int_equal(ce_bundle_open(reader, "setup.run", &fetch, &scene->err), CE_OK);
  assert_string_equal(fetch->name, "setup.run");
  assert_int_equal(ce_fetch_blob(fetch, "metadata/1.root.json", 8, &bytes, &scene->err), CE_OK);
  assert_string_equal(ce_blob_text(&bytes), "the root");
  assert_int_equal(ce_fetch_blob(fetch, "targets/channels/stable/x86_64.json", 100, &bytes, &scene->err),
                   CE_OK);
  assert_string_equal(ce_blob_text(&bytes), "the channel");
  assert_int_equal(ce_fetch_blob(fetch, "metadata/1.root.json", 7, &bytes, &scene->err), CE_TRUST_DIGEST);
  assert_int_equal(ce_fetch_blob(fetch, "metadata/2.root.json", 8, &bytes, &scene->err), CE_NOT_FOUND);
}

static void offers_the_files_behind_a_64_bit_program(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  assert_offers_its_files(scene);
}

static void offers_the_files_behind_a_32_bit_program(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_32(scene);
  assemble(scene);
  assert_offers_its_files(scene);
}

static void tells_where_the_program_ends(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  const struct ce_blob *files[] = {&scene->program, &scene->file};
  for (size_t i = 0; i < 2; i++) {
    CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
    uint64_t size = 0;
    struct ce_elf elf = {0};
    assert_int_equal(ce_reader_of_bytes(files[i]->data, files[i]->size, &reader, &scene->err), CE_OK);
    assert_int_equal(ce_bundle_program_size(reader, &size, &scene->err), CE_OK);
    assert_int_equal(size, PROGRAM_SIZE);
    assert_int_equal(ce_elf_read(reader, "setup.run", &elf, &scene->err), CE_OK);
    assert_string_equal(ce_elf_arch(&elf), "x86_64");
  }
}

static void says_that_a_program_alone_has_no_bundle(void **state) {
  struct scene *scene = *state;
  make_program_64(scene);
  append(scene, &scene->file, scene->program.data, scene->program.size);
  assert_int_equal(open_part(scene, scene->file.size), CE_NO_SOURCE);
}

static void tells_at_every_length_that_the_file_is_cut_off(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  for (size_t size = 0; size < scene->file.size; size += size % 512 == 0 && size + 512 < 4096 ? 512 : 1) {
    enum ce_code expected = size == PROGRAM_SIZE ? CE_NO_SOURCE : CE_BUNDLE_DAMAGED;
    if (open_part(scene, size) != expected) {
      fail_msg("wrong verdict at %zu bytes", size);
    }
  }
}

static void tells_how_many_bytes_are_missing(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  char expected[100];
  snprintf(expected, sizeof expected, "the file is %zu bytes long, 100 are missing", scene->file.size - 100);
  assert_int_equal(open_part(scene, scene->file.size - 100), CE_BUNDLE_DAMAGED);
  assert_string_equal(scene->err.detail, expected);
  append(scene, &scene->file, "abc", 3);
  snprintf(expected, sizeof expected, "the file is %zu bytes long, 3 too many", scene->file.size);
  assert_int_equal(open_part(scene, scene->file.size), CE_BUNDLE_DAMAGED);
  assert_string_equal(scene->err.detail, expected);
}

static void refuses_every_flipped_bit_in(struct scene *scene, size_t offset, size_t size) {
  for (size_t bit = offset * 8; bit < (offset + size) * 8; bit++) {
    scene->file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    if (open_part(scene, scene->file.size) != CE_BUNDLE_DAMAGED) {
      fail_msg("bit %zu of byte %zu was not noticed", bit % 8, bit / 8);
    }
    scene->file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void notices_every_flipped_bit_of_its_structure(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  size_t head = ce_mark_head_offset(PROGRAM_SIZE);
  refuses_every_flipped_bit_in(scene, head, CE_MARK_SIZE);
  refuses_every_flipped_bit_in(scene, head + CE_MARK_SIZE, CE_USTAR_BLOCK);
  refuses_every_flipped_bit_in(scene, scene->file.size - CE_MARK_SIZE - 1024, 1024 + CE_MARK_SIZE);
  assert_int_equal(open_part(scene, scene->file.size), CE_OK);
}

static void refuses_impossible_lengths_in_the_head(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  static const uint64_t lengths[] = {
      0, 1024, UINT64_MAX, UINT64_MAX - 4096, UINT64_MAX / 2, UINT64_C(1) << 40};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    struct ce_mark mark = {CE_MARK_FORMAT, ce_mark_head_offset(PROGRAM_SIZE), lengths[i]};
    ce_mark_encode(&mark, scene->file.data + mark.head_offset);
    ce_mark_encode(&mark, scene->file.data + scene->file.size - CE_MARK_SIZE);
    assert_int_equal(open_part(scene, scene->file.size), CE_BUNDLE_DAMAGED);
  }
}

static void refuses_a_newer_bundle_format(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  make_program_64(scene);
  assemble(scene);
  struct ce_mark mark = {CE_MARK_FORMAT + 1, ce_mark_head_offset(PROGRAM_SIZE), scene->tar.size};
  ce_mark_encode(&mark, scene->file.data + mark.head_offset);
  ce_mark_encode(&mark, scene->file.data + scene->file.size - CE_MARK_SIZE);
  assert_int_equal(open_part(scene, scene->file.size), CE_BUNDLE_DAMAGED);
  assert_non_null(strstr(scene->err.detail, "format is 2"));
}

static void refuses_programs_that_it_cannot_measure(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  for (size_t i = 0; i < 10; i++) {
    make_program_64(scene);
    assemble(scene);
    Elf64_Ehdr *header = (Elf64_Ehdr *)scene->file.data;
    Elf64_Phdr *segment = (Elf64_Phdr *)(scene->file.data + sizeof *header);
    switch (i) {
    case 0:
      header->e_ident[0] = 'M';
      break;
    case 1:
      header->e_ident[EI_DATA] = ELFDATA2MSB;
      break;
    case 2:
      header->e_ident[EI_CLASS] = 3;
      break;
    case 3:
      header->e_phentsize = 1;
      break;
    case 4:
      header->e_shentsize = 65535;
      break;
    case 5:
      header->e_shnum = 0;
      break;
    case 6:
      header->e_shoff = UINT64_MAX - 10;
      break;
    case 7:
      segment->p_offset = UINT64_MAX;
      break;
    case 8:
      header->e_phoff = UINT64_C(1) << 40;
      break;
    default:
      header->e_phnum = 65535;
      break;
    }
    if (open_part(scene, scene->file.size) != CE_BUNDLE_DAMAGED) {
      fail_msg("program %zu was accepted", i);
    }
  }
}

static void names_no_architecture_that_it_does_not_know(void **state) {
  (void)state;
  assert_null(ce_elf_arch(&(struct ce_elf){.machine = EM_S390, .is_64 = true}));
  assert_null(ce_elf_arch(&(struct ce_elf){.machine = EM_X86_64, .is_64 = false}));
  assert_string_equal(ce_elf_arch(&(struct ce_elf){.machine = EM_AARCH64, .is_64 = true}), "aarch64");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(offers_the_files_behind_a_64_bit_program),
      TEST(offers_the_files_behind_a_32_bit_program),
      TEST(tells_where_the_program_ends),
      TEST(says_that_a_program_alone_has_no_bundle),
      TEST(tells_at_every_length_that_the_file_is_cut_off),
      TEST(tells_how_many_bytes_are_missing),
      TEST(notices_every_flipped_bit_of_its_structure),
      TEST(refuses_impossible_lengths_in_the_head),
      TEST(refuses_a_newer_bundle_format),
      TEST(refuses_programs_that_it_cannot_measure),
      TEST(names_no_architecture_that_it_does_not_know),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
