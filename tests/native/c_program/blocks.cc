// Allocates in every way there is, and says at its end what it kept: {"site": bytes, ...}. Sites are
// functions of their own, so that a profile can be asked for them by name.
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#define SITE extern "C" __attribute__((noinline))

static unsigned random_state = 1;
static unsigned Random() {
  return (random_state = random_state * 1664525u + 1013904223u) >> 8;
}
// Keeps the compiler from leaving an allocation out, or the call of a site from becoming a jump.
template <class T>
static T* Use(T* block) {
  asm volatile("" : : "r"(block) : "memory");
  return block;
}

SITE void* site_malloc(size_t n) {
  return Use(malloc(n));
}
SITE void* site_calloc(size_t n) {
  return Use(calloc(n / 8, 8));
}
SITE void* site_realloc(void* block, size_t n) {
  return Use(realloc(block, n));
}
SITE void* site_aligned(size_t n) {
  return Use(aligned_alloc(64, n));
}
SITE void* site_memalign(size_t n) {
  return Use(memalign(256, n));
}
SITE void* site_posix(size_t n) {
  void* block = nullptr;
  if (posix_memalign(&block, 4096, n) != 0) abort();
  return Use(block);
}
SITE void* site_valloc(size_t n) {
  return Use(valloc(n));
}
SITE char* site_new(size_t n) {
  return Use(new char[n]);
}
SITE std::string* site_string(size_t n) {
  return Use(new std::string(n, 'x'));
}
SITE void* site_mmap(size_t n) {
  return Use(mmap(nullptr, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}
SITE void* site_reserved(size_t n) {
  return Use(mmap(nullptr, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
}

static void Say(const char* name, size_t bytes, const char* end = ", ") {
  printf("\"%s\": %zu%s", name, bytes, end);
}

// One kept and one freed block for each way; exact with a rate of one byte.
static int Ways() {
  printf("{");
  free(site_malloc(100)), site_malloc(1000), Say("site_malloc", 1000);
  free(site_calloc(160)), site_calloc(1600), Say("site_calloc", 1600);
  void* grown = site_realloc(nullptr, 50);
  for (size_t n = 100; n <= 3000; n += 100) grown = site_realloc(grown, n);
  Say("site_realloc", 3000);
  void* unchanged = site_malloc(2000);
  if (site_realloc(unchanged, SIZE_MAX / 4) != nullptr) abort();  // fails: the block stays
  Say("site_malloc_2", 2000);
  site_realloc(site_malloc(700), 0);
  free(site_aligned(640)), site_aligned(6400), Say("site_aligned", 6400);
  free(site_memalign(70)), site_memalign(7000), Say("site_memalign", 7000);
  free(site_posix(80)), site_posix(8000), Say("site_posix", 8000);
  free(site_valloc(90)), site_valloc(9000), Say("site_valloc", 9000);
  delete[] site_new(110), site_new(11000), Say("site_new", 11000);
  delete site_string(500), site_string(12000), Say("site_string", 12001 + sizeof(std::string));
  munmap(site_mmap(1 << 20), 1 << 20);
  char* mapping = static_cast<char*>(site_mmap(10 << 12));
  munmap(mapping + (2 << 12), 3 << 12);  // a hole
  munmap(mapping, 1 << 12);
  Say("site_mmap", 6 << 12);
  site_reserved(1 << 30);
  Say("site_reserved", 0, "}\n");
  return 0;
}

// Two sites, sizes from 16 bytes to 40 KiB, a third of one kept and a twentieth of the other: sampled.
static int Estimate() {
  size_t kept_a = 0, kept_b = 0;
  for (int i = 0; i < 600'000; ++i) {
    const size_t n = 16 + (Random() % 64 == 0 ? Random() % 40000 : Random() % 800);
    if (i % 2 == 0) {
      void* block = site_malloc(n);
      if (Random() % 3 == 0)
        kept_a += n;
      else
        free(block);
    } else {
      void* block = site_memalign(n);
      if (Random() % 20 == 0)
        kept_b += n;
      else
        free(block);
    }
  }
  printf("{"), Say("site_malloc", kept_a), Say("site_memalign", kept_b, "}\n");
  return 0;
}

// Threads that free what others allocated; nothing stays but what is said.
struct Ring {
  void* blocks[1024];
};
static Ring ring;
static void* Work(void* seed) {
  auto state = reinterpret_cast<size_t>(seed);
  for (int i = 0; i < 100'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    void* fresh = site_malloc(16 + (state >> 33) % 2000);
    void* old = __atomic_exchange_n(&ring.blocks[(state >> 20) % 1024], fresh, __ATOMIC_ACQ_REL);
    free(old);
  }
  return nullptr;
}
static int Threads() {
  pthread_t threads[6];
  for (size_t i = 0; i < 6; ++i) pthread_create(&threads[i], nullptr, Work, reinterpret_cast<void*>(i + 1));
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  for (void*& block : ring.blocks) free(block), block = nullptr;
  site_malloc(5000);
  printf("{"), Say("site_malloc", 5000, "}\n");
  return 0;
}

static int Fork() {
  void* shared = site_malloc(3000);
  site_malloc(4000);
  const pid_t child = fork();
  if (child == 0) {
    free(shared);  // the parent's stays
    for (int i = 0; i < 1000; ++i) free(site_calloc(800));
    site_calloc(2400);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  printf("{\"child\": %d, ", status), Say("site_malloc", 7000), Say("site_calloc", 0, "}\n");
  return 0;
}

static int Late(const char* library) {
  size_t kept = 0;
  for (int round = 0; round < 3; ++round) {
    void* handle = dlopen(library, RTLD_NOW);
    if (handle == nullptr) return puts(dlerror()), 1;
    auto leak = reinterpret_cast<void* (*)(size_t)>(dlsym(handle, "late_leak"));
    Use(leak(6000));
    kept += 6000;
    if (round < 2) dlclose(handle);
  }
  printf("{"), Say("late_leak", kept, "}\n");
  return 0;
}

SITE void on_signal(int) {
  Use(site_calloc(4800));
}
SITE void interrupted() {
  raise(SIGUSR1);
  asm volatile("");
}
static int Signals() {
  static char alternate[1 << 16];
  const stack_t stack = {alternate, 0, sizeof alternate};
  sigaltstack(&stack, nullptr);
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigaction(SIGUSR1, &action, nullptr);
  interrupted();
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR1, &action, nullptr);
  interrupted();
  // Interrupted wherever it is, every millisecond of its own time: in the sampler, too.
  action.sa_handler = [](int) {};
  sigaction(SIGPROF, &action, nullptr);
  const itimerval often = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_PROF, &often, nullptr);
  for (int i = 0; i < 300'000; ++i) free(site_malloc(16 + Random() % 500));
  printf("{"), Say("site_calloc", 9600), Say("site_malloc", 0, "}\n");
  return 0;
}

// Until it is killed.
static int Wait() {
  site_malloc(123456);
  puts("{\"site_malloc\": 123456}");
  fflush(stdout);
  while (true) pause();
}

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  int status = 1;
  if (what == "ways") status = Ways();
  if (what == "estimate") status = Estimate();
  if (what == "threads") status = Threads();
  if (what == "fork") status = Fork();
  if (what == "late") status = Late(words[2]);
  if (what == "signals") status = Signals();
  if (what == "wait") status = Wait();
  fflush(stdout);
  return status;
}
