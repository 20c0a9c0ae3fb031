/* SPDX-License-Identifier: Apache-2.0
 * Products whose configuration says whether they are in the way. */
#include "guard/look-part.h"

#include "guard/os-release.h"
#include "guard/text.h"

#include <string.h>

#define N_(text) text

#define PACKAGE_ID "certenv"
#define PROGRAMS   "/opt/certenv"

static void set(struct ce_clues *clues, enum ce_product product, enum ce_finding_level level,
                const char *sentence) {
  clues->of[product].level = level;
  clues->of[product].sentence = sentence;
}

static enum ce_code judge_usbguard(const struct ce_guard_place *place, struct ce_clues *clues,
                                   struct ce_error *err) {
  (void)place;
  (void)err;
  if (ce_clues_is_running(clues, CE_PRODUCT_USBGUARD) && !clues->of[CE_PRODUCT_USBGUARD].sentence) {
    set(clues, CE_PRODUCT_USBGUARD, CE_FINDING_WARNING, N_("%s is at work; it may block the key."));
  }
  return CE_OK;
}

/* clamd alone scans only what it is told to. */
static enum ce_code judge_clamav(const struct ce_guard_place *place, struct ce_clues *clues,
                                 struct ce_error *err) {
  static const char *const files[] = {"etc/clamav/clamd.conf", "etc/clamd.d/scan.conf"};
  bool on_access = ce_clues_saw(clues, CE_PRODUCT_CLAMAV, CE_SIGN_PROCESS, "clamonacc") ||
                   (ce_clues_is_running(clues, CE_PRODUCT_CLAMAV) &&
                    ce_clues_saw(clues, CE_PRODUCT_CLAMAV, CE_SIGN_UNIT, "clamav-clamonacc.service"));
  enum ce_code code = CE_OK;
  if (ce_clues_is_running(clues, CE_PRODUCT_CLAMAV)) {
    set(clues, CE_PRODUCT_CLAMAV, CE_FINDING_ADVICE, N_("%s is at work, but only reports."));
  }
  for (size_t i = 0; code == CE_OK && on_access && i < sizeof files / sizeof files[0]; i++) {
    CE_AUTO(ce_blob) struct ce_blob text = {0};
    code = ce_look_read(place, files[i], CE_LOOK_SETTINGS_MAX, &text, err);
    const char *bytes = ce_blob_text(&text);
    bool prevents = ce_text_has_setting(bytes, text.size, "OnAccessPrevention", "yes") ||
                    ce_text_has_setting(bytes, text.size, "OnAccessPrevention", "true");
    if (code == CE_OK && prevents &&
        !ce_text_has_setting(bytes, text.size, "OnAccessExcludePath", PROGRAMS)) {
      set(clues, CE_PRODUCT_CLAMAV, CE_FINDING_WARNING,
          N_("%s is at work; it may block the installed programs and libraries."));
      code = ce_clues_explain(clues, CE_PRODUCT_CLAMAV, err, "OnAccessPrevention in /%s", files[i]);
    }
  }
  return code;
}

static enum ce_code judge_fanotify(const struct ce_guard_place *place, struct ce_clues *clues,
                                   struct ce_error *err) {
  (void)place;
  (void)err;
  if (clues->of[CE_PRODUCT_FANOTIFY].seen[CE_CLUE_RUNNING]) {
    set(clues, CE_PRODUCT_FANOTIFY, CE_FINDING_WARNING,
        N_("A program that is not known must be asked before files are opened; it may block the "
           "installed programs."));
  }
  return CE_OK;
}

/* kysec.conf: "kysec_exectl = 0" is off, and so is all with "kysec_status = 0". */
static enum ce_code judge_kysec(const struct ce_guard_place *place, struct ce_clues *clues,
                                struct ce_error *err) {
  static const char file[] = "etc/kysec/kysec.conf";
  char status[CE_SETTING_SIZE];
  char exectl[CE_SETTING_SIZE];
  char devctl[CE_SETTING_SIZE];
  enum ce_code code = ce_look_read_setting(place, file, "kysec_status", status, err);
  if (code == CE_OK) {
    code = ce_look_read_setting(place, file, "kysec_exectl", exectl, err);
  }
  if (code == CE_OK) {
    code = ce_look_read_setting(place, file, "kysec_devctl", devctl, err);
  }
  bool at_work = code == CE_OK && strcmp(status, "0") != 0 &&
                 (ce_clues_is_running(clues, CE_PRODUCT_KYSEC_EXECTL) ||
                  ce_look_has(place, "sys/kernel/security/kysec"));
  if (!at_work) {
    return code;
  }
  if (strcmp(exectl, "0") != 0) {
    set(clues, CE_PRODUCT_KYSEC_EXECTL, CE_FINDING_WARNING,
        N_("%s is on; it may refuse programs and libraries that no package has brought."));
    code = ce_clues_add(clues, CE_PRODUCT_KYSEC_EXECTL, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                        "kysec_exectl %s", exectl[0] ? exectl : "not told");
  } else {
    set(clues, CE_PRODUCT_KYSEC_EXECTL, CE_FINDING_ADVICE, N_("%s is installed, but switched off."));
  }
  if (code == CE_OK && devctl[0] && strcmp(devctl, "0") != 0) {
    set(clues, CE_PRODUCT_KYSEC_DEVCTL, CE_FINDING_ADVICE, N_("%s is at work; it may block the key."));
    code = ce_clues_add(clues, CE_PRODUCT_KYSEC_DEVCTL, CE_CLUE_RUNNING, CE_CONFIDENCE_MEDIUM, err,
                        "kysec_devctl %s", devctl);
  }
  return code;
}

static enum ce_code judge_uos(const struct ce_guard_place *place, struct ce_clues *clues,
                              struct ce_error *err) {
  struct ce_os_release system;
  ce_os_release_read(place->fs, &system);
  bool is_uos = strcasecmp(system.id, "uos") == 0;
  /* Elsewhere packages of these names do nothing. */
  clues->of[CE_PRODUCT_UOS_ELFVERIFY].dismissed = !is_uos;
  clues->of[CE_PRODUCT_UOS_DEBVERIFY].dismissed = !is_uos;
  if (!is_uos) {
    return CE_OK;
  }
  set(clues, CE_PRODUCT_UOS_DEBVERIFY, CE_FINDING_ADVICE, N_("%s may refuse packages that are not signed."));
  if (!ce_clues_is_running(clues, CE_PRODUCT_UOS_ELFVERIFY)) {
    return CE_OK;
  }
  if (!ce_look_is_set(place, "usr/share/deepin-elf-verify/mode", '1')) {
    set(clues, CE_PRODUCT_UOS_ELFVERIFY, CE_FINDING_ADVICE, N_("%s is installed, but switched off."));
    return CE_OK;
  }
  set(clues, CE_PRODUCT_UOS_ELFVERIFY, CE_FINDING_WARNING,
      N_("%s is on; the system refuses programs that UOS has not signed."));
  return ce_clues_explain(clues, CE_PRODUCT_UOS_ELFVERIFY, err, "mode 1");
}

static enum ce_code judge_udcp(const struct ce_guard_place *place, struct ce_clues *clues,
                               struct ce_error *err) {
  static const char *const files[] = {"usr/share/udcp/appblacklist.txt", "var/lib/udcp/appblacklist.txt"};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < sizeof files / sizeof files[0]; i++) {
    CE_AUTO(ce_blob) struct ce_blob text = {0};
    code = ce_look_read(place, files[i], CE_LOOK_SETTINGS_MAX, &text, err);
    if (code == CE_OK && ce_text_lists(ce_blob_text(&text), text.size, PACKAGE_ID)) {
      set(clues, CE_PRODUCT_UOS_UDCP, CE_FINDING_FAULT, N_("%s has certenv on its black list."));
      code = ce_clues_add(clues, CE_PRODUCT_UOS_UDCP, CE_CLUE_RUNNING, CE_CONFIDENCE_HIGH, err,
                          PACKAGE_ID " in /%s", files[i]);
    }
  }
  return code;
}

enum ce_code ce_look_judge(const struct ce_guard_place *place, struct ce_clues *clues, struct ce_error *err) {
  static enum ce_code (*const rules[])(const struct ce_guard_place *, struct ce_clues *,
                                       struct ce_error *) = {
      judge_usbguard, ce_look_fapolicyd, judge_clamav, judge_fanotify, judge_kysec, judge_uos, judge_udcp};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < sizeof rules / sizeof rules[0]; i++) {
    code = rules[i](place, clues, err);
  }
  return code;
}
