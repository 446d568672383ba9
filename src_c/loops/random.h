/* random.h - random numbers by index: Philox 4x32-10, of Salmon, Moraes, Dror & Shaw 2011, Parallel random numbers: as easy
 * as 1, 2, 3, SC. The generator is a function of a key (the seed) and a counter; no state, no order, so the number of an
 * element is the same whoever computes it, and when. Counters here are below 2^64: words 2 and 3 are 0.
 *
 * With 16 counters to a block, element 64 b + 16 j + l is word j of counter 16 b + l (float); with 32,
 * element 64 b + 16 q + 8 h + l has the bits of words 2 h and 2 h + 1 of counter 32 b + 8 q + l (double). */
#pragma once
#include "../vec.h"

/* Vectors of 64-bit lanes, of which the low half is a word of the generator, the high half anything. */
#if VN * FA_REAL < 128
#define U_BYTES 16
#else
#define U_BYTES (VN * FA_REAL / 8)
#endif
#define UN (U_BYTES / 8)
typedef uint64_t U __attribute__((vector_size(U_BYTES)));
typedef T_uint U_word __attribute__((vector_size(U_BYTES)));
typedef T U_real __attribute__((vector_size(U_BYTES)));
typedef struct {
  U word[4];
} Philox;

FA_INLINE U u_set(uint64_t c) { return (U){0} + c; }
/* the products of the low halves; the compilers do not find these instructions by themselves */
FA_INLINE U u_product(U a, U b) {
#if defined __AVX512F__ && U_BYTES == 64
  return (U)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined __AVX2__ && U_BYTES == 32
  return (U)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined __SSE2__ && VN > 1 && U_BYTES == 16
  return (U)_mm_mul_epu32((__m128i)a, (__m128i)b);
#elif defined __ARM_NEON && VN > 1
  return (U)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
#else
  return (a & 0xffffffffu) * (b & 0xffffffffu);
#endif
}

FA_INLINE Philox philox(Philox c, uint32_t k0, uint32_t k1) {
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++, k0 += 0x9e3779b9u, k1 += 0xbb67ae85u) {
    U a = u_product(c.word[0], u_set(0xd2511f53u)), b = u_product(c.word[2], u_set(0xcd9e8d57u));
    c = (Philox){{(b >> 32) ^ c.word[1] ^ u_set(k0), b, (a >> 32) ^ c.word[3] ^ u_set(k1), a}};
  }
  return c;
}
/* the words of the counters first, first + step, first + 2 step ... */
FA_INLINE Philox philox_at(uint64_t seed, uint64_t first, uint64_t step) {
  U lane;
  for (int i = 0; i < UN; i++) lane[i] = (uint64_t)i * step;
  U counter = u_set(first) + lane;
  return philox((Philox){{counter, counter >> 32, u_set(0), u_set(0)}}, (uint32_t)seed, (uint32_t)(seed >> 32));
}
/* one lane from two halves */
FA_INLINE U u_join(U low, U high) { return (low & 0xffffffffu) | (high << 32); }
/* (2 k + 1) 2^-(T_MANTISSA + 1) for the highest T_MANTISSA bits, k: evenly spread in (0, 1), never 0 nor 1, exact */
FA_INLINE void uniform_store(T *u, U bits) {
  U_word one = (U_word)bits >> (FA_REAL - T_MANTISSA) | (T_uint)T_BIAS << T_MANTISSA; /* 1 to 2 */
  U_real value = (U_real)one - ((T)1 - 1 / ((T)2 * (T)((T_uint)1 << T_MANTISSA)));
  memcpy(u, &value, sizeof value);
}

/* 64 numbers, those of the elements from 64 block on */
FA_INLINE void uniform_64(T *u, uint64_t seed, uint64_t block) {
#if FA_REAL == 32
  for (int i = 0; i < 16; i += 2 * UN) {
    uint64_t first = 16 * block + (uint64_t)i;
    Philox even = philox_at(seed, first, 2), odd = philox_at(seed, first + 1, 2);
    for (int j = 0; j < 4; j++)
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      uniform_store(u + 16 * j + i, u_join(odd.word[j], even.word[j]));
#else
      uniform_store(u + 16 * j + i, u_join(even.word[j], odd.word[j]));
#endif
  }
#else
  for (int q = 0; q < 4; q++)
    for (int i = 0; i < 8; i += UN) {
      Philox c = philox_at(seed, 32 * block + (uint64_t)(8 * q + i), 1);
      uniform_store(u + 16 * q + i, u_join(c.word[0], c.word[1]));
      uniform_store(u + 16 * q + 8 + i, u_join(c.word[2], c.word[3]));
    }
#endif
}

/* The generator itself, for the known answers. */
static void philox_words(uint32_t *words, const uint32_t *counter, const uint32_t *key) {
  Philox c;
  for (int j = 0; j < 4; j++) c.word[j] = u_set(counter[j]);
  c = philox(c, key[0], key[1]);
  for (int j = 0; j < 4; j++) words[j] = (uint32_t)c.word[j][UN - 1];
}
