/* SPDX-License-Identifier: Apache-2.0
 * Cases from their files. */
#include "case.h"

#include "document.h"
#include "model/strings.h"
#include "shorthand.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define TXID  "00000000000000aa"
#define NOW_S 1764000000

static void require(enum ce_code code, const char *name, const struct ce_error *err) {
  if (code != CE_OK) {
    fprintf(stderr, "%s: %s: %s: %s\n", name, ce_code_id(code), err->subject, err->detail);
    exit(1);
  }
}

static void read_manifest(struct golden_case *golden, json_t *json) {
  static const struct ce_json_context context = {CE_PACKAGE_INVALID, "manifest"};
  struct ce_error err;
  if (json) {
    shorthand_expand_manifest(json, &golden->book);
    require(ce_manifest_from_json(json, &context, &golden->manifest, &err), golden->name, &err);
  }
}

static void read_receipt(struct golden_case *golden, json_t *json) {
  struct ce_error err;
  if (json) {
    shorthand_expand_receipt(json, &golden->book);
    require(ce_receipt_from_json(json, &golden->receipt, &err), golden->name, &err);
  }
}

static void read_facts(struct golden_case *golden, json_t *json) {
  struct ce_error err;
  shorthand_expand_facts(json, &golden->book);
  require(ce_facts_from_json(json, &golden->facts, &err), golden->name, &err);
}

static void read_driver(struct golden_case *golden, const json_t *json) {
  struct ce_selection *selection = &golden->selection;
  const char *content = json_string_value(json_object_get(json, "content"));
  if (content) {
    selection->driver_directory = strdup(json_string_value(json_object_get(json, "directory")));
    selection->driver_plist = strdup(content);
    selection->driver_plist_size_bytes = strlen(content);
    selection->driver_plist_sha256 = content_digest(&golden->book, content);
  }
}

static void read_selection(struct golden_case *golden, const json_t *json) {
  struct ce_error err;
  size_t index;
  json_t *module;
  json_array_foreach(json_object_get(json, "modules"), index, module) {
    require(ce_strings_add(&golden->selection.modules, json_string_value(module), &err), golden->name, &err);
  }
  read_driver(golden, json_object_get(json, "driver"));
  golden->request.selection = json ? &golden->selection : NULL;
}

static void read_request(struct golden_case *golden, const json_t *json) {
  const char *verb = json_string_value(json_object_get(json, "verb"));
  struct ce_plan_request *request = &golden->request;
  request->verb = ce_verb_by_name(verb ? verb : "");
  if (request->verb == CE_VERB_COUNT) {
    fprintf(stderr, "%s: no verb\n", golden->name);
    exit(1);
  }
  request->purge = json_is_true(json_object_get(json, "purge"));
  request->txid = TXID;
  request->now_s = NOW_S;
  request->manifest = golden->manifest;
  request->receipt = golden->receipt;
  request->channel = "stable";
  request->package = "certenv-env.tar.zst";
  const char *package = json_string_value(json_object_get(json, "package"));
  package = package ? package : "package 1.0";
  request->package_size_bytes = strlen(package);
  request->package_sha256 = content_digest(&golden->book, package);
}

struct golden_case *golden_case_load(const char *directory, const char *name) {
  struct golden_case *golden = calloc(1, sizeof *golden);
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases/%s.json", directory, name);
  CE_AUTO(ce_json) json_t *json = document_load(directory, path);
  golden->name = strdup(name);
  read_manifest(golden, json_object_get(json, "manifest"));
  read_receipt(golden, json_object_get(json, "receipt"));
  read_facts(golden, json_object_get(json, "facts"));
  read_request(golden, json);
  read_selection(golden, json_object_get(json, "selection"));
  return golden;
}

void golden_case_free(struct golden_case *golden) {
  if (golden) {
    ce_manifest_free(golden->manifest);
    ce_receipt_free(golden->receipt);
    ce_facts_free(golden->facts);
    ce_selection_clear(&golden->selection);
    content_book_clear(&golden->book);
    free(golden->name);
    free(golden);
  }
}

static int is_case(const struct dirent *entry) {
  const char *dot = strrchr(entry->d_name, '.');
  return dot && strcmp(dot, ".json") == 0;
}

static int compare_entries(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

char **golden_case_names(const char *directory) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/cases", directory);
  struct dirent **entries = NULL;
  int count = scandir(path, &entries, is_case, compare_entries);
  if (count < 0) {
    perror(path);
    exit(1);
  }
  char **names = calloc((size_t)count + 1, sizeof *names);
  for (int i = 0; i < count; i++) {
    names[i] = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - strlen(".json"));
    free(entries[i]);
  }
  free(entries);
  return names;
}
