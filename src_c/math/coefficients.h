/* coefficients.h - made by src_c/coeffs/coefficients.sollya; do not edit. */
#pragma once
#include "../vec.h"
#if FA_REAL == 32
#define LOG2E ((T)0x1.715476p0)
#define LN2_HIGH ((T)0x1.62e4p-1)
#define LN2_LOW ((T)0x1.7f7d1cp-20)
#define SELU_LAMBDA_HIGH ((T)0x1.0cfabep0)
#define SELU_LAMBDA_LOW ((T)-0x1.2adddap-25)
#define SELU_LAMBDA_ALPHA_HIGH ((T)0x1.c212ccp0)
#define SELU_LAMBDA_ALPHA_LOW ((T)0x1.903c0cp-26)
#define SIXTH_HIGH ((T)0x1.555556p-3)
#define SIXTH_LOW ((T)-0x1.555556p-28)
#define INV_SQRT_2PI_HIGH ((T)0x1.988454p-2)
#define INV_SQRT_2PI_LOW ((T)-0x1.857936p-27)
#define GELU_C1_HIGH ((T)0x1.9884p0)
#define GELU_C1_LOW ((T)0x1.4cf50ep-18)
#define GELU_C3_HIGH ((T)0x1.2444f2p-4)
#define GELU_C3_LOW ((T)0x1.49b16ap-29)
#define GELU_3C3_HIGH ((T)0x1.b6676cp-3)
#define GELU_3C3_LOW ((T)-0x1.175e2p-32)
/* exp_q(r): e^r = 1 + r + r^2 exp_q(r) */
/* degree 4 on [-0.3471499979496002197265625, 0.3471499979496002197265625], error relative to r 2^-26.125 */
static const T exp_q[] = {0x1p-1, 0x1.5554aep-3, 0x1.5554ep-5, 0x1.12290cp-7, 0x1.6d56aep-10};
/* log1p_p(x): log(1 + w) = w log1p_p(w - 1/2) */
/* degree 9 on [-0.5, 0.5], relative error 2^-27.5 */
#define log1p_p_LOW ((T)0x1.d7a4bcp-26)
static const T log1p_p[] = {0x1.9f323ep-1, -0x1.2773a6p-2, 0x1.0f955p-3, -0x1.154012p-4, 0x1.2c1df6p-5, -0x1.50f406p-6, 0x1.7b5826p-7, -0x1.bbb472p-8, 0x1.58389ap-8, -0x1.a4cad8p-9};
/* erfcx_p(z), z = (t - k) / (t + k): exp(t^2 / 2) erfc(t / sqrt(2)) / 2 = 4 erfcx_p(z) / (t + k) */
#define ERFCX_K ((T)0x1.4p1)
#define ERFCX_T_MAX ((T)0x1.d4p3)
/* degree 10 on [-1, 0.708029210567474365234375], relative error 2^-27 */
#define erfcx_p_LOW ((T)0x1.b0a97cp-28)
static const T erfcx_p[] = {0x1.69cee6p-3, -0x1.bc19c8p-4, 0x1.0e4f3p-5, 0x1.2eb642p-9, -0x1.0c76d6p-8, -0x1.a76cfp-12, 0x1.4a1348p-11, 0x1.798fe8p-13, -0x1.315374p-14, -0x1.894d3p-15, -0x1.6b8496p-18};
/* its slope, roughly: s0 + s1 z */
#define ERFCX_S0 ((T)-0x1.bc19c8p-4)
#define ERFCX_S1 ((T)0x1.0228e6p-4)
#define TWO_OVER_SQRT_PI_HIGH ((T)0x1.20dd76p0)
#define TWO_OVER_SQRT_PI_LOW ((T)-0x1.f7ac92p-25)
/* erf_p(t): erf t = 1 - exp(-t erf_p(t)) */
#define ERF_T_MAX ((T)0x1.1p2)
#define erf_p_LOW ((T)-0x1.fbb03ap-25)
/* degree 9 on [0, 4.25], relative error of erf 2^-27 */
static const T erf_p[] = {0x1.20dd76p0, 0x1.45f308p-1, 0x1.a4f37ep-4, -0x1.39396cp-6, -0x1.095b1cp-12, 0x1.d7b0dcp-10, -0x1.8455b4p-11, 0x1.5f3cbcp-13, -0x1.66478ep-16, 0x1.4056a6p-20};
#define QUICK_GELU_HIGH ((T)0x1.b3b646p0)
#define QUICK_GELU_LOW ((T)-0x1.78d4fep-26)
/* xielu_q(x): e^x = 1 + x + x^2 xielu_q(x), the quotient to full precision */
/* degree 6 on [-1, -9.094947017729282379150390625e-13], relative error 2^-30.75 */
#define xielu_q_LOW ((T)-0x1.1943p-32)
static const T xielu_q[] = {0x1p-1, 0x1.555552p-3, 0x1.555482p-5, 0x1.10fd4cp-7, 0x1.6a4f24p-10, 0x1.8aae9cp-13, 0x1.1b4e86p-16};
/* tanh by pieces: the half octaves of x + TANH_OFFSET up to TANH_MAX */
#define TANH_OFFSET ((T)0x1.8p-1)
#define TANH_MAX ((T)0x1.6p3)
/* tanh_p: tanh x */
/* from 0 to 0.25: relative error 2^-32.5 */
/* from 0.25 to 0.75: relative error 2^-28.25 */
/* from 0.75 to 1.25: relative error 2^-29.375 */
/* from 1.25 to 2.25: relative error 2^-24.875 */
/* from 2.25 to 3.25: relative error 2^-31.25 */
/* from 3.25 to 5.25: relative error 2^-25.25 */
/* from 5.25 to 7.25: relative error 2^-31 */
/* from 7.25 to 11: relative error 2^-31.75 */
static const T tanh_p[][8] __attribute__((aligned(64))) = {
    {0x1.bff09ap0, 0x1.5f9268p1, 0x1.0c2d2cp2, 0x1.8f40aep2, 0x1.154246p3, 0, 0x1.fff858p-2, 0x1.fff60ep-1},
    {0x1.e1f878p-1, 0x1.fbcde8p-1, 0x1.ffc3e8p-1, 0x1.ffffp-1, 0x1.fffffep-1, 0, 0x1.d92f38p-2, 0x1.85eb7ep-1},
    {0x1.d2617ep-4, 0x1.0b6c58p-6, 0x1.e0a852p-11, 0x1.fffcdcp-17, 0x1.0297a2p-23, 0x1p0, 0x1.92ac1p-1, 0x1.ae1a7ap-2},
    {-0x1.b7045p-4, -0x1.093b54p-6, -0x1.e0ac1ap-11, -0x1.0028cp-16, -0x1.00276ep-23, -0x1.4adb7ep-25, -0x1.7425p-2, -0x1.478d06p-2},
    {0x1.01ceb6p-4, 0x1.5bd51ep-7, 0x1.3fc8bep-11, 0x1.557756p-17, 0x1.44b022p-24, -0x1.555494p-2, -0x1.81f176p-4, 0x1.a8556ap-4},
    {-0x1.82629ap-6, -0x1.505326p-8, -0x1.3c4836p-12, -0x1.51694cp-18, -0x1.4d6506p-25, -0x1.2a829ep-14, 0x1.5131a2p-3, 0x1.c6d126p-6},
    {0x1.e7b072p-9, 0x1.f60cap-10, 0x1.002b72p-13, 0x1.0ee75cp-19, 0x1.45a658p-26, 0x1.12b088p-3, -0x1.bb4272p-6, -0x1.7bc708p-5},
    {0x1.39c2fcp-9, -0x1.1f56e8p-11, -0x1.7cec8ap-15, -0x1.a0e82ap-21, -0x1.c281ccp-28, -0x1.164ed4p-8, -0x1.94ed5ep-5, 0x1.2872b8p-6},
    {-0x1.0e4254p-9, 0x1.a8586ap-14, 0x1.7d9ffp-17, 0x1.d0b8eep-23, 0x1.0a4c16p-30, -0x1.6c4f4p-5, 0x1.aafbd4p-6, 0x1.964efep-9},
};
/* tanhshrink_p: x - tanh x */
/* from 0 to 0.25: relative error 2^-25 */
/* from 0.25 to 0.75: relative error 2^-27.125 */
/* from 0.75 to 1.25: relative error 2^-31.625 */
/* from 1.25 to 2.25: relative error 2^-29 */
/* from 2.25 to 3.25: relative error 2^-33.75 */
/* from 3.25 to 5.25: relative error 2^-30.125 */
/* from 5.25 to 7.25: relative error 2^-34.75 */
/* from 7.25 to 11: relative error 2^-26.75 */
static const T tanhshrink_p[][8] __attribute__((aligned(64))) = {
    {0x1.3ff5d2p0, 0x1.1ff7acp1, 0x1.9f74f2p1, 0x1.4f0af2p2, 0x1.cfdadap2, 0, 0x1.fffd08p-3, 0x1.7ffcb6p-1},
    {0x1.9b3e3cp-2, 0x1.459026p0, 0x1.1fd82ap1, 0x1.0f0bep2, 0x1.8fdadep2, 0, 0x1.4cfdp-8, 0x1.d6637p-4},
    {0x1.7063c4p-1, 0x1.e9bc22p-1, 0x1.fce776p-1, 0x1.fff12p-1, 0x1p0, 0, 0x1.eb607ep-5, 0x1.9d13ap-2},
    {0x1.e744dcp-3, 0x1.5c6948p-5, 0x1.8afa5cp-8, 0x1.dc057ep-14, -0x1.45d558p-17, 0, 0x1.d77f84p-3, 0x1.84049ap-2},
    {-0x1.bbc7a4p-4, -0x1.bc0d0cp-6, -0x1.0528e8p-8, -0x1.3d170ep-14, 0x1.9ac7bcp-16, 0x1.555556p-2, 0x1.07186cp-2, -0x1.565df4p-5},
    {0x1.9ffafcp-7, 0x1.948bccp-7, 0x1.fd918cp-10, 0x1.3a31fp-15, -0x1.c73582p-16, -0x1.336f3ap-19, -0x1.1d5b98p-3, -0x1.98f75ap-4},
    {0x1.3692ccp-6, -0x1.09cd1ap-8, -0x1.7a18ecp-11, -0x1.df1ef6p-17, 0x1.0b4abp-16, -0x1.10e43ap-3, -0x1.31f864p-4, 0x1.08a94cp-4},
    {-0x1.f03bfep-7, 0x1.cd274ep-11, 0x1.9b1a96p-13, 0x1.0e7e66p-18, -0x1.589fc6p-18, -0x1.315102p-10, 0x1.42147p-4, -0x1.2813eap-10},
    {0x1.677498p-8, -0x1.75a7ep-14, -0x1.21802ep-15, -0x1.8d63a2p-21, 0x1.cc86p-21, 0x1.f49b12p-5, -0x1.41197p-8, -0x1.1f0f34p-6},
    {-0x1.c3c122p-11, -0x1.87a7bep-19, 0x1.842176p-19, 0x1.155354p-24, -0x1.f278ecp-25, -0x1.4a6ebep-6, -0x1.69c012p-7, 0x1.dfc94ep-8},
};
/* log_p(x): log((2 + q) / (2 - q)) = q + q^3 log_p(q^2) */
/* degree 3 on [8.67361737988403547205962240695953369140625e-19, 0.13050000369548797607421875], relative error 2^-25 */
static const T log_p[] = {0x1.555556p-4, 0x1.9998a6p-7, 0x1.24a4d6p-9, 0x1.d4b02cp-12};
/* erfcx_wide_p: erfcx_p for every t */
/* degree 11 on [-1, 0.99800002574920654296875], relative error 2^-27.625 */
#define erfcx_wide_p_LOW ((T)0x1.4b554p-28)
static const T erfcx_wide_p[] = {0x1.69cee6p-3, -0x1.bc19cap-4, 0x1.0e4f78p-5, 0x1.2ebbep-9, -0x1.0c95dap-8, -0x1.a8e692p-12, 0x1.4eb9d4p-11, 0x1.862d3ep-13, -0x1.7aea2p-14, -0x1.f1f22cp-15, 0x1.d1246ap-18, 0x1.445e9p-17};
#define INV_PI ((T)0x1.45f306p-2)
#define PI_HIGH ((T)0x1.921fb6p1)
#define PI_MIDDLE ((T)-0x1.777a5cp-24)
#define PI_LOW ((T)-0x1.ee59dap-49)
/* sine_p(x^2): sin x = x + x^3 sine_p(x^2) */
/* degree 4 on [0, 2.52810001373291015625], error 2^-30.75 */
static const T sine_p[] = {-0x1.555556p-3, 0x1.11113p-7, -0x1.a0212p-13, 0x1.726db2p-19, -0x1.ad7cb4p-26};
/* sine_square_p(x^2): sin(x)^2 = x^2 + x^4 sine_square_p(x^2) */
/* degree 3 on [0, 0.63999998569488525390625], error 2^-29.875 */
static const T sine_square_p[] = {-0x1.555552p-2, 0x1.6c1532p-5, -0x1.9fa496p-9, 0x1.1a315ep-13};
/* 2 / pi after the point, in words of 32 bits; three words of 0 before it */
static const uint32_t two_over_pi[] = {0, 0, 0, 2734261102, 1313084713, 4230436817, 4113882560, 3680671129, 1011060801, 4266746795, 3736847713, 3072618042, 1112396512, 105459434, 164729372, 4263373596, 2972297022, 3900847605, 784024708};
#else
#define LOG2E ((T)0x1.71547652b82fep0)
#define LN2_HIGH ((T)0x1.62e42fefa4p-1)
#define LN2_LOW ((T)-0x1.8432a1b0e2634p-43)
#define SELU_LAMBDA_HIGH ((T)0x1.0cfabd6a91132p0)
#define SELU_LAMBDA_LOW ((T)0x1.6fc7d272f2695p-55)
#define SELU_LAMBDA_ALPHA_HIGH ((T)0x1.c212cc640f031p0)
#define SELU_LAMBDA_ALPHA_LOW ((T)0x1.05161b045a1fep-56)
#define SIXTH_HIGH ((T)0x1.5555555555555p-3)
#define SIXTH_LOW ((T)0x1.5555555555555p-57)
#define INV_SQRT_2PI_HIGH ((T)0x1.9884533d43651p-2)
#define INV_SQRT_2PI_LOW ((T)-0x1.cbc0d30ebfd15p-56)
#define GELU_C1_HIGH ((T)0x1.9884533d43p0)
#define GELU_C1_LOW ((T)0x1.942343f2cf14p-42)
#define GELU_C3_HIGH ((T)0x1.2444f2a4d8b4bp-4)
#define GELU_C3_LOW ((T)-0x1.6c843a29d1c7p-61)
#define GELU_3C3_HIGH ((T)0x1.b6676bf7450fp-3)
#define GELU_3C3_LOW ((T)0x1.bba7351828aabp-57)
/* exp_q(r): e^r = 1 + r + r^2 exp_q(r) */
/* degree 9 on [-0.3471499979496002197265625, 0.3471499979496002197265625], error relative to r 2^-55.5 */
static const T exp_q[] = {0x1.0000000000005p-1, 0x1.555555555555cp-3, 0x1.55555555520afp-5, 0x1.111111110e807p-7, 0x1.6c16c17f5225ap-10, 0x1.a01a01b57355ep-13, 0x1.a019a62366badp-16, 0x1.71ddeadfc98edp-19, 0x1.28a31af5752d9p-22, 0x1.af755d33cd03cp-26};
/* log1p_p(x): log(1 + w) = w log1p_p(w - 1/2) */
/* degree 21 on [-0.5, 0.5], relative error 2^-58.75 */
#define log1p_p_LOW ((T)-0x1.4e9282340d02p-58)
static const T log1p_p[] = {0x1.9f323ecbf984cp-1, -0x1.2773a5da90bdbp-2, 0x1.0f95b3dc0a107p-3, -0x1.1540afd54af02p-4, 0x1.2bec9fba55822p-5, -0x1.50abf6ccbdae4p-6, 0x1.83c50b0c357d4p-7, -0x1.c72c62e676a19p-8, 0x1.0f11922493759p-8, -0x1.469c8cb67186cp-9, 0x1.8d3f99ac78dd1p-10, -0x1.e6f0e5a5fdf1ap-11, 0x1.2c73e3e25c21ep-11, -0x1.74d73d5549783p-12, 0x1.cf9881342f14dp-13, -0x1.21df8084df6c5p-13, 0x1.78935fb0d008cp-14, -0x1.df6ce858e9e6ap-15, 0x1.cc35b88b3368bp-16, -0x1.13dbaab9fe3c4p-16, 0x1.a563970b32124p-16, -0x1.18589bf7ec5f8p-16};
/* erfcx_p(z), z = (t - k) / (t + k): exp(t^2 / 2) erfc(t / sqrt(2)) / 2 = 4 erfcx_p(z) / (t + k) */
#define ERFCX_K ((T)0x1.8p1)
#define ERFCX_T_MAX ((T)0x1.38p5)
/* degree 25 on [-1, 0.857142865657806396484375], relative error 2^-57.5 */
#define erfcx_p_LOW ((T)-0x1.5a2971c1a0d4cp-57)
static const T erfcx_p[] = {0x1.754a751a56f4ap-3, -0x1.04c7295a48f33p-3, 0x1.d71387c654c77p-5, -0x1.832dbf6992599p-7, -0x1.56d8e3d7e6472p-9, 0x1.c8f52c322df97p-10, 0x1.0d608c820c526p-12, -0x1.12285ef99a9ep-12, -0x1.0d09e7ac5943fp-14, 0x1.43c9e88f43ae6p-15, 0x1.4a90068661e62p-16, -0x1.bc7756e3f8d8p-19, -0x1.5b13523bb791p-18, -0x1.d81b489c1ee9p-21, 0x1.e7d92ecb91bdcp-21, 0x1.2ec650130c5f2p-21, 0x1.34b308ed72debp-28, -0x1.3d623292690e5p-23, -0x1.32905ac803f4cp-24, 0x1.4bdcf593fbdf3p-27, 0x1.c23563d0cf697p-26, 0x1.0010aea1c0c1dp-27, -0x1.31c004e3f4ad3p-28, -0x1.6705e0c1b6abp-29, 0x1.07464e6c1938ep-32, 0x1.2996c05a934ecp-32};
/* its slope, roughly: s0 + s1 z */
#define ERFCX_S0 ((T)-0x1.04c7295a48f33p-3)
#define ERFCX_S1 ((T)0x1.515b91ec202a7p-4)
#define TWO_OVER_SQRT_PI_HIGH ((T)0x1.20dd750429b6dp0)
#define TWO_OVER_SQRT_PI_LOW ((T)0x1.1ae3a914fed8p-56)
/* erf_p(t): erf t = 1 - exp(-t erf_p(t)) */
#define ERF_T_MAX ((T)0x1.9p2)
#define erf_p_LOW ((T)0x1.0c68013963263p-56)
/* degree 25 on [0, 6.25], relative error of erf 2^-57.5 */
static const T erf_p[] = {0x1.20dd750429b6dp0, 0x1.45f306dc9c885p-1, 0x1.a4f4e2a1b466cp-4, -0x1.39668594d5427p-6, -0x1.b6b684fa77a94p-13, 0x1.bca6746317697p-10, -0x1.3564fb2a1b0eep-11, 0x1.b2017cb41f82p-16, 0x1.0e9eaedfecda4p-14, -0x1.f3c441737bcbep-16, 0x1.d82c3fd5110b4p-19, 0x1.6870372a1f526p-19, -0x1.a8436f46f80cbp-20, 0x1.a790679f56fb4p-23, 0x1.f7096898a2d1bp-23, -0x1.a639ca363ffc6p-23, 0x1.8635659da49a9p-24, -0x1.03f062db3ba72p-25, 0x1.0ac40efa1c9ecp-27, -0x1.adab52085638dp-30, 0x1.0eddcc2d1e5cbp-32, -0x1.06bcacd79c163p-35, 0x1.7b1cac9d4fcecp-39, -0x1.7f574066886eep-43, 0x1.e4b01b4b95191p-48, -0x1.2035ad31c7ff2p-53};
#define QUICK_GELU_HIGH ((T)0x1.b3b645a1cac08p0)
#define QUICK_GELU_LOW ((T)0x1.89374bc6a7efap-55)
/* xielu_q(x): e^x = 1 + x + x^2 xielu_q(x), the quotient to full precision */
/* degree 11 on [-1, -9.094947017729282379150390625e-13], relative error 2^-58.75 */
#define xielu_q_LOW ((T)-0x1.260b4aa24eep-60)
static const T xielu_q[] = {0x1p-1, 0x1.555555555554bp-3, 0x1.5555555554db2p-5, 0x1.11111110edb1fp-7, 0x1.6c16c1617eb33p-10, 0x1.a019ffbfd0d72p-13, 0x1.a019cb8edee43p-16, 0x1.71da34e872835p-19, 0x1.27b1a3cd9633bp-22, 0x1.aafaf048683f6p-26, 0x1.0c392d93280c2p-29, 0x1.cd4e1dff6013cp-34};
/* tanh by pieces: the half octaves of x + TANH_OFFSET up to TANH_MAX */
#define TANH_OFFSET ((T)0x1.8p0)
#define TANH_MAX ((T)0x1.6p4)
/* tanhshrink_p: x - tanh x */
/* from 0 to 0.5: relative error 2^-54 */
/* from 0.5 to 1.5: relative error 2^-57.75 */
/* from 1.5 to 2.5: relative error 2^-63.5 */
/* from 2.5 to 4.5: relative error 2^-61.25 */
/* from 4.5 to 6.5: relative error 2^-65.5 */
/* from 6.5 to 10.5: relative error 2^-63 */
/* from 10.5 to 14.5: relative error 2^-68.5 */
/* from 14.5 to 22: relative error 2^-78.5 */
static const T tanhshrink_p[][8] __attribute__((aligned(64))) = {
    {0x1.ffffffffffb9ep-2, 0x1.7fffffffff7e1p0, 0x1.3fffffffff1e8p1, 0x1.1fffffffdaee5p2, 0x1.9ffffffde0e79p2, 0x1.4ffffa5beb27cp3, 0x1.cdaf10d293653p3, 0},
    {0x1.36561454ba0e8p-5, 0x1.309068791fd3ap-1, 0x1.836d3ecfaabafp0, 0x1.c008163760fffp1, 0x1.600012f3e3556p2, 0x1.2ffffa5cbb959p3, 0x1.adaf10d29379ep3, 0},
    {0x1.b55ae4172eb54p-3, 0x1.a37a6b5f4ded3p-1, 0x1.f26280f022a28p-1, 0x1.ffbf504dd228p-1, 0x1.fffed0a00613ap-1, 0x1.ffffffe5f246p-1, 0x1.fffffffffd6ap-1, 0},
    {0x1.742740ed7ef29p-2, 0x1.4efbd8fb39fd2p-3, 0x1.addae58c764bap-6, 0x1.02ae6fe17f94bp-11, 0x1.2f5fa00a505f4p-17, 0x1.a0dba08fd95bcp-29, 0x1.4affffa7f625fp-40, 0},
    {0x1.81d97b815c2d6p-4, -0x1.67b1f6914e9c1p-4, -0x1.16df44870c987p-6, -0x1.58bcffad43bcep-12, -0x1.947e904aeab48p-18, -0x1.15e7c72742605p-29, -0x1.b9554bf62a6acp-41, 0x1.5555555555555p-2},
    {-0x1.51418dc61a26bp-3, 0x1.99050d67d244cp-6, 0x1.07b55c19cbceap-7, 0x1.5865dad2ae671p-13, 0x1.947cafe7772bdp-19, 0x1.15e81a5c12a45p-30, 0x1.b954ee4e89394p-42, 0x1.7ffd7d3b49839p-46},
    {0x1.be02f8fce10f8p-6, 0x1.5c9d3da76fbd6p-9, -0x1.7682af3d13f03p-9, -0x1.12f94edd4455bp-14, -0x1.4393ec2ad08cp-20, -0x1.bcab7eb585e3bp-32, -0x1.610e9ca18eb48p-43, -0x1.1111111134f66p-3},
    {0x1.9cc7c954b56bcp-5, -0x1.d0ec346e3deb1p-8, 0x1.79381c37e979bp-11, 0x1.6d2e3b34bc8c3p-16, 0x1.af6794f5229p-22, 0x1.288b86984cd0fp-33, 0x1.d6ae56c317912p-45, 0x1.54158adff4937p-32},
    {-0x1.d49b23770c292p-6, 0x1.03e4c2214ae78p-8, -0x1.4cfe40e55ab53p-14, -0x1.9e07dce233388p-18, -0x1.ecf3fccdb407fp-24, -0x1.539f7a0ed2149p-35, -0x1.0ccdacefe6febp-46, 0x1.ba1b9b1a15919p-5},
    {-0x1.066c46b55bce5p-7, -0x1.0a61020787f63p-10, -0x1.40604b0e3c228p-15, 0x1.975a2ce7a1a2dp-20, 0x1.ecc24083f0e0ap-26, 0x1.576f402582126p-37, 0x1.0c3a0944c5c3bp-48, 0x1.40bf5323b5a8ap-22},
    {0x1.b9ae27693f4adp-7, -0x1.9a24c34074077p-13, 0x1.047d5d996ce66p-15, -0x1.5dd2aff98fde6p-22, -0x1.b58a89bcc829dp-28, -0x1.40934e4f52c44p-39, -0x1.d9b174009f8c5p-51, -0x1.66634884c0443p-6},
    {-0x1.0a9b5d4bfab98p-9, 0x1.64efe25f22b43p-12, -0x1.c2061b553f40dp-17, 0x1.01a9378af88e4p-24, 0x1.5cf3eea110703p-30, 0x1.2f5850c2a4c3dp-41, 0x1.7460f49d2107fp-53, 0x1.bbdbc128a302p-15},
    {-0x1.101cf66db86efp-8, -0x1.71e87d6dec737p-13, 0x1.166b1978c884p-18, -0x1.1d68267316f41p-27, -0x1.f7155c013722ap-33, -0x1.4b1b9aaa9ddf7p-43, -0x1.043584975e8e7p-55, 0x1.1496acc469543p-7},
    {0x1.190ca0edc696ep-9, 0x1.653b81171a057p-15, -0x1.d2b0f1c517c9ep-21, -0x1.33a7b09c15608p-33, 0x1.4787c411aee69p-35, 0x1.a50fae57a9affp-45, 0x1.402d7028d87cdp-58, 0x1.45101d76135edp-9},
    {0x1.f69c332af303dp-11, 0x1.c3ab8cd902da7p-18, 0x1.8e2ea3f3429b7p-25, 0x1.021ac5a000afdp-30, -0x1.7cbfbef24393fp-38, -0x1.0c11d164aba74p-46, -0x1.550d363715b6bp-61, -0x1.d8ecd84f31ecfp-7},
    {-0x1.7049165b769f4p-10, -0x1.43cf5db9dedbep-17, 0x1.f7a5be66579c1p-25, -0x1.54250e84d16a1p-31, 0x1.80cd4903313ccp-41, 0x1.281575496b251p-48, 0x1.335c1577d2511p-64, 0x1.2226791bd2596p-5},
    {0x1.80198ef6ad97ep-12, 0x1.174dd4de6abdfp-19, -0x1.18dc59e6c9b6dp-25, 0x1.3a6487947777p-32, -0x1.42fe3867f86fap-44, -0x1.0677a0bb992c3p-50, -0x1.c7a6c04953b9bp-68, -0x1.5aba01e9ae10cp-4},
    {0x1.5cb9bab6ab5e7p-12, 0x1.0299beaa050c9p-19, 0x1.67dfffe571cbap-27, -0x1.b4271e5673444p-34, 0x1.a28d3d345d21cp-48, 0x1.64c7919565a41p-53, 0x1.0c50a41009be7p-71, 0x1.3a468f117801fp-3},
    {-0x1.73721afde2ae2p-12, -0x1.04886515585p-19, -0x1.3d5cba9197a96p-29, 0x1.ba998358d201dp-36, -0x1.6e8f583a16cfbp-52, -0x1.6406a14ab9b43p-56, -0x1.dfb12a3ce62ddp-76, -0x1.8fcbced1974fep-3},
    {0x1.4809d57809cfep-13, 0x1.ccb20111ecdp-21, 0x1.7e5cd6803d63cp-32, -0x1.359042c7c2295p-38, 0x1.23b173c1af69ep-57, 0x1.ea26c7ff04f8fp-60, 0x1.3031245aca8fp-80, 0x1.54764153466ffp-3},
    {-0x1.30776680f8ee6p-15, -0x1.b86b5c46264ep-23, -0x1.1da94870aa55p-35, 0x1.0a5e218f351b8p-41, 0x1.d7c9253a60c8fp-63, -0x1.9f5a340ad2882p-64, -0x1.e5cdac8675d9fp-86, -0x1.5de83028bbadbp-4},
    {0x1.e8d991d1f0db5p-19, 0x1.7221b09fe3b94p-26, 0x1.90a9f3d1d9d46p-40, -0x1.a8a7815cfe165p-46, -0x1.14d3d6eb822edp-66, 0x1.464b129b9734ap-69, 0x1.6e3193c95a3d1p-92, 0x1.4845ea50d3ccdp-6},
};
/* log_p(x): log((2 + q) / (2 - q)) = q + q^3 log_p(q^2) */
/* degree 7 on [8.67361737988403547205962240695953369140625e-19, 0.13050000369548797607421875], relative error 2^-54 */
static const T log_p[] = {0x1.5555555555555p-4, 0x1.9999999999d7fp-7, 0x1.24924924288bdp-9, 0x1.c71c72678ae14p-12, 0x1.745cd6f66624ep-14, 0x1.3b2241bc9ec3dp-16, 0x1.0f3319d96ae71p-18, 0x1.1105f3f93863dp-20};
/* erfcx_wide_p: erfcx_p for every t */
/* degree 27 on [-1, 0.99800002574920654296875], relative error 2^-57.75 */
#define erfcx_wide_p_LOW ((T)-0x1.56066fa946afcp-57)
static const T erfcx_wide_p[] = {0x1.754a751a56f4ap-3, -0x1.04c7295a48f32p-3, 0x1.d71387c654c6ep-5, -0x1.832dbf6992e5dp-7, -0x1.56d8e3d7e35d7p-9, 0x1.c8f52c32de142p-10, 0x1.0d608c7f5cfb3p-12, -0x1.12285f2c703e1p-12, -0x1.0d09e712a9191p-14, 0x1.43c9f8fc1e5bap-15, 0x1.4a8ff32f60ab5p-16, -0x1.bc7ded5a1e517p-19, -0x1.5b11d774de04fp-18, -0x1.d7abf962e58bfp-21, 0x1.e7b4bae520f03p-21, 0x1.2d86b0e2edca2p-21, 0x1.57d0177a4f8c1p-28, -0x1.3382d40d4e8e1p-23, -0x1.3507342ac3993p-24, 0x1.d81cf40b06dc3p-29, 0x1.c6db56d8764fbp-26, 0x1.c1123f17dd1c1p-27, -0x1.29655384c8f9fp-28, -0x1.8e599774a4b8dp-28, 0x1.279f7efbb4f45p-35, 0x1.5cfbbda103dc3p-30, 0x1.39c752a620ac5p-34, -0x1.12ee14c51bd22p-33};
#define INV_PI ((T)0x1.45f306dc9c883p-2)
#define PI_HIGH ((T)0x1.921fb54442d18p1)
#define PI_MIDDLE ((T)0x1.1a62633145c07p-53)
#define PI_LOW ((T)-0x1.f1976b7ed8fbcp-109)
/* sine_p(x^2): sin x = x + x^3 sine_p(x^2) */
/* degree 7 on [0, 2.52810001373291015625], error 2^-61.5 */
static const T sine_p[] = {-0x1.5555555555555p-3, 0x1.11111111110c7p-7, -0x1.a01a01a014b98p-13, 0x1.71de3a528e0bbp-19, -0x1.ae6454c9614d1p-26, 0x1.6123c9a9de629p-33, -0x1.ae428108df912p-41, 0x1.8813f73cedae2p-49};
/* sine_square_p(x^2): sin(x)^2 = x^2 + x^4 sine_square_p(x^2) */
/* degree 6 on [0, 0.63999998569488525390625], error 2^-55.5 */
static const T sine_square_p[] = {-0x1.555555555552bp-2, 0x1.6c16c16c1375dp-5, -0x1.a01a019d52b3ap-9, 0x1.27e4fa5b0b5cap-13, -0x1.1eed153649eccp-18, 0x1.935ded0de96d7p-24, -0x1.a074acf70d50cp-30};
/* 2 / pi after the point, in words of 32 bits; three words of 0 before it */
static const uint32_t two_over_pi[] = {0, 0, 0, 2734261102, 1313084713, 4230436817, 4113882560, 3680671129, 1011060801, 4266746795, 3736847713, 3072618042, 1112396512, 105459434, 164729372, 4263373596, 2972297022, 3900847605, 784024708, 3919343654, 3026157121, 965858873, 2203269620, 2625920907, 3187222587, 536385535, 3724908559, 4012839307, 1510632735, 1832287951, 667617719, 1330003814, 2657085997, 1965537991, 3957715323, 1023883767, 2320667370, 1811636145, 529358088, 1443049542, 4235946923, 4040145952, 2599695901, 2850263393, 1592138504, 1704559967, 346056768, 2382354560, 1299392305, 101061974, 3396577481, 1625455552, 2355840964, 432236493, 3706194218, 2203698294, 2341870758, 3719251153, 1461257534, 2784954117, 1065235432, 851631695, 2553445819, 3275564783, 1797152504, 2671386421, 3404889885, 2280726928, 2088510570, 4201567607, 758137659, 365302965, 2635711426, 3299688781, 744292364};
#endif
