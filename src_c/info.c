/* info.c - the registry as data, for Python. Embedded builds leave this file out. */
#include "fastact.h"

#define NONE (-1.0)
#define INFINITE __builtin_inf()
#define NO_PARAMS {0}
#define PARAMS(...) __VA_ARGS__
#define PARAM(name, value, rule, rule_y) {#name, value, #rule, #rule_y}
#define FROM_Y_READS_X 0
#define FROM_Y_READS_X_OR_Y 1
#define BOUNDS(...) {__VA_ARGS__}
#define PUBLIC {NULL, NULL}
#define VARIANT_OF(function, value) {#function, value}

const fa_info fa_registry[FA_COUNT] = {
#define ACT(id, np, prms, reads, cst, base, bounds32, bounds64, form, deriv, deriv_y, rng, knks, summ, src)            \
  [FA_ID_##id] = {.name = #id,                                                                                         \
                  .variant_of = base,                                                                                  \
                  .n_params = np,                                                                                      \
                  .params = {prms},                                                                                    \
                  .from_y = FROM_Y_##reads,                                                                            \
                  .cost = #cst,                                                                                        \
                  .bound = {bounds32, bounds64},                                                                       \
                  .formula = form,                                                                                     \
                  .derivative = deriv,                                                                                 \
                  .derivative_y = deriv_y,                                                                             \
                  .range = rng,                                                                                        \
                  .kinks = knks,                                                                                       \
                  .summary = summ,                                                                                     \
                  .source = src},
#include "activations.def"
#undef ACT
};
