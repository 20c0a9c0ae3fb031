/* SPDX-License-Identifier: Apache-2.0
 * Writing the list of tokens and certificates. */
#include "assistant/listing.h"

#include "assistant/columns.h"

#include <string.h>

#define CELLS 5

static const char *validity_text(enum ce_validity validity, const struct ce_language *language) {
  static const char *const texts[] = {
      [CE_VALIDITY_OK] = N_("valid"),
      [CE_VALIDITY_SOON] = N_("expires soon"),
      [CE_VALIDITY_EXPIRED] = N_("expired"),
      [CE_VALIDITY_NOT_YET] = N_("not valid yet"),
  };
  return ce_translate(language, texts[validity]);
}

static enum ce_code write_heading(const struct ce_token *token, const struct ce_language *language,
                                  struct ce_blob *ret, struct ce_error *err) {
  const char *label = *token->label ? token->label : _("Key without a name");
  enum ce_code code = ce_blob_printf(ret, err, "%s\n", label);
  if (!code && *token->model) {
    code = ce_blob_printf(ret, err, "  %s: %s%s%s\n", _("Model"), token->manufacturer,
                          *token->manufacturer ? ", " : "", token->model);
  }
  if (!code && *token->serial) {
    code = ce_blob_printf(ret, err, "  %s: %s\n", _("Serial number"), token->serial);
  }
  return code;
}

static void fill_row(const struct ce_certificate *certificate, char days[24], const char **cells,
                     const struct ce_language *language) {
  bool described = !certificate->error;
  snprintf(days, 24, "%lld", (long long)certificate->days_left);
  cells[0] = described ? certificate->name : _("(unreadable)");
  cells[1] = certificate->issuer;
  cells[2] = certificate->until;
  cells[3] = described ? days : "";
  cells[4] = described ? validity_text(certificate->validity, language) : certificate->error;
}

static enum ce_code write_table(const struct ce_token *token, const struct ce_language *language,
                                struct ce_blob *ret, struct ce_error *err) {
  size_t rows = token->certificate_count + 1;
  CE_AUTO(ce_free) const char **cells = calloc(rows * CELLS, sizeof *cells);
  CE_AUTO(ce_free) char(*days)[24] = calloc(rows, sizeof *days);
  if (!cells || !days) {
    return ce_fail_memory(err, "table");
  }
  const char *const head[CELLS] = {_("Certificate"), _("Issuer"), _("Valid until"), _("Days left"),
                                   _("State")};
  memcpy(cells, head, sizeof head);
  for (size_t i = 0; i < token->certificate_count; i++) {
    fill_row(&token->certificates[i], days[i], cells + (i + 1) * CELLS, language);
  }
  return ce_columns_write(cells, rows, CELLS, ret, err);
}

/* "name": sentence. With a profile: where to turn to. */
static enum ce_code write_advice(const char *sentence, const char *name, const struct ce_profile *profile,
                                 const struct ce_language *language, struct ce_blob *ret,
                                 struct ce_error *err) {
  enum ce_code code = ce_blob_printf(ret, err, "  ! %s%s%s\n", name, *name ? ": " : "", sentence);
  if (!code && profile) {
    code = ce_blob_printf(ret, err, "    %s: %s\n    %s: %s\n", _("User service"), profile->user_service_url,
                          _("Telephone"), profile->phone);
  }
  return code;
}

static enum ce_code write_pin_advice(const struct ce_token *token, const struct ce_profile *profile,
                                     const struct ce_language *language, struct ce_blob *ret,
                                     struct ce_error *err) {
  if (token->pin_locked) {
    return write_advice(_("The PIN is locked. Have it unlocked by the user service."), "", profile, language,
                        ret, err);
  }
  if (token->pin_final_try) {
    return write_advice(_("One more wrong PIN locks this key."), "", NULL, language, ret, err);
  }
  if (token->pin_count_low) {
    return write_advice(_("A wrong PIN was entered. The key locks after too many wrong ones."), "", NULL,
                        language, ret, err);
  }
  if (token->pin_to_be_changed) {
    return write_advice(_("The PIN must be changed before the key can be used."), "", NULL, language, ret,
                        err);
  }
  return CE_OK;
}

static enum ce_code write_certificate_advice(const struct ce_certificate *certificate,
                                             const struct ce_profile *profile,
                                             const struct ce_language *language, struct ce_blob *ret,
                                             struct ce_error *err) {
  if (certificate->error) {
    return CE_OK;
  }
  switch (certificate->validity) {
  case CE_VALIDITY_SOON:
    return write_advice(_("This certificate expires soon. Renew it at the user service in time."),
                        certificate->name, profile, language, ret, err);
  case CE_VALIDITY_EXPIRED:
    return write_advice(_("This certificate has expired. Ask the user service for a new one."),
                        certificate->name, profile, language, ret, err);
  case CE_VALIDITY_NOT_YET:
    return write_advice(_("This certificate is not valid yet. Check this machine's date and time."),
                        certificate->name, NULL, language, ret, err);
  case CE_VALIDITY_OK:
    break;
  }
  return CE_OK;
}

static enum ce_code write_token(const struct ce_token *token, const struct ce_profile *profile,
                                const struct ce_language *language, struct ce_blob *ret,
                                struct ce_error *err) {
  enum ce_code code = write_heading(token, language, ret, err);
  if (!code && token->error) {
    code = ce_blob_printf(ret, err, "  %s: %s\n", _("The certificates cannot be listed"), token->error);
  } else if (!code && !token->certificate_count) {
    code = ce_blob_printf(ret, err, "  %s\n", _("There is no certificate on this key."));
  } else if (!code) {
    code = write_table(token, language, ret, err);
  }
  if (!code) {
    code = write_pin_advice(token, profile, language, ret, err);
  }
  for (size_t i = 0; !code && i < token->certificate_count; i++) {
    code = write_certificate_advice(&token->certificates[i], profile, language, ret, err);
  }
  return code;
}

enum ce_code ce_listing_write(const struct ce_inventory *inventory, const struct ce_profile *profile,
                              const struct ce_language *language, struct ce_blob *ret, struct ce_error *err) {
  enum ce_code code = CE_OK;
  size_t shown = 0;
  for (size_t i = 0; !code && i < inventory->token_count; i++) {
    /* A blank token is a free place of a software module, not a key that somebody holds. */
    if (inventory->tokens[i].initialized) {
      code = shown++ ? ce_blob_append(ret, "\n", 1, err) : CE_OK;
      code = code ? code : write_token(&inventory->tokens[i], profile, language, ret, err);
    }
  }
  if (!code && !shown) {
    code = ce_blob_printf(ret, err, "%s\n", _("No key was found. Insert the key and try again."));
  }
  return code;
}
