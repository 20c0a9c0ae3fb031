/* SPDX-License-Identifier: Apache-2.0
 * Looking keys up, and putting catalogues together. */
#include "model/key-catalogue.h"

#include "model/key-entry.h"

#include <assert.h>
#include <string.h>

const char *ce_key_class_name(enum ce_key_class class) {
  assert(class < CE_KEY_CLASS_COUNT);
  return ce_key_class_names[class];
}

const char *ce_key_unlock_name(enum ce_key_unlock unlock) {
  assert(unlock < CE_KEY_UNLOCK_COUNT);
  return ce_key_unlock_names[unlock];
}

void ce_key_catalogue_free(struct ce_key_catalogue *catalogue) {
  if (!catalogue) {
    return;
  }
  for (size_t i = 0; i < catalogue->count; i++) {
    ce_key_clear(&catalogue->keys[i]);
  }
  free(catalogue->keys);
  free(catalogue);
}

const struct ce_key *ce_key_catalogue_find(const struct ce_key_catalogue *catalogue, uint16_t vendor_id,
                                           uint16_t product_id) {
  struct ce_key sought = {.vendor_id = vendor_id, .product_id = product_id};
  uint32_t wanted = ce_key_number(&sought);
  size_t low = 0;
  size_t high = catalogue->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct ce_key *key = &catalogue->keys[middle];
    uint32_t number = ce_key_number(key);
    if (number == wanted) {
      return key;
    }
    *(wanted < number ? &high : &low) = wanted < number ? middle : middle + 1;
  }
  return NULL;
}

/* Room for one more; grows at powers of two. */
static bool reserve_key(struct ce_key_catalogue *catalogue) {
  size_t count = catalogue->count;
  if ((count & (count - 1)) != 0) {
    return true;
  }
  struct ce_key *grown = reallocarray(catalogue->keys, count ? 2 * count : 1, sizeof *grown);
  if (grown) {
    catalogue->keys = grown;
  }
  return grown != NULL;
}

enum ce_code ce_key_catalogue_add(struct ce_key_catalogue *catalogue, struct ce_key *key,
                                  struct ce_error *err) {
  if (!reserve_key(catalogue)) {
    ce_key_clear(key);
    return ce_fail_memory(err, "key catalogue");
  }
  catalogue->keys[catalogue->count++] = *key;
  return key->module && key->name_zh && key->name_en && key->source ? CE_OK
                                                                    : ce_fail_memory(err, "key catalogue");
}

static enum ce_code add_copy(struct ce_key_catalogue *catalogue, const struct ce_key *key,
                             struct ce_error *err) {
  if (catalogue->count == CE_KEY_CATALOGUE_MAX) {
    return ce_fail(err, CE_USAGE, "merge", "key catalogue", "there are more than %d keys",
                   CE_KEY_CATALOGUE_MAX);
  }
  struct ce_key copy = *key;
  copy.module = strdup(key->module);
  copy.name_zh = strdup(key->name_zh);
  copy.name_en = strdup(key->name_en);
  copy.source = strdup(key->source);
  return ce_key_catalogue_add(catalogue, &copy, err);
}

/* The next key in order of the two, extra's where both have the id; NULL at the end. */
static const struct ce_key *next_key(const struct ce_key_catalogue *base,
                                     const struct ce_key_catalogue *extra, size_t *base_at,
                                     size_t *extra_at) {
  const struct ce_key *first = *base_at < base->count ? &base->keys[*base_at] : NULL;
  const struct ce_key *second = *extra_at < extra->count ? &extra->keys[*extra_at] : NULL;
  if (!second || (first && ce_key_number(first) < ce_key_number(second))) {
    *base_at += first != NULL;
    return first;
  }
  *base_at += first && ce_key_number(first) == ce_key_number(second);
  *extra_at += 1;
  return second;
}

enum ce_code ce_key_catalogue_merge(const struct ce_key_catalogue *base, const struct ce_key_catalogue *extra,
                                    struct ce_key_catalogue **ret, struct ce_error *err) {
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *merged = calloc(1, sizeof *merged);
  if (!merged) {
    return ce_fail_memory(err, "key catalogue");
  }
  size_t base_at = 0;
  size_t extra_at = 0;
  for (const struct ce_key *key; (key = next_key(base, extra, &base_at, &extra_at));) {
    enum ce_code code = add_copy(merged, key, err);
    if (code != CE_OK) {
      return code;
    }
  }
  *ret = ce_take(&merged);
  return CE_OK;
}
