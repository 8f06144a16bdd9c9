# What a board has and MicroPython for Unix does not: the machine's clock is set.
def settime():
    pass
