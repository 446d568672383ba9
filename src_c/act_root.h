/* act_root.h - functions built on a square root. */
