/* SPDX-License-Identifier: Apache-2.0
 * Walking through a package on two threads: one reads, decompresses and checks, and fills boxes with what
 * the visitor is to be told; the other empties them. */
#include "bundle/package-walk.h"

#include "ports/crew.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#define BOXES       4u
#define BOX_BYTES   ((size_t)256 << 10)
#define PARCELS_MAX 256u

struct parcel {
  enum { BEGIN, DATA, END } kind;
  const struct ce_manifest_file *file;
  size_t offset, size; /* DATA: in the box's bytes */
};

struct box {
  uint8_t bytes[BOX_BYTES];
  size_t byte_count;
  struct parcel parcels[PARCELS_MAX];
  size_t parcel_count;
};

struct belt {
  struct ce_package *package;
  const struct ce_package_visitor *visitor;
  struct box *boxes;    /* BOXES of them, used in turn */
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t changed;
  size_t filled, emptied; /* boxes so far */
  bool finished;          /* by the reading thread, with: */
  bool stopped;           /* by the visitor */
  enum ce_code code;
  struct ce_error err;
};

static void ship(struct belt *belt) {
  pthread_mutex_lock(&belt->lock);
  belt->filled++;
  pthread_cond_signal(&belt->changed);
  pthread_mutex_unlock(&belt->lock);
}

/* The box to fill, as soon as there is one; NULL when no more is wanted. */
static struct box *next_to_fill(struct belt *belt) {
  pthread_mutex_lock(&belt->lock);
  while (!belt->stopped && belt->filled - belt->emptied == BOXES) {
    pthread_cond_wait(&belt->changed, &belt->lock);
  }
  struct box *box = belt->stopped ? NULL : &belt->boxes[belt->filled % BOXES];
  pthread_mutex_unlock(&belt->lock);
  return box;
}

/* The box to fill with room for another parcel of at least one byte. NULL: stopped. */
static struct box *make_room(struct belt *belt) {
  struct box *box = &belt->boxes[belt->filled % BOXES];
  if (box->parcel_count < PARCELS_MAX && box->byte_count < BOX_BYTES) {
    return box;
  }
  ship(belt);
  box = next_to_fill(belt);
  if (box) {
    box->parcel_count = 0;
    box->byte_count = 0;
  }
  return box;
}

static enum ce_code stop(struct ce_error *err) {
  return ce_fail(err, CE_CANCELLED, "unpack", "package", "nobody takes more");
}

static enum ce_code pack(struct belt *belt, const struct parcel *parcel, struct ce_error *err) {
  struct box *box = make_room(belt);
  if (!box) {
    return stop(err);
  }
  box->parcels[box->parcel_count++] = *parcel;
  return CE_OK;
}

static bool pack_wants(void *context, const struct ce_manifest_file *file) {
  const struct belt *belt = context;
  return belt->visitor->wants(belt->visitor->context, file);
}

static enum ce_code pack_begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                               struct ce_error *err) {
  *ret_wanted = true;
  return pack(context, &(struct parcel){.kind = BEGIN, .file = file}, err);
}

static enum ce_code pack_data(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct belt *belt = context;
  for (size_t done = 0; done < size;) {
    struct box *box = make_room(belt);
    if (!box) {
      return stop(err);
    }
    size_t room = BOX_BYTES - box->byte_count;
    size_t part = size - done < room ? size - done : room;
    memcpy(box->bytes + box->byte_count, (const uint8_t *)bytes + done, part);
    box->parcels[box->parcel_count++] =
        (struct parcel){.kind = DATA, .offset = box->byte_count, .size = part};
    box->byte_count += part;
    done += part;
  }
  return CE_OK;
}

static enum ce_code pack_end(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  return pack(context, &(struct parcel){.kind = END, .file = file}, err);
}

static void *read_package(void *context) {
  struct belt *belt = context;
  const struct ce_package_visitor visitor = {
      .begin = pack_begin, .data = pack_data, .end = pack_end, .context = belt, .wants = pack_wants};
  struct ce_error err = {0};
  enum ce_code code = ce_package_walk_here(belt->package, &visitor, &err);
  pthread_mutex_lock(&belt->lock);
  /* What came before a failure is told before it, as on one thread. */
  belt->filled += !belt->stopped;
  belt->finished = true;
  belt->code = code;
  belt->err = err;
  pthread_cond_signal(&belt->changed);
  pthread_mutex_unlock(&belt->lock);
  return NULL;
}

/* NULL when all boxes are empty and no more will come. */
static const struct box *next_to_empty(struct belt *belt) {
  pthread_mutex_lock(&belt->lock);
  while (!belt->finished && belt->emptied == belt->filled) {
    pthread_cond_wait(&belt->changed, &belt->lock);
  }
  const struct box *box = belt->emptied == belt->filled ? NULL : &belt->boxes[belt->emptied % BOXES];
  pthread_mutex_unlock(&belt->lock);
  return box;
}

static enum ce_code tell(const struct ce_package_visitor *visitor, const struct box *box,
                         const struct parcel *parcel, struct ce_error *err) {
  bool wanted = true;
  switch (parcel->kind) {
  case BEGIN:
    return visitor->begin(visitor->context, parcel->file, &wanted, err);
  case DATA:
    return visitor->data(visitor->context, box->bytes + parcel->offset, parcel->size, err);
  default:
    return visitor->end(visitor->context, parcel->file, err);
  }
}

static enum ce_code empty_boxes(struct belt *belt, struct ce_error *err) {
  enum ce_code code = CE_OK;
  const struct box *box = NULL;
  while (code == CE_OK && (box = next_to_empty(belt))) {
    for (size_t i = 0; code == CE_OK && i < box->parcel_count; i++) {
      code = tell(belt->visitor, box, &box->parcels[i], err);
    }
    pthread_mutex_lock(&belt->lock);
    belt->emptied++;
    belt->stopped = code != CE_OK;
    pthread_cond_signal(&belt->changed);
    pthread_mutex_unlock(&belt->lock);
  }
  return code;
}

enum ce_code ce_package_walk_ahead(struct ce_package *package, const struct ce_package_visitor *visitor,
                                   bool *ret_started, struct ce_error *err) {
  assert(visitor->wants);
  CE_AUTO(ce_free) struct box *boxes = calloc(BOXES, sizeof *boxes);
  struct belt belt = {.package = package,
                      .visitor = visitor,
                      .boxes = boxes,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .changed = PTHREAD_COND_INITIALIZER};
  pthread_t thread;
  *ret_started = boxes && ce_crew_start(&thread, read_package, &belt);
  if (!*ret_started) {
    return CE_OK;
  }
  enum ce_code code = empty_boxes(&belt, err);
  pthread_join(thread, NULL);
  if (code == CE_OK && belt.code != CE_OK) {
    *err = belt.err;
    code = belt.code;
  }
  return code;
}
