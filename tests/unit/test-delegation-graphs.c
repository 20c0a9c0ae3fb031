/* SPDX-License-Identifier: Apache-2.0
 * Tests of the search through delegations: graphs as tables, with the roles that are asked in order. */
#include "refresh-scene.h"

/* One delegation; those of one delegator stand in their order. */
struct edge {
  const char *delegator, *role;
  bool terminating;
  const char *pattern; /* "*" when NULL */
};
struct graph {
  const char *name;
  struct edge edges[12];
  const char *asked; /* the delegated roles that are fetched for "missing", in order */
};

static const struct graph graphs[] = {
    {"no delegation", {{0}}, ""},
    {"one role", {{"targets", "A", false, NULL}}, "A"},
    {"siblings in order of appearance",
     {{"targets", "B", false, NULL}, {"targets", "A", false, NULL}},
     "B A"},
    {"children before siblings",
     {{"targets", "A", false, NULL},
      {"targets", "B", false, NULL},
      {"A", "C", false, NULL},
      {"A", "D", false, NULL},
      {"C", "E", false, NULL}},
     "A C E D B"},
    {"children of the last sibling",
     {{"targets", "A", false, NULL}, {"targets", "B", false, NULL}, {"B", "C", false, NULL}},
     "A B C"},
    {"a terminating role ends the search",
     {{"targets", "A", true, NULL}, {"targets", "B", false, NULL}},
     "A"},
    {"its descendants are asked first",
     {{"targets", "A", true, NULL},
      {"targets", "B", false, NULL},
      {"A", "C", false, NULL},
      {"C", "D", false, NULL}},
     "A C D"},
    {"roles before a terminating one are asked",
     {{"targets", "A", false, NULL}, {"targets", "B", true, NULL}, {"targets", "C", false, NULL}},
     "A B"},
    {"a terminating role further down ends the whole search",
     {{"targets", "A", false, NULL},
      {"targets", "B", false, NULL},
      {"A", "C", true, NULL},
      {"A", "D", false, NULL},
      {"C", "E", false, NULL}},
     "A C E"},
    {"a terminating role that has not the path ends nothing",
     {{"targets", "A", true, "*.py"}, {"targets", "B", false, NULL}},
     "B"},
    {"branches that have not the path are left out",
     {{"targets", "A", false, "*.py"},
      {"targets", "B", false, NULL},
      {"A", "C", false, NULL},
      {"B", "D", false, "x/*"},
      {"B", "E", false, "m?ss[a-z]ng"}},
     "B E"},
    {"a cycle", {{"targets", "A", false, NULL}, {"A", "B", false, NULL}, {"B", "A", false, NULL}}, "A B"},
    {"a role that delegates to itself",
     {{"targets", "A", false, NULL}, {"A", "A", false, NULL}, {"A", "B", false, NULL}},
     "A B"},
    {"a longer cycle",
     {{"targets", "A", false, NULL},
      {"targets", "B", false, NULL},
      {"B", "C", false, NULL},
      {"C", "D", false, NULL},
      {"D", "B", false, NULL}},
     "A B C D"},
    {"two roles delegate to a third: it is asked once",
     {{"targets", "A", false, NULL},
      {"targets", "B", false, NULL},
      {"B", "C", false, NULL},
      {"A", "C", false, NULL}},
     "A C B"},
    {"only one of two delegators gives the path",
     {{"targets", "A", false, NULL},
      {"targets", "B", false, NULL},
      {"B", "C", false, NULL},
      {"A", "C", false, "*.py"}},
     "A B C"},
    {"a terminating delegation to a role that was asked already",
     {{"targets", "A", false, NULL},
      {"targets", "B", false, NULL},
      {"targets", "C", false, NULL},
      {"B", "A", true, NULL}},
     "A B"},
};

static void build(struct ce_fake_repository *repository, const struct graph *graph) {
  for (const struct edge *edge = graph->edges; edge->delegator; edge++) {
    /* A delegator that comes later in the table is made now. */
    if (strcmp(edge->delegator, "targets") != 0 &&
        !ce_fake_repository_delegated(repository, edge->delegator)) {
      fail_msg("%s: %s delegates before it is delegated to", graph->name, edge->delegator);
    }
    ce_fake_repository_delegate(repository, edge->delegator, edge->role,
                                json_pack("{s:[s], s:b}", "paths", edge->pattern ? edge->pattern : "*",
                                          "terminating", edge->terminating ? 1 : 0));
  }
  ce_fake_repository_publish(repository);
}

/* "A C" of "metadata/1.A.json\nmetadata/1.C.json\n". */
static void list_asked(const struct scene *scene, char *ret, size_t size) {
  char *lines = strdup(ce_blob_text(&scene->repository->asked));
  char *rest = NULL;
  size_t used = 0;
  ret[0] = '\0';
  for (char *line = strtok_r(lines, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    const char *name = strchr(line, '.') + 1;
    used += (size_t)snprintf(ret + used, size - used, "%s%.*s", used > 0 ? " " : "", (int)strcspn(name, "."),
                             name);
  }
  free(lines);
}

static void asks_roles_in_the_order_of_the_specification(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof graphs / sizeof *graphs; i++) {
    void *made = NULL;
    assert_int_equal(scene_set_up(&made), 0);
    struct scene *scene = made;
    build(scene->repository, &graphs[i]);
    assert_code(scene, scene_refresh(scene), CE_OK);
    ce_blob_clear(&scene->repository->asked);
    const struct ce_target *target = NULL;
    assert_code(scene, scene_find(scene, "missing", &target), CE_NOT_FOUND);
    char asked[256];
    list_asked(scene, asked, sizeof asked);
    if (strcmp(asked, graphs[i].asked) != 0) {
      fail_msg("%s: asked '%s', not '%s'", graphs[i].name, asked, graphs[i].asked);
    }
    /* Once they are kept, a new search asks for nothing. */
    ce_blob_clear(&scene->repository->asked);
    assert_code(scene, scene_find(scene, "missing", &target), CE_NOT_FOUND);
    assert_code(scene, scene_refresh(scene), CE_OK);
    assert_code(scene, scene_find(scene, "missing", &target), CE_NOT_FOUND);
    assert_string_equal(ce_blob_text(&scene->repository->asked),
                        "metadata/2.root.json\nmetadata/timestamp.json\n");
    scene_tear_down(&made);
  }
}

/* targets -> A (*.doc, *.md), B (releases/x/y) -> C, D */
struct lookup {
  const char *path, *by; /* NULL: not found */
};

static void finds_targets_where_the_whole_chain_gives_the_path(void **state) {
  struct scene *scene = *state;
  struct ce_fake_repository *repository = scene->repository;
  ce_fake_repository_delegate(repository, "targets", "A", json_pack("{s:[s,s]}", "paths", "*.doc", "*.md"));
  ce_fake_repository_delegate(repository, "targets", "B", json_pack("{s:[s]}", "paths", "releases/*/*"));
  ce_fake_repository_delegate(repository, "B", "C", json_pack("{s:[s]}", "paths", "releases/x/*"));
  ce_fake_repository_delegate(repository, "B", "D", json_pack("{s:[s]}", "paths", "releases/y/*.zip"));
  static const struct lookup lookups[] = {{"top", "targets"},         {"README.md", "A"},
                                          {"releases/x/1", "C"},      {"releases/y/1.zip", "D"},
                                          {"releases/z/1.zip", NULL}, {"releases/y/1.txt", NULL},
                                          {"releases/x/1/2", NULL}};
  ce_fake_repository_add_target(repository, "top", "targets", 7);
  ce_fake_repository_add_delegated_target(repository, "A", "README.md", "A", 1);
  ce_fake_repository_add_delegated_target(repository, "A", "top", "A", 1);
  ce_fake_repository_add_delegated_target(repository, "C", "releases/x/1", "C", 1);
  ce_fake_repository_add_delegated_target(repository, "C", "releases/x/1/2", "C", 1);
  static const char *const of_d[] = {"releases/y/1.zip", "releases/y/1.txt", "releases/z/1.zip"};
  for (size_t i = 0; i < 3; i++) {
    ce_fake_repository_add_delegated_target(repository, "D", of_d[i], "D", 1);
  }
  ce_fake_repository_publish(repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
    const struct ce_target *target = NULL;
    CE_AUTO(ce_blob) struct ce_blob bytes = {0};
    assert_code(scene, scene_find(scene, lookups[i].path, &target), lookups[i].by ? CE_OK : CE_NOT_FOUND);
    if (lookups[i].by) {
      assert_code(scene,
                  ce_trust_fetch_blob(&repository->fetch, scene->set, target, 100, &bytes, &scene->err),
                  CE_OK);
      assert_string_equal(ce_blob_text(&bytes), lookups[i].by);
    }
  }
}

static void prefers_the_first_delegation(void **state) {
  struct scene *scene = *state;
  static const char *const roles[] = {"second", "first"};
  for (size_t i = 0; i < 2; i++) {
    ce_fake_repository_delegate(scene->repository, "targets", roles[i], NULL);
    ce_fake_repository_add_delegated_target(scene->repository, roles[i], "x", roles[i], strlen(roles[i]));
  }
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  const struct ce_target *target = NULL;
  assert_code(scene, scene_find(scene, "x", &target), CE_OK);
  assert_int_equal(target->length_bytes, strlen("second"));
  assert_false(ce_fake_repository_was_asked(scene->repository, "metadata/1.first.json"));
}

/* A chain of so many roles, the last of which has the target. */
static void make_chain(struct scene *scene, int length) {
  char name[16] = "targets";
  for (int i = 1; i <= length; i++) {
    char next[16];
    snprintf(next, sizeof next, "r%d", i);
    ce_fake_repository_delegate(scene->repository, name, next, NULL);
    strcpy(name, next);
  }
  ce_fake_repository_add_delegated_target(scene->repository, name, "x", "x", 1);
  ce_fake_repository_publish(scene->repository);
}

static void visits_32_roles_and_no_more(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = NULL;
  make_chain(scene, 32);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, scene_find(scene, "x", &target), CE_OK);
  json_object_clear(ce_fake_repository_delegated(scene->repository, "r32")->targets);
  ce_fake_repository_delegate(scene->repository, "r32", "r33", NULL);
  ce_fake_repository_add_delegated_target(scene->repository, "r33", "x", "x", 1);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, scene_find(scene, "x", &target), CE_NOT_FOUND);
  assert_true(ce_fake_repository_was_asked(scene->repository, "metadata/2.r32.json"));
  assert_false(ce_fake_repository_was_asked(scene->repository, "metadata/1.r33.json"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(asks_roles_in_the_order_of_the_specification),
      TEST(finds_targets_where_the_whole_chain_gives_the_path),
      TEST(prefers_the_first_delegation),
      TEST(visits_32_roles_and_no_more),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
