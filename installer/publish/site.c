/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish site: the organisation's download page, from the repository and its installers. */
#include "model/text-rule.h"
#include "publish/command.h"
#include "publish/place.h"
#include "publish/site-found.h"
#include "publish/site-page.h"
#include "publish/site-profile.h"

#include <string.h>

#define PAGE_MODE  0644
#define EPOCH_MAX  INT64_C(253402300799) /* the end of the year 9999 */
#define FIRST_ROOT "metadata/1.root.json"

static const struct ce_publish_option options[] = {
    {"o", "FILE", N_("the page to write"), true},
    {"installer", "FILE", N_("an installer to offer; may be repeated; default: *.run beside the page"),
     false},
    {"base-url", "URL", N_("where the installers are offered; default: beside the page"), false},
    {"profile", "FILE", N_("the organisation's profile; default: that of the current package"), false},
    {"allow-expired", NULL, N_("accept metadata that has expired"), false},
};

struct siting {
  const struct ce_publish_arguments *arguments;
  const char *base_url;
  int64_t made_s; /* -1: the newest installer's date */
  struct ce_fetch *source;
  struct ce_blob root;
  struct ce_client client;
  struct ce_profile *profile;
  struct ce_site_installers installers;
};

static void clear(struct siting *siting) {
  ce_site_installers_clear(&siting->installers);
  ce_profile_free(siting->profile);
  ce_client_close(&siting->client);
  ce_blob_clear(&siting->root);
  ce_fetch_free(siting->source);
}
CE_DEFINE_AUTO_IN_PLACE(siting, struct siting, clear);

static enum ce_code read_settings(struct siting *siting, struct ce_error *err) {
  const char *url = ce_publish_arguments_value(siting->arguments, "base-url");
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  siting->base_url = url ? url : "";
  siting->made_s = -1;
  const char *problem = url ? ce_text_web_address_problem(url) : NULL;
  if (!problem && url && strpbrk(url, "?#")) {
    problem = "has more behind the path; no file name can follow it";
  }
  if (problem) {
    return ce_fail(err, CE_USAGE, "read options", "base-url", "'%s' %s", url, problem);
  }
  return epoch ? ce_publish_number_parse("SOURCE_DATE_EPOCH", epoch, 0, EPOCH_MAX, &siting->made_s, err)
               : CE_OK;
}

static struct ce_client_options how(const struct siting *siting) {
  return (struct ce_client_options){
      .now_s = siting->arguments->now_s,
      .allow_expired = ce_publish_arguments_value(siting->arguments, "allow-expired") != NULL,
      .root = &siting->root};
}

static enum ce_code open_repository(struct siting *siting, struct ce_error *err) {
  struct ce_client_options options_of_client = how(siting);
  enum ce_code code = ce_fetch_open_directory(siting->arguments->operand, &siting->source, err);
  if (code == CE_OK) {
    code = ce_fetch_blob(siting->source, FIRST_ROOT, CE_TUF_ROOT_BYTES_MAX, &siting->root, err);
  }
  return code == CE_OK ? ce_client_open(siting->source, &options_of_client, &siting->client, err) : code;
}

static enum ce_code read_profile(struct siting *siting, struct ce_error *err) {
  const char *path = ce_publish_arguments_value(siting->arguments, "profile");
  return path ? ce_site_profile_read(path, &siting->profile, err)
              : ce_site_profile_fetch(&siting->client, &siting->profile, err);
}

static enum ce_code find_beside_page(struct siting *siting, const struct ce_client_options *verify,
                                     struct ce_error *err) {
  const char *page = ce_publish_arguments_value(siting->arguments, "o");
  const char *slash = strrchr(page, '/');
  CE_AUTO(ce_free)
  char *directory = !slash          ? strdup(".")
                    : slash == page ? strdup("/")
                                    : strndup(page, (size_t)(slash - page));
  return directory ? ce_site_installers_find(&siting->installers, directory, verify, err)
                   : ce_fail_memory(err, page);
}

static enum ce_code read_installers(struct siting *siting, struct ce_error *err) {
  const struct ce_publish_arguments *arguments = siting->arguments;
  struct ce_client_options verify = how(siting);
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < arguments->given_count; i++) {
    if (strcmp(arguments->given[i].option->name, "installer") == 0) {
      code = ce_site_installers_add(&siting->installers, arguments->given[i].value, &verify, err);
    }
  }
  if (code == CE_OK && siting->installers.count == 0) {
    code = find_beside_page(siting, &verify, err);
  }
  if (code == CE_OK) {
    ce_site_installers_sort(&siting->installers);
  }
  return code;
}

static int64_t newest_date(const struct ce_site_installers *installers) {
  int64_t newest_s = installers->items[0].released_s;
  for (size_t i = 1; i < installers->count; i++) {
    newest_s = installers->items[i].released_s > newest_s ? installers->items[i].released_s : newest_s;
  }
  return newest_s;
}

static enum ce_code write_page(const struct siting *siting, const char *path, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob page = {0};
  CE_AUTO(ce_output) struct ce_output *output = NULL;
  struct ce_site site = {.profile = siting->profile,
                         .installers = siting->installers.items,
                         .installer_count = siting->installers.count,
                         .base_url = siting->base_url,
                         .made_s = siting->made_s >= 0 ? siting->made_s : newest_date(&siting->installers)};
  enum ce_code code = ce_site_page_make(&site, &page, err);
  if (code == CE_OK) {
    code = ce_output_new(path, PAGE_MODE, &output, err);
  }
  if (code == CE_OK) {
    code = ce_output_write(output, page.data, page.size, err);
  }
  if (code == CE_OK) {
    code = ce_output_sync(output, err);
  }
  return code == CE_OK ? ce_output_commit(output, err) : code;
}

static void report(const struct siting *siting, const char *path) {
  for (size_t i = 0; i < siting->installers.count; i++) {
    const struct ce_site_installer *installer = &siting->installers.items[i];
    ce_publish_report(siting->arguments, N_("offers   %s: version %s for %s"), installer->file_name,
                      installer->version, installer->arch);
  }
  ce_publish_report(siting->arguments, N_("Wrote %s."), path);
}

static enum ce_code run(const struct ce_publish_arguments *arguments, struct ce_error *err) {
  CE_AUTO(siting) struct siting siting = {.arguments = arguments};
  const char *path = ce_publish_arguments_value(arguments, "o");
  enum ce_code code = read_settings(&siting, err);
  if (code == CE_OK) {
    code = open_repository(&siting, err);
  }
  if (code == CE_OK) {
    code = read_profile(&siting, err);
  }
  if (code == CE_OK) {
    code = read_installers(&siting, err);
  }
  if (code == CE_OK) {
    code = write_page(&siting, path, err);
  }
  if (code == CE_OK) {
    report(&siting, path);
  }
  return code;
}

const struct ce_publish_command ce_publish_site = {
    .name = "site",
    .operand = "DIR",
    .summary = N_("write the download page"),
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run,
};
