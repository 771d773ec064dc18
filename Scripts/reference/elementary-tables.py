"""Writes Sources/CElementary/tables.h: the tables of exp and log, to 106 bits.

usage: python Scripts/reference/elementary-tables.py > Sources/CElementary/tables.h

Written with mpmath 1.3.0.
"""
import struct

from mpmath import mp, mpf, log, exp, floor

mp.prec = 400


def rounded(value, bits=53):
    """The nearest number of so many bits."""
    if value == 0:
        return mpf(0)
    exponent = int(floor(log(abs(value), 2))) + 1
    scale = mpf(2) ** (bits - exponent)
    return mp.nint(value * scale) / scale


def text(value):
    return float(value).hex()


def pair(value):
    """The nearest double, and the nearest to what is left."""
    high = rounded(value)
    return f"{{{text(high)}, {text(rounded(value - high))}}}"


def constant(name, value, comment):
    print(f"/// {comment}\nstatic const pair {name} = {pair(value)};")


print("// Made by Scripts/reference/elementary-tables.py.\n")
short = rounded(log(2), 40)
print("/// ln 2 again, with a first part of 40 bits: its product with an exponent is exact.")
print(f"static const pair ln2_short = {{{text(short)}, {text(rounded(log(2) - short))}}};")
short = rounded(log(2) / 128, 34)
print("/// ln 2 / 128, with a first part of 34 bits: its product with 128 times an exponent is exact.")
print(f"static const pair step_short = {{{text(short)}, {text(rounded(log(2) / 128 - short))}}};")
constant("one_by_ln2", 1 / log(2), "1 / ln 2.")
constant("one_by_ln10", 1 / log(10), "1 / ln 10.")
constant("log10_of_2", log(2) / log(10), "log10 2.")
print("/// Half of π.")
print(f"static const pair half_pi = {pair(mp.pi / 2)};\n")

print("/// 2^(i / 128).")
print("static const pair powers[128] = {")
for i in range(128):
    print(f"    {pair(mpf(2) ** (mpf(i) / 128))},")
print("};\n")

print("/// The i-th of 128 parts of 0.6875 ≤ z < 1.375: 1 / c and ln c for a c in its middle. The two parts beside 1 have")
print("/// c = 1, so that logarithms near 0 are exact.")
print("static const struct { double reciprocal; pair logarithm; } logarithms[128] = {")
start = 0x3FE6000000000000

for i in range(128):
    ends = []
    for j in (i, i + 1):
        bits = start + (j << 45)
        ends.append(mpf(struct.unpack("<d", struct.pack("<Q", bits))[0]))
    low, high = ends
    if low == 1 or high == 1:
        reciprocal, logarithm = mpf(1), mpf(0)
    else:
        reciprocal = rounded(2 / (low + high))
        logarithm = -log(reciprocal)
    print(f"    {{{text(reciprocal)}, {pair(logarithm)}}},")
print("};")
