/* SPDX-License-Identifier: Apache-2.0
 * certenv-launcher: puts the assistant's launcher on the desktop of the person who runs it. */
#include "base/json.h"
#include "launcher/launcher.h"
#include "launcher/trust-mark.h"
#include "po/translate.h"
#include "ports/clock.h"
#include "switches/own-tree.h"
#include "switches/spoken.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>

#define _(text) ce_translate(language, text)

#define FOLDER_LIMIT_MS 10000 /* for a folder that the session is only just making */
#define FOLDER_PAUSE_MS 250

static const struct ce_switch options[] = {
    {"login", NULL, N_("say nothing, and wait a little for a desktop folder that is only being made")},
    {"json", NULL, N_("print one JSON object instead of text")},
    {"lang", "zh_CN|en", N_("speak this language instead of the environment's")},
    CE_SWITCH_HELP,
    CE_SWITCH_VERSION,
};
static const struct ce_switch_table table = {
    N_("usage: certenv-launcher place|remove|status [--login] [--json] [--lang zh_CN|en]"),
    N_("Puts the certificate assistant's launcher on your desktop, removes it, or tells what became of it."),
    options,
    sizeof options / sizeof *options,
};

typedef enum ce_code verb(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                          struct ce_error *err);

static enum ce_code place(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                          struct ce_error *err) {
  return ce_launcher_place(request, ret, err);
}

static enum ce_code place_at_login(const struct ce_launcher_request *request, struct ce_launcher_report *ret,
                                   struct ce_error *err) {
  const struct ce_clock *clock = ce_clock_system();
  enum ce_code code = ce_launcher_place(request, ret, err);
  for (int waited_ms = 0;
       !code && ret->state == CE_LAUNCHER_NO_FOLDER && request->desktop && waited_ms < FOLDER_LIMIT_MS;
       waited_ms += FOLDER_PAUSE_MS) {
    clock->sleep_ms(clock->context, FOLDER_PAUSE_MS);
    code = ce_launcher_place(request, ret, err);
  }
  return code;
}

static verb *find_verb(const struct ce_switch_values *values, bool login, struct ce_error *err) {
  static const struct {
    const char *name;
    verb *act;
  } verbs[] = {{"place", place}, {"remove", ce_launcher_remove}, {"status", ce_launcher_status}};
  const char *name = values->operand_count ? values->operands[0] : "";
  for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
    if (strcmp(verbs[i].name, name) == 0) {
      return login && i == 0 ? place_at_login : verbs[i].act;
    }
  }
  ce_fail(err, CE_USAGE, "options", name, "the command is one of: place, remove, status");
  return NULL;
}

struct surroundings {
  char *tree, *config_home, *state_home;
};

static void clear_surroundings(struct surroundings *around) {
  free(around->tree);
  free(around->config_home);
  free(around->state_home);
}
CE_DEFINE_AUTO_IN_PLACE(surroundings, struct surroundings, clear_surroundings);

/* XDG Base Directory Specification: a value that is not absolute does not count. */
static char *base_directory(const char *variable, const char *home, const char *usual) {
  const char *value = getenv(variable);
  return value && value[0] == '/' ? strdup(value) : ce_text_format("%s/%s", home, usual);
}

static bool exists(const char *path) {
  return access(path, F_OK) == 0;
}

static bool has_desktop(void) {
  const char *current = getenv("XDG_CURRENT_DESKTOP");
  return (current && current[0]) || exists("/usr/share/xsessions") || exists("/usr/share/wayland-sessions");
}

/* Without a bus GVfs would start one of its own. */
static bool has_bus(void) {
  const char *address = getenv("DBUS_SESSION_BUS_ADDRESS"), *runtime = getenv("XDG_RUNTIME_DIR");
  CE_AUTO(ce_free) char *bus = runtime && runtime[0] == '/' ? ce_text_format("%s/bus", runtime) : NULL;
  return (address && address[0]) || (bus && exists(bus));
}

static enum ce_code look_around(struct surroundings *around, struct ce_launcher_request *ret,
                                struct ce_error *err) {
  const char *home = getenv("HOME");
  if (!home || home[0] != '/') {
    return ce_fail(err, CE_USAGE, "environment", "HOME", "it is not set to an absolute path");
  }
  around->config_home = base_directory("XDG_CONFIG_HOME", home, ".config");
  /* Not XDG_STATE_HOME: who installs and uninstalls does not know that of a person's session. */
  around->state_home = ce_text_format("%s/.local/state", home);
  if (!around->config_home || !around->state_home) {
    return ce_fail_memory(err, home);
  }
  enum ce_code code = ce_own_tree_find(&around->tree, err);
  if (!code) {
    *ret = (struct ce_launcher_request){.home = home,
                                        .config_home = around->config_home,
                                        .state_home = around->state_home,
                                        .tree = around->tree,
                                        .desktop = has_desktop(),
                                        .process = has_bus() ? ce_process_system() : NULL};
  }
  return code;
}

static const char *sentence_of(const struct ce_launcher_report *report) {
  static const char *const sentences[CE_LAUNCHER_STATE_COUNT] = {
      [CE_LAUNCHER_ABSENT] = N_("The launcher is not on the desktop."),
      [CE_LAUNCHER_PLACED] = N_("The launcher is on the desktop: %s"),
      [CE_LAUNCHER_CHANGED] = N_("The launcher was changed and is kept: %s"),
      [CE_LAUNCHER_DELETED] = N_("The launcher was deleted or moved, and does not come back: %s"),
      [CE_LAUNCHER_TAKEN] = N_("Another file has the launcher's name and is kept: %s"),
      [CE_LAUNCHER_NO_FOLDER] = N_("There is no desktop folder."),
      [CE_LAUNCHER_DISABLED] = N_("The desktop folder is turned off in user-dirs.dirs."),
      [CE_LAUNCHER_FOREIGN] = N_("The desktop folder belongs to somebody else, so nothing is put there: %s"),
      [CE_LAUNCHER_NO_HOME] = N_("The home directory is not there, or belongs to somebody else."),
  };
  return report->state == CE_LAUNCHER_ABSENT && report->did ? N_("The launcher was removed: %s")
                                                            : sentences[report->state];
}

static enum ce_code print(const struct ce_launcher_report *report, bool as_json,
                          const struct ce_language *language, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = CE_OK;
  if (as_json) {
    CE_AUTO(ce_json)
    json_t *json = json_pack("{s:s,s:b,s:b,s:s*}", "state", ce_launcher_state_name(report->state), "changed",
                             report->did, "trusted", report->trusted, "path", report->path);
    code = json ? ce_json_write(json, true, &text, err) : ce_fail_memory(err, "report");
  } else {
    const char *sentence = sentence_of(report);
    const char *at = strstr(_(sentence), "%s");
    code = at ? ce_blob_printf(&text, err, "%.*s%s%s", (int)(at - _(sentence)), _(sentence),
                               report->path ? report->path : "", at + 2)
              : ce_blob_printf(&text, err, "%s", _(sentence));
  }
  if (!code && (puts(ce_blob_text(&text)) < 0 || fflush(stdout))) {
    return ce_fail_sys(err, errno, "write", "standard output");
  }
  return code;
}

static enum ce_code run(const struct ce_switch_values *values, const struct ce_language *language,
                        struct ce_error *err) {
  CE_AUTO(surroundings) struct surroundings around = {0};
  CE_AUTO(ce_launcher_report) struct ce_launcher_report report = {0};
  struct ce_launcher_request request;
  bool login = ce_switches_value(&table, values, "login");
  verb *act = find_verb(values, login, err);
  if (!act) {
    return CE_USAGE;
  }
  enum ce_code code = look_around(&around, &request, err);
  if (!code) {
    code = act(&request, &report, err);
  }
  return code || login ? code : print(&report, ce_switches_value(&table, values, "json"), language, err);
}

static void complain(const struct ce_error *err, bool as_json, const struct ce_language *language) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  fprintf(stderr, "certenv-launcher: %s\n  %s: %s\n", _(ce_code_sentence(err->code)), err->subject,
          err->detail);
  CE_AUTO(ce_json)
  json_t *json = as_json ? json_pack("{s:s,s:s,s:s,s:s}", "state", "failed", "code", ce_code_id(err->code),
                                     "subject", err->subject, "detail", err->detail)
                         : NULL;
  if (json && !ce_json_write(json, true, &text, &ignored)) {
    puts(ce_blob_text(&text));
  }
}

/* certenv-launcher mark PATH [SHA256], started by the program itself. */
static bool is_marking(int argc, char *argv[]) {
  return (argc == 3 || argc == 4) && strcmp(argv[1], CE_TRUST_MARK_VERB) == 0;
}

int main(int argc, char *argv[]) {
  if (is_marking(argc, argv)) {
    return ce_trust_mark_write(argv[2], argv[3]) ? EXIT_SUCCESS : EXIT_FAILURE; /* argv ends with NULL */
  }
  setlocale(LC_ALL, "");
  struct ce_error err = {0};
  const char *given[sizeof options / sizeof *options], *operands[1];
  struct ce_switch_values values = {given, operands, 1};
  const struct ce_language *language = NULL;
  bool answered = false;
  enum ce_code code =
      ce_spoken_begin(&table, "certenv-launcher", argc, argv, &values, &language, &answered, &err);
  if (answered) {
    return 0;
  }
  if (!code) {
    code = run(&values, language, &err);
  }
  if (code) {
    complain(&err, ce_switches_value(&table, &values, "json"), language);
  }
  return ce_code_exit_status(code);
}
