/* half.h - IEEE half precision in memory: exact to float, and back with one rounding to nearest even. */
#pragma once
#include <stdint.h>
#include <string.h>

static float half_to_float(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000u) << 16, rest = h & 0x7fffu, bits;
  if (rest >= 0x7c00u) { /* infinity, NaN */
    bits = 0x7f800000u | (rest & 0x3ffu) << 13;
  } else if (rest >= 0x400u) { /* normal */
    bits = (rest + ((127 - 15) << 10)) << 13;
  } else { /* zero, subnormal: rest * 2^-24 */
    float value = (float)rest * 0x1p-24f;
    memcpy(&bits, &value, sizeof bits);
  }
  bits |= sign;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint16_t float_to_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint32_t sign = bits >> 16 & 0x8000u, rest = bits & 0x7fffffffu, half;
  if (rest > 0x7f800000u) { /* NaN: quiet, upper payload kept */
    half = 0x7e00u | (rest >> 13 & 0x3ffu);
  } else if (rest >= 0x477ff000u) { /* rounds to 2^16 or more */
    half = 0x7c00u;
  } else if (rest >= 0x38800000u) { /* normal: round the 13 bits away; a carry moves into the exponent as it should */
    half = (rest + 0xfffu + (rest >> 13 & 1u) - ((127u - 15u) << 23)) >> 13;
  } else { /* subnormal: adding 2^-1 aligns the last kept bit, the addition rounds */
    float aligned;
    memcpy(&aligned, &rest, sizeof aligned);
    aligned += 0.5f;
    memcpy(&half, &aligned, sizeof half);
    half -= 0x3f000000u;
  }
  return (uint16_t)(sign | half);
}
