"""The time of `import fastact`, NumPy apart, in a fresh process."""


def timeraw_import():
    return "import fastact", "import numpy"


timeraw_import.number, timeraw_import.repeat, timeraw_import.rounds = 1, 7, 1
timeraw_import.warmup_time, timeraw_import.version = 0, "1"
