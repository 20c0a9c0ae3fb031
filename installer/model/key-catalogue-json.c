/* SPDX-License-Identifier: Apache-2.0
 * Keys from JSON: keys.json, and the keys of a profile. */
#include "model/key-entry.h"
#include "model/member.h"
#include "model/text-rule.h"

#include <stdlib.h>
#include <string.h>

#define KEYS_FORMAT 1

static const struct ce_json_context keys_context = {CE_PACKAGE_INVALID, "keys.json"};

/* Where an entry stands in the document and in the order of a catalogue. */
struct rank {
  uint32_t number;
  size_t position;
};

static enum ce_code read_id(const struct ce_json_context *context, const json_t *entry, struct ce_key *key,
                            struct ce_error *err) {
  CE_AUTO(ce_free) char *id = NULL;
  enum ce_code code =
      ce_member_checked_text(context, entry, "id", CE_KEY_LABEL_MAX, ce_key_id_problem, &id, err);
  if (code == CE_OK) {
    ce_key_read_id(id, &key->vendor_id, &key->product_id);
  }
  return code;
}

static enum ce_code read_names(const struct ce_json_context *context, const json_t *entry, struct ce_key *key,
                               struct ce_error *err) {
  size_t class = 0;
  size_t unlock = CE_KEY_UNLOCK_SERVICE;
  enum ce_code code =
      ce_member_name(context, entry, "class", ce_key_class_names, CE_KEY_CLASS_COUNT, &class, err);
  if (code == CE_OK && json_object_get(entry, "unlock")) {
    code = ce_member_name(context, entry, "unlock", ce_key_unlock_names, CE_KEY_UNLOCK_COUNT, &unlock, err);
  }
  key->class = (enum ce_key_class) class;
  key->unlock = (enum ce_key_unlock)unlock;
  return code;
}

static enum ce_code read_texts(const struct ce_json_context *context, const json_t *entry, struct ce_key *key,
                               struct ce_error *err) {
  enum ce_code code = ce_member_checked_text(context, entry, "module", CE_KEY_LABEL_MAX,
                                             ce_key_module_problem, &key->module, err);
  if (code == CE_OK) {
    code = ce_member_checked_text(context, entry, "name_zh", CE_KEY_NAME_MAX, ce_text_display_problem,
                                  &key->name_zh, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(context, entry, "name_en", CE_KEY_NAME_MAX, ce_text_display_problem,
                                  &key->name_en, err);
  }
  return code;
}

static enum ce_code read_source(const struct ce_json_context *context, const json_t *entry,
                                const char *source, struct ce_key *key, struct ce_error *err) {
  if (json_object_get(entry, "source")) {
    return ce_member_checked_text(context, entry, "source", CE_KEY_LABEL_MAX, ce_key_source_problem,
                                  &key->source, err);
  }
  key->source = strdup(source);
  return key->source ? CE_OK : ce_fail_memory(err, "key");
}

static enum ce_code add_entry(const struct ce_json_context *context, const json_t *entry, const char *source,
                              struct ce_key_catalogue *catalogue, struct ce_error *err) {
  if (!json_is_object(entry)) {
    return ce_json_refuse(context, err, "keys", "an entry is not an object");
  }
  struct ce_key key = {0};
  enum ce_code code = read_id(context, entry, &key, err);
  if (code == CE_OK) {
    code = read_names(context, entry, &key, err);
  }
  if (code == CE_OK) {
    code = read_texts(context, entry, &key, err);
  }
  if (code == CE_OK) {
    code = read_source(context, entry, source, &key, err);
  }
  if (code != CE_OK) {
    ce_key_clear(&key);
    return code;
  }
  return ce_key_catalogue_add(catalogue, &key, err);
}

static int compare_ranks(const void *left, const void *right) {
  const struct rank *first = left;
  const struct rank *second = right;
  if (first->number != second->number) {
    return first->number < second->number ? -1 : 1;
  }
  return first->position < second->position ? -1 : first->position > second->position;
}

static enum ce_code check_unique(const struct ce_json_context *context, const struct rank *ranks,
                                 size_t count, struct ce_error *err) {
  for (size_t i = 1; i < count; i++) {
    if (ranks[i].number == ranks[i - 1].number) {
      enum ce_code code =
          ce_json_refuse(context, err, "id", "is also that of keys[%zu]", ranks[i - 1].position);
      ce_error_context(err, "keys[%zu]", ranks[i].position);
      return code;
    }
  }
  return CE_OK;
}

/* Puts the keys, which are in the document's order, in a catalogue's. */
static enum ce_code sort(const struct ce_json_context *context, struct ce_key_catalogue *catalogue,
                         struct ce_error *err) {
  size_t count = catalogue->count;
  CE_AUTO(ce_free) struct rank *ranks = calloc(count + 1, sizeof *ranks);
  struct ce_key *sorted = calloc(count + 1, sizeof *sorted);
  if (!ranks || !sorted) {
    free(sorted);
    return ce_fail_memory(err, "key catalogue");
  }
  for (size_t i = 0; i < count; i++) {
    ranks[i] = (struct rank){ce_key_number(&catalogue->keys[i]), i};
  }
  qsort(ranks, count, sizeof *ranks, compare_ranks);
  for (size_t i = 0; i < count; i++) {
    sorted[i] = catalogue->keys[ranks[i].position];
  }
  free(catalogue->keys);
  catalogue->keys = sorted;
  return check_unique(context, ranks, count, err);
}

enum ce_code ce_key_catalogue_from_json(const struct ce_json_context *context, const json_t *object,
                                        size_t max, const char *source, struct ce_key_catalogue **ret,
                                        struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code =
      json_object_get(object, "keys") ? ce_json_get_array(context, object, "keys", max, &array, err) : CE_OK;
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = calloc(1, sizeof *catalogue);
  if (!catalogue) {
    return ce_fail_memory(err, "key catalogue");
  }
  for (size_t i = 0; code == CE_OK && i < json_array_size(array); i++) {
    code = add_entry(context, json_array_get(array, i), source, catalogue, err);
    if (code != CE_OK) {
      ce_error_context(err, "keys[%zu]", i);
    }
  }
  if (code == CE_OK) {
    code = sort(context, catalogue, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&catalogue);
  }
  return code;
}

enum ce_code ce_key_catalogue_parse_json(const void *bytes, size_t size, struct ce_key_catalogue **ret,
                                         struct ce_error *err) {
  CE_AUTO(ce_json) json_t *json = NULL;
  json_t *array = NULL;
  enum ce_code code = ce_json_parse(&keys_context, bytes, size, CE_KEYS_JSON_BYTES_MAX, &json, err);
  if (code == CE_OK) {
    code = ce_member_format(&keys_context, json, KEYS_FORMAT, CE_PACKAGE_FORMAT, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_array(&keys_context, json, "keys", CE_KEY_CATALOGUE_MAX, &array, err);
  }
  return code == CE_OK ? ce_key_catalogue_from_json(&keys_context, json, CE_KEY_CATALOGUE_MAX, "", ret, err)
                       : code;
}
