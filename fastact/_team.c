/* _team.c - the threads under fastact's parallel regions, where GCC compiles them.
 *
 * GCC turns a prange into a call of GOMP_parallel. The one that is here, hidden inside the extension, takes the place of
 * libgomp's, whose threads are shared by all libraries of the process and cannot do what these can:
 * - They wait for the next region for a time of their own, SPIN_NS, and then sleep. libgomp's time is a setting of the
 *   whole process: milliseconds, in which a thread holds a core that the next matrix product needs.
 * - A share of a region is claimed before it is run. The caller runs the shares that no helper has claimed by the time it
 *   has run its own: a helper that sleeps, or has no core, delays nobody.
 * - A thread that cannot be made is a share that the caller runs. libgomp ends the process.
 *
 * Each calling thread has a team of its own, made at its first region; it ends with the thread. A region here is what the
 * scheduler makes: one share for each thread, and no barrier inside. */
#define _GNU_SOURCE /* of the affinity of a thread */
#include "_team.h"

#ifdef FA_OWN_TEAM
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 64, HELPER_STACK = 256 << 10 };
#define SPIN_NS 30000 /* how long a helper waits awake; docs/threads.md has what others cost */

typedef struct Team Team;
typedef struct {
  int epoch;      /* of the last region in which there is a share for it */
  int sleeping;   /* it waits for `wake` */
  int number;     /* of its share, from 1 on */
  unsigned share; /* 2 * epoch: not claimed yet; one more: claimed */
  Team *team;
  pthread_cond_t wake;
} __attribute__((aligned(LINE))) Helper;

struct Team {
  void (*run)(void *);
  void *data;
  int shares, epoch;
  int done __attribute__((aligned(LINE))); /* shares that helpers have run */
  int waiting;                             /* the caller sleeps until they are */
  int quit, users;                         /* who still reads this; the last one frees it */
  pid_t process;                           /* that made the helpers; a forked child has none of them */
  int helpers, full;                       /* how many were made; no more can be */
  pthread_mutex_t lock;
  pthread_cond_t finished;
  Helper helper[FA_MAX_THREADS]; /* [0] is the caller's */
};

static pthread_key_t key; /* its destructor ends the team of a thread that ends */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int has_key;
static __thread Team *own_team;
static __thread int share_number, share_count = 1;

#define HIDDEN __attribute__((visibility("hidden"))) /* libgomp's stay what they are for everybody else */
HIDDEN int omp_get_thread_num(void) { return share_number; }
HIDDEN int omp_get_num_threads(void) { return share_count; }
HIDDEN void GOMP_barrier(void);
void GOMP_barrier(void) {} /* at the end of the loop: the end of the region is enough */

#define LOAD(p) __atomic_load_n(&(p), __ATOMIC_SEQ_CST)
#define STORE(p, v) __atomic_store_n(&(p), (v), __ATOMIC_SEQ_CST)

static inline void relax(void) {
#if defined __x86_64__ || defined __i386__
  __builtin_ia32_pause();
#elif defined __aarch64__
  __asm__ volatile("yield");
#endif
}

/* Wait awake until *word is no longer `old`; 0 if the time is over first. */
static int changes_soon(const int *word, int old, int64_t ns) {
  int64_t end = 0;
  for (unsigned i = 0;; i++) {
    if (__atomic_load_n(word, __ATOMIC_ACQUIRE) != old) return 1;
    relax();
    if (i % 16 == 15) {
      int64_t now = fa_now();
      if (!end) end = now + ns;
      if (now >= end) return 0;
    }
  }
}

/* One share of the region, if nobody has claimed it. */
static int run_share(Team *team, int number, int epoch) {
  unsigned open = 2 * (unsigned)epoch;
  if (!__atomic_compare_exchange_n(&team->helper[number].share, &open, open + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
    return 0;
  /* from here on the region cannot end, and what it says of itself stands */
  share_number = number, share_count = team->shares;
  team->run(team->data);
  return 1;
}

/* Helpers that sleep are woken by those with lower numbers, so that the caller wakes two at most. */
static void wake_next(Team *team, int number, int shares) {
  for (int k = 2 * number + 1; k <= 2 * number + 2 && k < shares; k++)
    if (LOAD(team->helper[k].sleeping)) {
      pthread_mutex_lock(&team->lock);
      pthread_cond_signal(&team->helper[k].wake);
      pthread_mutex_unlock(&team->lock);
    }
}

static void leave(Team *team) {
  if (__atomic_sub_fetch(&team->users, 1, __ATOMIC_SEQ_CST) == 0) free(team);
}

static void *help(void *argument) {
  Helper *self = argument;
  Team *team = self->team;
  for (int seen = 0;;) {
    if (!changes_soon(&self->epoch, seen, SPIN_NS)) {
      pthread_mutex_lock(&team->lock);
      STORE(self->sleeping, 1);
      while (LOAD(self->epoch) == seen && !LOAD(team->quit)) pthread_cond_wait(&self->wake, &team->lock);
      STORE(self->sleeping, 0);
      pthread_mutex_unlock(&team->lock);
    }
    if (LOAD(team->quit)) break;
    seen = LOAD(self->epoch);
    int shares = __atomic_load_n(&team->shares, __ATOMIC_RELAXED), ran = 0;
    wake_next(team, self->number, shares);
    /* its own share first, whose part of the arrays is in its cache; then what others have not begun */
    for (int k = 0; k < shares; k++) ran += run_share(team, (self->number + k) % shares, seen);
    if (ran && __atomic_add_fetch(&team->done, ran, __ATOMIC_SEQ_CST) > 0 && LOAD(team->waiting)) {
      pthread_mutex_lock(&team->lock);
      pthread_cond_signal(&team->finished);
      pthread_mutex_unlock(&team->lock);
    }
  }
  leave(team);
  return NULL;
}

static void end_team(void *argument) {
  Team *team = argument;
  if (team->process != getpid()) return;
  pthread_mutex_lock(&team->lock);
  STORE(team->quit, 1);
  for (int k = 1; k <= team->helpers; k++) {
    STORE(team->helper[k].epoch, -1); /* no region has this one */
    pthread_cond_signal(&team->helper[k].wake);
  }
  pthread_mutex_unlock(&team->lock);
  leave(team);
}
static void make_key(void) { has_key = pthread_key_create(&key, end_team) == 0; }

static Team *team_of_thread(void) {
  if (own_team) return own_team;
  pthread_once(&once, make_key);
  Team *team = NULL;
  if (!has_key || posix_memalign((void **)&team, LINE, sizeof *team)) return NULL;
  memset(team, 0, sizeof *team);
  team->users = 1, team->process = getpid();
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->finished, NULL);
  if (pthread_setspecific(key, team)) {
    free(team);
    return NULL;
  }
  return own_team = team;
}

#ifdef __linux__
/* Where OpenMP has bound the caller to a place, its helpers would inherit that one: they get the places after it. */
static void place(pthread_attr_t *attributes, int number) {
  int places = omp_get_num_places(), here = omp_get_place_num(), ids[CPU_SETSIZE];
  if (places < 2 || here < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  int n = omp_get_place_num_procs((here + number) % places);
  if (n < 1 || n > CPU_SETSIZE) return;
  omp_get_place_proc_ids((here + number) % places, ids);
  for (int i = 0; i < n; i++) CPU_SET(ids[i], &set);
  pthread_attr_setaffinity_np(attributes, sizeof set, &set);
}
#else
static void place(pthread_attr_t *attributes, int number) { (void)attributes, (void)number; }
#endif

/* At least so many helpers, or as many as can be had. */
static void grow(Team *team, int wanted) {
  while (team->helpers < wanted && !team->full) {
    Helper *helper = &team->helper[team->helpers + 1];
    pthread_attr_t attributes;
    pthread_t thread;
    helper->team = team, helper->number = team->helpers + 1, helper->epoch = 0;
    pthread_cond_init(&helper->wake, NULL);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, HELPER_STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    place(&attributes, helper->number);
    __atomic_add_fetch(&team->users, 1, __ATOMIC_SEQ_CST);
    if (pthread_create(&thread, &attributes, help, helper)) {
      __atomic_sub_fetch(&team->users, 1, __ATOMIC_SEQ_CST);
      team->full = 1;
    } else {
      team->helpers++;
    }
    pthread_attr_destroy(&attributes);
  }
}

HIDDEN void GOMP_parallel(void (*run)(void *), void *data, unsigned shares, unsigned flags);
void GOMP_parallel(void (*run)(void *), void *data, unsigned shares, unsigned flags) {
  Team *team = shares > 1 && shares <= FA_MAX_THREADS ? team_of_thread() : NULL;
  (void)flags;
  if (!team) {
    for (share_count = (int)shares, share_number = 0; share_number < share_count; share_number++) run(data);
    share_count = 1, share_number = 0;
    return;
  }
  int n = (int)shares, ran = 0;
  grow(team, n - 1);
  team->epoch = team->epoch == INT32_MAX ? 1 : team->epoch + 1;
  team->run = run, team->data = data;
  __atomic_store_n(&team->shares, n, __ATOMIC_RELAXED);
  STORE(team->done, 0);
  for (int k = 0; k < n; k++) __atomic_store_n(&team->helper[k].share, 2 * (unsigned)team->epoch, __ATOMIC_RELEASE);
  for (int k = 1; k < n && k <= team->helpers; k++) STORE(team->helper[k].epoch, team->epoch);
  wake_next(team, 0, n <= team->helpers ? n : team->helpers + 1);
  for (int k = 0; k < n; k++) ran += run_share(team, k, team->epoch);
  share_count = 1, share_number = 0;
  for (int done; (done = LOAD(team->done)) != n - ran;) {
    if (changes_soon(&team->done, done, SPIN_NS / 4)) continue;
    pthread_mutex_lock(&team->lock);
    STORE(team->waiting, 1);
    while (LOAD(team->done) != n - ran) pthread_cond_wait(&team->finished, &team->lock);
    STORE(team->waiting, 0);
    pthread_mutex_unlock(&team->lock);
  }
}
#endif
