/* SPDX-License-Identifier: Apache-2.0
 * Enters the fetch child's sandbox and tries to do what must not work there; prints what did work and exits 1
 * then.
 *
 * sandbox-escape SECRET DIRECTORY PID [seccomp|landlock]: a file that only the sandbox forbids to read, a
 * directory that anybody may write in, a process to harm. With the name of a layer, that layer alone is
 * entered: each must do its part without the other. */
#include "ports/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netdb.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

struct victim {
  const char *secret, *directory;
  pid_t pid;
};

enum part { FILES = 1, CALLS = 2 };

static bool created(const struct victim *victim) {
  char path[256];
  snprintf(path, sizeof path, "%s/created", victim->directory);
  return open(path, O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool made_directory(const struct victim *victim) {
  char path[256];
  snprintf(path, sizeof path, "%s/made", victim->directory);
  return mkdir(path, 0700) == 0;
}

static bool linked(const struct victim *victim) {
  char path[256];
  snprintf(path, sizeof path, "%s/linked", victim->directory);
  return symlink("/etc", path) == 0;
}

static bool made_socket(const struct victim *victim) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", victim->directory);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
}

static bool wrote(const struct victim *victim) {
  char path[256];
  snprintf(path, sizeof path, "%s/writable", victim->directory);
  return open(path, O_WRONLY) >= 0 || open(path, O_RDWR) >= 0 || truncate(path, 0) == 0;
}

static bool removed(const struct victim *victim) {
  char path[256];
  snprintf(path, sizeof path, "%s/writable", victim->directory);
  return unlink(path) == 0 || rename(path, victim->secret) == 0;
}

static bool read_secret(const struct victim *victim) {
  return open(victim->secret, O_RDONLY) >= 0;
}

static bool read_passwd(const struct victim *victim) {
  (void)victim;
  return open("/etc/passwd", O_RDONLY) >= 0 || open("/etc/shadow", O_RDONLY) >= 0;
}

static bool read_directory(const struct victim *victim) {
  return open(victim->directory, O_RDONLY | O_DIRECTORY) >= 0 || open("/etc", O_RDONLY | O_DIRECTORY) >= 0;
}

static bool read_process(const struct victim *victim) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/status", (int)victim->pid);
  return open(path, O_RDONLY) >= 0;
}

static bool ran(const struct victim *victim) {
  char *const argv[] = {"true", NULL};
  (void)victim;
  execv("/bin/true", argv);
  return syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0) == 0;
}

static bool forked(const struct victim *victim) {
  (void)victim;
  pid_t pid = fork();
  if (pid == 0) {
    _exit(0);
  }
  return pid > 0 || syscall(SYS_clone3, NULL, 0) != -1;
}

static bool traced(const struct victim *victim) {
  return ptrace(PTRACE_SEIZE, victim->pid, NULL, NULL) == 0;
}

static bool peeked(const struct victim *victim) {
  char byte = 0;
  struct iovec here = {&byte, 1};
  struct iovec there = {&byte, 1};
  bool read =
      process_vm_readv(victim->pid, &here, 1, &there, 1, 0) >= 0 || (errno != ENOSYS && errno != EPERM);
  return read || process_vm_writev(victim->pid, &here, 1, &there, 1, 0) >= 0 ||
         (errno != ENOSYS && errno != EPERM);
}

static bool signalled(const struct victim *victim) {
  return kill(victim->pid, SIGUSR1) == 0 || kill(victim->pid, 0) == 0 || kill(getppid(), 0) == 0 ||
         syscall(SYS_tgkill, victim->pid, victim->pid, 0) == 0;
}

static bool opened_raw_socket(const struct victim *victim) {
  (void)victim;
  return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0 ||
         socket(AF_NETLINK, SOCK_RAW, 16) >= 0 || socket(AF_ALG, SOCK_SEQPACKET, 0) >= 0 ||
         socket(AF_VSOCK, SOCK_STREAM, 0) >= 0 || socket(AF_BLUETOOTH, SOCK_RAW, 0) >= 0;
}

static bool listened(const struct victim *victim) {
  (void)victim;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && listen(fd, 1) == 0;
}

static bool changed_itself(const struct victim *victim) {
  (void)victim;
  return setresuid(0, 0, 0) == 0 || chroot("/") == 0 || unshare(CLONE_NEWUSER) == 0 ||
         mount("none", "/mnt", "tmpfs", 0, NULL) == 0 || prctl(PR_SET_DUMPABLE, 1) == 0;
}

static bool made_code(const struct victim *victim) {
  (void)victim;
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED || mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ||
         mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ||
         mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool called_kernel(const struct victim *victim) {
  (void)victim;
  char attributes[128] = "";
  return syscall(SYS_bpf, 0, attributes, sizeof attributes) >= 0 ||
         syscall(SYS_io_uring_setup, 1, attributes) >= 0 || syscall(SYS_userfaultfd, 0) >= 0 ||
         syscall(SYS_keyctl, 0, -3, 1) >= 0 || syscall(SYS_memfd_create, "x", 0) >= 0 ||
         syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0) >= 0;
}

static bool lifted_limits(const struct victim *victim) {
  (void)victim;
  struct rlimit limit = {.rlim_cur = 1024, .rlim_max = 1024};
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* What must go on working. */
static bool looked_up(const struct victim *victim) {
  struct addrinfo *found = NULL;
  (void)victim;
  if (getaddrinfo("localhost", "443", NULL, &found) != 0) {
    return false;
  }
  freeaddrinfo(found);
  return open("/etc/hosts", O_RDONLY) >= 0;
}

static const struct attempt {
  const char *name;
  bool (*succeeds)(const struct victim *victim);
  int parts; /* the layers each of which forbids it alone */
  bool must_work;
} attempts[] = {
    {"created a file", created, FILES | CALLS, false},
    {"made a directory", made_directory, FILES | CALLS, false},
    {"made a link", linked, FILES | CALLS, false},
    {"made a socket", made_socket, FILES | CALLS, false},
    {"wrote to a file", wrote, CALLS, false},
    {"removed a file", removed, FILES | CALLS, false},
    {"read a secret", read_secret, FILES, false},
    {"read the list of users", read_passwd, FILES, false},
    {"listed a directory", read_directory, FILES, false},
    {"read about another process", read_process, FILES, false},
    {"ran a program", ran, FILES | CALLS, false},
    {"started a process", forked, CALLS, false},
    {"traced another process", traced, CALLS, false},
    {"read another process's memory", peeked, CALLS, false},
    {"signalled another process", signalled, CALLS, false},
    {"opened a raw socket", opened_raw_socket, CALLS, false},
    {"listened", listened, CALLS, false},
    {"changed its own rights", changed_itself, CALLS, false},
    {"made code", made_code, CALLS, false},
    {"called more of the kernel", called_kernel, CALLS, false},
    {"lifted a limit", lifted_limits, 0, false},
    {"looked up a name", looked_up, FILES | CALLS, true},
};

/* Which layers hold, by the bits above; 0 when what was wanted is not there on this kernel. */
static int enter(const char *layer) {
  if (!layer) {
    const struct ce_sandbox sandbox = {.fd = STDOUT_FILENO, .parent = getppid()};
    int fd = -1;
    uint32_t missing = ce_sandbox_enter(&sandbox, &fd);
    dprintf(fd, "missing %x\n", missing);
    bool files = !(missing & CE_SANDBOX_BIT(CE_SANDBOX_FILES));
    bool calls = !(missing & CE_SANDBOX_BIT(CE_SANDBOX_CALLS));
    return dup(fd) < 0 ? 0 : (files ? FILES : 0) | (calls ? CALLS : 0);
  }
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (strcmp(layer, "landlock") == 0) {
    return ce_sandbox_restrict_files(NULL) ? FILES : 0;
  }
  return ce_sandbox_restrict_calls(false, false) ? CALLS : 0;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    return 2;
  }
  const char *layer = argc > 4 ? argv[4] : NULL;
  struct victim victim = {argv[1], argv[2], (pid_t)atoi(argv[3])};
  int holding = enter(layer);
  int out = layer ? STDOUT_FILENO : STDERR_FILENO + 1;
  int status = holding ? 0 : 77;
  for (size_t i = 0; holding && i < sizeof attempts / sizeof attempts[0]; i++) {
    const struct attempt *attempt = &attempts[i];
    bool counts = (attempt->parts & holding) || (!layer && holding == (FILES | CALLS));
    if (counts && attempt->succeeds(&victim) != attempt->must_work) {
      dprintf(out, "%s %s\n", attempt->must_work ? "never" : "it", attempt->name);
      status = 1;
    }
  }
  dprintf(out, "end %d\n", holding);
  _exit(status);
}
