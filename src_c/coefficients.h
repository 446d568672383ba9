/* coefficients.h - made by src_c/coeffs/coefficients.sollya; do not edit. */
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
/* erfcx_p(z), z = (t - k) / (t + k): exp(t^2 / 2) erfc(t / sqrt(2)) / 2 = erfcx_p(z) / (t + k) */
#define ERFCX_K ((T)0x1.4p1)
#define ERFCX_T_MAX ((T)0x1.d4p3)
/* degree 10 on [-1, 0.708029210567474365234375], relative error 2^-27 */
#define erfcx_p_LOW ((T)0x1.b0a97cp-26)
static const T erfcx_p[] = {0x1.69cee6p-1, -0x1.bc19c8p-2, 0x1.0e4f3p-3, 0x1.2eb642p-7, -0x1.0c76d6p-6, -0x1.a76cfp-10, 0x1.4a1348p-9, 0x1.798fe8p-11, -0x1.315374p-12, -0x1.894d3p-13, -0x1.6b8496p-16};
/* its slope, roughly: s0 + s1 z */
#define ERFCX_S0 ((T)-0x1.bc19c8p-2)
#define ERFCX_S1 ((T)0x1.0228e6p-2)
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
/* tanhshrink_p(u): x - tanh x = x^3 tanhshrink_p(x^2) */
/* degree 6 on [9.094947017729282379150390625e-13, 0.5625], relative error 2^-28.875 */
#define tanhshrink_p_LOW ((T)-0x1.6c6ebcp-27)
static const T tanhshrink_p[] = {0x1.555556p-2, -0x1.111102p-3, 0x1.ba14fcp-5, -0x1.65bf9ep-6, 0x1.1c8698p-7, -0x1.94ae9ap-9, 0x1.6c7874p-11};
/* log_p(x): log((2 + q) / (2 - q)) = q + q^3 log_p(q^2) */
/* degree 3 on [8.67361737988403547205962240695953369140625e-19, 0.13050000369548797607421875], relative error 2^-25 */
static const T log_p[] = {0x1.555556p-4, 0x1.9998a6p-7, 0x1.24a4d6p-9, 0x1.d4b02cp-12};
/* erfcx_wide_p: erfcx_p for every t */
/* degree 11 on [-1, 0.99800002574920654296875], relative error 2^-27.625 */
#define erfcx_wide_p_LOW ((T)0x1.4b554p-26)
static const T erfcx_wide_p[] = {0x1.69cee6p-1, -0x1.bc19cap-2, 0x1.0e4f78p-3, 0x1.2ebbep-7, -0x1.0c95dap-6, -0x1.a8e692p-10, 0x1.4eb9d4p-9, 0x1.862d3ep-11, -0x1.7aea2p-12, -0x1.f1f22cp-13, 0x1.d1246ap-16, 0x1.445e9p-15};
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
/* erfcx_p(z), z = (t - k) / (t + k): exp(t^2 / 2) erfc(t / sqrt(2)) / 2 = erfcx_p(z) / (t + k) */
#define ERFCX_K ((T)0x1.8p1)
#define ERFCX_T_MAX ((T)0x1.38p5)
/* degree 25 on [-1, 0.857142865657806396484375], relative error 2^-57.5 */
#define erfcx_p_LOW ((T)-0x1.5a2971c1a0d4cp-55)
static const T erfcx_p[] = {0x1.754a751a56f4ap-1, -0x1.04c7295a48f33p-1, 0x1.d71387c654c77p-3, -0x1.832dbf6992599p-5, -0x1.56d8e3d7e6472p-7, 0x1.c8f52c322df97p-8, 0x1.0d608c820c526p-10, -0x1.12285ef99a9ep-10, -0x1.0d09e7ac5943fp-12, 0x1.43c9e88f43ae6p-13, 0x1.4a90068661e62p-14, -0x1.bc7756e3f8d8p-17, -0x1.5b13523bb791p-16, -0x1.d81b489c1ee9p-19, 0x1.e7d92ecb91bdcp-19, 0x1.2ec650130c5f2p-19, 0x1.34b308ed72debp-26, -0x1.3d623292690e5p-21, -0x1.32905ac803f4cp-22, 0x1.4bdcf593fbdf3p-25, 0x1.c23563d0cf697p-24, 0x1.0010aea1c0c1dp-25, -0x1.31c004e3f4ad3p-26, -0x1.6705e0c1b6abp-27, 0x1.07464e6c1938ep-30, 0x1.2996c05a934ecp-30};
/* its slope, roughly: s0 + s1 z */
#define ERFCX_S0 ((T)-0x1.04c7295a48f33p-1)
#define ERFCX_S1 ((T)0x1.515b91ec202a7p-2)
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
/* tanhshrink_p(u): x - tanh x = x^3 tanhshrink_p(x^2) */
/* degree 13 on [9.094947017729282379150390625e-13, 0.5625], relative error 2^-59 */
#define tanhshrink_p_LOW ((T)0x1.4b347238b4a56p-56)
static const T tanhshrink_p[] = {0x1.5555555555555p-2, -0x1.1111111111103p-3, 0x1.ba1ba1ba1a06cp-5, -0x1.664f48822d758p-6, 0x1.226e3542bb844p-7, -0x1.d6d3caa48c899p-9, 0x1.7da2ef677c9e3p-10, -0x1.35524d6f0f9c3p-11, 0x1.f5149c15ee2b7p-13, -0x1.93df6fab943fdp-14, 0x1.3d838daf2c224p-15, -0x1.c87729b027156p-17, 0x1.01591b81d5106p-18, -0x1.418249b3262adp-21};
/* log_p(x): log((2 + q) / (2 - q)) = q + q^3 log_p(q^2) */
/* degree 7 on [8.67361737988403547205962240695953369140625e-19, 0.13050000369548797607421875], relative error 2^-54 */
static const T log_p[] = {0x1.5555555555555p-4, 0x1.9999999999d7fp-7, 0x1.24924924288bdp-9, 0x1.c71c72678ae14p-12, 0x1.745cd6f66624ep-14, 0x1.3b2241bc9ec3dp-16, 0x1.0f3319d96ae71p-18, 0x1.1105f3f93863dp-20};
/* erfcx_wide_p: erfcx_p for every t */
/* degree 27 on [-1, 0.99800002574920654296875], relative error 2^-57.75 */
#define erfcx_wide_p_LOW ((T)-0x1.56066fa946afcp-55)
static const T erfcx_wide_p[] = {0x1.754a751a56f4ap-1, -0x1.04c7295a48f32p-1, 0x1.d71387c654c6ep-3, -0x1.832dbf6992e5dp-5, -0x1.56d8e3d7e35d7p-7, 0x1.c8f52c32de142p-8, 0x1.0d608c7f5cfb3p-10, -0x1.12285f2c703e1p-10, -0x1.0d09e712a9191p-12, 0x1.43c9f8fc1e5bap-13, 0x1.4a8ff32f60ab5p-14, -0x1.bc7ded5a1e517p-17, -0x1.5b11d774de04fp-16, -0x1.d7abf962e58bfp-19, 0x1.e7b4bae520f03p-19, 0x1.2d86b0e2edca2p-19, 0x1.57d0177a4f8c1p-26, -0x1.3382d40d4e8e1p-21, -0x1.3507342ac3993p-22, 0x1.d81cf40b06dc3p-27, 0x1.c6db56d8764fbp-24, 0x1.c1123f17dd1c1p-25, -0x1.29655384c8f9fp-26, -0x1.8e599774a4b8dp-26, 0x1.279f7efbb4f45p-33, 0x1.5cfbbda103dc3p-28, 0x1.39c752a620ac5p-32, -0x1.12ee14c51bd22p-31};
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
