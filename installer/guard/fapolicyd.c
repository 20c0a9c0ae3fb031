/* SPDX-License-Identifier: Apache-2.0
 * Whether fapolicyd lets the environment run: its lists of trust, held against what is installed. */
#include "guard/look-part.h"

#include "guard/text.h"
#include "model/allowances.h"
#include "model/layout.h"
#include "model/receipt.h"
#include "model/trust-list.h"

#include <string.h>

#define N_(text) text

#define PRODUCT CE_PRODUCT_FAPOLICYD

enum listing {
  LISTING_NONE,
  LISTING_EMPTY, /* agreed to; nothing is installed yet that it could name */
  LISTING_STALE, /* of another version, or of a part of this one */
  LISTING_WHOLE,
};

/* NULL where nothing is installed, or its record cannot be read. */
static enum ce_code read_receipt(const struct ce_guard_place *place, struct ce_receipt **ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  struct ce_error ignored;
  enum ce_code code = ce_look_read(place, CE_RECEIPT, CE_RECEIPT_BYTES_MAX, &bytes, err);
  if (code == CE_OK && ce_receipt_parse(bytes.data, bytes.size, &receipt, &ignored) == CE_OK &&
      receipt->installed) {
    *ret = ce_take(&receipt);
  }
  return code;
}

static enum ce_code add_list(const struct ce_guard_place *place, const char *path, struct ce_blob *list,
                             struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = ce_look_read(place, path, CE_TRUST_LIST_MAX, &text, err);
  return code == CE_OK ? ce_blob_printf(list, err, "%s\n", ce_blob_text(&text)) : code;
}

/* All that fapolicyd reads, whoever wrote it. False where this user may not look. */
static enum ce_code read_lists(const struct ce_guard_place *place, struct ce_blob *list, bool *ret_seen,
                               struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  struct ce_error why;
  enum ce_code listed = ce_fs_list(place->fs, CE_FAPOLICYD_DIRECTORY, &names, &why);
  enum ce_code code = add_list(place, "etc/fapolicyd/fapolicyd.trust", list, err);
  for (size_t i = 0; code == CE_OK && i < names.count && list->size < CE_TRUST_LIST_MAX; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", CE_FAPOLICYD_DIRECTORY, names.items[i]);
    code = path ? add_list(place, path, list, err) : ce_fail_memory(err, "trust");
  }
  *ret_seen = listed != CE_PERMISSION;
  return code;
}

/* Each run renews what the record says, so it stands for a list that this user may not read; and it alone
 * tells our own file from somebody else's while nothing is installed. */
static enum ce_code believe_record(const struct ce_guard_place *place, const struct ce_receipt *receipt,
                                   enum listing *ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  struct ce_error ignored;
  enum ce_code code = ce_look_read(place, CE_ALLOWANCES, CE_ALLOWANCES_BYTES_MAX, &bytes, err);
  bool granted = code == CE_OK &&
                 ce_allowances_parse(bytes.data, bytes.size, &allowances, &ignored) == CE_OK &&
                 allowances.fapolicyd;
  *ret = !granted ? LISTING_NONE : receipt ? LISTING_WHOLE : LISTING_EMPTY;
  return code;
}

static enum ce_code compare(const struct ce_receipt *receipt, const struct ce_blob *list,
                            struct ce_clues *clues, enum listing *ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob wanted = {0};
  struct ce_trust_coverage coverage = {0};
  enum ce_code code = ce_trust_list_add_installed(receipt, CE_TRUST_CODE, &wanted, err);
  if (code == CE_OK) {
    code = ce_trust_list_compare(ce_blob_text(list), ce_blob_text(&wanted), &coverage, err);
  }
  if (code != CE_OK || coverage.missing == 0) {
    *ret = LISTING_WHOLE;
    return code;
  }
  *ret = strstr(ce_blob_text(list), "/" CE_VERSIONS "/") ? LISTING_STALE : LISTING_NONE;
  return ce_clues_explain(clues, PRODUCT, err, "%zu of %zu programs and libraries are not on its lists",
                          coverage.missing, coverage.wanted);
}

static enum ce_code find_listing(const struct ce_guard_place *place, struct ce_clues *clues,
                                 enum listing *ret, struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  CE_AUTO(ce_blob) struct ce_blob list = {0};
  bool seen = false;
  enum ce_code code = read_receipt(place, &receipt, err);
  if (code == CE_OK) {
    code = read_lists(place, &list, &seen, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (seen && receipt) {
    return compare(receipt, &list, clues, ret, err);
  }
  code = believe_record(place, receipt, ret, err);
  if (code == CE_OK && seen && !ce_look_has(place, CE_FAPOLICYD_TRUST)) {
    *ret = LISTING_NONE;
  }
  return code;
}

static void tell(struct ce_clues *clues, enum listing listing) {
  static const char *const sentences[] = {
      [LISTING_NONE] = N_("%s is at work; it refuses programs that are not on its list."),
      [LISTING_EMPTY] = N_("%s is at work; the installation puts the certificate environment on its list."),
      [LISTING_STALE] = N_("%s is at work, and its list is not that of the installed version; it may refuse "
                           "its programs."),
      [LISTING_WHOLE] = N_("%s is at work, and has the certificate environment on its list.")};
  bool allowed = listing == LISTING_EMPTY || listing == LISTING_WHOLE;
  clues->of[PRODUCT].sentence = sentences[listing];
  clues->of[PRODUCT].level = allowed ? CE_FINDING_ADVICE : CE_FINDING_WARNING;
}

enum ce_code ce_look_fapolicyd(const struct ce_guard_place *place, struct ce_clues *clues,
                               struct ce_error *err) {
  char permissive[CE_SETTING_SIZE];
  if (!ce_clues_is_running(clues, PRODUCT)) {
    return CE_OK;
  }
  enum ce_code code =
      ce_look_read_setting(place, "etc/fapolicyd/fapolicyd.conf", "permissive", permissive, err);
  enum listing listing = LISTING_NONE;
  if (code == CE_OK && strcmp(permissive, "1") == 0) {
    clues->of[PRODUCT].sentence = N_("%s is at work, but only reports.");
    clues->of[PRODUCT].level = CE_FINDING_ADVICE;
  } else if (code == CE_OK) {
    code = find_listing(place, clues, &listing, err);
    tell(clues, listing);
  }
  return code == CE_OK && permissive[0] ? ce_clues_explain(clues, PRODUCT, err, "permissive = %s", permissive)
                                        : code;
}
