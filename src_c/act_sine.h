/* act_sine.h - periodic functions. */
