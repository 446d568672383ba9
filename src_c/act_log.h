/* act_log.h - functions that end in a logarithm. */
