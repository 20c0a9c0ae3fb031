/* SPDX-License-Identifier: Apache-2.0
 * Asking the module, and telling what it says. */
#include "engine/key-certificates.h"

#include "base/json.h"
#include "device/token.h"
#include "engine/registered-module.h"
#include "model/layout.h"

#include <string.h>

#define PROBE         "/" CE_CURRENT "/bin/certenv-probe"
#define OWN_MODULE    "/" CE_CURRENT "/lib/pkcs11/opensc-pkcs11.so"
#define CONFIGURATION "OPENSC_CONF=/" CE_CURRENT "/share/certenv/opensc.conf"
#define TOLD_MAX      32 /* certificates; a key has one to four */
#define LIST_LIMIT_MS 20000

static void tell_certificate(const struct ce_sink *sink, const json_t *certificate) {
  const char *name = ce_json_text(certificate, "subject_name");
  json_int_t days = json_integer_value(json_object_get(certificate, "days_left"));
  CE_AUTO(ce_json)
  json_t *data = json_pack("{s:{s:s,s:s,s:s,s:I}}", "certificate", "subject", name, "issuer",
                           ce_json_text(certificate, "issuer_name"), "not_after",
                           ce_json_text(certificate, "not_after"), "days_left", days);
  ce_emit(sink,
          &(struct ce_event){.kind = CE_EVENT_KEY,
                             .name = "certificate",
                             .sentence = days < 0 ? N_("Certificate on the key: %s, expired.")
                                                  : N_("Certificate on the key: %s, valid for %d more days."),
                             .subject = name,
                             .number = days,
                             .data = data});
}

/* How many were told. */
static size_t tell_token(const struct ce_sink *sink, const json_t *token, size_t told) {
  const json_t *certificates = json_object_get(token, "certificates");
  size_t count = 0;
  for (size_t i = 0; i < json_array_size(certificates) && told + count < TOLD_MAX; i++) {
    const json_t *certificate = json_array_get(certificates, i);
    if (json_is_integer(json_object_get(certificate, "days_left"))) {
      tell_certificate(sink, certificate);
      count++;
    }
  }
  return count;
}

static void tell_none(const struct ce_sink *sink, bool any_token, const struct ce_key_found *found) {
  ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_KEY,
                                   .name = any_token ? "empty" : "unrecognised",
                                   .sentence = any_token ? N_("There is no certificate on the key %s.")
                                                         : N_("The module does not recognise the key %s."),
                                   .subject = found->name_en,
                                   .subject_zh = found->name_zh});
}

void ce_key_certificates_tell_report(const struct ce_sink *sink, const json_t *report,
                                     const struct ce_key_found *found) {
  const json_t *slots = json_object_get(report, "slots");
  size_t told = 0;
  bool any_token = false;
  for (size_t i = 0; i < json_array_size(slots); i++) {
    const json_t *token = json_object_get(json_array_get(slots, i), "token");
    any_token = any_token || token;
    told += token ? tell_token(sink, token, told) : 0;
  }
  if (told == 0) {
    tell_none(sink, any_token, found);
  }
}

static void tell_missing(const struct ce_sink *sink, const char *module) {
  ce_emit(sink, &(struct ce_event){
                    .kind = CE_EVENT_KEY,
                    .name = "module-missing",
                    .sentence = N_("The key needs its maker's software (%s), which is not part of this "
                                   "environment."),
                    .subject = module,
                    .action = N_("Ask the organisation that issued the key for that software.")});
}

void ce_key_certificates_tell(const struct ce_engine *engine, const struct ce_keys *keys,
                              const struct ce_key_found *found, const struct ce_receipt *receipt) {
  const char *name = found->key ? found->key->module : "opensc";
  CE_AUTO(ce_free) char *module = ce_registered_module_for(engine, receipt, name);
  if (!module) {
    tell_missing(engine->sink, name);
    return;
  }
  /* The machine's configuration is for the machine's OpenSC. */
  static const char *const environment[] = {CONFIGURATION, NULL};
  const struct ce_token_worker_request request = {.program = PROBE,
                                                  .module = module,
                                                  .user = ce_keys_request(keys)->user,
                                                  .environment =
                                                      strcmp(module, OWN_MODULE) == 0 ? environment : NULL,
                                                  .cancelled = engine->cancelled,
                                                  .limit_ms = LIST_LIMIT_MS};
  CE_AUTO(ce_json) json_t *report = NULL;
  struct ce_error problem;
  enum ce_code code = ce_token_list_once(&request, -1, &report, &problem);
  if (code == CE_OK) {
    ce_key_certificates_tell_report(engine->sink, report, found);
  } else if (code != CE_CANCELLED) {
    ce_emit_warning(engine->sink, "module", &problem);
  }
}
