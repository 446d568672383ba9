/* softmax.h - the mathematics of functions of whole rows: softmax, log_softmax, logsumexp and their gradients.
 *
 * Of one row whose elements are neighbours in memory every lane of a vector is an element; of rows side by side every lane
 * is a row. Both give the same bits: a sum over a row has LANES running totals, element k goes to number k % LANES whatever
 * the width of a vector is, and after every ROW_BLOCK elements the totals are added up; a short row has four.
 *
 * Accuracy. e^(x - max) would carry the rounding of x - max, 32 ULP at a difference of 80. Instead the row is taken
 * relative to a reference whose difference is exact: a multiple of ln 2 (the power of two of each exponential is shifted)
 * while the largest element is of moderate size, the largest element itself beyond, where every difference that matters is
 * exact (Sterbenz). Sums are error-free but for trees of four terms. What is logarithmic leaves the largest elements out of
 * the sum and counts them: log(sum) = max + log(count + rest) keeps its digits however small the rest is. */
#pragma once
#include "../fastact.h"
#include "../loops/channel_sums.h"

#define PARTS (LANES / VN)
enum { GROUP = 4 * LANES, ROW_BLOCK = FA_ROW_BLOCK / (int)sizeof(T) };

/* Exponentials are multiplied by 2^EXP_BOOST, so that none is subnormal before the row is complete. Beside the largest
 * element e^EXP_NEGLIGIBLE is as good as 0: all that is less, -inf too, is taken for it. */
#if FA_REAL == 32
#define EXP_BOOST 64
#define EXP_NEGLIGIBLE ((T)-130)
#define PLAIN_SUM ((T)0x1p90) /* 128 of them less any number does not overflow */
#define FAR ((T)0x1p12)       /* an argument whose low part may be left for the reduced one, and more than 4 * 130 */
#else
#define EXP_BOOST 512
#define EXP_NEGLIGIBLE ((T)-1062)
#define PLAIN_SUM ((T)0x1p900)
#define FAR ((T)0x1p41)
#endif

/* ------------------------------------------------------------------------------------------ sums along a row */

/* Four terms are added in a tree; what is lost when their sum meets the total is kept. */
FA_INLINE DD sum_add(int positive, DD total, const V t[4]) {
  V more = (t[0] + t[1]) + (t[2] + t[3]), hi = total.hi + more;
  DD s = positive ? (DD){hi, more - (hi - total.hi)} : two_sum(total.hi, more);
  return (DD){s.hi, total.lo + s.lo};
}
/* n totals, a power of two, become one. */
FA_INLINE DD sum_lines(DD *t, int n) {
  for (n /= 2; n > 0; n /= 2)
    for (int i = 0; i < n; i++) t[i] = dd_add(t[i], t[i + n]);
  return two_sum(t[0].hi, t[0].lo);
}
/* Terms may be infinite if not `finite`, and then lo says nothing. */
FA_INLINE DD sum_settled(DD t, int finite) {
  return two_sum(t.hi, finite ? t.lo : v_where(v_lt(v_abs(t.hi), v_set(INF)), t.lo));
}
/* A short row has four totals, each of the terms k, k + 4, k + 8 and k + 12. */
enum { FEW = 16 };
/* The lanes of FEW terms become one, in every lane. */
FA_INLINE DD sum_few(V t[FEW / VN], int finite) {
  DD total[VN < 4 ? 4 / VN : 1];
#pragma GCC unroll 2
  for (int k = FEW / 2; k >= 4; k /= 2) {
    if (k < VN) t[0] = t[0] + v_swap(t[0], k);
    for (int i = 0; i < k / VN; i++) t[i] = t[i] + t[i + k / VN];
  }
  for (int i = 0; i * VN < 4; i++) total[i] = (DD){v_set(0) + t[i], v_set(0)};
#pragma GCC unroll 2
  for (int k = 2; k > 0; k /= 2) {
    if (k < VN) total[0] = dd_add(total[0], (DD){v_swap(total[0].hi, k), v_swap(total[0].lo, k)});
    for (int i = 0; i < k / VN; i++) total[i] = dd_add(total[i], total[i + k / VN]);
  }
  return sum_settled(total[0], finite);
}
/* The lanes of PARTS totals become one, in every lane, in the order in which sum_lines adds LANES of them. */
FA_INLINE DD sum_lanes(DD t[PARTS], int finite) {
  for (int n = PARTS / 2; n > 0; n /= 2)
    for (int i = 0; i < n; i++) t[i] = dd_add(t[i], t[i + n]);
#pragma GCC unroll 4
  for (int k = VN / 2; k > 0; k /= 2) t[0] = dd_add(t[0], (DD){v_swap(t[0].hi, k), v_swap(t[0].lo, k)});
  return sum_settled(t[0], finite);
}
FA_INLINE V add_lanes(V v) { /* of small integers */
#pragma GCC unroll 4
  for (int k = VN / 2; k > 0; k /= 2) v = v + v_swap(v, k);
  return v;
}
FA_INLINE V max_of_lanes(V m) {
#pragma GCC unroll 4
  for (int k = VN / 2; k > 0; k /= 2) m = v_max(m, v_swap(m, k));
  return m;
}

/* ------------------------------------------------------------------------------------------ the reference of a row */

/* An element as the row takes it: of the sign, times 1 / temperature = scale + scale_low. The sign is 1/2 or -1/2 and the
 * scale twice what it should be, so that no difference of two elements overflows. Those of a cross entropy are plain:
 * there, in the same place because more memory would be 4 % of the time, is what makes targets kept b + share. */
typedef struct {
  int plain; /* as it is */
  T pad;     /* what becomes -inf */
  V sign;
  union {
    struct {
      V scale, scale_low;
    };
    struct {
      V kept, share; /* b is not used where kept is 0 */
    };
  };
} Argument;

FA_INLINE V row_signed(V x, const Argument *by) {
  if (by->plain) return x;
  return x * by->sign;
}
/* The argument of an element less that of the origin of its row. If it is infinite, lo says nothing. */
FA_INLINE DD row_argument(V x, V origin, const Argument *by) {
  if (by->plain) return (DD){x, v_set(0)};
  V d = x - origin, hi = d * by->scale;
  return (DD){hi, v_fma(d, by->scale_low, -v_residual(hi, d, by->scale))};
}
/* Beside a large argument the low part is not small, or the argument overflows: then the largest element is the origin. The
 * differences that matter are exact (Sterbenz), and their arguments are small. */
FA_INLINE V row_origin(V max, const Argument *by) {
  if (by->plain) return v_set(0);
  M far = m_and(v_gt(v_abs(max * by->scale), v_set(FAR)), v_lt(v_abs(max), v_set(INF)));
  if (__builtin_expect(v_any(far), 0)) return v_where(far, max); /* a branch, for which a short row need not wait */
  return v_set(0);
}

typedef struct {
  V shift, base; /* e^(x - shift) 2^p is what is summed; p holds EXP_BOOST, too */
  V min;         /* of x - shift */
  DD rest;       /* the largest element less shift and (EXP_BOOST - p) ln 2 */
} Reference;

FA_INLINE Reference row_reference(DD max) {
  V top = within(max.hi, -FINITE);
  M near = m_and(v_gt(top, v_set(EXP_MIN)), v_lt(top, v_set(-2 * EXP_MIN)));
  V shift = v_select(near, v_set(0), top), t = top - shift, n = exp_round(t);
  DD rest = two_sum(v_fnma(n, v_set(LN2_HIGH), t), v_fnma(n, v_set(LN2_LOW), max.lo));
  return (Reference){shift, v_base(EXP_BOOST - n), t + EXP_NEGLIGIBLE, rest};
}

/* ------------------------------------------------------------------------------------------ the terms of a sum */

enum {
  SUM_A,       /* a */
  SUM_LOOK,    /* a; the least b, NaN left aside, is what is counted */
  SUM_SEEN,    /* a where b is not -inf */
  SUM_PRODUCT, /* a b */
  SUM_PRESENT, /* a b where b is not 0 */
  SUM_EXP,     /* e^a, which is kept */
  SUM_REST,    /* e^a of all but the largest elements, which are counted */
  SUM_BOTH,    /* the same, and all e^a are kept */
  SUM_DEFICIT, /* t (largest element - a), t = kept b + share; 0 where t is 0, at infinity, too */
};
typedef struct {
  V shift, base, min; /* of the reference */
  V origin, max, count;
} Pass;

FA_INLINE int sum_keeps(int op) { return op == SUM_EXP || op == SUM_BOTH; }
FA_INLINE int sum_positive(int op) { return op == SUM_EXP || op == SUM_REST || op == SUM_BOTH; }
FA_INLINE int sum_reads_b(int op) { return !sum_positive(op) && op != SUM_A; }
FA_INLINE int sum_counts(int op) { return op == SUM_REST || op == SUM_BOTH; }

FA_INLINE V row_exp(DD x, const Pass *p, const Argument *by) {
  V d = v_max(p->min, x.hi - p->shift), raised = v_fma(d, v_set(LOG2E), p->base);
  V t = exp_reduce(d, raised - p->base), s = v_raise(raised);
  if (!by->plain) t = t + v_where(v_gt(d, p->min), x.lo); /* beside what is far below, lo is of any size */
  return v_fma(s, expm1_reduced(t), s);
}
FA_INLINE V row_term(int op, V a, V b, const Argument *by, Pass *pass, V *kept) {
  if (op == SUM_A || op == SUM_LOOK) return a;
  if (op == SUM_SEEN) return v_where(v_ne(b, v_set(-INF)), a);
  if (op == SUM_PRODUCT) return a * b;
  if (op == SUM_PRESENT) return v_where(v_ne(b, v_set(0)), a * b);
  if (op == SUM_DEFICIT) {
    V t = v_fma(by->kept, v_where(v_gt(by->kept, v_set(0)), b), by->share);
    return v_select(v_gt(v_abs(t), v_set(0)), t * (pass->max - a), t);
  }
  a = row_signed(a, by);
  V e = row_exp(row_argument(a, pass->origin, by), pass, by);
  *kept = e;
  if (op == SUM_EXP) return e;
  M other = v_ne(a, pass->max);
  pass->count = pass->count + v_select(other, v_set(0), v_set(1));
  return v_where(other, e);
}

/* ------------------------------------------------------------------------------------------ what is known of a row */

typedef struct {
  V max;   /* the largest element (of -x for softmin) */
  DD sum;  /* of the exponentials relative to row_reference(most), or any other */
  V count; /* how many largest elements the sum leaves out; of a gradient, whether it has to be looked at */
} Stat;

/* The largest element as the row takes it, less the origin */
FA_INLINE DD stat_max_from(V origin, const Stat *s, const Argument *by) {
  DD m = row_argument(s->max, origin, by);
  return (DD){m.hi, v_where(v_lt(v_abs(m.hi), v_set(INF)), m.lo)};
}
FA_INLINE DD stat_max(const Stat *s, const Argument *by) { return stat_max_from(row_origin(s->max, by), s, by); }
FA_INLINE Pass stat_pass(V max, const Argument *by) {
  Stat s = {.max = max};
  Reference r = row_reference(stat_max(&s, by));
  return (Pass){r.shift, r.base, r.min, row_origin(max, by), max, v_set(0)};
}

/* e^(reference of a part - reference of the whole) */
FA_INLINE DD stat_factor(const Stat *part, const Stat *whole, const Argument *by) {
  V origin = row_origin(whole->max, by);
  DD p = stat_max_from(origin, part, by), w = stat_max_from(origin, whole, by);
  Reference of_part = row_reference(stat_max(part, by)), of_whole = row_reference(w);
  DD d = two_sum(within(p.hi, -FINITE), -within(w.hi, -FINITE));
  DD r = two_sum(of_whole.rest.hi, -of_part.rest.hi), x = two_sum(d.hi, r.hi);
  Scaled e = exp_scaled(x.hi, x.lo + ((d.lo + (p.lo - w.lo)) + (r.lo + (of_whole.rest.lo - of_part.rest.lo))));
  V s = v_pow2(e.n);
  M matters = v_gt(d.hi, v_set(EXP_MIN_WIDE));
  return (DD){v_where(matters, e.hi * s), v_where(matters, e.lo * s)};
}
/* e^rest 2^EXP_BOOST: the largest element as the sum has it */
FA_INLINE DD stat_largest(const Stat *s, const Argument *by) {
  DD rest = row_reference(stat_max(s, by)).rest;
  Scaled e = exp_scaled(rest.hi, rest.lo);
  V p = v_pow2(e.n + EXP_BOOST);
  return (DD){e.hi * p, e.lo * p};
}
/* What `whole` takes over from a part of the row that need not have its largest element. */
FA_INLINE Stat stat_seen_from(const Stat *part, const Stat *whole, const Argument *by) {
  V left_out = v_where(v_lt(part->max, whole->max), part->count);
  DD sum = dd_add(part->sum, dd_mul_d(stat_largest(part, by), left_out));
  return (Stat){whole->max, dd_mul(sum, stat_factor(part, whole, by)), part->count - left_out};
}
/* of parts with the same reference */
FA_INLINE Stat stat_add(const Stat *a, const Stat *b) {
  return (Stat){a->max, dd_add(a->sum, b->sum), a->count + b->count};
}
FA_INLINE Stat stat_join(const Stat *a, const Stat *b, const Argument *by) {
  Stat whole = {.max = v_max(a->max, b->max)};
  Stat of_a = stat_seen_from(a, &whole, by), of_b = stat_seen_from(b, &whole, by);
  DD count = two_sum(of_a.count, of_b.count);
  whole.sum = dd_add(of_a.sum, of_b.sum);
  whole.count = count.hi;
  /* those that a float has no room for */
  if (v_any(v_ne(count.lo, v_set(0)))) whole.sum = dd_add(whole.sum, dd_mul_d(stat_largest(&whole, by), count.lo));
  return whole;
}

/* 1 / sum, or 0 if nothing was there; of a sum that leaves the largest elements out if `rest` */
FA_INLINE DD stat_inverse(const Stat *s, int rest, const Argument *by) {
  DD sum = s->sum;
  if (rest) sum = dd_add(sum, dd_mul_d(stat_largest(s, by), s->count));
  V hi = 1 / sum.hi, lo = (v_residual(v_set(1), hi, sum.hi) - hi * sum.lo) * hi;
  M some = v_gt(sum.hi, v_set(1));
  return (DD){v_select(some, hi, sum.hi), v_where(some, lo)};
}
/* A sum that leaves the largest elements out, relative to them: sum = (1 + more) e^(largest element) */
typedef struct {
  Scaled e; /* e^-rest: the largest element as the sum has it is 1 of these 2^EXP_BOOST */
  V power;  /* 2^(e.n - EXP_BOOST) */
  DD more;
} Relative;
FA_INLINE Relative stat_relative(const Stat *s, const Argument *by) {
  DD rest = row_reference(stat_max(s, by)).rest;
  Relative r = {.e = exp_scaled(-rest.hi, -rest.lo)};
  DD sum = dd_mul(s->sum, (DD){r.e.hi, r.e.lo});
  r.power = v_pow2(r.e.n - EXP_BOOST);
  r.more = quick_two_sum(s->count - 1, sum.hi * r.power);
  r.more.lo = v_fma(sum.lo, r.power, r.more.lo);
  return r;
}
/* log(sum) - largest element */
FA_INLINE DD relative_log(const Relative *r) {
  DD l = log_sum(v_set(1), r->more.hi, v_set(0));
  return two_sum(l.hi, l.lo + r->more.lo / (1 + r->more.hi));
}
/* 1 / sum, as exponentials have it */
FA_INLINE DD relative_inverse(const Relative *r) {
  DD sum = quick_two_sum(v_set(1), r->more.hi);
  V hi = 1 / sum.hi, lo = (v_residual(v_set(1), hi, sum.hi) - hi * (sum.lo + r->more.lo)) * hi;
  DD q = dd_mul((DD){hi, lo}, (DD){r->e.hi, r->e.lo});
  return (DD){q.hi * r->power, q.lo * r->power};
}
FA_INLINE DD stat_log(const Stat *s, const Argument *by) {
  Relative r = stat_relative(s, by);
  return relative_log(&r);
}
/* log(sum) */
FA_INLINE V stat_logsumexp(const Stat *s, const Argument *by) {
  DD m = stat_max(s, by), l = stat_log(s, by), y = two_sum(m.hi, l.hi);
  return v_select(v_lt(v_abs(m.hi), v_set(INF)), y.hi + (y.lo + (m.lo + l.lo)), m.hi + l.hi);
}

/* ------------------------------------------------------------------------------------------ the results */

/* What an element needs to know of its row: softmax 1 / sum, log_softmax the largest element and log(sum) less it, a
 * gradient the sum of its terms. */
typedef struct {
  Argument by;
  Pass pass;
  DD max, last;
  V scale;   /* of a gradient; of logsumexp, what it is multiplied by */
  V n, lift; /* 2^n, which it is multiplied by first */
} Finish;

/* softmax, from e^x; in this order so that what underflows is +0 */
FA_INLINE V softmax_kept(V e, const Finish *f) { return v_fma(e, f->last.hi, e * f->last.lo); }
/* softmax, from x */
FA_INLINE V softmax_again(V x, const Finish *f) {
  DD z = row_argument(row_signed(x, &f->by), f->pass.origin, &f->by);
  return softmax_kept(row_exp(z, &f->pass, &f->by), f);
}
FA_INLINE V log_softmax_value(V x, const Finish *f) {
  DD z = row_argument(row_signed(x, &f->by), f->pass.origin, &f->by);
  V less = z.hi - f->max.hi;
  if (!f->by.plain) less = less + v_where(v_gt(less, v_set(-INF)), z.lo - f->max.lo);
  return less - f->last.hi;
}
#define LIFT_MIN (EXP_MIN - 40) /* e^x 2^60 rounds to 0 below, and the temperature is 2^-60 or more */
/* The scale of a gradient that is 2 or more: its power of two comes first, so that what is subnormal before does not lose the
 * digits that it has afterwards. Not beside a sum from which a g that overflows of it could differ by little. */
FA_INLINE void lift_gradient(Finish *f) {
  V n = v_exponent(v_abs(f->scale)), limit = v_pow2(T_BIAS - 2 - n);
  M small = v_lt(v_abs(f->last.hi), limit);
  f->n = v_where(small, n);
  f->lift = v_select(small, v_pow2(n), v_set(1));
  f->scale = v_select(small, f->scale * v_pow2(-n), f->scale);
}
/* Not yet times the scale, but for what is lifted. What a mask left out has y = 0, or -inf for log_softmax: driver.h
 * keeps its g out. If `small`, y may be below EXP_MIN. */
FA_INLINE V softmax_gradient(int lifted, V g, V y, const Finish *f) {
  if (lifted) y = y * f->lift;
  return y * (g - f->last.hi);
}
FA_INLINE V log_softmax_gradient(int lifted, int small, V g, V y, const Finish *f) {
  V d = small ? v_max(v_set(LIFT_MIN), y) : y, n = exp_round(d), p = 1 + expm1_reduced(exp_reduce(d, n));
  if (lifted) n = n + f->n, g = g * f->lift;
  return v_fnma(v_scale2(p, n), f->last.hi, g);
}
