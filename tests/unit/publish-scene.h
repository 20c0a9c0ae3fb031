/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish run inside a test: a directory of its own, a passphrase file, a staged tree, and commands
 * as lists of words. A word that starts with '@' names a path in the directory: "@repo". */
#ifndef CE_TESTS_PUBLISH_SCENE_H
#define CE_TESTS_PUBLISH_SCENE_H

#include "publish/command.h"
#include "temp-tree.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#define SCENE_NOW   INT64_C(1800000000)
#define SCENE_WORDS 32

struct publish_scene {
  char *directory;
  char *report; /* what the last command printed */
  size_t report_size;
  struct ce_error err;
  int64_t now_s;
};

static inline int publish_set_up(void **state) {
  struct publish_scene *scene = calloc(1, sizeof *scene);
  temp_require(scene != NULL, "calloc");
  scene->directory = temp_make();
  scene->now_s = SCENE_NOW;
  temp_write(scene->directory, "pass", "correct horse\n", 0600);
  temp_write(scene->directory, "template.json",
             "{\"profile\":\"test\",\"integration\":[],\"prerequisites\":[],\"sonames\":[]}", 0644);
  temp_directory(scene->directory, "tree");
  temp_directory(scene->directory, "tree/bin");
  temp_write(scene->directory, "tree/bin/run", "#!/bin/sh\n", 0700);
  temp_write(scene->directory, "tree/notes.txt", "notes", 0600);
  temp_link(scene->directory, "tree/bin/again", "run");
  *state = scene;
  return 0;
}

static inline int publish_tear_down(void **state) {
  struct publish_scene *scene = *state;
  temp_remove(scene->directory);
  free(scene->report);
  free(scene);
  return 0;
}

/* The words end with NULL; the first is the command. */
static inline enum ce_code publish_run(struct publish_scene *scene, const char *const *words) {
  const struct ce_publish_command *command = ce_publish_command_find(words[0]);
  temp_require(command != NULL, words[0]);
  char *argv[SCENE_WORDS] = {NULL};
  int argc = 0;
  for (; words[argc + 1]; argc++) {
    const char *word = words[argc + 1];
    argv[argc] = strdup(word[0] == '@' ? temp_path(scene->directory, word + 1) : word);
  }
  free(scene->report);
  scene->report = NULL;
  FILE *out = open_memstream(&scene->report, &scene->report_size);
  struct ce_publish_arguments arguments = {
      .now_s = scene->now_s, .out = out, .language = ce_language_by_name("en")};
  enum ce_code code = ce_publish_arguments_parse(command, argc, argv, &arguments, &scene->err);
  if (code == CE_OK) {
    code = command->run(&arguments, &scene->err);
  }
  fclose(out);
  for (int i = 0; i < argc; i++) {
    free(argv[i]);
  }
  return code;
}

#define PUBLISH(scene, ...) publish_run(scene, (const char *const[]){__VA_ARGS__, NULL})

static inline enum ce_code publish_init(struct publish_scene *scene) {
  return PUBLISH(scene, "init", "@repo", "--keys", "@keys", "--passphrase-file", "@pass");
}

static inline enum ce_code publish_pack(struct publish_scene *scene, const char *version,
                                        const char *package) {
  return PUBLISH(scene, "pack", "--tree", "@tree", "--manifest-template", "@template.json", "--version",
                 version, "--arch", "x86_64", "-o", package);
}

static inline enum ce_code publish_add(struct publish_scene *scene, const char *package) {
  return PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass", "--package",
                 package);
}

/* Encrypts a key anew, cheaply: what init makes is meant to be slow to open. */
static inline void publish_weaken_key(const char *path) {
  static char passphrase[] = "correct horse";
  FILE *file = fopen(path, "r+");
  temp_require(file != NULL, path);
  EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, passphrase);
  temp_require(key && ftruncate(fileno(file), 0) == 0, path);
  rewind(file);
  temp_require(PEM_write_PKCS8PrivateKey(file, key, EVP_aes_256_cbc(), passphrase, sizeof passphrase - 1,
                                         NULL, NULL) &&
                   fclose(file) == 0,
               path);
  EVP_PKEY_free(key);
}

/* The directory of a scene that is made once and copied by publish_prepare(). */
static inline struct publish_scene **publish_model(void) {
  static struct publish_scene *model;
  return &model;
}

static inline void publish_drop_model(void) {
  publish_tear_down((void **)publish_model());
}

static inline void publish_make_model(void) {
  static const char *const names[] = {"keys/root.pem", "keys/targets.pem", "keys/snapshot.pem",
                                      "keys/timestamp.pem"};
  publish_set_up((void **)publish_model());
  struct publish_scene *model = *publish_model();
  atexit(publish_drop_model);
  temp_require(publish_init(model) == CE_OK, "init");
  for (size_t i = 0; i < 4; i++) {
    publish_weaken_key(temp_path(model->directory, names[i]));
  }
  temp_require(publish_pack(model, "1.0", "@one.tar.zst") == CE_OK &&
                   publish_add(model, "@one.tar.zst") == CE_OK,
               "add");
}

/* A repository with version 1.0 of the tree, for tests of what comes after. */
static inline void publish_prepare(struct publish_scene *scene) {
  if (!*publish_model()) {
    publish_make_model();
  }
  char command[4 * PATH_MAX];
  const char *from = (*publish_model())->directory;
  snprintf(command, sizeof command, "cp -a '%s/repo' '%s/keys' '%s/one.tar.zst' '%s'", from, from, from,
           scene->directory);
  temp_require(system(command) == 0, command);
}

/* The path, below the directory, of the only file below `place` whose name ends so; free() it. */
static inline char *publish_find(struct publish_scene *scene, const char *place, const char *ending) {
  char command[PATH_MAX], found[PATH_MAX] = "";
  snprintf(command, sizeof command, "cd '%s' && find '%s' -name '*%s'", scene->directory, place, ending);
  FILE *list = popen(command, "r");
  temp_require(list && fgets(found, sizeof found, list) && pclose(list) == 0, ending);
  found[strcspn(found, "\n")] = '\0';
  return strdup(found);
}

#endif
