/* SPDX-License-Identifier: Apache-2.0
 * The tables of commands and options. */
#include "cli/grammar.h"

#include "base/nearest.h"
#include "model/channel.h"
#include "po/translate.h"

#include <stdlib.h>
#include <string.h>

#define BIT(option) (1u << CE_OPTION_##option)

/* What every command takes, what those that change something take, what reads a repository takes. */
#define SHARED   (BIT(ROOT) | BIT(JSON) | BIT(LANG) | BIT(HELP) | BIT(VERSION))
#define CHANGING (SHARED | BIT(SILENT) | BIT(YES) | BIT(DRY_RUN) | BIT(LOG) | BIT(ATTENDED))
#define SOURCED  (BIT(SOURCE) | BIT(OFFLINE) | BIT(CHANNEL) | BIT(PROXY) | BIT(CA_FILE))
#define PACKAGED (SOURCED | BIT(SKIP_PREREQUISITES))

const struct ce_command_row ce_grammar_commands[CE_COMMAND_COUNT] = {
    [CE_COMMAND_INSTALL] = {"install", NULL,
                            N_("install the certificate environment, or a newer version of it"),
                            CHANGING | PACKAGED | BIT(STRICT) | BIT(KEY) | BIT(KEY_TIMEOUT)},
    [CE_COMMAND_REPAIR] = {"repair", NULL, N_("put back what is missing or was changed"),
                           CHANGING | PACKAGED | BIT(STRICT)},
    [CE_COMMAND_UPDATE] = {"update", NULL, N_("bring an installed environment to the newest version"),
                           CHANGING | PACKAGED | BIT(STRICT)},
    [CE_COMMAND_UNINSTALL] = {"uninstall", NULL, N_("remove the environment and restore what it replaced"),
                              CHANGING | BIT(PURGE)},
    [CE_COMMAND_STATUS] = {"status", NULL, N_("say what is installed and whether it is in order"),
                           SHARED | BIT(DEEP)},
    [CE_COMMAND_KEYS] = {"keys", NULL, N_("say which keys are inserted, and why one is not ready"),
                         BIT(WATCH) | BIT(JSON) | BIT(LANG) | BIT(HELP) | BIT(VERSION)},
    [CE_COMMAND_DOCTOR] = {"doctor", NULL,
                           N_("say what on this machine may keep the environment or the key from working"),
                           BIT(FIX) | BIT(YES) | BIT(ATTENDED) | BIT(JSON) | BIT(LANG) | BIT(HELP) |
                               BIT(VERSION)},
    [CE_COMMAND_PLAN] = {"plan", "install|repair|update|uninstall",
                         N_("show what a command would do, and do nothing (install when none is named)"),
                         SHARED | PACKAGED | BIT(PURGE)},
    [CE_COMMAND_WIZARD] = {"wizard", NULL, N_("do it in a window"),
                           BIT(ROOT) | PACKAGED | BIT(LANG) | BIT(HELP) | BIT(VERSION)},
};

static bool has_scheme(const char *value, const char *const schemes[]) {
  for (size_t i = 0; schemes[i]; i++) {
    size_t length = strlen(schemes[i]);
    if (strncmp(value, schemes[i], length) == 0 && value[length]) {
      return true;
    }
  }
  return false;
}

static enum ce_code check_source(const char *value, const char **ret_remedy) {
  static const char *const schemes[] = {"https://", "http://", "file:///", NULL};
  if (!strstr(value, "://") || has_scheme(value, schemes)) {
    return CE_OK;
  }
  *ret_remedy = N_("give a directory, or an address that begins with https://, http:// or file:///");
  return CE_SOURCE_UNUSABLE;
}

static enum ce_code check_proxy(const char *value, const char **ret_remedy) {
  static const char *const schemes[] = {"http://", "https://", "socks5://", "socks5h://", NULL};
  if (strcmp(value, CE_PROXY_NONE) == 0 || has_scheme(value, schemes)) {
    return CE_OK;
  }
  *ret_remedy = N_("give http://host:port, https://host:port or socks5h://host:port, or none for no proxy");
  return CE_USAGE;
}

static enum ce_code check_channel(const char *value, const char **ret_remedy) {
  size_t length = strlen(value);
  if (length <= CE_CHANNEL_NAME_MAX && strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") == length) {
    return CE_OK;
  }
  *ret_remedy = N_("the name of a channel is at most 32 small letters, digits and hyphens, such as stable");
  return CE_USAGE;
}

static enum ce_code check_key(const char *value, const char **ret_remedy) {
  if (strcmp(value, "required") == 0 || strcmp(value, "optional") == 0 || strcmp(value, "skip") == 0) {
    return CE_OK;
  }
  *ret_remedy = N_("give required, optional or skip");
  return CE_USAGE;
}

int64_t ce_grammar_seconds(const char *text) {
  size_t length = strlen(text);
  if (length == 0 || length > 5 || strspn(text, "0123456789") != length) {
    return -1;
  }
  long seconds = strtol(text, NULL, 10);
  return seconds <= CE_KEY_TIMEOUT_MAX_S ? seconds : -1;
}

static enum ce_code check_key_timeout(const char *value, const char **ret_remedy) {
  if (ce_grammar_seconds(value) >= 0) {
    return CE_OK;
  }
  *ret_remedy = N_("give whole seconds, at most 86400; 0 waits without end");
  return CE_USAGE;
}

static enum ce_code check_lang(const char *value, const char **ret_remedy) {
  if (ce_language_by_name(value)) {
    return CE_OK;
  }
  *ret_remedy = N_("give zh_CN or en");
  return CE_USAGE;
}

const struct ce_option_row ce_grammar_options[CE_OPTION_COUNT] = {
    [CE_OPTION_ROOT] = {"root", 0, "DIR",
                        N_("work on the system image or test tree in DIR and start no service"), NULL},
    [CE_OPTION_SILENT] = {"silent", 0, NULL, N_("ask nothing and print only warnings and errors"), NULL},
    [CE_OPTION_YES] = {"yes", 'y', NULL, N_("go on without asking"), NULL},
    [CE_OPTION_JSON] = {"json", 0, NULL, N_("print JSON for programs on standard output"), NULL},
    [CE_OPTION_DRY_RUN] = {"dry-run", 0, NULL, N_("show the plan and change nothing"), NULL},
    [CE_OPTION_LOG] = {"log", 0, "FILE", N_("append the log to FILE"), NULL},
    [CE_OPTION_SOURCE] = {"source", 0, "URL|DIR", N_("take the package from this signed repository"),
                          check_source},
    [CE_OPTION_OFFLINE] = {"offline", 0, NULL, N_("use no network"), NULL},
    [CE_OPTION_CHANNEL] = {"channel", 0, "NAME",
                           N_("follow this channel of the repository (default: stable)"), check_channel},
    [CE_OPTION_PROXY] = {"proxy", 0, "URL", N_("reach the network through this proxy (none: directly)"),
                         check_proxy},
    [CE_OPTION_CA_FILE] = {"ca-file", 0, "FILE",
                           N_("trust the servers that the CA certificates in FILE stand for"), NULL},
    [CE_OPTION_LANG] = {"lang", 0, "zh_CN|en", N_("speak this language"), check_lang},
    [CE_OPTION_PURGE] = {"purge", 0, NULL, N_("remove the records, the backups and the log too"), NULL},
    [CE_OPTION_DEEP] = {"deep", 0, NULL, N_("check the content of every file"), NULL},
    [CE_OPTION_SKIP_PREREQUISITES] = {"skip-prerequisites", 0, NULL,
                                      N_("never call the machine's package manager"), NULL},
    [CE_OPTION_STRICT] = {"strict", 0, NULL,
                          N_("stop before anything is touched when security software is at work"), NULL},
    [CE_OPTION_KEY] =
        {"key", 0, "required|optional|skip",
         N_("wait for a ready key, only look for one, or do not look (default: required when somebody "
            "is there to ask, else optional)"),
         check_key},
    [CE_OPTION_KEY_TIMEOUT] =
        {"key-timeout", 0, "SECONDS",
         N_("wait at most so long for the key (default: without end, with --silent 60)"), check_key_timeout},
    [CE_OPTION_ATTENDED] = {"attended", 0, NULL,
                            N_("whoever started this watches over it: the line cancel on standard input, or "
                               "its end, cancels the run"),
                            NULL},
    [CE_OPTION_WATCH] = {"watch", 0, NULL, N_("go on and tell every change"), NULL},
    [CE_OPTION_FIX] = {"fix", 0, NULL, N_("allow the environment and the key in the security software"),
                       NULL},
    [CE_OPTION_HELP] = {"help", 'h', NULL, N_("print this help"), NULL},
    [CE_OPTION_VERSION] = {"version", 0, NULL, N_("print the version"), NULL},
};

enum ce_command ce_command_by_name(const char *name) {
  enum ce_command command = 0;
  while (command < CE_COMMAND_COUNT && strcmp(ce_grammar_commands[command].name, name) != 0) {
    command++;
  }
  return command;
}

enum ce_option ce_option_by_name(const char *name, unsigned long length) {
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    const char *row = ce_grammar_options[option].name;
    if (strlen(row) == length && memcmp(row, name, length) == 0) {
      return option;
    }
  }
  return CE_OPTION_COUNT;
}

enum ce_option ce_option_by_letter(char letter) {
  enum ce_option option = 0;
  while (option < CE_OPTION_COUNT && (!letter || ce_grammar_options[option].letter != letter)) {
    option++;
  }
  return option;
}

bool ce_grammar_accepts(enum ce_command command, const char *word) {
  bool is_long = command < CE_COMMAND_COUNT && strncmp(word, "--", 2) == 0;
  enum ce_option option = is_long ? ce_option_by_name(word + 2, strcspn(word + 2, "=")) : CE_OPTION_COUNT;
  return option < CE_OPTION_COUNT && ce_grammar_commands[command].options & 1u << option;
}

enum ce_command ce_command_nearest(const char *text) {
  enum ce_command nearest = 0;
  size_t best = SIZE_MAX;
  for (enum ce_command command = 0; command < CE_COMMAND_COUNT; command++) {
    size_t distance = ce_nearest_distance(text, strlen(text), ce_grammar_commands[command].name);
    if (distance < best) {
      best = distance;
      nearest = command;
    }
  }
  return nearest;
}

enum ce_option ce_option_nearest(const char *text, unsigned long length) {
  enum ce_option nearest = 0;
  size_t best = SIZE_MAX;
  for (enum ce_option option = 0; option < CE_OPTION_COUNT; option++) {
    size_t distance = ce_nearest_distance(text, length, ce_grammar_options[option].name);
    if (distance < best) {
      best = distance;
      nearest = option;
    }
  }
  return nearest;
}
