/*
 * A disk whose every sync takes the same time, for native code: preloaded into a process, it takes the place of
 * what asks the kernel for a sync.
 *
 *   fsync, fdatasync, msync(MS_SYNC)   wait their time, one after the other; the kernel is not asked
 *   a write to a file opened O_DSYNC   is written, and waits as well: it is a sync in one call with its write
 *
 * SLOW_SYNC_NANOSECONDS says how long one takes, SLOW_SYNC_COUNT names a file of eight bytes that counts them.
 * Whoever waits watches the clock instead of sleeping, as the disk of our own stores does: where something else has
 * the processor, both are late alike, and both can be seen to be.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int64_t sync_nanoseconds = 1000000;
static _Atomic int64_t free_at;
static _Atomic uint64_t uncounted;
static _Atomic uint64_t *count = &uncounted;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  const char *nanoseconds = getenv("SLOW_SYNC_NANOSECONDS");
  if (nanoseconds != NULL) sync_nanoseconds = atoll(nanoseconds);
  const char *name = getenv("SLOW_SYNC_COUNT");
  int file = name == NULL ? -1 : open(name, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared != MAP_FAILED) count = shared;
  close(file);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void wait_for_disk(void) {
  int error = errno;
  atomic_fetch_add(count, 1);
  int64_t free = atomic_load(&free_at), ends_at;
  do {
    int64_t time = now();
    ends_at = (time > free ? time : free) + sync_nanoseconds;
  } while (!atomic_compare_exchange_weak(&free_at, &free, ends_at));
  while (now() < ends_at) continue;
  errno = error;
}

static ssize_t written(int file, ssize_t length) {
  int error = errno;
  int flags = length < 0 ? -1 : fcntl(file, F_GETFL);
  if (flags >= 0 && (flags & O_DSYNC) != 0) wait_for_disk();
  errno = error;
  return length;
}

int fsync(int file) {
  (void)file;
  wait_for_disk();
  return 0;
}

int fdatasync(int file) { return fsync(file); }

int msync(void *from, size_t length, int flags) {
  (void)from, (void)length;
  if ((flags & MS_SYNC) != 0) wait_for_disk();
  return 0;
}

ssize_t write(int file, const void *bytes, size_t length) {
  return written(file, real_write(file, bytes, length));
}

ssize_t writev(int file, const struct iovec *parts, int length) {
  return written(file, real_writev(file, parts, length));
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t position) {
  return written(file, real_pwrite(file, bytes, length, position));
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t position) {
  return written(file, real_pwrite(file, bytes, length, position));
}
