/* SPDX-License-Identifier: Apache-2.0
 * The fields and lists that site/page.html names. */
#include "publish/site-page.h"

#include "ports/hash.h"
#include "publish/site-channel.h"
#include "publish/site-template.h"
#include "trust/instant.h"

#include <assert.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define DATE_SIZE   11 /* "2026-11-22" */
#define NUMBER_SIZE 32
#define HASH_SIZE   64
#define PAGE_FIELDS 12
#define ITEM_FIELDS 11

/* site/page.html and site/page.css, embedded when the program is built. */
extern const unsigned char ce_site_html[], ce_site_css[];
extern const size_t ce_site_html_size, ce_site_css_size;

/* The texts that an installer's fields point to. */
struct item {
  struct ce_site_field fields[ITEM_FIELDS];
  char *address;
  char megabytes[NUMBER_SIZE], bytes[NUMBER_SIZE];
  char sha256[CE_DIGEST_HEX_SIZE];
  char released[DATE_SIZE];
};

struct page {
  struct ce_site_field fields[PAGE_FIELDS];
  struct item items[CE_SITE_INSTALLERS_MAX];
  struct ce_site_scope scopes[CE_SITE_INSTALLERS_MAX];
  size_t item_count;
  char *style;
  char style_hash[HASH_SIZE];
  char tries[NUMBER_SIZE], reminder[NUMBER_SIZE], made[DATE_SIZE];
};

static void page_free(struct page *page) {
  for (size_t i = 0; i < page->item_count; i++) {
    free(page->items[i].address);
  }
  free(page->style);
  free(page);
}
CE_DEFINE_AUTO(page, struct page *, page_free);

static void write_date(int64_t moment_s, char ret[DATE_SIZE]) {
  char instant[CE_INSTANT_SIZE];
  ce_instant_format(moment_s, instant);
  memcpy(ret, instant, DATE_SIZE - 1);
  ret[DATE_SIZE - 1] = '\0';
}

/* "8,112,345". */
static void write_grouped(uint64_t number, char ret[NUMBER_SIZE]) {
  char digits[NUMBER_SIZE];
  size_t length = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number);
  for (size_t i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) {
      *ret++ = ',';
    }
    *ret++ = digits[i];
  }
  *ret = '\0';
}

/* Decimal megabytes as file managers and browsers show them, but never 0.0. */
static void write_megabytes(uint64_t bytes, char ret[NUMBER_SIZE]) {
  uint64_t tenths = bytes / 100000 + (bytes % 100000 >= 50000);
  tenths = tenths ? tenths : 1;
  snprintf(ret, NUMBER_SIZE, "%" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
}

/* A name alone could be taken for a scheme or an option; "./name" is always a file beside the page. */
static char *make_address(const char *base_url, const char *file_name) {
  size_t length = strlen(base_url);
  if (length == 0) {
    return ce_text_format("./%s", file_name);
  }
  return ce_text_format("%s%s%s", base_url, base_url[length - 1] == '/' ? "" : "/", file_name);
}

static enum ce_code fill_item(const struct ce_site *site, const struct ce_site_installer *installer,
                              struct item *item, struct ce_error *err) {
  item->address = make_address(site->base_url, installer->file_name);
  if (!item->address) {
    return ce_fail_memory(err, installer->file_name);
  }
  write_megabytes(installer->size_bytes, item->megabytes);
  write_grouped(installer->size_bytes, item->bytes);
  ce_digest_to_hex(&installer->sha256, item->sha256);
  write_date(installer->released_s, item->released);
  const char *channel = strcmp(installer->channel, CE_SITE_CHANNEL) == 0 ? "" : installer->channel;
  const struct ce_site_field fields[ITEM_FIELDS] = {
      {"file", installer->file_name, false},
      {"address", item->address, false},
      {"arch", installer->arch, false},
      {"version", installer->version, false},
      {"channel", channel, false},
      {"libc", installer->libc, false},
      {"any_libc", installer->libc[0] ? "" : "yes", false},
      {"megabytes", item->megabytes, false},
      {"bytes", item->bytes, false},
      {"sha256", item->sha256, false},
      {"released", item->released, false},
  };
  memcpy(item->fields, fields, sizeof fields);
  return CE_OK;
}

/* "sha256-..." of the style as a browser computes it: of the bytes between <style> and </style>. */
static enum ce_code fill_style(struct page *page, struct ce_error *err) {
  struct ce_digest digest;
  page->style = strndup((const char *)ce_site_css, ce_site_css_size);
  if (!page->style) {
    return ce_fail_memory(err, "style");
  }
  ce_hash_bytes(page->style, strlen(page->style), &digest);
  strcpy(page->style_hash, "sha256-");
  EVP_EncodeBlock((unsigned char *)page->style_hash + strlen(page->style_hash), digest.bytes, CE_DIGEST_SIZE);
  return CE_OK;
}

static enum ce_code fill_fields(const struct ce_site *site, struct page *page, struct ce_error *err) {
  const struct ce_profile *profile = site->profile;
  snprintf(page->tries, sizeof page->tries, "%" PRId64, profile->pin_tries);
  snprintf(page->reminder, sizeof page->reminder, "%" PRId64, profile->reminder_days);
  write_date(site->made_s, page->made);
  enum ce_code code = fill_style(page, err);
  if (code != CE_OK) {
    return code;
  }
  const struct ce_site_field fields[PAGE_FIELDS] = {
      {"style", page->style, true},
      {"style_hash", page->style_hash, false},
      {"organisation_zh", profile->organisation_zh, false},
      {"organisation_en", profile->organisation_en, false},
      {"portal_url", profile->portal_url, false},
      {"user_service_url", profile->user_service_url, false},
      {"phone", profile->phone, false},
      {"initial_pin", profile->initial_pin, false},
      {"pin_tries", page->tries, false},
      {"reminder_days", page->reminder, false},
      {"made", page->made, false},
      {"several", site->installer_count > 1 ? "yes" : "", false},
  };
  memcpy(page->fields, fields, sizeof fields);
  for (size_t i = 0; code == CE_OK && i < site->installer_count; i++) {
    struct item *item = &page->items[page->item_count++];
    code = fill_item(site, &site->installers[i], item, err);
    page->scopes[i] = (struct ce_site_scope){.fields = item->fields, .field_count = ITEM_FIELDS};
  }
  return code;
}

enum ce_code ce_site_page_make(const struct ce_site *site, struct ce_blob *ret, struct ce_error *err) {
  assert(site->installer_count > 0 && site->installer_count <= CE_SITE_INSTALLERS_MAX);
  CE_AUTO(page) struct page *page = calloc(1, sizeof *page);
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = page ? fill_fields(site, page, err) : ce_fail_memory(err, "page");
  if (code != CE_OK) {
    return code;
  }
  const struct ce_site_list lists[] = {
      {"installers", page->scopes, site->installer_count},
      {"example", page->scopes, 1},
  };
  struct ce_site_scope scope = {page->fields, PAGE_FIELDS, lists, sizeof lists / sizeof *lists};
  code = ce_site_template_fill((const char *)ce_site_html, ce_site_html_size, &scope, &bytes, err);
  if (code == CE_OK) {
    ce_blob_clear(ret);
    *ret = bytes;
    bytes = (struct ce_blob){0};
  }
  return code;
}
